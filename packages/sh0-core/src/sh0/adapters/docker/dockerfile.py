"""What has to be known of a Dockerfile before it is sent: pure reading and rewriting of its text."""

import re
from collections.abc import Iterator, Mapping, Sequence

_DIRECTIVE = re.compile(r"#\s*(?P<name>[a-z]+)\s*=\s*(?P<value>\S+)\s*$", re.IGNORECASE)

_BUILDKIT_ONLY = (
    (re.compile(r"^RUN\s+(?:--\S+\s+)*--(?:mount|network|security)\b", re.IGNORECASE), "RUN --mount"),
    (
        re.compile(
            r"^(?:COPY|ADD)\s+(?:--\S+\s+)*--(?:link|chmod|parents|exclude|checksum|keep-git-dir)\b",
            re.IGNORECASE,
        ),
        "COPY --link or --chmod",
    ),
    (re.compile(r"^(?:RUN|COPY|ADD)\s.*<<-?[\"']?[A-Za-z_]", re.IGNORECASE), "a here-document"),
    (re.compile(r"\b(?:BUILD|TARGET)(?:PLATFORM|OS|ARCH|VARIANT)\b"), "the platform's build arguments"),
)


def directives(text: str) -> dict[str, str]:
    """The parser directives at the top of a Dockerfile (``syntax``, ``escape``), by lower-case name."""
    found: dict[str, str] = {}
    for line in text.removeprefix("\ufeff").splitlines():
        match = _DIRECTIVE.match(line)
        if match is None or match["name"].lower() in found:
            break
        found[match["name"].lower()] = match["value"]
    return found


def instructions(text: str) -> Iterator[tuple[int, str]]:
    """Each instruction, its lines joined, with the number of its last line, from 0."""
    escape = directives(text).get("escape", "\\")
    joined = ""
    for number, line in enumerate(text.splitlines()):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue  # Also inside an instruction that goes on.
        if stripped.endswith(escape):
            joined += stripped.removesuffix(escape) + " "
            continue
        yield number, (joined + stripped).strip()
        joined = ""
    if joined:
        yield len(text.splitlines()) - 1, joined.strip()


def needs_buildkit(text: str) -> str | None:
    """The first thing in a Dockerfile that only BuildKit understands, in words, or None.

    A ``# syntax=docker/dockerfile`` line alone is not one: it is a comment to the classic builder, whose
    limits hold.
    """
    syntax = directives(text).get("syntax", "docker/dockerfile")
    if not re.match(r"(?:docker\.io/)?docker/dockerfile(?:[:@]|$)", syntax):
        return f"the syntax {syntax}"
    for _, instruction in instructions(text):
        for pattern, words in _BUILDKIT_ONLY:
            if pattern.search(instruction):
                return words
    return None


def without_syntax(text: str) -> str:
    """The Dockerfile without its syntax line, whose place is kept so that line numbers stay right."""
    lines = text.splitlines(keepends=True)
    for number in range(len(directives(text))):
        match = _DIRECTIVE.match(lines[number].rstrip("\r\n"))
        if match is not None and match["name"].lower() == "syntax":
            # It must stay a directive, or an `escape` after it would no longer count as one.
            lines[number] = re.sub(r"syntax(\s*=)", r"unused\1", lines[number], count=1, flags=re.IGNORECASE)
    return "".join(lines)


def label_stages(text: str, labels: Mapping[str, str]) -> tuple[str, tuple[int, ...]]:
    """The Dockerfile with labels after each FROM, and the numbers of the lines that this added, from 1.

    The classic builder labels only its last image, yet every step leaves one: the labels tell whose they are.
    """
    lines = text.splitlines()
    extra = "LABEL " + " ".join(f'{name}="{value}"' for name, value in labels.items())
    stages = re.compile(r"FROM\s", re.IGNORECASE)
    ends = [number for number, instruction in instructions(text) if stages.match(instruction)]
    for number in reversed(ends):
        lines.insert(number + 1, extra)
    added = tuple(number + 2 + before for before, number in enumerate(ends))
    return "".join(f"{line}\n" for line in lines), added


def original_lines(said: str, added: Sequence[int]) -> str:
    """What the builder said, with the line numbers of the Dockerfile as its author knows it."""

    def original(match: re.Match[str]) -> str:
        number = int(match[1])
        return f"line {number - sum(line <= number for line in added)}"

    return re.sub(r"\bline (\d+)\b", original, said)
