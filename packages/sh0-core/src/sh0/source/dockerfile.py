"""Dockerfiles as stages and instructions, each with its lines. Nothing is refused.

This is the only reader of Dockerfiles: detection, rules and the builder use it. The grammar is BuildKit's
(https://docs.docker.com/reference/dockerfile/): directives, continuation lines with comments and blank lines between
them, here-documents, flags, JSON arguments, variables of FROM.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

import attrs

from sh0.source.dockerfile_words import Mark, expand, marks_of, pairs, spans, unquote, without_marks
from sh0.source.lines import lines_of

__all__ = ["Dockerfile", "Instruction", "Stage", "directives", "parse"]

_DIRECTIVE = re.compile(r"#[ \t]*([A-Za-z][A-Za-z0-9]*)[ \t]*=[ \t]*(\S.*?)[ \t]*")
_DIRECTIVES: Final = frozenset({"syntax", "escape", "check"})
_FLAG = re.compile(r"--([A-Za-z-]+)(?:=(.*))?", re.DOTALL)
_HEREDOC_IN: Final = frozenset({"RUN", "COPY", "ADD"})


@attrs.frozen
class Instruction:
    """One instruction.

    Attributes:
        name: In capitals: ``RUN``.
        flags: Its ``--name=value`` options, in order; a bare flag has an empty value.
        text: What follows, continuation lines joined as they are, without comments. Here-documents are not in it,
            only the words that begin them.
        line: Its first line, from 1.
        last: Its last line, that of a here-document included.
        heredocs: The bodies of its here-documents.
        unterminated: The delimiter of a here-document that no line ends, or empty. BuildKit refuses such a file.
            Here the lines that follow it stay instructions.
    """

    name: str
    flags: tuple[tuple[str, str], ...]
    text: str
    line: int
    last: int
    heredocs: tuple[str, ...] = ()
    unterminated: str = ""

    def flag(self, name: str) -> str | None:
        """The value of an option, or None if it is not given."""
        return next((value for flag, value in self.flags if flag == name), None)

    @cached_property
    def arguments(self) -> tuple[str, ...] | None:
        """The arguments of the JSON form (``["a", "b"]``), or None in the shell form."""
        if not self.text.startswith("["):
            return None
        try:
            value = json.loads(self.text)
        except (ValueError, RecursionError):
            return None
        return tuple(value) if isinstance(value, list) and all(isinstance(word, str) for word in value) else None

    @property
    def shell_text(self) -> str:
        """The text without the words that begin here-documents."""
        return without_marks(self.text) if self.heredocs else self.text

    @cached_property
    def triggered(self) -> "Instruction | None":
        """The instruction that ONBUILD keeps for later, at the same lines; None if this is another one."""
        inner = _instruction(self.text, self.line) if self.name == "ONBUILD" else None
        return inner and attrs.evolve(inner, last=self.last, heredocs=self.heredocs, unterminated=self.unterminated)


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
        escape: The character that continues a line and takes the next character as it is.
    """

    before: tuple[Instruction, ...]
    stages: tuple[Stage, ...]
    escape: str = "\\"

    @cached_property
    def defaults(self) -> dict[str, str]:
        """The variables that every FROM may use: names and defaults of the ARG instructions before the first one."""
        found: dict[str, str] = {}
        for instruction in self.before:
            if instruction.name == "ARG":
                found.update(pairs(expand(instruction.text, found), self.escape))
        return found

    @cached_property
    def declared(self) -> frozenset[str]:
        """Names of the variables that an ARG before the first FROM declares, with a value or without one."""
        words = (word for each in self.before if each.name == "ARG" for word in each.text.split())
        return frozenset(word.partition("=")[0] for word in words)

    def base(self, stage: Stage) -> str:
        """The image or stage that a stage starts from, with the defaults of its variables."""
        words = expand(stage.start.text, self.defaults).split()
        return unquote(words[0], self.escape) if words else ""

    @cached_property
    def _numbers(self) -> Mapping[str, Sequence[int]]:
        """Numbers of the stages that have a name, by that."""
        found: dict[str, list[int]] = {}
        for stage in self.stages:
            if stage.name:
                found.setdefault(stage.name, []).append(stage.number)
        return found

    def named(self, name: str, before: int | None = None) -> Stage | None:
        """The last stage of a name; None if there is none.

        Args:
            name: The name, in any case.
            before: Number of a stage that it stands before.
        """
        numbers = self._numbers.get(name.lower(), ())
        end = len(numbers) if before is None else bisect_left(numbers, before)
        return self.stages[numbers[end - 1]] if end else None

    def stage(self, target: str = "") -> Stage | None:
        """The stage that becomes the image: the last one, or that of a name or number; None if there is none."""
        if not target:
            return self.stages[-1] if self.stages else None
        named = self.named(target)
        if named is None and target.isdecimal() and int(target[:9]) < len(self.stages):
            return self.stages[int(target[:9])]
        return named

    def lineage(self, target: str = "") -> tuple[Stage, ...]:
        """The stage that becomes the image, after the stages that it starts from.

        Args:
            target: Name or number of the stage that is built; empty for the last.
        """
        found: list[Stage] = []
        stage = self.stage(target)
        while stage is not None:
            found.append(stage)
            stage = self.named(self.base(stage), before=stage.number)
        return tuple(reversed(found))

    @property
    def instructions(self) -> Iterator[Instruction]:
        """Every instruction, in order."""
        yield from self.before
        for stage in self.stages:
            yield stage.start
            yield from stage.instructions


