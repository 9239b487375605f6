"""One request to the daemon, and its answer as it comes."""

import select
import socket
from collections.abc import Iterable, Iterator, Sequence

import h11

_PIECE = 1 << 16
_HEAD_LIMIT = 1 << 16


class ClientGone(Exception):
    """Whoever asked has gone away."""


class DaemonGone(Exception):
    """The daemon broke off before its answer was complete."""


class Exchange:
    """A request and its answer, on a connection of their own.

    Args:
        daemon: A connection to the daemon.
        client: The connection of whoever asks; the exchange ends when they hang up.
    """

    def __init__(self, daemon: socket.socket, client: socket.socket | None = None) -> None:
        self._daemon = daemon
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD_LIMIT)
        self._poll = select.poll()
        self._poll.register(daemon, select.POLLIN)
        if client is not None:
            self._poll.register(client, select.POLLRDHUP)

    def ask(
        self, verb: str, target: str, headers: Sequence[tuple[str, str]], body: Iterable[bytes] | None = None
    ) -> h11.Response | h11.InformationalResponse:
        """Send a request, and read the head of the answer. It may come before all of the body was sent.

        The body is asked for once the daemon wants it, which it does not before it knows who calls.

        Raises:
            ClientGone: The client hung up first.
            DaemonGone: The daemon hung up first.
            h11.LocalProtocolError: This is no request that HTTP can carry.
        """
        plain = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        self._send(h11.Request(method=verb, target=target.encode("latin-1"), headers=[(b"host", b"sh0"), *plain]))
        if body is None:
            self._send(h11.EndOfMessage())
        while True:
            event = self._next()
            if isinstance(event, h11.Response):
                return event
            if isinstance(event, h11.InformationalResponse):
                if event.status_code == 101:
                    return event
                if event.status_code == 100 and body is not None:
                    self._pass_on(body)
                    body = None

    def _pass_on(self, body: Iterable[bytes]) -> None:
        for piece in body:
            if self._poll.poll(0) or not self._send(h11.Data(data=piece)):
                return
        self._send(h11.EndOfMessage())

    def pieces(self) -> Iterator[bytes]:
        """The body of the answer, as it comes.

        Raises:
            ClientGone: The client hung up.
            DaemonGone: The daemon broke off.
        """
        while isinstance(event := self._next(), h11.Data):
            yield bytes(event.data)

    def switched(self) -> tuple[socket.socket, bytes]:
        """The connection after the answer 101, and what was received behind it."""
        early, _ = self._http.trailing_data
        return self._daemon, early

    def close(self) -> None:
        """End it, complete or not; the daemon notices."""
        self._daemon.close()

    def _send(self, event: h11.Event) -> bool:
        data = self._http.send(event) or b""
        try:
            self._daemon.sendall(data)
        except OSError:
            return False  # what it had to say before it hung up is read all the same
        return True

    def _next(self) -> object:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._wait()
                self._http.receive_data(self._daemon.recv(_PIECE))
        except (OSError, h11.RemoteProtocolError) as error:
            raise DaemonGone(str(error)) from error
        return event

    def _wait(self) -> None:
        ready = self._poll.poll()
        if not any(descriptor == self._daemon.fileno() for descriptor, _ in ready):
            raise ClientGone
