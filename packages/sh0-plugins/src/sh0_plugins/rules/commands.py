"""The commands in the instructions of a Dockerfile, without a shell that would run them."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sh0 import DockerfileText
    from sh0.builds.dockerfile_text import Dockerfile, Instruction, Stage

__all__ = ["Command", "commands", "final_stages", "image_of", "spot", "words_of"]

Command = tuple[str, ...]
"""Program and arguments, without assignments before it, quotes or redirections."""

_TOKEN = r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|&&|\|\||[;|\n&()]|(?:[^\s;|&()\"'\\]|\\.)+|\\\n"
_ENDS = frozenset({"&&", "||", ";", "|", "\n", "&", "(", ")"})
_PREFIXES = frozenset({"exec", "env", "time", "command", "then", "do", "else", "if", "!", "{"})


def commands(instruction: "Instruction") -> Iterator[Command]:
    """The commands of an instruction in either form, those of its here-documents included."""
    arguments = instruction.arguments
    if arguments is not None:
        if arguments:
            yield arguments
            if len(arguments) == 3 and arguments[1] == "-c":
                yield from _split(arguments[2])
        return
    yield from _split(instruction.shell_text)
    for body in instruction.heredocs:
        yield from _split(re.sub(r"\\\n", " ", body))


def _split(text: str) -> Iterator[Command]:
    words: list[str] = []
    for token in re.findall(_TOKEN, text):
        if token in _ENDS:
            yield from _command(words)
            words = []
        elif not token.startswith("\\\n"):
            words.append(token[1:-1] if token[0] in "\"'" and len(token) > 1 else token)
    yield from _command(words)


def _command(words: list[str]) -> Iterator[Command]:
    while words and (words[0] in _PREFIXES or re.match(r"[A-Za-z_]\w*=", words[0])):
        words = words[1:]
    if words:
        yield tuple(words)


def words_of(command: Command) -> tuple[str, ...]:
    """What of a command is no option, its program included."""
    return tuple(word for word in command if not word.startswith("-"))


def final_stages(dockerfile: "Dockerfile") -> "tuple[Stage, ...]":
    """The stage that becomes the image, after the stages that it starts from."""
    found: list[Stage] = []
    stage = dockerfile.stages[-1] if dockerfile.stages else None
    while stage is not None and stage not in found:
        found.insert(0, stage)
        base, number = stage.base.lower(), stage.number
        stage = next((other for other in dockerfile.stages[:number] if other.name and other.name == base), None)
    return tuple(found)


def image_of(base: str) -> tuple[str, str]:
    """Name and tag of an image, without digest and the default registry; the tag is empty if there is none."""
    name = base.partition("@")[0].removeprefix("docker.io/").removeprefix("library/")
    head, colon, tag = name.rpartition(":")
    return (head, tag) if colon and "/" not in tag else (name, "")


def spot(docker: "DockerfileText", instruction: "Instruction", pattern: str) -> tuple[int, int]:
    """Line and column of the first match of a pattern within an instruction, or its beginning."""
    for number in range(instruction.line, instruction.last + 1):
        found = re.search(pattern, docker.file.lines[number - 1])
        if found is not None:
            return number, found.start() + 1
    return instruction.line, 1
