"""A stage that a Compose file asks for and that is not there is named by the plan, not by the builder."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from sh0.builds.detect import detect
from sh0.errors import Invalid
from sh0.source.tree import Project
from sh0.stacks.offline import plan_compose
from tests.core.stacks.parts import Stage

DOCKERFILE = "FROM debian:12 AS build\nFROM build AS release\n"
SERVICE = "services: {web: {build: %s}}\n"


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("build", "files", "said"),
    [
        ("{context: ., target: prod}", {"Dockerfile": DOCKERFILE}, "no stage prod"),
        ('{context: ., target: "2"}', {"Dockerfile": DOCKERFILE}, "no stage 2"),
        ('{context: ., target: "-1"}', {"Dockerfile": DOCKERFILE}, "no stage -1"),
        ("{context: ., target: relaese}", {"Dockerfile": DOCKERFILE}, "did you mean release?"),
        ("{context: web, dockerfile: D, target: web}", {"web/D": "FROM debian:12\n"}, "no stage web"),
        ('{target: "${STAGE:-none}"}', {"Dockerfile": DOCKERFILE}, "no stage none"),
        ('{context: ., target: "a b", dockerfile_inline: "FROM debian:12 AS a"}', {}, "no stage a b"),
    ],
)
def test_a_stage_that_is_not_there_is_named_by_the_plan(
    stage: Stage, tmp_path: Path, build: str, files: dict[str, str], said: str
) -> None:
    text = SERVICE % build
    with pytest.raises(Invalid, match=said) as refused:
        plan_compose(written(tmp_path / "project", {"compose.yaml": text, **files}))
    assert refused.value.message.startswith("compose.yaml, line 1")
    with pytest.raises(Invalid, match=said):
        stage.plan(text, sent=files)
    with pytest.raises(Invalid, match=said):
        stage.up(text, sent=files)
    assert not stage.core.platform.stacks.list()


@pytest.mark.parametrize("target", ["release", "RELEASE", "build", '"0"', '"1"', '""'])
def test_a_stage_that_is_there_is_planned(stage: Stage, target: str) -> None:
    plan = stage.plan(SERVICE % f"{{context: ., target: {target}}}", sent={"Dockerfile": DOCKERFILE})
    assert [service.service for service in plan.services] == ["web"]


def test_a_stage_of_a_project_without_a_dockerfile_is_refused(stage: Stage) -> None:
    with pytest.raises(Invalid, match="there is no Dockerfile that could have one"):
        stage.plan(SERVICE % "{context: ., target: prod}", sent={"requirements.txt": "", "app.py": ""})


def test_detection_refuses_such_a_stage_as_well(tmp_path: Path) -> None:
    project = Project(written(tmp_path, {"Dockerfile": DOCKERFILE}))
    with pytest.raises(Invalid, match="Dockerfile: the Dockerfile has no stage prod"):
        detect(project, target="prod")
    assert detect(project, target="Build").dockerfile == "Dockerfile"
