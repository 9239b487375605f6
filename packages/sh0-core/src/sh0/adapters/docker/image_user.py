"""Which numbers the user of an image has. Pure."""

from collections.abc import Callable

import attrs


@attrs.frozen
class UserFiles:
    """The lists of an image.

    Attributes:
        text: The text of a file of the image, empty where there is none.
    """

    text: Callable[[str], str]


def image_user(user: str, files: UserFiles) -> tuple[int, int] | None:
    """Numbers of a user and a group, as the engine finds them; None for a name that the image does not know.

    Args:
        user: What ``USER`` says: a name or a number, and perhaps a group after a colon.
        files: The lists of the image.
    """
    name, _, group = user.partition(":")
    listed = next((line for line in _lines(files.text("/etc/passwd"), 4) if name in (line[0], line[2])), None)
    number = name if name.isdecimal() else listed[2] if listed is not None else ""
    if not group:
        belongs = listed[3] if listed is not None else "0"
    elif group.isdecimal():
        belongs = group
    else:
        belongs = next((line[2] for line in _lines(files.text("/etc/group"), 3) if line[0] == group), "")
    return (int(number), int(belongs)) if number.isdecimal() and belongs.isdecimal() else None


def _lines(text: str, fields: int) -> list[list[str]]:
    return [parts for line in text.splitlines() if len(parts := line.split(":")) >= fields]
