"""The RUN instructions of a Dockerfile with what holds for each: variables, shell, mounts."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Final

import attrs

from sh0.plugin import Edit, Fix, Severity, built_stages, expand_variables, key_value_pairs
from sh0_plugins.rules.commands import Call, calls, final_stages

if TYPE_CHECKING:
    from sh0.plugin import Dockerfile, DockerfileText, Instruction, Stage

__all__ = ["Run", "acting", "all_runs", "image_runs", "passed_over", "replaced"]

_SHELL = ("/bin/sh", "-c")
_INHERITED: Final = 500  # variables that a stage takes over from the one that it starts from


@attrs.frozen
class Run:
    """A RUN instruction.

    Attributes:
        instruction: The instruction; that which ONBUILD keeps, if it is one.
        calls: Its commands.
        stage: The number of its stage, or -1 before the first.
        variables: What ENV, ARG and ``export`` have set, by name.
        shell: What SHELL says.
    """

    instruction: "Instruction"
    calls: tuple[Call, ...]
    stage: int
    variables: Mapping[str, str]
    shell: tuple[str, ...]

    @property
    def mounted(self) -> tuple[str, ...]:
        """Folders that are a cache or in memory while it runs, so that nothing in them stays in the layer."""
        values = (value for name, value in self.instruction.flags if name == "mount")
        kept = (value for value in values if re.search(r"(?:^|,)type=(?:cache|tmpfs)(?:,|$)", value))
        return tuple(path for value in kept for path in re.findall(r"(?:^|,)(?:target|dst|destination)=([^,]+)", value))


def acting(docker: "DockerfileText") -> "Iterator[Instruction]":
    """Every instruction; of an ONBUILD the one that it keeps."""
    return (each.triggered or each for each in docker.parsed.instructions)


def passed_over(docker: "DockerfileText") -> "Callable[[Instruction], Severity | None]":
    """The severity of an error in an instruction that this build does not carry out; None for one that it does.

    BuildKit builds only what the stage that is asked for needs, and ONBUILD keeps its instruction for another build.
    """
    built = built_stages(docker.file.text, docker.target)
    skipped = [each for stage in docker.parsed.stages if stage.number not in built for each in stage.instructions]
    kept = [each for each in docker.parsed.instructions if each.name == "ONBUILD"]
    lines = {each.line for each in (*skipped, *kept)}
    return lambda instruction: Severity.WARNING if instruction.line in lines else None


def all_runs(docker: "DockerfileText") -> Iterator[Run]:
    """Every RUN."""
    return _runs(docker.parsed, docker.parsed.stages)


def image_runs(docker: "DockerfileText") -> Iterator[Run]:
    """Every RUN whose layer becomes part of the image."""
    return _runs(docker.parsed, final_stages(docker))


def _runs(file: "Dockerfile", stages: "tuple[Stage, ...]") -> Iterator[Run]:
    left: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {}
    for number, name, base, instructions in (
        (-1, "", "", file.before),
        *((stage.number, stage.name, file.base(stage).lower(), stage.instructions) for stage in stages),
    ):
        inherited = left.get(base, ({}, _SHELL))
        variables, shell = dict(islice(inherited[0].items(), _INHERITED)), inherited[1]
        for each in instructions:
            instruction = each.triggered or each
            if instruction.name in ("ENV", "ARG"):
                given = key_value_pairs(instruction.text, file.escape)
                if instruction.name == "ARG":
                    named = (word for word in instruction.text.split() if word in file.defaults)
                    given = {**{name: file.defaults[name] for name in named}, **given}
                variables |= {name: expand_variables(value, variables) for name, value in given.items()}
            elif instruction.name == "SHELL":
                shell = instruction.arguments or shell
            elif instruction.name == "RUN":
                found = calls(instruction)
                exported = (call.words[1:] for call in found if call.words[0] == "export")
                own = dict(word.split("=", 1) for words in exported for word in words if "=" in word)
                yield Run(instruction, found, number, {**variables, **own}, shell)
        left[name or str(number)] = (variables, shell)


def replaced(docker: "DockerfileText", line: int, pattern: str, by: str, title: str) -> Fix | None:
    """The fix that replaces the only match of a pattern in a line."""
    text = docker.file.lines[line - 1]
    if len(re.findall(pattern, text)) != 1:
        return None
    return Fix(title, (Edit(docker.file.path, line, line, (re.sub(pattern, by, text),)),))
