"""A terminal over a WebSocket, for platforms that are reached at a URL."""

import json
import socket
import ssl
import threading
from collections import deque
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    RejectConnection,
    RejectData,
    Request,
    TextMessage,
)
from wsproto.utilities import ProtocolError

from sh0.errors import DaemonUnreachable, Sh0Error, error_from_problem
from sh0.wire import address

_CONNECT = 10.0  # seconds
_LARGEST_REFUSAL = 1 << 16  # bytes


class WebSocketTerminal:
    """A terminal whose bytes are binary messages; the window's size, signals and the end are text messages in JSON.

    Args:
        connection: A connection to the web process.
        host: Its name, with its port.
        target: Path and query of the operation.
        token: Sent as a bearer token.

    Raises:
        OSError: The connection broke.
        ProtocolError: At the other end is no WebSocket.
        Sh0Error: The platform refuses.
    """

    def __init__(self, connection: socket.socket, host: str, target: str, token: str | None) -> None:
        self._connection = connection
        self._protocol = WSConnection(ConnectionType.CLIENT)
        self._sending = threading.Lock()
        self._events: deque[Event] = deque()
        self._text = ""
        self._exit: int | None = None
        headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
        self._send(Request(host=host, target=target, extra_headers=headers))
        answer = self._next()
        if isinstance(answer, RejectConnection):
            raise self._refusal(answer)
        if not isinstance(answer, AcceptConnection):
            raise ProtocolError("it hung up")

    @classmethod
    def open(cls, url: str, token: str | None) -> "WebSocketTerminal":
        """Open the terminal behind a URL.

        Raises:
            DaemonUnreachable: Nobody answers there, or no WebSocket.
            Sh0Error: The platform refuses.
        """
        parts = urlsplit(url)
        secure, host = parts.scheme == "wss", parts.hostname or ""
        connection: socket.socket | None = None
        try:
            connection = socket.create_connection((host, parts.port or (443 if secure else 80)), _CONNECT)
            if secure:
                connection = ssl.create_default_context().wrap_socket(connection, server_hostname=host)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened = cls(connection, parts.netloc, parts.path + ("?" + parts.query if parts.query else ""), token)
            connection.settimeout(None)
            return opened
        except Sh0Error:
            if connection is not None:
                connection.close()
            raise
        except (OSError, ProtocolError) as error:
            if connection is not None:
                connection.close()
            if isinstance(error, OSError):
                raise address.unreachable(f"{'https' if secure else 'http'}://{parts.netloc}", error) from error
            raise DaemonUnreachable(
                f"{parts.scheme}://{parts.netloc} opens no terminal: {error}", hint="Check URL and token."
            ) from error

    def _refusal(self, answer: RejectConnection) -> Exception:
        """The platform's own error, if the answer is one."""
        body = b""
        while answer.has_body and len(body) < _LARGEST_REFUSAL and isinstance(piece := self._next(), RejectData):
            body += piece.data
            if piece.body_finished:
                break
        try:
            said = json.loads(body)
        except ValueError:
            said = None
        if isinstance(said, dict) and "code" in said:
            return error_from_problem(said)
        return ProtocolError(f"it answered {answer.status_code}")

    def read(self) -> bytes:
        """The next bytes; empty at the end."""
        while (event := self._next()) is not None:
            if isinstance(event, BytesMessage) and event.data:
                return bytes(event.data)
            if isinstance(event, TextMessage):
                self._text += event.data
                if event.message_finished:
                    said, self._text = json.loads(self._text), ""
                    if "problem" in said:
                        self.close()
                        raise error_from_problem(said["problem"])
                    if "exit" in said:
                        self._exit = int(said["exit"])
                        break
        return b""

    def write(self, data: bytes) -> None:
        """Send what was typed."""
        self._send(BytesMessage(data=data))

    def resize(self, columns: int, rows: int) -> None:
        """Tell the program the new size of the window."""
        self._send(TextMessage(data=json.dumps({"resize": [columns, rows]})))

    def signal(self, name: str) -> None:
        """Send the program a signal."""
        self._send(TextMessage(data=json.dumps({"signal": name})))

    def exit_code(self) -> int:
        """How the program ended.

        Raises:
            DaemonUnreachable: The connection broke before it ended.
        """
        if self._exit is None:
            raise DaemonUnreachable("the terminal's connection broke", hint="Open it again.")
        return self._exit

    def close(self) -> None:
        """End the session."""
        try:
            self._send(CloseConnection(code=1000))
            self._connection.shutdown(socket.SHUT_RDWR)
        except (OSError, ProtocolError):
            pass
        self._connection.close()

    def _send(self, event: Event) -> None:
        with self._sending:
            self._connection.sendall(self._protocol.send(event))

    def _next(self) -> Event | None:
        """The next event that is not the protocol's own; None at the end."""
        while True:
            while not self._events:
                try:
                    received = self._connection.recv(65536)
                except OSError:
                    return None
                if not received:
                    return None
                self._protocol.receive_data(received)
                self._events.extend(self._protocol.events())
            event = self._events.popleft()
            if isinstance(event, CloseConnection):
                return None
            if not isinstance(event, Ping):
                return event
            self._send(event.response())
