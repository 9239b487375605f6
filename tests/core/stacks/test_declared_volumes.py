"""Volumes of images that are still to be built: the plan reads them from the Dockerfiles."""

from pathlib import Path

import attrs
import pytest

from sh0 import StackPlan, plan_compose
from sh0.testing import fake_image
from tests.core.stacks.parts import Stage

DOCKERFILE = "ARG AT=/var/a\nFROM scratch AS own\nARG AT\nVOLUME $AT /var/b\nFROM db:1 AS based\nVOLUME /var/c\n"


def volumes(plan: StackPlan) -> dict[str, str]:
    return {volume.key: volume.why for volume in plan.volumes}


def wanted(*paths: str) -> dict[str, str]:
    return {f"x-{path[1:].replace('/', '-')}": f"the image wants a volume at {path}" for path in paths}


@pytest.mark.parametrize(
    ("build", "paths"),
    [
        ("{context: app, target: own}", ["/var/a", "/var/b"]),
        ("{context: app, target: own, args: {AT: /given}}", ["/given", "/var/b"]),
        ("app", ["/var/c"]),
        ("{context: ., dockerfile: app/Dockerfile, target: '1'}", ["/var/c"]),
        ('{context: ., dockerfile_inline: "FROM scratch\\nVOLUME /inline\\n"}', ["/inline"]),
    ],
)
def test_the_offline_plan_has_the_volumes_of_a_dockerfile(tmp_path: Path, build: str, paths: list[str]) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text(DOCKERFILE)
    (tmp_path / "compose.yaml").write_text(f"services: {{x: {{build: {build}}}}}\n")
    plan = plan_compose(tmp_path, name="shop")
    assert volumes(plan) == wanted(*paths)
    assert any("whether db:1, on which x is built, wants further volumes" in text for text in plan.unknown) == (
        paths == ["/var/c"]
    )


def test_the_plan_of_a_platform_has_those_of_the_base_image_as_well(stage: Stage) -> None:
    stage.runtime.add_image(attrs.evolve(fake_image("db:1"), volumes=("/base",)))
    text = "services: {x: {build: app}}\n"
    plan = stage.plan(text, sent={"app/Dockerfile": DOCKERFILE})
    assert volumes(plan) == wanted("/base", "/var/c")
    assert plan.unknown == ()


def test_a_mounted_path_needs_no_volume_of_its_own(stage: Stage) -> None:
    text = "services: {x: {build: {context: app, target: own}, volumes: ['data:/var']}}\nvolumes: {data: {}}\n"
    assert volumes(stage.plan(text, sent={"app/Dockerfile": DOCKERFILE})) == {"data": ""}


@pytest.mark.parametrize("dockerfile", [None, "FROM $X\nVOLUME /a\n", "FROM sh0/x\n", "", "VOLUME /a\n"])
def test_an_unreadable_one_leaves_the_question_open(tmp_path: Path, dockerfile: str | None) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "x").write_text("")
    if dockerfile is not None:
        (tmp_path / "app" / "Dockerfile").write_text(dockerfile)
    (tmp_path / "compose.yaml").write_text("services: {x: {build: app}}\n")
    assert any("volumes" in text for text in plan_compose(tmp_path, name="shop").unknown)
