"""Dockerfiles as stages and instructions, each with its lines. Nothing is expanded and nothing refused.

The format is that of https://docs.docker.com/reference/dockerfile/: continuation lines, comments between them, the
``escape`` directive, here-documents, flags, JSON arguments, the variables of a stage.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

import attrs

__all__ = ["Dockerfile", "Instruction", "Stage", "parse"]

_DIRECTIVE = re.compile(r"#\s*([A-Za-z]+)\s*=\s*(\S+)\s*$")
_WORD = re.compile(r"\s*([A-Za-z]+)(?:\s+(.*))?$", re.DOTALL)
_FLAG = re.compile(r"\s*--([A-Za-z-]+)(?:=(\"[^\"]*\"|\S*))?(?=\s|$)")
_HEREDOC = re.compile(r"<<-?\s*([\"']?)([A-Za-z_]\w*)\1")
_HEREDOC_IN: Final = frozenset({"RUN", "COPY", "ADD"})


@attrs.frozen
class Instruction:
    """One instruction.

    Attributes:
        name: In capitals: ``RUN``.
        flags: Its ``--name=value`` options, in order; a bare flag has an empty value.
        text: What follows, continuation lines joined by a space, without comments; here-documents are not in it.
        line: Its first line, from 1.
        last: Its last line, that of a here-document included.
        heredocs: The bodies of its here-documents.
    """

    name: str
    flags: tuple[tuple[str, str], ...]
    text: str
    line: int
    last: int
    heredocs: tuple[str, ...] = ()

    def flag(self, name: str) -> str | None:
        """The value of an option, or None if it is not given."""
        return next((value for flag, value in self.flags if flag == name), None)

    @property
    def arguments(self) -> tuple[str, ...] | None:
        """The arguments of the JSON form (``["a", "b"]``), or None in the shell form."""
        if not self.text.startswith("["):
            return None
        try:
            value = json.loads(self.text)
        except ValueError:
            return None
        return tuple(value) if isinstance(value, list) and all(isinstance(word, str) for word in value) else None


@attrs.frozen
class Stage:
    """From one ``FROM`` to the next.

    Attributes:
        number: From 0.
        base: The image or stage that it starts from, as written.
        name: Its name after ``AS`` in lower case, or empty.
        start: The ``FROM`` itself.
        instructions: What follows it.
    """

    number: int
    base: str
    name: str
    start: Instruction
    instructions: tuple[Instruction, ...]


@attrs.frozen
class Dockerfile:
    """A Dockerfile.

    Attributes:
        before: Instructions before the first ``FROM`` (``ARG``).
        stages: Its stages, in order.
    """

    before: tuple[Instruction, ...]
    stages: tuple[Stage, ...]

    @property
    def instructions(self) -> Iterator[Instruction]:
        """Every instruction, in order."""
        yield from self.before
        for stage in self.stages:
            yield stage.start
            yield from stage.instructions


def parse(text: str) -> Dockerfile:
    """Read a Dockerfile. Lines that are no instruction are left out."""
    before: list[Instruction] = []
    stages: list[tuple[Instruction, list[Instruction]]] = []
    for instruction in _instructions(text):
        if instruction.name == "FROM":
            stages.append((instruction, []))
        else:
            (stages[-1][1] if stages else before).append(instruction)
    return Dockerfile(tuple(before), tuple(_stage(number, *found) for number, found in enumerate(stages)))


def _stage(number: int, start: Instruction, instructions: list[Instruction]) -> Stage:
    words = start.text.split()
    named = len(words) > 2 and words[1].lower() == "as"
    return Stage(number, words[0] if words else "", words[2].lower() if named else "", start, tuple(instructions))


def _instructions(text: str) -> Iterator[Instruction]:
    lines = text.split("\n")
    escape = _escape(lines)
    at = 0
    while at < len(lines):
        first, parts = at, list[str]()
        while at < len(lines):
            line = lines[at].rstrip()
            at += 1
            if not line.strip() or line.lstrip().startswith("#"):
                if not parts:
                    first = at
                continue
            goes_on = line.endswith(escape)
            parts.append((line[:-1] if goes_on else line).strip())
            if not goes_on:
                break
        match = _WORD.match(" ".join(parts))
        if match is None:
            continue
        name, rest = match[1].upper(), match[2] or ""
        heredocs = []
        for _, end in _HEREDOC.findall(rest) if name in _HEREDOC_IN else ():
            begun = at
            while at < len(lines) and lines[at].strip("\t\r ") != end:
                at += 1
            heredocs.append("\n".join(lines[begun:at]))
            at = min(at + 1, len(lines))
        flags, rest = _flags(rest)
        yield Instruction(name, flags, rest.strip(), first + 1, at, tuple(heredocs))


def _escape(lines: list[str]) -> str:
    """The character that continues a line: a backslash, or what a directive at the very top says."""
    for line in lines:
        directive = _DIRECTIVE.match(line.strip())
        if directive is None:
            break
        if directive[1].lower() == "escape" and directive[2] in ("\\", "`"):
            return directive[2]
    return "\\"


def _flags(rest: str) -> tuple[tuple[tuple[str, str], ...], str]:
    found = []
    while match := _FLAG.match(rest):
        found.append((match[1], (match[2] or "").strip('"')))
        rest = rest[match.end() :]
    return tuple(found), rest
