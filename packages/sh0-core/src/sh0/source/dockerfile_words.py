"""Words of a Dockerfile's instructions: quotes, escapes, variables, and the marks of here-documents.

The grammar is that of BuildKit's lexer: words end at white space out of quotes, a backslash takes the next character
as it is, single quotes take everything.
"""

import re
from collections.abc import Iterator, Mapping

import attrs

__all__ = ["Mark", "expand", "mark_of", "marks_of", "pairs", "spans", "split_words", "unquote", "without_marks"]

_MARK = re.compile(r"\d*<<(-?)([^<]+)", re.DOTALL)
_LENGTH = 1 << 12  # of a text with its variables replaced
_SPACE = " \t\n\r\v\f"
_PLAIN = re.compile(r"[^\s\"'\\`]+")
_VARIABLE = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])([^{}]*))?\})", re.ASCII)


@attrs.frozen
class Mark:
    """The word that begins a here-document.

    Attributes:
        delimiter: The line that ends it.
        chomp: Whether tabs at the beginning of a line do not count (``<<-``).
    """

    delimiter: str
    chomp: bool


def spans(text: str, escape: str = "\\") -> Iterator[tuple[int, int]]:
    """Where each word of a text begins and ends, quotes and escapes included. It is read no further than asked for.

    Args:
        text: The text.
        escape: The character that takes the next one as it is.

    Raises:
        ValueError: A quote is not closed.
    """
    begun, quote, at = -1, "", 0
    while at < len(text):
        character = text[at]
        if not quote and character in _SPACE:
            if begun >= 0:
                yield begun, at
            begun = -1
            at += 1
            continue
        begun = at if begun < 0 else begun
        plain = _PLAIN.match(text, at)
        if plain is not None:
            at = plain.end()
            continue
        if character == escape and quote != "'" and at + 1 < len(text):
            at += 1
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        at += 1
    if quote:
        raise ValueError(f"a quote is not closed: {text[begun : begun + 40]}")
    if begun >= 0:
        yield begun, len(text)


def split_words(text: str, escape: str = "\\") -> list[str]:
    """The words of a text as they are written.

    Args:
        text: The text.
        escape: The character that takes the next one as it is.

    Raises:
        ValueError: A quote is not closed.
    """
    return [text[begin:end] for begin, end in spans(text, escape)]


def unquote(word: str, escape: str = "\\") -> str:
    """A word without its quotes and escapes."""
    if _PLAIN.fullmatch(word):
        return word
    found, quote, at = list[str](), "", 0
    while at < len(word):
        character = word[at]
        if character == escape and quote != "'" and at + 1 < len(word):
            following = word[at + 1]
            found.append(following if not quote or following in ('"', "$", escape) else character + following)
            at += 2
            continue
        if character == quote:
            quote = ""
        elif not quote and character in "\"'":
            quote = character
        else:
            found.append(character)
        at += 1
    return "".join(found)


def mark_of(word: str) -> Mark | None:
    """What a word begins, if it is the mark of a here-document: ``<<EOF``, ``3<<-"END OF FILE"``, ``<<\\EOT``."""
    found = _MARK.fullmatch(word)
    return None if found is None else Mark(unquote(found[2]), bool(found[1]))


def marks_of(text: str) -> tuple[Mark, ...]:
    """The here-documents that an instruction's text begins, in order; none if its quotes are not closed."""
    if "<<" not in text:
        return ()
    try:
        words = split_words(text)
    except ValueError:
        return ()
    return tuple(mark for mark in map(mark_of, words) if mark is not None)


def without_marks(text: str) -> str:
    """The text of an instruction that has here-documents, without the words that begin them."""
    kept, last = list[str](), 0
    for begin, end in spans(text) if marks_of(text) else ():
        if mark_of(text[begin:end]) is not None:
            kept.append(text[last:begin])
            last = end
    return "".join([*kept, text[last:]])


def expand(text: str, variables: Mapping[str, str]) -> str:
    """A text with its variables replaced; one that has no value is empty. A dollar sign after a backslash begins none.

    The result is cut off where it gets longer than anybody can mean: variables may be made of each other.
    """
    found, length, last = list[str](), 0, 0
    for match in _VARIABLE.finditer(text):
        if length > _LENGTH:
            break
        if not (match.start() and text[match.start() - 1] == "\\"):
            found += [text[last : match.start()], _value(match, variables)]
            length += len(found[-2]) + len(found[-1])
            last = match.end()
    return "".join([*found, text[last:]])[:_LENGTH]


def _value(match: re.Match[str], variables: Mapping[str, str]) -> str:
    known = variables.get(match[1] or match[2])
    operator, word = match[3] or "", match[4] or ""
    counts = known is not None and (known != "" or not operator.startswith(":"))
    if operator.endswith("+"):
        return expand(word, variables) if counts else ""
    if operator.endswith("-") and not counts:
        return expand(word, variables)
    return known or ""


def pairs(text: str, escape: str = "\\") -> dict[str, str]:
    """The names and values of ENV, ARG or LABEL; a name without a value is left out.

    Args:
        text: ``a=1 b="two words"``, or the older ``a the rest``.
        escape: The character that takes the next one as it is.
    """
    try:
        words = split_words(text, escape)
    except ValueError:
        words = text.split()
    if words and "=" not in words[0]:
        rest = text.strip()[len(words[0]) :].strip()
        return {words[0]: unquote(rest, escape)} if rest else {}
    named = (word.partition("=") for word in words)
    return {unquote(name, escape): unquote(value, escape) for name, equals, value in named if equals}
