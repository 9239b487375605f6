"""What has to be known of a Dockerfile before it is sent: pure reading and rewriting of its text."""

import re
from collections.abc import Mapping, Sequence

from sh0.source.dockerfile import directives
from sh0.source.outline import Outline


def without_syntax(text: str) -> str:
    """The Dockerfile without its syntax line; the number of lines stays the same.

    The other directives move before its place: they would no longer count after a comment.
    """
    lines = text.split("\n")
    count = len(directives(text))
    found = [line for line in lines[:count] if "syntax" in directives(line)]
    kept = [line for line in lines[:count] if line not in found]
    return "\n".join([*kept, *("#" for _ in found), *lines[count:]])


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
