"""Procfiles that were written for Heroku's PHP: their program exists nowhere else, but its folder is worth knowing."""

import re

__all__ = ["heroku_folder", "heroku_program"]

_COMMAND = re.compile(r"(?:[\w./-]*/)?(heroku-php-(?:apache2|nginx))\b(.*)")


def heroku_program(command: str) -> str:
    """The program of Heroku's that a web line starts, or an empty text."""
    found = _COMMAND.match(command)
    return found[1] if found else ""


def heroku_folder(command: str) -> str:
    """The folder that it serves, relative to the project; empty for the top, or if that is not what it starts."""
    found = _COMMAND.match(command)
    last = found[2].split()[-1:] if found else []
    folder = last[0].strip("/") if last and not last[0].startswith("-") else ""
    return folder if re.fullmatch(r"[\w./-]*", folder) and ".." not in folder else ""
