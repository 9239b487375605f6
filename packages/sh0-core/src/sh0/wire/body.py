"""The body of a request as a file."""

from collections.abc import Iterator
from io import RawIOBase


class RequestBody(RawIOBase):
    """The body of a request, read as it comes."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes; all that is left when negative."""
        while size < 0 or len(self._rest) < size:
            chunk = next(self._chunks, b"")
            if not chunk:
                break
            self._rest += chunk
        cut = len(self._rest) if size < 0 else size
        taken, self._rest = self._rest[:cut], self._rest[cut:]
        return taken
