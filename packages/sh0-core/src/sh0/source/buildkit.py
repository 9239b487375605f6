"""Whether a Dockerfile needs BuildKit, and which of its stages are built then: pure reading of its text."""

import re

from sh0.source.dockerfile import Dockerfile, Instruction, directives, parse

__all__ = ["built_stages", "needs_buildkit", "sources_of"]

_BUILDKIT_ONLY = {
    "RUN": ({"mount", "network", "security", "device"}, "RUN --mount"),
    **dict.fromkeys(
        ("COPY", "ADD"),
        ({"link", "chmod", "parents", "exclude", "checksum", "keep-git-dir", "unpack"}, "COPY --link or --chmod"),
    ),
}
_PLATFORM = r"(?:BUILD|TARGET)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)"
_DECLARED = re.compile(rf"(?:^|\s){_PLATFORM}(?:$|[\s=])")
_USED = re.compile(rf"\$\{{?{_PLATFORM}\b")


def needs_buildkit(text: str) -> str | None:
    """The first thing in a Dockerfile that only BuildKit understands, in words, or None.

    A ``# syntax=docker/dockerfile`` line alone is not one: it is a comment to the classic builder, whose
    limits hold.
    """
    syntax = directives(text).get("syntax", "docker/dockerfile")
    if not re.match(r"(?:docker\.io/)?docker/dockerfile(?:[:@]|$)", syntax):
        return f"the syntax {syntax}"
    return next((words for each in parse(text).instructions if (words := _beyond_classic(each)) is not None), None)


def _beyond_classic(instruction: Instruction) -> str | None:
    instruction = instruction.triggered or instruction
    if instruction.heredocs or instruction.unterminated:
        return "a here-document"
    flags, words = _BUILDKIT_ONLY.get(instruction.name, (set(), ""))
    if any(name.lower() in flags for name, _ in instruction.flags):
        return words
    image = f"{instruction.flag('platform')} {instruction.text}" if instruction.name == "FROM" else ""
    if _USED.search(image) or (instruction.name == "ARG" and _DECLARED.search(instruction.text)):
        return "the platform's build arguments"
    return None


def sources_of(instruction: Instruction) -> tuple[str, ...]:
    """The stages and images that an instruction takes files from."""
    if instruction.name == "COPY":
        return tuple(value for name, value in instruction.flags if name == "from" and value)
    if instruction.name != "RUN":
        return ()
    mounts = (value for name, value in instruction.flags if name == "mount")
    return tuple(name for value in mounts for name in re.findall(r"(?:^|,)from=([^,]+)", value))


def built_stages(text: str, target: str = "") -> frozenset[int]:
    """Numbers of the stages that are built: by the classic builder all up to the target, by BuildKit what it needs.

    Args:
        text: The Dockerfile.
        target: Name or number of the stage that becomes the image; empty for the last.
    """
    file = parse(text)
    last = file.stage(target)
    if last is None or needs_buildkit(text) is None:
        return frozenset(stage.number for stage in file.stages if last is None or stage.number <= last.number)
    found, waiting = set[int](), [last.number]
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            stage = file.stages[number]
            names = [file.base(stage), *(name for each in stage.instructions for name in sources_of(each))]
            waiting += [other for name in names if (other := _number(file, name, number)) is not None]
    return frozenset(found)


def _number(file: Dockerfile, name: str, before: int) -> int | None:
    """The stage of a name or number that stands before another one; None if it is an image."""
    if name.isdecimal():
        return int(name) if int(name[:9]) < before else None
    named = file.named(name, before)
    return None if named is None else named.number
