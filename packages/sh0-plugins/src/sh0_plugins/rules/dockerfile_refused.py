"""Instructions that the builder refuses: the Dockerfile does not build."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Hit, Rule, Severity, Subject, dockerfile_directives
from sh0_plugins.rules.dockerfile_grammar import ARGUMENTS, INSTRUCTIONS, declared_empty, usual_syntax, wrong_flags

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText

__all__ = ["RULES"]

_NOT_LATER: Final = ("ONBUILD", "FROM", "MAINTAINER")


def _unknown(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction in docker.parsed.instructions if usual_syntax(docker) else ():
        each = instruction.triggered or instruction
        if each.name not in INSTRUCTIONS:
            close = get_close_matches(each.name, INSTRUCTIONS, 1, 0.6)
            meant = f" Did you mean {close[0]}?" if close else ""
            later = None if instruction.triggered is None else Severity.WARNING
            yield Hit(f"{each.name[:40]} is no instruction.{meant}", instruction.line, 1, severity=later)


def _no_stage(docker: "DockerfileText") -> Iterator[Hit]:
    parsed = docker.parsed
    if not usual_syntax(docker) or any(each.name not in INSTRUCTIONS for each in parsed.before):
        return
    early = next((each for each in parsed.before if each.name != "ARG"), None)
    if early is not None:
        yield Hit(f"{early.name} stands before the first FROM, where only ARG may.", early.line, 1)
    elif not parsed.stages:
        what = "has no FROM" if parsed.before else "has no instruction"
        yield Hit(f"The Dockerfile {what}, so there is no image to build.", 1, 1)


def _triggers(docker: "DockerfileText") -> Iterator[Hit]:
    for instruction in docker.parsed.instructions if usual_syntax(docker) else ():
        inner = instruction.triggered
        if inner is not None and inner.name in _NOT_LATER:
            yield Hit(f"ONBUILD cannot keep {inner.name} for later.", instruction.line, 1)


def _arguments(docker: "DockerfileText") -> Iterator[Hit]:
    if not usual_syntax(docker):
        return
    escape = dockerfile_directives(docker.file.text).get("escape", "\\")
    if escape not in ("\\", "`"):
        yield Hit(f"The directive escape takes a backslash or a backtick, not {escape[:20]}.", 1, 1)
    for instruction in docker.parsed.instructions:
        each = instruction.triggered or instruction
        if instruction.name == "ONBUILD" and not instruction.text:
            yield Hit("ONBUILD has no instruction.", instruction.line, 1)
        wrong = wrong_flags(each) or (ARGUMENTS[each.name](each, docker.parsed) if each.name in ARGUMENTS else "")
        if instruction.unterminated:
            wrong = f"has a here-document that no line {instruction.unterminated[:40]} ends"
        if wrong:
            later = None if instruction.triggered is None or instruction.unterminated else Severity.WARNING
            yield Hit(f"{each.name} {wrong}.", instruction.line, 1, severity=later)
    for stage in docker.parsed.stages:
        run = next((each for each in stage.instructions if each.name in ("ADD", "COPY", "RUN")), None)
        if stage.base == "scratch" and run is not None and run.name == "RUN" and not run.flag("mount"):
            yield Hit("RUN has nothing to run: FROM scratch is empty, and nothing was copied into it.", run.line, 1)
        if stage.base.startswith("$") and not docker.parsed.base(stage):
            name = declared_empty(stage.base, docker.parsed)
            if name:
                said = f"FROM starts from {stage.base[:60]}: {name} is empty unless a build argument sets it."
                yield Hit(said, stage.start.line, 1, severity=Severity.WARNING)


_WHY: Final = "The builder refuses the Dockerfile, so nothing is deployed: what serves now keeps serving."

RULES: Final = (
    Rule(
        id="SH0-DF024",
        category=Category.DOCKERFILE,
        severity=Severity.ERROR,
        title="Unknown instruction",
        why=_WHY,
        remedy="Correct the word. A line that continues the one before needs a backslash at the end of that one.",
        link="https://docs.docker.com/reference/dockerfile/#overview",
        subject=Subject.DOCKERFILE,
        check=_unknown,
    ),
    Rule(
        id="SH0-DF025",
        category=Category.DOCKERFILE,
        severity=Severity.ERROR,
        title="Dockerfile does not begin with FROM",
        why=_WHY,
        remedy="Begin with FROM. Only comments, directives and ARG may stand before it.",
        link="https://docs.docker.com/reference/dockerfile/#format",
        subject=Subject.DOCKERFILE,
        check=_no_stage,
    ),
    Rule(
        id="SH0-DF026",
        category=Category.DOCKERFILE,
        severity=Severity.ERROR,
        title="Arguments that the builder refuses",
        why=_WHY,
        remedy="Write what the link says that the instruction takes.",
        link="https://docs.docker.com/reference/dockerfile/",
        subject=Subject.DOCKERFILE,
        check=_arguments,
    ),
    Rule(
        id="SH0-DF029",
        category=Category.DOCKERFILE,
        severity=Severity.ERROR,
        title="ONBUILD of an instruction that cannot wait",
        why=_WHY,
        remedy="Remove it: ONBUILD keeps any instruction but FROM, MAINTAINER and ONBUILD.",
        link="https://docs.docker.com/reference/dockerfile/#onbuild",
        subject=Subject.DOCKERFILE,
        check=_triggers,
    ),
)
