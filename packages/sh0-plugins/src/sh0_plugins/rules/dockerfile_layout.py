"""Instructions that do not do what they seem to, or that the builder refuses."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Edit, Fix, Hit, Rule, Severity, Subject
from sh0_plugins.rules.commands import commands, final_stages, spot
from sh0_plugins.rules.dockerfile_copies import words
from sh0_plugins.rules.dockerfile_runs import passed_over

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText

__all__ = ["RULES"]


def _relative(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction in docker.parsed.instructions:
        path = instruction.text.strip("\"' ")
        if instruction.name == "WORKDIR" and path and not re.match(r"/|\$|[A-Za-z]:[\\/]", path):
            yield Hit(f"WORKDIR {path} depends on the WORKDIR before it.", instruction.line, 1)


def _no_folder(docker: "DockerfileText") -> Iterator[Hit]:
    names = {stage.name for stage in docker.parsed.stages if stage.name}
    for stage in docker.parsed.stages:
        if stage.base != "scratch" and stage.base.lower() in names:
            continue
        for instruction in stage.instructions:
            if instruction.name == "WORKDIR":
                break
            found = words(instruction) if instruction.name in ("COPY", "ADD") else ()
            if len(found) > 1 and not re.match(r"/|\$|[A-Za-z]:", found[-1]):
                yield Hit(f"{found[-1]} is relative, and no WORKDIR says to what.", instruction.line, 1)
                break


def _ports(docker: "DockerfileText") -> Iterator[Hit]:
    passed = passed_over(docker)
    for instruction in docker.parsed.instructions:
        if instruction.name != "EXPOSE":
            continue
        for word in instruction.text.split():
            number, slash, protocol = word.strip("\"'").partition("/")
            place = spot(docker, instruction, re.escape(word))
            ends = number.split("-")
            if "$" in word:
                continue
            if slash and protocol.lower() not in ("tcp", "udp", "sctp"):
                yield Hit(
                    f"{word} names no protocol; there are tcp, udp and sctp.", *place, severity=passed(instruction)
                )
            elif ":" in number:
                yield Hit(f"{word} maps ports, which EXPOSE cannot.", *place, severity=Severity.WARNING)
            elif number == "0":
                yield Hit("The port 0 is none that anything can reach.", *place, severity=Severity.WARNING)
            elif not all(map(_port, ends)) or len(ends) > 2 or int(ends[0]) > int(ends[-1]):
                said = f"{word} is no port; ports go from 1 to 65535."
                yield Hit(said, *place, severity=passed(instruction))


def _port(text: str) -> bool:
    return text.isdecimal() and len(text) < 7 and 0 < int(text) < 65536


def _remote_logins(docker: "DockerfileText") -> Iterator[Hit]:
    for stage in final_stages(docker):
        for instruction in stage.instructions:
            if instruction.name == "EXPOSE" and any(
                word.partition("/")[0] in ("22", "23", "3389") for word in instruction.text.split()
            ):
                yield Hit("A port for remote logins is exposed.", *spot(docker, instruction, r"\b(?:22|23|3389)\b"))


def _maintainer(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction in docker.parsed.instructions:
        if instruction.name == "MAINTAINER" and instruction.line == instruction.last:
            who = instruction.text.strip("\"'").replace("\\", "").replace('"', "'")
            label = f'LABEL org.opencontainers.image.authors="{who}"'
            fix = Fix("Write a label", (Edit(docker.file.path, instruction.line, instruction.line, (label,)),))
            yield Hit("MAINTAINER is deprecated.", instruction.line, 1, fix=fix if "$" not in who else None)


def _changes_folder(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction in docker.parsed.instructions:
        if instruction.name == "RUN":
            found = list(commands(instruction))
            if len(found) == 1 and found[0][0] == "cd":
                yield Hit(
                    "cd ends with its RUN; the next instruction is back where it was.",
                    *spot(docker, instruction, r"\bcd\b"),
                )


RULES: Final = (
    Rule(
        id="SH0-DF019",
        category=Category.DOCKERFILE,
        severity=Severity.WARNING,
        title="Relative WORKDIR",
        why=(
            "It is added to whatever WORKDIR came before, in the base image too, so an update of that can move "
            "the app elsewhere."
        ),
        remedy="Write an absolute path, such as `WORKDIR /app`.",
        link="https://docs.docker.com/reference/build-checks/workdir-relative-path/",
        subject=Subject.DOCKERFILE,
        check=_relative,
    ),
    Rule(
        id="SH0-DF020",
        category=Category.DOCKERFILE,
        severity=Severity.HINT,
        title="Files are copied without a WORKDIR",
        why="They land in the root folder, among the files of the system, or wherever the base image happens to point.",
        remedy="Write `WORKDIR /app` before it.",
        link="https://docs.docker.com/build/building/best-practices/#workdir",
        subject=Subject.DOCKERFILE,
        check=_no_folder,
    ),
    Rule(
        id="SH0-DF021",
        category=Category.DOCKERFILE,
        severity=Severity.ERROR,
        title="EXPOSE of something that is no port",
        why="The builder refuses it, or the image announces a port that nobody can reach.",
        remedy="Write a number from 1 to 65535, with `/udp` behind it if need be.",
        link="https://docs.docker.com/reference/dockerfile/#expose",
        subject=Subject.DOCKERFILE,
        check=_ports,
    ),
    Rule(
        id="SH0-EX013",
        category=Category.EXPOSURE,
        severity=Severity.WARNING,
        title="Port for remote logins is exposed",
        why="A container that invites logins is a second server to harden and to watch.",
        remedy="Remove it; `sh0 ssh APP` opens a terminal in a running container.",
        link="https://docs.docker.com/reference/dockerfile/#expose",
        subject=Subject.DOCKERFILE,
        check=_remote_logins,
    ),
    Rule(
        id="SH0-DF022",
        category=Category.DOCKERFILE,
        severity=Severity.HINT,
        title="MAINTAINER is deprecated",
        why="A label says the same, and `docker inspect` shows it.",
        remedy='Write `LABEL org.opencontainers.image.authors="…"`.',
        link="https://docs.docker.com/reference/build-checks/maintainer-deprecated/",
        subject=Subject.DOCKERFILE,
        check=_maintainer,
    ),
    Rule(
        id="SH0-DF023",
        category=Category.DOCKERFILE,
        severity=Severity.WARNING,
        title="RUN cd does nothing",
        why="Each RUN begins in the WORKDIR again, so the commands after it run in another folder than it seems.",
        remedy="Write `WORKDIR folder` instead.",
        link="https://docs.docker.com/build/building/best-practices/#workdir",
        subject=Subject.DOCKERFILE,
        check=_changes_folder,
    ),
)
