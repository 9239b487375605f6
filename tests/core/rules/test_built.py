"""Which Dockerfiles count: those that are built. What is found in others is a hint."""

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from sh0 import Category, Severity
from sh0.plugin import DockerfileText, Hit, Rule, Subject, TextFile
from sh0.rules.built import built_dockerfiles
from sh0.rules.engine import check
from sh0.source.tree import Project

RULE = Rule(
    id="SH0-XX001",
    category=Category.DOCKERFILE,
    severity=Severity.ERROR,
    title="Anything",
    why="Because.",
    remedy="Do.",
    link="https://example.com",
    subject=Subject.DOCKERFILE,
    check=lambda docker: (Hit("Found.", 1, severity=Severity.WARNING), Hit("Worse.", 1)),
)


def project(folder: Path, *paths: str, **texts: str) -> Project:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("FROM a:1\n")
    for name, text in texts.items():
        (folder / name.replace("_", ".")).write_text(text)
    return Project(folder)


def severities(found: Project, dockerfile: str | None = None) -> dict[str, set[str]]:
    report = check(found, [RULE], dockerfile=dockerfile)
    by_path: dict[str, set[str]] = {}
    for finding in report.findings:
        by_path.setdefault(finding.place.path, set()).add(finding.severity.value)
    return by_path


BOTH, HINTS = {"error", "warning"}, {"hint"}


def test_a_dockerfile_that_is_not_built_has_hints_only(tmp_path: Path) -> None:
    found = project(tmp_path, "Dockerfile", "dev.Dockerfile", "Dockerfile.test", "docs/Dockerfile")
    expected = {"Dockerfile": BOTH, "dev.Dockerfile": HINTS, "Dockerfile.test": HINTS, "docs/Dockerfile": HINTS}
    assert severities(found) == expected


def test_the_one_that_the_manifest_names_is_built(tmp_path: Path) -> None:
    found = project(tmp_path, "Dockerfile", "ops/web.Dockerfile", sh0_yaml="build: {dockerfile: ops/web.Dockerfile}\n")
    assert severities(found) == {"Dockerfile": HINTS, "ops/web.Dockerfile": BOTH}


def test_the_one_that_the_app_names_is_built(tmp_path: Path) -> None:
    found = project(tmp_path, "Dockerfile", "web.Dockerfile", "api/Dockerfile")
    assert severities(found, "web.Dockerfile") == {
        "Dockerfile": HINTS,
        "web.Dockerfile": BOTH,
        "api/Dockerfile": HINTS,
    }


def test_those_of_a_compose_file_are_built(tmp_path: Path) -> None:
    compose = "services: {a: {build: ./a}, b: {build: {context: ., dockerfile: b.Dockerfile}}, c: {image: 'x:1'}}\n"
    found = project(tmp_path, "a/Dockerfile", "b.Dockerfile", "c.Dockerfile", compose_yaml=compose)
    assert severities(found) == {"a/Dockerfile": BOTH, "b.Dockerfile": BOTH, "c.Dockerfile": HINTS}


def test_those_of_several_apps_in_a_repository_may_be_built(tmp_path: Path) -> None:
    found = project(tmp_path, "a/Dockerfile", "b/Dockerfile", "b/dev.Dockerfile")
    assert severities(found) == {"a/Dockerfile": BOTH, "b/Dockerfile": BOTH, "b/dev.Dockerfile": HINTS}


def test_a_file_that_is_asked_for_counts_as_built(tmp_path: Path) -> None:
    found = project(tmp_path, "Dockerfile", "dev.Dockerfile")
    report = check(found, [RULE], only="dev.Dockerfile")
    assert {finding.severity for finding in report.findings} == {Severity.ERROR, Severity.WARNING}


@pytest.mark.parametrize(
    ("manifest", "built"),
    [
        ("source: {root: services/api}\n", {"services/api/Dockerfile": "services/api"}),
        ("source: {root: ./api/}\nbuild: {dockerfile: ops/D}\n", {"api/ops/D": "api"}),
        ("build: [\n", {"Dockerfile": ""}),
        ("build: 1\n", {"Dockerfile": ""}),
    ],
)
def test_the_context_is_the_root(tmp_path: Path, manifest: str, built: dict[str, str]) -> None:
    assert built_dockerfiles(project(tmp_path, sh0_yaml=manifest)) == built


TARGETS = """\
FROM alpine:3 AS base
VOLUME /data
FROM base AS dev
ENV DEBUG=1
VOLUME /cache
CMD ["npm", "run", "dev"]
FROM alpine:3 AS prod
USER 1000
CMD ["serve"]
"""


def in_stages(docker: DockerfileText) -> Iterator[Hit]:
    for stage in docker.parsed.lineage(docker.target):
        yield Hit(f"Line {stage.start.line}.", stage.start.line)


def test_the_stage_that_the_compose_file_builds_is_looked_at(tmp_path: Path) -> None:
    rule = attrs.evolve(RULE, check=in_stages)
    for target, lines in {"prod": {7}, "PROD": {7}, "dev": {1, 3}, "1": {1, 3}, "": {7}, "${STAGE}": {7}}.items():
        compose = f"services: {{a: {{build: {{context: ., target: '{target}'}}}}}}\n"
        found = project(tmp_path, Dockerfile=TARGETS, compose_yaml=compose)
        assert {finding.place.line for finding in check(found, [rule]).findings} == lines
        assert {finding.place.line for finding in check(found, [rule], dockerfile="Dockerfile").findings} == {7}


def test_several_stages_that_are_built_are_looked_at_each(tmp_path: Path) -> None:
    compose = "services: {a: {build: {context: ., target: dev}}, b: {build: {context: ., target: prod}}}\n"
    found = project(tmp_path, Dockerfile=TARGETS, compose_yaml=compose)
    report = check(found, [attrs.evolve(RULE, check=in_stages)])
    assert [finding.place.line for finding in report.findings] == [1, 3, 7]
    alone = "services: {a: {build: {context: ., target: dev}}}\n"
    found = project(tmp_path, Dockerfile=TARGETS, compose_yaml=alone, sh0_yaml="app: shop\n")
    report = check(found, [attrs.evolve(RULE, check=in_stages)])
    assert [finding.place.line for finding in report.findings] == [1, 3, 7]


def test_of_one_finding_with_two_severities_the_worse_one_counts(tmp_path: Path) -> None:
    def judged(docker: DockerfileText) -> Iterator[Hit]:
        yield Hit("Found.", 1, severity=Severity.ERROR if docker.target == "dev" else Severity.HINT)

    compose = "services: {a: {build: {context: ., target: prod}}, b: {build: {context: ., target: dev}}}\n"
    found = project(tmp_path, Dockerfile=TARGETS, compose_yaml=compose)
    [finding] = check(found, [attrs.evolve(RULE, check=judged)]).findings
    assert finding.severity is Severity.ERROR


def test_an_error_in_a_stage_that_no_service_builds_is_a_hint(tmp_path: Path) -> None:
    def lines(file: TextFile) -> Iterator[Hit]:
        yield Hit("Dev.", 4)
        yield Hit("Prod.", 8)

    rule = attrs.evolve(
        RULE, subject=Subject.FILE, files=("Dockerfile",), trigger="ENV", category=Category.EXPOSURE, check=lines
    )
    compose = "services: {a: {build: {context: ., target: dev}}}\n"
    found = project(tmp_path, Dockerfile=TARGETS, compose_yaml=compose)
    dev, prod = check(found, [rule]).findings
    assert (dev.severity, prod.severity) == (Severity.ERROR, Severity.HINT)
    assert "builds another stage" in prod.message
