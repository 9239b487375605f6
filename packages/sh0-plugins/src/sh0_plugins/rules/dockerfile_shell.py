"""Failures that a shell passes over, and layers that could be one."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Hit, Rule, Severity, Subject
from sh0_plugins.rules.commands import Call, calls_of, spot
from sh0_plugins.rules.dockerfile_runs import Run, all_runs

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText

__all__ = ["RULES"]

_CANNOT_FAIL: Final = frozenset({"echo", "printf", "yes", "true", ":"})
_WITH_PIPEFAIL: Final = frozenset({"bash", "zsh", "ash", "ksh"})
_POSIX: Final = _WITH_PIPEFAIL | {"sh", "dash"}
_FETCHES: Final = frozenset({"curl", "wget"})


def _piped(docker: "DockerfileText") -> Iterator[Hit]:
    for run in all_runs(docker):
        name = run.shell[0].replace("\\", "/").rpartition("/")[2] if run.shell else ""
        if name not in _POSIX or (name in _WITH_PIPEFAIL and "pipefail" in run.shell):
            continue
        if any("pipefail" in call.words for call in run.calls):
            continue
        for call in run.calls:
            if call.joint in ("|", "|&") and call.words[0] not in _CANNOT_FAIL:
                severity = Severity.WARNING if call.words[0] in _FETCHES else None
                said = f"If {call.words[0]} fails, the build goes on with what came out of it."
                yield Hit(said, *spot(docker, run.instruction, r"(?<!\|)\|(?!\|)"), severity=severity)
                break


def _going_on(docker: "DockerfileText") -> Iterator[Hit]:
    for run in all_runs(docker):
        if run.instruction.heredocs and not run.instruction.shell_text.strip() and not _stops(run):
            found = calls_of(run.instruction.heredocs[0])
            unwatched = [call for call in found[:-1] if call.joint in ("\n", ";")]
            if unwatched:
                said = f"If {unwatched[0].words[0]} fails, the commands after it run, and the build succeeds."
                yield Hit(said, run.instruction.line, 1)


def _stops(run: Run) -> bool:
    """Whether the first failure ends a here-document, or a program of its own reads it."""
    body = run.instruction.heredocs[0]
    return body.startswith("#!") or any(map(_sets, run.calls)) or any(_has_e(word) for word in run.shell[1:])


def _sets(call: Call) -> bool:
    return call.words[0] == "set" and ("errexit" in call.words or any(map(_has_e, call.words[1:])))


def _has_e(word: str) -> bool:
    return word == "errexit" or (word.startswith("-") and not word.startswith("--") and "e" in word)


def _consecutive(docker: "DockerfileText") -> Iterator[Hit]:
    before: Run | None = None
    instructions = list(docker.parsed.instructions)
    follows = {each.line: instructions[at - 1].line for at, each in enumerate(instructions) if at}
    for run in all_runs(docker):
        single = len(run.calls) == 1 and not run.instruction.heredocs
        if (
            single
            and before is not None
            and before.stage == run.stage
            and follows.get(run.instruction.line) == before.instruction.line
            and before.instruction.flags == run.instruction.flags
        ):
            yield Hit("This RUN follows another one and could be part of it.", run.instruction.line, 1)
        before = run if single else None


RULES: Final = (
    Rule(
        id="SH0-DF038",
        category=Category.DOCKERFILE,
        severity=Severity.HINT,
        title="Failure in a pipe is passed over",
        why="A shell looks at the last command of a pipe only: half a download becomes part of the image.",
        remedy='Write `SHELL ["/bin/bash", "-o", "pipefail", "-c"]` before it, or do it in two steps joined by `&&`.',
        link="https://docs.docker.com/build/building/best-practices/#using-pipes",
        subject=Subject.DOCKERFILE,
        check=_piped,
    ),
    Rule(
        id="SH0-DF039",
        category=Category.DOCKERFILE,
        severity=Severity.WARNING,
        title="Here-document goes on after a failure",
        why="Only the result of its last command counts, so an image is made of a build that failed.",
        remedy="Begin it with `set -e`.",
        link="https://docs.docker.com/reference/dockerfile/#here-documents",
        subject=Subject.DOCKERFILE,
        check=_going_on,
    ),
    Rule(
        id="SH0-PF013",
        category=Category.PERFORMANCE,
        severity=Severity.HINT,
        title="Several RUN in a row",
        why="Each makes a layer, and what a later one removes stays in the earlier one.",
        remedy="Join them with `&&`, where they change together.",
        link="https://docs.docker.com/build/building/best-practices/#run",
        subject=Subject.DOCKERFILE,
        check=_consecutive,
    ),
)
