"""What stands in something that nothing runs or reads stops no deployment."""

from pathlib import Path

import pytest

from sh0 import Category, Severity
from sh0.plugin import Hit, Rule, Subject
from sh0.rules.engine import check
from sh0.source.tree import Project


def rule(category: Category) -> Rule:
    return Rule(
        id=f"SH0-XX{list(Category).index(category):03}",
        category=category,
        severity=Severity.ERROR,
        title="Anything",
        why="Because.",
        remedy="Do.",
        link="https://example.com",
        subject=Subject.FILE,
        check=lambda file: (Hit("Found.", 1), Hit("Milder.", 1, severity=Severity.WARNING)),
        files=("Procfile", "package.json", "Dockerfile*", "compose*.yaml"),
    )


def severities(
    folder: Path, files: dict[str, str], *, category: Category = Category.EXPOSURE, dockerfile: str | None = None
) -> dict[str, str]:
    """The worst that is said of each file."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    found: dict[str, set[Severity]] = {}
    for finding in check(Project(folder), [rule(category)], dockerfile=dockerfile).findings:
        found.setdefault(finding.place.path, set()).add(finding.severity)
    assert all(len(each) == 2 for each in found.values()), "a warning stays what it is"
    return {path: "error" if Severity.ERROR in each else "hint" for path, each in found.items()}


IMAGE = 'FROM a:1\nCMD ["serve"]\n'
NPM = "FROM a:1\nCMD npm start\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"Procfile": "web: a\n"}, "error"),
        ({"Procfile": "web: a\n", "Dockerfile": IMAGE}, "hint"),
        ({"Procfile": "web: a\n", "ops/Dockerfile": IMAGE}, "error"),
        ({"Procfile": "web: a\n", "ops/D": IMAGE, "sh0.yaml": "build: {dockerfile: ops/D}\n"}, "error"),
        ({"Procfile": "web: a\n", "sh0.yaml": "processes: {web: b}\n"}, "hint"),
        ({"Procfile": "web: a\n", "sh0.yaml": "processes: {web: {command: b}}\n"}, "hint"),
        ({"Procfile": "web: a\n", "sh0.yaml": "processes: {other: b}\n"}, "error"),
        ({"package.json": "{}"}, "error"),
        ({"package.json": "{}", "Dockerfile": IMAGE}, "hint"),
        ({"package.json": "{}", "Dockerfile": NPM}, "error"),
        ({"package.json": "{}", "Dockerfile": "FROM a:1\n"}, "error"),
        ({"package.json": "{}", "Dockerfile": 'FROM a:1\nENTRYPOINT ["./run.sh"]\nCMD ["b"]\n'}, "error"),
        ({"package.json": "{}", "Procfile": "web: node server.js\n"}, "hint"),
        ({"package.json": "{}", "Procfile": "web: npm run serve\n"}, "error"),
        ({"package.json": "{}", "Procfile": "worker: node worker.js\n"}, "error"),
        ({"package.json": "{}", "Procfile": "no line of a Procfile\n"}, "error"),
        ({"package.json": "{}", "Dockerfile": NPM, "sh0.yaml": "processes: {web: node a.js}\n"}, "hint"),
    ],
)
def test_what_starts_the_app_decides(files: dict[str, str], expected: str, tmp_path: Path) -> None:
    assert severities(tmp_path, files)[next(iter(files))] == expected


def test_what_is_found_in_any_file_says_why_it_is_a_hint(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: a\n")
    (tmp_path / "Dockerfile.dev").write_text(IMAGE)
    (tmp_path / "Dockerfile").write_text(IMAGE)
    report = check(Project(tmp_path), [rule(Category.RUNTIME)])
    messages = {each.place.path: each.message for each in report.findings if each.severity is Severity.HINT}
    assert messages == {
        "Procfile": "Found. (A Dockerfile is built, and its image starts its own command.)",
        "Dockerfile.dev": "Found. (This Dockerfile is not the one that is built.)",
    }


@pytest.mark.parametrize("category", [Category.SECRETS, Category.DEPENDENCIES])
def test_what_is_true_of_a_file_whatever_reads_it_stays_an_error(category: Category, tmp_path: Path) -> None:
    files = {"Procfile": "web: a\n", "Dockerfile": IMAGE, "Dockerfile.dev": IMAGE}
    assert set(severities(tmp_path, files, category=category).values()) == {"error"}


def test_an_app_is_not_deployed_from_a_compose_file(tmp_path: Path) -> None:
    files = {"compose.yaml": "services: {}\n"}
    assert severities(tmp_path, files) == {"compose.yaml": "error"}
    assert severities(tmp_path, files, dockerfile="Dockerfile") == {"compose.yaml": "hint"}


def test_a_deployment_builds_the_dockerfile_of_its_app_alone(tmp_path: Path) -> None:
    files = {"api/Dockerfile": IMAGE, "compose.yaml": "services: {api: {build: api}}\n", "app.py": ""}
    assert severities(tmp_path, files)["api/Dockerfile"] == "error"
    assert severities(tmp_path, files, dockerfile="Dockerfile")["api/Dockerfile"] == "hint"


@pytest.mark.parametrize("folder", ["examples/a", "tests/fixtures", "docs", ".devcontainer", "Samples"])
def test_what_shows_or_tries_something_is_no_app(folder: str, tmp_path: Path) -> None:
    files = {f"{folder}/Dockerfile": IMAGE, "services/a/Dockerfile": IMAGE}
    assert severities(tmp_path, files) == {f"{folder}/Dockerfile": "hint", "services/a/Dockerfile": "error"}


def test_a_file_that_is_asked_for_alone_is_judged_by_itself(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: a\n")
    (tmp_path / "Dockerfile").write_text(IMAGE)
    report = check(Project(tmp_path), [rule(Category.EXPOSURE)], only="Procfile")
    assert Severity.ERROR in {each.severity for each in report.findings}
