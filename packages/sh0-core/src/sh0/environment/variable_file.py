"""Reading a ``.env`` file whose variables are to be set. Pure."""

from typing import IO, Final

from sh0.codec import structure
from sh0.compose import dotenv
from sh0.errors import Invalid, InvalidValue
from sh0.values import EnvName, Secret

__all__ = ["MOST", "read"]

MOST: Final = 1000
"""Variables of a file."""

SIZE: Final = 1 << 20
"""Bytes of a file; what is in it has to fit into the environment of a process."""


def read(file: IO[bytes], name: str = ".env") -> dict[str, Secret]:
    """The variables of a file, as Compose reads it: quotes, comments, ``export``, earlier variables of the file.

    What Compose would take from the shell that it is called in is refused: here it would silently be empty.

    Args:
        file: The file.
        name: Its name, for messages.

    Raises:
        Invalid: It is too large or no UTF-8; a line is no assignment, has no value, uses a variable that the file does
            not set before, or names what no variable is called; or there are too many. The message has file and line.
    """
    lines: dict[str, int] = {}

    def begun(variable: str, line: int) -> None:
        lines[variable] = line
        try:
            structure(variable, EnvName)
        except InvalidValue as error:
            raise _bad(name, line, str(error.details["reason"]), f"Correct {name}.") from None
        if len(lines) > MOST:
            raise _bad(name, line, f"there are more than {MOST} variables", "Set fewer at once.")

    def cut_off(variable: str, line: int) -> None:
        raise _bad(
            name,
            line,
            f"{variable} uses a variable with $ that the file does not set before",
            f"Write the value in single quotes, {variable}='…', if the dollar sign is part of it; $$ stands for one.",
        )

    given: dict[str, Secret] = {}
    for variable, value in dotenv.parse(_text(file, name), name, {}, cut_off, begun).items():
        if value is None:
            line = lines[variable]
            raise _bad(name, line, f"{variable} has no value", f"Write {variable}= where it is to be empty.")
        given[variable] = Secret(value)
    return given


def _text(file: IO[bytes], name: str) -> str:
    content = b""
    while len(content) <= SIZE and (more := file.read(SIZE + 1 - len(content))):
        content += more
    if len(content) > SIZE:
        raise Invalid(f"{name} is larger than {SIZE >> 20} MiB", hint="Put large values into a volume.", path=name)
    try:
        return content.decode().removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _bad(name, line, "this is no UTF-8", "Save the file as UTF-8.") from None


def _bad(name: str, line: int, reason: str, hint: str) -> Invalid:
    return Invalid(f"{name}, line {line}: {reason}", hint=hint, path=name, line=line)
