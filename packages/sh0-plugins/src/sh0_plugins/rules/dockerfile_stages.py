"""Stages that take from each other: which exist, and when."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import (
    Category,
    ComposeFile,
    Hit,
    Invalid,
    Rule,
    Severity,
    Subject,
    TextFile,
    is_compose,
    stage_sources,
)
from sh0_plugins.rules.commands import spot
from sh0_plugins.rules.dockerfile_grammar import usual_syntax

if TYPE_CHECKING:
    from sh0.plugin import Dockerfile, DockerfileText, Stage

__all__ = ["RULES"]

_NAMED: Final = 12  # stages that a finding names
_RESERVED: Final = ("context", "scratch")


def _unknown(docker: "DockerfileText") -> Iterator[Hit]:
    for stage in docker.parsed.stages if usual_syntax(docker) else ():
        for instruction in stage.instructions:
            for name in stage_sources(instruction.triggered or instruction):
                hit = _judged(docker.parsed, stage, name, waits=instruction.name == "ONBUILD")
                if hit is not None:
                    severity, said = hit
                    yield Hit(said, *spot(docker, instruction, r"\bfrom="), severity=severity)


def _judged(file: "Dockerfile", own: "Stage", name: str, *, waits: bool) -> tuple[Severity, str] | None:
    worst = Severity.WARNING if waits else Severity.ERROR
    if "$" in name:
        return worst, f"--from={name[:60]} holds a variable, which the builder does not replace there."
    lowered = name.lower()
    if lowered == own.name or name == str(own.number):
        return worst, f"The stage {name} copies from itself."
    if name.isdecimal():
        if int(name[:9]) < own.number:
            return None
        return worst, f"There is no stage {name} before this one; the first has the number 0."
    if waits or file.named(name, own.number) is not None:
        return None
    if (later := file.named(name)) is not None:
        return worst, f"The stage {name} comes later (line {later.start.line}), so nothing can be copied from it yet."
    if re.search(r"[:@/.]", name) or name == "scratch":
        return None
    return Severity.WARNING, f"No stage is called {name}, so it is fetched as an image of that name."


def _reserved(docker: "DockerfileText") -> Iterator[Hit]:
    for stage in docker.parsed.stages:
        if stage.name in _RESERVED:
            yield Hit(f"{stage.name} has a meaning of its own and cannot name a stage.", stage.start.line, 1)


def _absent(docker: "DockerfileText") -> Iterator[Hit]:
    """The stage that a Compose file asks for and that is not there."""
    stages = docker.parsed.stages
    if not docker.target or not stages or docker.parsed.stage(docker.target) is not None:
        return
    names = [stage.name for stage in stages if stage.name]
    known = f"; its stages are {', '.join(names[:_NAMED])}" if names else "; none of its stages has a name"
    said = f"The Compose file builds the stage {docker.target[:60]} of {docker.file.path}, which has none of that name"
    asked = list(_asking(docker))
    for path, line, column in asked:
        yield Hit(f"{said}{known}.", line, column, path=path)
    if not asked:
        yield Hit(f"{said}{known}.", stages[-1].start.line, 1)


def _asking(docker: "DockerfileText") -> Iterator[tuple[str, int, int]]:
    """Where Compose files ask for the stage."""
    from sh0.plugin import load_yaml  # worth its time to load only where the stage is not there

    for path in filter(is_compose, docker.project.names):
        try:
            compose = ComposeFile(TextFile(path, ""), load_yaml(docker.project.text(path) or "", path))
        except Invalid:
            continue  # its own rule says so
        for name, service in compose.services():
            build = service.get("build")
            if isinstance(build, dict) and str(build.get("target", "")) == docker.target:
                mark = compose.document.where(("services", name, "build", "target"))
                yield path, mark.line, mark.column


RULES: Final = (
    Rule(
        id="SH0-DF028",
        category=Category.DOCKERFILE,
        severity=Severity.ERROR,
        title="Stage that is not there",
        why="Only stages that come before can be copied from. Any other name is taken for an image and fetched.",
        remedy="Name a stage that stands further up, or an image with its tag.",
        link="https://docs.docker.com/build/building/multi-stage/#name-your-build-stages",
        subject=Subject.DOCKERFILE,
        check=_unknown,
    ),
    Rule(
        id="SH0-DF030",
        category=Category.DOCKERFILE,
        severity=Severity.WARNING,
        title="Stage with a reserved name",
        why="`scratch` always means the empty image, and `context` the files that are built.",
        remedy="Give the stage another name.",
        link="https://docs.docker.com/reference/build-checks/reserved-stage-name/",
        subject=Subject.DOCKERFILE,
        check=_reserved,
    ),
    Rule(
        id="SH0-DF046",
        category=Category.DOCKERFILE,
        severity=Severity.ERROR,
        title="Target that is no stage",
        why="`build.target` of a Compose file names the stage that is built. Without that stage nothing is built.",
        remedy="Name one of the Dockerfile's stages, or leave `target` out to build the last one.",
        link="https://docs.docker.com/reference/compose-file/build/#target",
        subject=Subject.DOCKERFILE,
        check=_absent,
    ),
)
