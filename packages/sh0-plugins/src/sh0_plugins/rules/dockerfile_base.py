"""What an image starts from, and as whom it runs."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Hit, Rule, Severity, Subject
from sh0_plugins.rules.commands import calls, final_stages, image_of, spot

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText

__all__ = ["RULES"]

_ROOT = r"^(?:root|0)(?::.*)?$"
_UNPRIVILEGED = r"nonroot|unprivileged|rootless|cgr\.dev/chainguard|bitnami/"
_MOVING = frozenset({"", "latest", "stable", "edge", "main", "master", "nightly", "lts", "current", "alpine", "slim"})
_ENDED: Final = {
    "node": ((20,), "Node.js 20 ended on 2026-04-30"),
    "python": ((3, 10), "Python 3.10 ended on 2026-10-31"),
    "php": ((8, 1), "PHP 8.1 ended on 2025-12-31"),
    "ruby": ((3, 2), "Ruby 3.2 ended on 2026-03-31"),
    "ubuntu": ((20, 10), "the standard support of Ubuntu 20.04 ended on 2025-05-31"),
    "debian": ((11,), "the long-term support of Debian 11 ended on 2026-08-31"),
    "alpine": ((3, 21), "Alpine 3.21 ended on 2026-11-01"),
    "centos": ((9,), "CentOS Linux ended on 2024-06-30"),
}
"""The last version of each image that nobody maintains any more, and since when, after endoflife.date on 2026-11-27."""
_CODENAMES = {"jessie": 8, "stretch": 9, "buster": 10, "bullseye": 11, "xenial": 16, "bionic": 18, "focal": 20}
_ODD_NODES = (19, 21, 23, 25)


def _root(docker: "DockerfileText") -> Iterator[Hit]:
    stages = final_stages(docker)
    if not stages or re.search(_UNPRIVILEGED, stages[0].base):
        return
    instructions = [instruction for stage in stages for instruction in stage.instructions]
    if any(re.search(r"\b(?:gosu|su-exec|setpriv|s6-setuidgid)\b", instruction.text) for instruction in instructions):
        return
    users = [instruction for instruction in instructions if instruction.name == "USER"]
    if not users:
        yield Hit("No USER is set, so the container runs as root.", stages[-1].start.line, 1)
    elif re.match(_ROOT, users[-1].text):
        yield Hit("The last USER is root, so the container runs as root.", users[-1].line, 1)


def _unpinned(docker: "DockerfileText") -> Iterator[Hit]:
    names = {stage.name for stage in docker.parsed.stages if stage.name}
    for stage in docker.parsed.stages:
        if stage.base.lower() in names or "$" in stage.base or "@" in stage.base or stage.base in ("", "scratch"):
            continue
        _, tag = image_of(stage.base)
        if tag in _MOVING:
            said = f"the tag {tag} moves" if tag else "no tag is given, so it is latest"
            yield Hit(f"The base image {stage.base} is not pinned: {said}.", stage.start.line, 1)


def _ended(docker: "DockerfileText") -> Iterator[Hit]:
    for stage in docker.parsed.stages:
        name, tag = image_of(stage.base)
        last, said = _ENDED.get(name, ((0,), ""))
        found = re.match(r"v?(\d+)(?:\.(\d+))?", tag)
        version = tuple(int(part) for part in found.groups() if part) if found else ()
        if not version and tag.split("-")[0] in _CODENAMES and name in ("debian", "ubuntu"):
            version = (_CODENAMES[tag.split("-")[0]],)
        if said and version and _is_past(version, last):
            yield Hit(f"{stage.base} gets no security fixes any more: {said}.", stage.start.line, 1)
        elif name == "node" and version and version[0] in _ODD_NODES:
            yield Hit(
                f"{stage.base} gets no security fixes any more: odd versions of Node.js are kept for half a year.",
                stage.start.line,
                1,
            )


def _is_past(version: tuple[int, ...], last: tuple[int, ...]) -> bool:
    """Whether every version that begins so is the last one or before it; ``3`` may be any of 3."""
    if len(version) < len(last):
        return version < last[: len(version)]
    return version[: len(last)] <= last


def _twice(docker: "DockerfileText") -> Iterator[Hit]:
    seen: set[str] = set()
    for stage in docker.parsed.stages:
        if stage.name and stage.name in seen:
            yield Hit(f"There is already a stage called {stage.name}.", stage.start.line, 1)
        seen.add(stage.name)


def _sudo(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction in docker.parsed.instructions:
        if instruction.name == "RUN" and any(
            "sudo" in call.through or call.words[0] == "sudo" for call in calls(instruction)
        ):
            yield Hit("sudo is used while the image is built.", *spot(docker, instruction, r"\bsudo\b"))


RULES: Final = (
    Rule(
        id="SH0-DF001",
        category=Category.DOCKERFILE,
        severity=Severity.WARNING,
        title="Container runs as root",
        why=(
            "Whoever breaks into the app is root in the container, one flaw of the kernel or one mounted "
            "folder away from being root on the server."
        ),
        remedy="Make a user and switch to it before CMD: `RUN useradd --uid 10001 app` and `USER 10001`.",
        link="https://docs.docker.com/build/building/best-practices/#user",
        subject=Subject.DOCKERFILE,
        check=_root,
    ),
    Rule(
        id="SH0-DF002",
        category=Category.DOCKERFILE,
        severity=Severity.WARNING,
        title="Base image is not pinned",
        why=(
            "The same Dockerfile makes a different image tomorrow: a new major version arrives unasked, and a "
            "rollback that builds again does not bring the old one back."
        ),
        remedy="Give the version that you have tested, such as `python:3.13-slim`, or a digest.",
        link="https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
        subject=Subject.DOCKERFILE,
        check=_unpinned,
    ),
    Rule(
        id="SH0-DF003",
        category=Category.DOCKERFILE,
        severity=Severity.WARNING,
        title="Base image has reached its end of life",
        why="Holes that are found in it from now on stay open.",
        remedy="Move to a version that is still maintained; the link says until when each is.",
        link="https://endoflife.date/",
        subject=Subject.DOCKERFILE,
        check=_ended,
    ),
    Rule(
        id="SH0-DF004",
        category=Category.DOCKERFILE,
        severity=Severity.ERROR,
        title="Two stages have the same name",
        why="`COPY --from` and `--target` can mean only one of them, and the builder refuses the build.",
        remedy="Give each stage a name of its own.",
        link="https://docs.docker.com/reference/build-checks/duplicate-stage-name/",
        subject=Subject.DOCKERFILE,
        check=_twice,
    ),
    Rule(
        id="SH0-DF005",
        category=Category.DOCKERFILE,
        severity=Severity.WARNING,
        title="sudo in a Dockerfile",
        why=(
            "The build is root already until USER says otherwise. An image that holds sudo helps whoever "
            "breaks in to become root."
        ),
        remedy="Do what needs root before USER, or write `USER root` around it; leave sudo out.",
        link="https://docs.docker.com/build/building/best-practices/#user",
        subject=Subject.DOCKERFILE,
        check=_sudo,
    ),
)
