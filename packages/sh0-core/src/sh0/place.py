"""A place in a file, for messages."""

import attrs


@attrs.frozen
class Place:
    """Where something was found.

    Attributes:
        path: The file, relative to the project, posix.
        line: From 1; 0 for the file as a whole, or for a file that is missing.
        column: From 1; 0 for the line as a whole.
    """

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}" if self.line else self.path
