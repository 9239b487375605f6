"""The engine: what is given to which rule, what happens to a rule that fails, and what is never read."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sh0 import Category, Severity
from sh0.errors import Invalid
from sh0.plugin import Hit, Rule, Subject
from sh0.rules.configuration import ChecksMode
from sh0.rules.engine import check
from sh0.rules.report import Report
from sh0.rules.subjects import ComposeFile, DockerfileText, ProjectTree, TextFile
from sh0.source.tree import Project


def rule(
    subject: Subject,
    find: Callable[..., object],
    *,
    id: str = "SH0-TT001",
    files: tuple[str, ...] = (),
    trigger: str = "",
) -> Rule:
    words = ("a title", "Because.", "So.", "https://example.org")
    return Rule(id, Category.RUNTIME, Severity.ERROR, *words, subject, find, files, trigger)  # type: ignore[arg-type]


def write(folder: Path, **files: str) -> Project:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Project(folder)


def places(report: Report) -> list[tuple[str, int]]:
    return [(finding.place.path, finding.place.line) for finding in report.findings]


def todo(file: TextFile) -> Iterator[Hit]:
    for number, line in enumerate(file.lines, 1):
        if "TODO" in line:
            yield Hit("to be done", number)


def test_a_file_is_given_to_the_rules_whose_trigger_and_names_fit(tmp_path: Path) -> None:
    seen: list[str] = []

    def look(file: TextFile) -> Iterator[Hit]:
        seen.append(file.path)
        yield from todo(file)

    project = write(tmp_path, a_dot_py="x\nTODO\n", b_dot_py="nothing", c_dot_js="TODO", d__e_dot_py="TODO")
    found = check(project, [rule(Subject.FILE, look, files=("*.py",), trigger="TODO")])
    assert places(found) == [("a.py", 2), ("d/e.py", 1)]
    assert sorted(seen) == ["a.py", "d/e.py"]


def test_a_rule_without_a_trigger_sees_every_file_of_its_names(tmp_path: Path) -> None:
    project = write(tmp_path, config__a_dot_yml="1", config__b_dot_txt="1", a_dot_yml="1")
    report = check(project, [rule(Subject.FILE, lambda file: [Hit("seen")], files=("config/*.yml",))])
    assert places(report) == [("config/a.yml", 0)]


def test_dockerfiles_compose_files_and_the_project_are_given_as_what_they_are(tmp_path: Path) -> None:
    def stages(file: DockerfileText) -> Iterator[Hit]:
        yield from (Hit(stage.base, stage.start.line) for stage in file.parsed.stages)

    def services(file: ComposeFile) -> Iterator[Hit]:
        for name, _ in file.services():
            yield Hit(name, file.document.where(("services", name)).line)

    def readme(tree: ProjectTree) -> Iterator[Hit]:
        if not tree.project.has("README.md"):
            yield Hit("there is no README", path="README.md")

    project = write(
        tmp_path,
        Dockerfile="\nFROM a\n",
        web__Containerfile="FROM b\n",
        Dockerfile_dot_dockerignore="FROM nothing",
        compose_dot_yaml="services:\n  web: {}\n",
    )
    rules = [
        rule(Subject.DOCKERFILE, stages, id="SH0-TT001"),
        rule(Subject.COMPOSE, services, id="SH0-TT002"),
        rule(Subject.PROJECT, readme, id="SH0-TT003"),
    ]
    assert places(check(project, rules)) == [
        ("Dockerfile", 2),
        ("README.md", 0),
        ("compose.yaml", 2),
        ("web/Containerfile", 1),
    ]


def test_a_rule_that_raises_is_named_and_disabled_and_the_others_go_on(tmp_path: Path) -> None:
    calls: list[str] = []

    def fail(file: TextFile) -> Iterator[Hit]:
        calls.append(file.path)
        yield Hit("before")
        raise ZeroDivisionError("not today")

    project = write(tmp_path, a_dot_py="TODO", b_dot_py="TODO")
    rules = [rule(Subject.FILE, fail, id="SH0-TT009"), rule(Subject.FILE, todo)]
    report = check(project, rules, origins={"SH0-TT009": "acme"})
    assert len(calls) == 1
    (broken,) = report.broken
    assert (broken.rule, broken.plugin, broken.error) == ("SH0-TT009", "acme", "ZeroDivisionError: not today")
    assert places(report) == [("a.py", 1), ("b.py", 1)]


def test_a_rule_that_yields_something_else_than_hits_is_broken(tmp_path: Path) -> None:
    report = check(write(tmp_path, a="x"), [rule(Subject.FILE, lambda file: ["text"])])
    assert report.broken[0].error.startswith("TypeError: expected Hit, not str")


def test_a_broken_file_that_a_rule_reads_is_a_finding_and_no_fault_of_the_rule(tmp_path: Path) -> None:
    def dependencies(tree: ProjectTree) -> Iterator[Hit]:
        yield from (Hit(name) for name in tree.project.json("package.json") or {})

    rules = [rule(Subject.PROJECT, dependencies), rule(Subject.PROJECT, dependencies, id="SH0-TT002")]
    report = check(write(tmp_path, package_dot_json='{\n"a": 1,,\n}'), rules)
    assert not report.broken
    assert [(finding.rule, finding.place.line) for finding in report.findings] == [("SH0-FI001", 2)]


def test_a_comment_with_a_reason_suppresses_and_the_finding_stays_listed(tmp_path: Path) -> None:
    text = "# sh0: ignore[SH0-TT001] on purpose\nTODO 2\nTODO 3 // sh0: ignore[SH0-TT001, SH0-XX002] so be it\nTODO 4\n"
    report = check(write(tmp_path, a=text), [rule(Subject.FILE, todo)])
    assert places(report) == [("a", 4)]
    assert [(s.finding.place.line, s.reason, s.said_in) for s in report.suppressed] == [
        (2, "on purpose", "a"),
        (3, "so be it", "a"),
    ]


@pytest.mark.parametrize(
    "comment",
    [
        "# sh0: ignore[SH0-TT001]",
        "# sh0: ignore[SH0-TT002] why",
        "# sh0: ignore why",
        "x = 1  # sh0: ignore[SH0-TT001] why",
    ],
)
def test_a_comment_without_reason_or_rule_or_on_other_code_suppresses_nothing(tmp_path: Path, comment: str) -> None:
    assert places(check(write(tmp_path, a=f"{comment}\nTODO\n"), [rule(Subject.FILE, todo)])) == [("a", 2)]


def test_sh0_yaml_suppresses_by_rule_and_path_and_sets_the_mode(tmp_path: Path) -> None:
    text = "checks:\n  mode: warn\n  ignore:\n    - {rule: SH0-TT001, path: 'old/*', reason: to be deleted}\n"
    report = check(write(tmp_path, sh0_dot_yaml=text, old__a="TODO", new__a="TODO"), [rule(Subject.FILE, todo)])
    assert places(report) == [("new/a", 1)]
    assert [(s.finding.place.path, s.reason, s.said_in) for s in report.suppressed] == [
        ("old/a", "to be deleted", "sh0.yaml")
    ]
    assert report.mode is ChecksMode.WARN


@pytest.mark.parametrize(
    "checks",
    [
        "[]",
        "{mode: loud}",
        "{ignore: 1}",
        "{ignore: [{rule: SH0-TT001}]}",
        "{ignore: [{rule: 1, reason: a}]}",
        "{x: 1}",
    ],
)
def test_what_cannot_be_understood_in_sh0_yaml_ignores_nothing_and_is_found(tmp_path: Path, checks: str) -> None:
    report = check(write(tmp_path, sh0_dot_yaml=f"checks: {checks}", a="TODO"), [rule(Subject.FILE, todo)])
    assert places(report) == [("a", 1), ("sh0.yaml", 1)]


def test_links_are_not_followed_and_special_files_not_opened(tmp_path: Path) -> None:
    outside = tmp_path / "secret"
    outside.write_text("TODO")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "link").symlink_to(outside)
    (folder / "loop").symlink_to("loop")
    (folder / "inside").symlink_to("real")
    (folder / "real").write_text("TODO")
    (folder / "up").symlink_to("..")
    os.mkfifo(folder / "pipe")
    report = check(Project(folder), [rule(Subject.FILE, todo)])
    assert places(report) == [("real", 1)]


def test_a_gigabyte_of_nothing_and_files_of_any_bytes_are_cheap(tmp_path: Path) -> None:
    with open(tmp_path / "huge", "wb") as file:
        file.truncate(1 << 30)
    (tmp_path / "binary").write_bytes(b"\0TODO")
    (tmp_path / "latin").write_bytes(b"\xff\xe9 TODO\r\nTODO")
    (tmp_path / "utf16").write_bytes("x\nTODO".encode("utf-16"))
    report = check(Project(tmp_path), [rule(Subject.FILE, todo, trigger="TODO")])
    assert places(report) == [("latin", 1), ("latin", 2), ("utf16", 2)]


def test_what_does_not_fit_into_the_time_is_left_out_and_said(tmp_path: Path) -> None:
    report = check(write(tmp_path, a="TODO"), [rule(Subject.FILE, todo)], seconds=-1)
    assert report.findings == ()
    assert report.notes == ("The time was over before everything had been looked at.",)


def test_one_file_is_checked_for_itself(tmp_path: Path) -> None:
    project = write(tmp_path, Dockerfile="TODO", other="TODO")
    rules = [rule(Subject.FILE, todo), rule(Subject.PROJECT, lambda tree: [Hit("whole", path="x")], id="SH0-TT002")]
    report = check(project, rules, only="Dockerfile")
    assert places(report) == [("Dockerfile", 1)]
    assert report.files == 1


def test_many_files_are_shared_out_and_none_is_forgotten(tmp_path: Path) -> None:
    for number in range(1000):
        (tmp_path / f"{number}").write_text("TODO" if number % 3 == 0 else "done")
    report = check(Project(tmp_path), [rule(Subject.FILE, todo, trigger="TODO")])
    assert len(report.findings) == 334
    assert report.files == 1000


def test_triggers_that_are_too_much_for_one_automaton_are_tried_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Exhausted:
        def Match(self, content: bytes) -> None:
            return None

    monkeypatch.setattr("sh0.rules.triggers.Triggers._together", Exhausted())
    report = check(write(tmp_path, a="TODO", b="x"), [rule(Subject.FILE, todo, trigger="TODO")])
    assert places(report) == [("a", 1)]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("to+do", False), ("(?i)to+do", True), ("(?P<word>TODO)$", True), ("X(?=Y)", True), ("(", True)],
)
def test_a_text_says_quickly_whether_a_pattern_can_match(pattern: str, expected: bool) -> None:
    assert TextFile("a", "é TODO").may_match(pattern) is expected


def test_a_file_that_cannot_be_read_is_noted_and_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = write(tmp_path, Dockerfile="TODO", b="TODO")
    real_open = os.open

    def refuse(path: str, *more: int) -> int:
        if str(path).endswith("Dockerfile"):
            raise PermissionError(13, "Permission denied")
        return real_open(path, *more)

    def unreadable(self: Project, path: str) -> bytes | None:
        raise Invalid(f"{path} cannot be read: Permission denied", path=path)

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(Project, "_read", unreadable)
    rules = [
        rule(Subject.FILE, todo),
        rule(Subject.DOCKERFILE, lambda file: [Hit("seen", 1)], id="SH0-TT002"),
        rule(Subject.PROJECT, lambda tree: [Hit("whole", 1, path="b")], id="SH0-TT003"),
    ]
    report = check(project, rules)
    assert [(finding.rule, finding.place.path) for finding in report.findings] == [
        ("SH0-TT001", "b"),
        ("SH0-TT003", "b"),
    ]
    assert report.notes == ("Dockerfile could not be read: Permission denied.",)
    assert not report.broken
