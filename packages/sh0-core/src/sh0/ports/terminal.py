"""Terminals: a program in a container, and what is typed and shown."""

from typing import Protocol


class Terminal(Protocol):
    """A two-way terminal into a container."""

    def read(self) -> bytes:
        """The next bytes; empty at the end. Blocks."""
        ...

    def write(self, data: bytes) -> None:
        """Send what was typed. Where there is no terminal but pipes, sending nothing ends the input."""
        ...

    def resize(self, columns: int, rows: int) -> None:
        """Tell the program the new size of the window."""
        ...

    def signal(self, name: str) -> None:
        """Send the program a signal, as in USR1; one that has ended, or that no signal reaches, needs none."""
        ...

    def exit_code(self) -> int:
        """How the program ended; call it after `read` returned nothing."""
        ...

    def close(self) -> None:
        """End the session."""
        ...
