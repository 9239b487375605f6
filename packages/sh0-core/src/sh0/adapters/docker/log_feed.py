"""What a container prints, read without waiting: one thread follows many containers."""

import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sh0.adapters.docker.client import explanation
from sh0.adapters.docker.failures import translated
from sh0.adapters.docker.logs import Frames, Lines, Messages
from sh0.adapters.docker.refusal import Refused
from sh0.ports.runtime import LogLine

_CHUNK = 1 << 16
_LONGEST_HEAD = 1 << 16
_END_OF_HEAD = b"\r\n\r\n"
_PATIENCE = 60.0  # seconds for the head of the answer


class DockerLogFeed:
    """An answer of ``GET /containers/…/logs`` that goes on.

    The request is one of HTTP/1.0: its answer has no chunks, so what comes is the log itself.

    Args:
        connection: To the engine; closed with the feed.
        target: What is asked for.
        name: Name of the container.
        terminal: Whether it has a terminal.

    Raises:
        Refused: The engine answered with an error.
    """

    def __init__(self, connection: socket.socket, target: str, name: str, *, terminal: bool) -> None:
        self.ended = False
        self._socket, self._doing = connection, f"read the log of {name}"
        self._cutter: Frames | Messages = Messages() if terminal else Frames()
        self._lines = Lines(name)
        try:
            connection.settimeout(_PATIENCE)
            connection.sendall(f"GET {target} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
            _pass_head(connection)
            connection.setblocking(False)
        except BaseException:
            connection.close()
            raise

    def fileno(self) -> int:
        """The descriptor of the connection; -1 once it is closed."""
        return self._socket.fileno()

    def read(self) -> Sequence[LogLine]:
        """What has come since, up to 64 KiB of it."""
        found: list[LogLine] = []
        with translated(self._doing):
            if (chunk := self._received()) is not None:
                found += self._lines.push(self._cutter.push(chunk))
        if self.ended:
            found += [*self._lines.push(self._cutter.finish()), *self._lines.finish()]
        return found

    def skip(self) -> int:
        """The same, thrown away without being looked at."""
        with translated(self._doing):
            return len(self._cutter.push(self._received() or b""))

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _received(self) -> bytes | None:
        try:
            chunk = self._socket.recv(_CHUNK)
        except BlockingIOError:
            return None
        self.ended = not chunk
        return chunk


def _pass_head(connection: socket.socket) -> None:
    """Read the head of an answer, and no byte of its body: who waits for the descriptor would not see that."""
    head = b""
    while not head.endswith(_END_OF_HEAD):
        seen = connection.recv(_CHUNK, socket.MSG_PEEK)
        if not seen or len(head) > _LONGEST_HEAD:
            raise ConnectionError("the engine closed the connection")
        end = (head[-3:] + seen).find(_END_OF_HEAD)
        size = len(seen) if end < 0 else end + len(_END_OF_HEAD) - len(head[-3:])
        head += connection.recv(size)
    status = int(head.split(None, 2)[1])
    if status >= 400:
        body = b""
        while chunk := connection.recv(_CHUNK):
            body += chunk
        raise Refused(status, explanation(body))


if TYPE_CHECKING:
    from sh0.ports.runtime import LogFeed

    def _conforms(feed: DockerLogFeed) -> LogFeed:
        return feed