def directives(text: str) -> dict[str, str]:
    """The parser directives at the top (``syntax``, ``escape``, ``check``), by lower-case name.

    Anything else ends them: an instruction, a blank line, another comment.
    """
    found: dict[str, str] = {}
    for line in lines_of(text.removeprefix("\ufeff")):
        match = _DIRECTIVE.fullmatch(line.strip())
        name = match[1].lower() if match is not None else ""
        if match is None or name not in _DIRECTIVES or name in found:
            break
        found[name] = match[2]
    return found


def parse(text: str) -> Dockerfile:
    """Read a Dockerfile. What is no instruction is one with a name that nobody knows."""
    before: list[Instruction] = []
    stages: list[tuple[Instruction, list[Instruction]]] = []
    escape = directives(text).get("escape", "\\")
    escape = escape if escape in ("\\", "`") else "\\"
    for instruction in _instructions(text, escape):
        if instruction.name == "FROM":
            stages.append((instruction, []))
        else:
            (stages[-1][1] if stages else before).append(instruction)
    return Dockerfile(tuple(before), tuple(_stage(number, *found) for number, found in enumerate(stages)), escape)


def _stage(number: int, start: Instruction, instructions: list[Instruction]) -> Stage:
    words = start.text.split()
    named = len(words) > 2 and words[1].lower() == "as"
    return Stage(number, words[0] if words else "", words[2].lower() if named else "", start, tuple(instructions))


def _instructions(text: str, escape: str) -> Iterator[Instruction]:
    lines = [line.rstrip("\r") for line in text.removeprefix("\ufeff").split("\n")]
    # One such character at the end continues the line. Two of them are that character itself.
    continued = re.compile(rf"(?<!{re.escape(escape)}){re.escape(escape)}[ \t]*$")
    ends = _Ends(lines)
    at = 0
    while at < len(lines):
        first, joined, ended = at, "", False
        while at < len(lines) and not ended:
            line = lines[at]
            at += 1
            if not line.strip() or line.lstrip().startswith("#"):
                first = first if joined else at
                continue
            kept = continued.sub("", line)
            ended = kept == line
            joined += kept
        instruction = _instruction(joined, first + 1)
        if instruction is None:
            continue
        last, bodies, unterminated = _bodies(instruction, lines, ends, at)
        yield attrs.evolve(instruction, last=last, heredocs=bodies, unterminated=unterminated)
        at = last


def _instruction(joined: str, line: int) -> Instruction | None:
    name, _, rest = joined.strip().replace("\t", " ", 1).partition(" ")
    flags, rest = _flags(rest)
    return Instruction(name.upper(), flags, rest.strip(), line, line) if name else None


class _Ends:
    """Where a here-document ends: found without going through the lines for each of them."""

    def __init__(self, lines: list[str]) -> None:
        self._numbers: dict[str, list[int]] = {}
        self._chomped: dict[str, list[int]] = {}
        for number, line in enumerate(lines):
            self._numbers.setdefault(line, []).append(number)
            self._chomped.setdefault(line.lstrip("\t"), []).append(number)

    def after(self, at: int, mark: Mark) -> int | None:
        numbers = (self._chomped if mark.chomp else self._numbers).get(mark.delimiter, [])
        place = bisect_left(numbers, at)
        return numbers[place] if place < len(numbers) else None


def _bodies(instruction: Instruction, lines: list[str], ends: _Ends, at: int) -> tuple[int, tuple[str, ...], str]:
    """The number of the last line, the here-documents, and the delimiter that is missing."""
    inner = instruction.triggered or instruction
    marks = marks_of(inner.text) if inner.name in _HEREDOC_IN and inner.arguments is None else ()
    bodies = list[str]()
    for mark in marks:
        end = ends.after(at, mark)
        if end is None:
            return at, tuple(bodies), mark.delimiter
        bodies.append("\n".join(lines[at:end]))
        at = end + 1
    return at, tuple(bodies), ""


def _flags(rest: str) -> tuple[tuple[tuple[str, str], ...], str]:
    found, last = [], 0
    try:
        for begin, end in spans(rest):
            flag = _FLAG.fullmatch(rest, begin, end)
            if flag is None:
                break
            found.append((flag[1], unquote(flag[2] or "")))
            last = end
    except ValueError:
        pass  # The quote that is not closed is in what follows the flags.
    return tuple(found), rest[last:]
