"""Shell text as the commands in it: quotes, operators, redirections, substitutions and here-documents are read.

The grammar is that of POSIX shells (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html), as far
as it says where a command begins and ends. Nothing is run, and no variable is replaced.
"""

import re
from typing import Final

import attrs

__all__ = ["Simple", "simple_commands"]

_PLAIN: Final = re.compile(r"[^\s\\'\"$`<>|&;()#]+")
_SPACE: Final = re.compile(r"[ \t\r\v\f]+")
_OPERATOR: Final = re.compile(r"&&|\|\||\|&|;;&?|;&|[;|&\n()]")
_REDIRECTION: Final = re.compile(r"&>>?|<<<|<<-?|<>|<&|>&|>>|>\||[<>]")
_DEPTH: Final = 12
"""Substitutions within each other that are read; what is nested deeper is a word."""
_LONGEST: Final = 5_000
"""Commands of a text that are read."""


@attrs.frozen
class Simple:
    """A command as it is written: no reserved word and no wrapper has been taken off it.

    Attributes:
        words: Its words without quotes; a substitution stays as it is written. Redirections are not among them.
        targets: The files that it writes its output to.
        pipeline: The number of its pipeline. What is piped into each other has the same one.
        joint: The operator that follows it, or empty.
    """

    words: tuple[str, ...]
    targets: tuple[str, ...] = ()
    pipeline: int = 0
    joint: str = ""


def simple_commands(text: str) -> tuple[Simple, ...]:
    """The commands of a text, those in its substitutions and groups included, in the order of their ends."""
    reader = _Reader(text)
    reader.read("")
    return tuple(reader.found)


class _Reader:
    """Reads commands.

    Args:
        text: What is read.
        at: Where it begins.
        depth: How many substitutions are around it.
        pipelines: How many pipelines were read before.
    """

    def __init__(self, text: str, at: int = 0, depth: int = 0, pipelines: int = 0) -> None:
        self.text, self.at, self.depth, self.pipelines = text, at, depth, pipelines
        self.found: list[Simple] = []
        self._awaited: list[tuple[str, bool]] = []

    def read(self, closing: str) -> None:
        """Read up to the parenthesis that closes a substitution, or to the end."""
        groups, number = 0, self._next_pipeline()
        while True:
            words, targets = self._words()
            operator = _OPERATOR.match(self.text, self.at)
            joint = operator[0] if operator else ""
            self.at += len(joint)
            if words:
                self.found.append(Simple(tuple(words), tuple(targets), number, joint))
            elif joint in ("|", "|&") and self.found:
                self.found[-1] = attrs.evolve(self.found[-1], joint=joint)
            if not joint or len(self.found) >= _LONGEST:
                return
            if joint == ")" and not groups and closing:
                return
            groups += (joint == "(") - (joint == ")" and groups > 0)
            if joint == "\n":
                self._skip_documents()
            if joint not in ("|", "|&"):
                number = self._next_pipeline()

    def _next_pipeline(self) -> int:
        self.pipelines += 1
        return self.pipelines

    def _words(self) -> tuple[list[str], list[str]]:
        """The words up to the next operator, and the files that redirections among them write to."""
        words, targets, into = list[str](), list[str](), ""
        while self.at < len(self.text):
            space = _SPACE.match(self.text, self.at)
            if space is not None:
                self.at = space.end()
            if self.text.startswith("#", self.at):
                end = self.text.find("\n", self.at)
                self.at = end if end >= 0 else len(self.text)
            if self._substitutes() or not (redirection := _REDIRECTION.match(self.text, self.at)):
                begun = self.at
                word = self._word()
                if self.at == begun:
                    break
                if not into:
                    if word is not None and not (word.isdecimal() and self.text[self.at : self.at + 1] in ("<", ">")):
                        words.append(word)
                    continue
                if into.startswith("<<") and into != "<<<":
                    self._awaited.append((word or "", into == "<<-"))
                elif ">" in into and word is not None and not word.isdecimal():
                    targets.append(word)
                into = ""
            else:
                into, self.at = redirection[0], redirection.end()
        return words, targets

    def _substitutes(self) -> bool:
        return self.text.startswith(("<(", ">("), self.at)

    def _word(self) -> str | None:
        """The word that begins here; None if all of it is a continued line."""
        parts, quoted = list[str](), False
        while self.at < len(self.text):
            plain = _PLAIN.match(self.text, self.at)
            if plain is not None:
                parts.append(plain[0])
                self.at = plain.end()
                continue
            character = self.text[self.at]
            if character == "\\":
                following = self.text[self.at + 1 : self.at + 2]
                parts += [following] if following != "\n" else []
                self.at += 2
            elif character in "'\"":
                quoted = True
                parts.append(self._single() if character == "'" else self._double())
            elif character in "$`" or (not parts and self._substitutes()):
                parts.append(self._substitution())
            elif character == "#" and parts:
                parts.append(character)
                self.at += 1
            else:
                break
        return "".join(parts) if parts or quoted else None

    def _single(self) -> str:
        end = self.text.find("'", self.at + 1)
        end = end if end >= 0 else len(self.text)
        inner, self.at = self.text[self.at + 1 : end], end + 1
        return inner

    def _double(self) -> str:
        parts = list[str]()
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != '"':
            character = self.text[self.at]
            if character == "\\":
                following = self.text[self.at + 1 : self.at + 2]
                parts.append(following if following in ('"', "$", "`", "\\") else character + following)
                self.at += 2
            elif character in "$`":
                parts.append(self._substitution())
            else:
                end = self.at + 1
                while end < len(self.text) and self.text[end] not in '"\\$`':
                    end += 1
                parts.append(self.text[self.at : end])
                self.at = end
        self.at += 1
        return "".join(parts)

    def _substitution(self) -> str:
        """What begins with a dollar sign, a backtick or ``<(``, as it is written. The commands in it are read."""
        begun = self.at
        if self.text.startswith("$((", begun):
            end = self.text.find("))", begun)
            self.at = end + 2 if end >= 0 else len(self.text)
        elif self.text.startswith(("$(", "<(", ">("), begun):
            self.at = self._inner(self.text, begun + 2)
        elif self.text.startswith("${", begun):
            end = self.text.find("}", begun)
            self.at = end + 1 if end >= 0 else len(self.text)
        elif self.text[begun] == "`":
            end = begun + 1
            while end < len(self.text) and self.text[end] != "`":
                end += 2 if self.text[end] == "\\" else 1
            self._inner(self.text[begun + 1 : end].replace("\\`", "`"), 0)
            self.at = min(end + 1, len(self.text))
        else:
            self.at += 1
        return self.text[begun : self.at]

    def _inner(self, text: str, begun: int) -> int:
        """Read the commands of a substitution, and say where it ends."""
        if self.depth == _DEPTH:
            return len(text)
        inner = _Reader(text, begun, self.depth + 1, self.pipelines)
        inner.read(")")
        self.found += inner.found
        self.pipelines = inner.pipelines
        return inner.at

    def _skip_documents(self) -> None:
        """Go past the here-documents that the line before began."""
        for delimiter, chomp in self._awaited:
            while self.at < len(self.text):
                end = self.text.find("\n", self.at)
                end = end if end >= 0 else len(self.text)
                line, self.at = self.text[self.at : end], end + 1
                if (line.lstrip("\t") if chomp else line) == delimiter:
                    break
        self._awaited.clear()
