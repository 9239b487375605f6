"""The end of a platform, as what runs in it gets to know of it."""

import threading


class Interrupted(Exception):
    """The platform is closing."""


class Shutdown:
    """Whether the platform is closing."""

    def __init__(self) -> None:
        self._begun = threading.Event()

    @property
    def begun(self) -> bool:
        """Whether it is."""
        return self._begun.is_set()

    def begin(self) -> None:
        """From now on it is."""
        self._begun.set()

    def wait(self, seconds: float) -> None:
        """Wait, but not any longer once the platform is closing."""
        self._begun.wait(seconds)

    def proceed(self) -> None:
        """Go on, unless the platform is closing.

        Raises:
            Interrupted: It is.
        """
        if self.begun:
            raise Interrupted
