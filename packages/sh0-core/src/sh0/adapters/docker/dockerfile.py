"""What has to be known of a Dockerfile before it is sent: pure reading and rewriting of its text."""

import re
from collections.abc import Mapping, Sequence

from sh0.source.dockerfile import directives
from sh0.source.outline import Outline

_COMMENT = re.compile("\ufeff?[ \\t]*(?:#|//)")
_SYNTAX = re.compile("\ufeff?[ \\t]*(#|//)[ \\t]*syntax[ \\t]*=(.*)", re.IGNORECASE)
_OF_DOCKER = re.compile(r"(?:docker\.io/)?docker/dockerfile(?:-upstream)?(?::[\w.-]{1,128})?(?:@sha256:[0-9a-f]{64})?")


def without_syntax(text: str) -> str:
    """The Dockerfile without its syntax line; the number of lines stays the same.

    The other directives move before its place: they would no longer count after a comment.
    """
    lines = text.split("\n")
    count = len(directives(text))
    found = [line for line in lines[:count] if "syntax" in directives(line)]
    kept = [line for line in lines[:count] if line not in found]
    return "\n".join([*kept, *("#" for _ in found), *lines[count:]])


def without_foreign_syntax(text: str) -> tuple[str, str]:
    """The Dockerfile without a line by which another program than Docker's would read it, and what that line names.

    Such a program may take whatever image the engine has, and is no text that could be looked at before. The line is
    looked for wherever BuildKit finds it: after a ``#!`` line, and as ``//syntax=`` (its parser/directives.go).
    """
    lines = text.split("\n")
    count = next((at for at, line in enumerate(lines) if not _COMMENT.match(line)), len(lines))
    named = [(line, match) for line in lines[:count] if (match := _SYNTAX.match(line)) is not None]
    foreign = [line for line, match in named if not _OF_DOCKER.fullmatch(match[2].strip()) or match[1] == "//"]
    if not foreign:
        return text, ""
    kept = [line for line in lines[:count] if line not in foreign]
    named_first = next(match[2].strip() for line, match in named if line == foreign[0])
    return "\n".join([*kept, *("#" for _ in foreign), *lines[count:]]), named_first


def label_stages(text: str, outline: Outline, labels: Mapping[str, str]) -> tuple[str, tuple[int, ...]]:
    """The Dockerfile with labels after each FROM, and the numbers of the lines that this added, from 1.

    The classic builder labels only its last image, yet every step leaves one: the labels tell whose they are.
    """
    lines = text.removesuffix("\n").split("\n")
    extra = "LABEL " + " ".join(f'{name}="{value}"' for name, value in labels.items())
    for number in reversed(outline.stages):
        lines.insert(number, extra)
    added = tuple(number + 1 + before for before, number in enumerate(outline.stages))
    return "".join(f"{line}\n" for line in lines), added


def original_lines(said: str, added: Sequence[int]) -> str:
    """What the builder said, with the line numbers of the Dockerfile as its author knows it."""

    def original(match: re.Match[str]) -> str:
        number = int(match[1])
        return f"line {number - sum(line <= number for line in added)}"

    return re.sub(r"\bline (\d+)\b", original, said)
