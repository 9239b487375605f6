"""The commands in the instructions of a Dockerfile, without a shell that would run them."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import attrs

from sh0_plugins.rules.shell import Simple, simple_commands

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText, Instruction, Stage

__all__ = [
    "Call",
    "Command",
    "calls",
    "calls_of",
    "commands",
    "final_stages",
    "image_of",
    "spot",
    "words_of",
]

Command = tuple[str, ...]
"""Program and arguments, without assignments before it, wrappers, quotes or redirections."""

_ASSIGNMENT: Final = re.compile(r"([A-Za-z_]\w*)\+?=(.*)", re.DOTALL)
_RESERVED: Final = frozenset(
    {"if", "then", "elif", "else", "while", "until", "do", "!", "{", "}", "fi", "done", "esac"}
)
_WRAPPERS: Final = {
    "sudo": ("-ughpCrtUDTR", 0),
    "doas": ("-uC", 0),
    "env": ("-uCS", 0),
    "exec": ("-a", 0),
    "command": ("", 0),
    "builtin": ("", 0),
    "time": ("-fo", 0),
    "nohup": ("", 0),
    "nice": ("-n", 0),
    "ionice": ("-cn", 0),
    "stdbuf": ("-ioe", 0),
    "timeout": ("-ks", 1),
    "chroot": ("", 1),
    "gosu": ("", 1),
    "su-exec": ("", 1),
    "xargs": ("-EIdLPnsa", 0),
    "eatmydata": ("", 0),
    "tini": ("-pe", 0),
    "dumb-init": ("-r", 0),
}
"""Programs that start another one: the short options that take a value, and the words before that program."""
_SHELLS: Final = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh"})
_NESTED: Final = 6
"""Shells in shells, and commands in those of ``find``, that are read."""


@attrs.frozen
class Call:
    """One command with what is around it.

    Attributes:
        words: The program and its arguments; a program with an absolute path has its last part only.
        path: The program as it is written.
        assignments: Variables that are set for it alone, by name.
        through: The programs that start it, as in ``sudo env A=1 make``: their names.
        targets: The files that it writes its output to.
        pipeline: The number of its pipeline in the text. What is piped into each other has the same one.
        joint: The operator that follows it: ``&&``, ``|``, … or empty.
    """

    words: Command
    path: str
    assignments: Mapping[str, str] = attrs.field(factory=dict)
    through: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    pipeline: int = 0
    joint: str = ""

    @property
    def tool(self) -> Command:
        """The words with the usual name of the program: ``pip install`` for ``python3 -m pip install``."""
        words = self.words
        if re.fullmatch(r"(?:python|pypy)[\d.]*", words[0]) and "-m" in words[1:]:
            at = words.index("-m", 1)
            if all(word.startswith("-") for word in words[1:at]) and words[at + 1 :]:
                words = words[at + 1 :]
        return (re.sub(r"(?<=^pip)[\d.]+$|(?<=^easy_install)-[\d.]+$", "", words[0]), *words[1:])


def calls(instruction: "Instruction") -> tuple[Call, ...]:
    """The commands of an instruction in either form, those of its here-documents included."""
    arguments = instruction.arguments
    if arguments is not None:
        return tuple(_unwrapped(Simple(arguments), 0)) if arguments else ()
    return tuple(call for text in (instruction.shell_text, *_documents(instruction)) for call in calls_of(text))


def _documents(instruction: "Instruction") -> tuple[str, ...]:
    """The here-documents of an instruction that a shell runs; the others are text for the command before them."""
    reading = calls_of(instruction.shell_text)
    if reading and not any(call.words[0] in _SHELLS and "-c" not in call.words for call in reading):
        return ()
    return tuple(each for each in instruction.heredocs if not re.match(r"#!(?!.*\b(?:ba|da|a|z|k)?sh\b)", each))


@lru_cache(maxsize=512)
def calls_of(text: str) -> tuple[Call, ...]:
    """The commands of a text for a shell, those included that it gives to another shell."""
    return tuple(_calls(text, 0))


def _calls(text: str, nested: int) -> Iterator[Call]:
    for simple in simple_commands(text):
        yield from _unwrapped(simple, nested)


def _unwrapped(simple: Simple, nested: int) -> Iterator[Call]:
    """The command that a command starts in the end, and those of a script that is given to it."""
    words, assignments, through = simple.words, dict[str, str](), list[str]()
    while words:
        assigned = _ASSIGNMENT.fullmatch(words[0])
        name = _name(words[0])
        if assigned is not None:
            assignments[assigned[1]] = assigned[2]
            words = words[1:]
        elif name in _RESERVED and not through:
            words = words[1:]
        elif name in _WRAPPERS and len(words) > 1:
            through.append(name)
            words = _started(words, *_WRAPPERS[name])
        else:
            break
    if not words or (words[0] in ("for", "case", "select") and "in" in words[1:3]):
        return
    around = (tuple(through), simple.targets, simple.pipeline, simple.joint)
    yield Call((_name(words[0]), *words[1:]), words[0], assignments, *around)
    for script in _scripts(words) if nested < _NESTED else ():
        yield from _calls(script, nested + 1)
    if words[0] == "find" and nested < _NESTED:
        for command in _executed(words):
            yield from _unwrapped(Simple(command), nested + 1)


def _executed(words: Command) -> Iterator[Command]:
    """The commands that ``find`` runs, each with its words up to the one that ends it."""
    at = 1
    while at < len(words) - 1:
        at += 1
        if words[at - 1] in ("-exec", "-execdir", "-ok"):
            end = next((end for end in range(at, len(words)) if words[end] in (";", "+")), len(words))
            yield words[at:end]
            at = end


def _name(word: str) -> str:
    """The name of a program, where its path says which: from the top, or through a folder of programs."""
    return word.rpartition("/")[2] if word.startswith("/") or re.search(r"(?:^|/)\.?bin/[^/]+$", word) else word


def _started(words: Command, valued: str, leading: int) -> Command:
    """What a wrapper starts: the words after its options and operands."""
    at = 1
    while at < len(words) and words[at].startswith("-"):
        option = words[at]
        at += 1
        if option == "--":
            break
        at += len(option) == 2 and option[1] in valued[1:]
    return words[at + leading :]


def _scripts(words: Command) -> Iterator[str]:
    """The texts that a command reads as a shell script."""
    name = _name(words[0])
    if name == "eval":
        yield " ".join(words[1:])
    elif name in _SHELLS or name == "su":
        for at, word in enumerate(words[1:-1], 1):
            if re.fullmatch(r"-[a-z]*c|--command", word):
                yield words[at + 1]
                return


def commands(instruction: "Instruction") -> Iterator[Command]:
    """The words of the commands of an instruction, those of its here-documents included."""
    return (call.words for call in calls(instruction))


def words_of(command: Command) -> tuple[str, ...]:
    """What of a command is no option, its program included."""
    return tuple(word for word in command if not word.startswith("-"))


def final_stages(docker: "DockerfileText") -> "tuple[Stage, ...]":
    """The stage that becomes the image, after the stages that it starts from."""
    return docker.parsed.lineage(docker.target)


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
