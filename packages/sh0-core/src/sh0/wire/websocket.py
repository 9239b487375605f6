"""A terminal over a WebSocket, for platforms that are reached at a URL."""

import json

from sh0.errors import DaemonUnreachable, error_from_problem


class WebSocketTerminal:
    """A terminal whose bytes are binary messages; the window's size and the end are text messages in JSON.

    Args:
        connection: A connected client.
    """

    def __init__(self, connection: object) -> None:
        self._connection: object = connection
        self._exit: int | None = None

    @classmethod
    def open(cls, url: str, token: str | None) -> "WebSocketTerminal":
        """Open the terminal behind a URL.

        Raises:
            DaemonUnreachable: Nobody answers there, or no WebSocket.
        """
        import simple_websocket

        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            return cls(simple_websocket.Client.connect(url, headers=headers))
        except (OSError, simple_websocket.ConnectionError) as error:
            raise DaemonUnreachable(f"{url} opens no terminal: {error}", hint="Check URL and token.") from error

    def read(self) -> bytes:
        """The next bytes; empty at the end."""
        import simple_websocket

        while True:
            try:
                message = self._connection.receive()  # type: ignore[attr-defined]
            except simple_websocket.ConnectionClosed:
                return b""
            if isinstance(message, bytes):
                return message
            said = json.loads(message)
            if "problem" in said:
                raise error_from_problem(said["problem"])
            if "exit" in said:
                self._exit = int(said["exit"])
                return b""

    def write(self, data: bytes) -> None:
        """Send what was typed."""
        self._connection.send(data)  # type: ignore[attr-defined]

    def resize(self, columns: int, rows: int) -> None:
        """Tell the program the new size of the window."""
        self._connection.send(json.dumps({"resize": [columns, rows]}))  # type: ignore[attr-defined]

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
        import simple_websocket

        try:
            self._connection.close()  # type: ignore[attr-defined]
        except simple_websocket.ConnectionClosed:
            pass
