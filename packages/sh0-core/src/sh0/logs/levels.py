"""How severe a line says that it is: a field of JSON or logfmt, or one of the usual words at its beginning. Pure."""

import re
from enum import StrEnum
from typing import Final

__all__ = ["LogLevel", "level_of"]


class LogLevel(StrEnum):
    """How severe a line is, in this order.

    Attributes:
        TRACE: What happens in detail, for who looks for a bug.
        DEBUG: What happens, for who looks for a bug.
        INFO: What happens.
        WARNING: What may become an error.
        ERROR: What has gone wrong.
        FATAL: What ends the program.
    """

    TRACE = "trace"
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    FATAL = "fatal"


_WORDS: Final = {
    "trace": LogLevel.TRACE,
    "verbose": LogLevel.TRACE,
    "debug": LogLevel.DEBUG,
    "info": LogLevel.INFO,
    "information": LogLevel.INFO,
    "notice": LogLevel.INFO,
    "warn": LogLevel.WARNING,
    "warning": LogLevel.WARNING,
    "err": LogLevel.ERROR,
    "error": LogLevel.ERROR,
    "severe": LogLevel.ERROR,
    "fatal": LogLevel.FATAL,
    "critical": LogLevel.FATAL,
    "crit": LogLevel.FATAL,
    "panic": LogLevel.FATAL,
    "alert": LogLevel.FATAL,
    "emerg": LogLevel.FATAL,
    "emergency": LogLevel.FATAL,
}
_FAR: Final = 4096  # characters in which a field is looked for
_NEAR: Final = 100  # characters in which a word counts
_FIELD = re.compile(
    r'"(?:level|severity|lvl|levelname|log\.level|loglevel|@l)"\s{0,4}:\s{0,4}(?:"([A-Za-z]{3,11})"|([0-9]{1,2})(?![0-9.]))'
)
_PLAIN: Final = ("level=", "lvl=", "severity=")
_NAME = re.compile(r'"?([A-Za-z]{3,11})(?![A-Za-z])')
_UPPER = re.compile(r"(?<![\w/.-])[A-Z]{3,11}(?![\w/=-])")
_BRACKETS = re.compile(r"[\[<]([a-z]{3,11})[\]>]")
_ESCAPE = re.compile(r"\x1b\[[0-9;]{0,12}m")
_TRACEBACK: Final = ("Traceback (most recent call last)", "panic: ", "Exception in thread ", "Unhandled ")
_PINO: Final = (LogLevel.TRACE, LogLevel.DEBUG, LogLevel.INFO, LogLevel.WARNING, LogLevel.ERROR, LogLevel.FATAL)
_SYSLOG: Final = (LogLevel.ERROR, LogLevel.WARNING, LogLevel.INFO, LogLevel.INFO, LogLevel.DEBUG)


def level_of(text: str) -> LogLevel | None:
    """The level of a line, or None if it says nothing.

    Args:
        text: The line.
    """
    if text.startswith(("{", " {")):
        if (field := _FIELD.search(text, 0, _FAR)) is not None:
            return _of_number(int(field[2])) if field[2] else _WORDS.get(field[1].lower())
        return None
    for key in _PLAIN:
        at = text.find(key, 0, _FAR)
        if at >= 0 and (at == 0 or text[at - 1] in " ,\t") and (name := _NAME.match(text, at + len(key))):
            return _WORDS.get(name[1].lower())
    return _of_words(text[:_NEAR])


def _of_words(begins: str) -> LogLevel | None:
    if begins.startswith(_TRACEBACK):
        return LogLevel.ERROR
    if "\x1b" in begins:
        begins = _ESCAPE.sub(" ", begins)
    for word in _UPPER.findall(begins):
        if (level := _WORDS.get(word.lower())) is not None:
            return level
    if "[" in begins or "<" in begins:
        for word in _BRACKETS.findall(begins):
            if word in _WORDS:
                return _WORDS[word]
    first, colon, _ = begins.partition(":")
    return _WORDS.get(first.lower()) if colon else None


def _of_number(number: int) -> LogLevel | None:
    """Numbers from 10 to 60 as Pino and Bunyan have them; smaller ones are severities of syslog (RFC 5424)."""
    if number >= 10:
        return _PINO[min(number // 10, 6) - 1]
    if number > 7:
        return None
    return LogLevel.FATAL if number < 3 else _SYSLOG[number - 3]
