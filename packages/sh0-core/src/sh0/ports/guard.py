"""Keeping containers away from the server that they run on."""

from typing import Protocol


class Guard(Protocol):
    """The packet filter of one server."""

    def apply(self) -> str | None:
        """Bring the filter up to the networks that there are. Returns why that is impossible, or None."""
        ...

    def remove(self) -> None:
        """Remove what it has made; nothing there is no error."""
        ...


class NoGuard:
    """Filters nothing."""

    def apply(self) -> str | None:
        return None

    def remove(self) -> None:
        return None
