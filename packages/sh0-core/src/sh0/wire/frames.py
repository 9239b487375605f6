"""The frames of a terminal's upgraded connection: one byte of kind, four of length, then the payload."""

import json
import socket
import struct
import threading
from enum import IntEnum
from typing import TYPE_CHECKING

from sh0.errors import DaemonUnreachable, Sh0Error, error_from_problem

if TYPE_CHECKING:
    from sh0.ports.terminal import Terminal

UPGRADE = "sh0-terminal"
_HEADER = struct.Struct("!BI")
_LARGEST = 1 << 20
SIGNALS = ("HUP", "QUIT", "USR1", "USR2")
"""Signals that a client may send the program: those that mean something to it, and that it may refuse."""


class FrameKind(IntEnum):
    """What a frame carries.

    Attributes:
        DATA: Bytes of the terminal.
        RESIZE: The window has another size: ``[columns, rows]``.
        EXIT: The program has ended with this code.
        PROBLEM: The terminal broke off with this error.
        SIGNAL: The program shall receive a signal of this name, which is one of `SIGNALS`.
    """

    DATA = 0
    RESIZE = 1
    EXIT = 2
    PROBLEM = 3
    SIGNAL = 4


class FrameStream:
    """Frames over a socket.

    Args:
        connection: The upgraded connection.
        early: Bytes that were received with the answer to the upgrade.
    """

    def __init__(self, connection: socket.socket, early: bytes = b"") -> None:
        self._connection, self._early = connection, early
        self._sending = threading.Lock()

    def send(self, kind: FrameKind, payload: bytes) -> None:
        """Send a payload, in as many frames as it takes."""
        with self._sending:
            for start in range(0, max(len(payload), 1), _LARGEST):
                piece = payload[start : start + _LARGEST]
                self._connection.sendall(_HEADER.pack(kind, len(piece)) + piece)

    def receive(self) -> tuple[FrameKind, bytes] | None:
        """The next frame, or None at the end; whoever breaks the rules is at the end too."""
        header = self._exactly(_HEADER.size)
        if header is None:
            return None
        kind, length = _HEADER.unpack(header)
        if length > _LARGEST or kind not in list(FrameKind):
            return None
        payload = self._exactly(length)
        return None if payload is None else (FrameKind(kind), payload)

    def _exactly(self, count: int) -> bytes | None:
        while len(self._early) < count:
            try:
                chunk = self._connection.recv(65536)
            except OSError:
                return None
            if not chunk:
                return None
            self._early += chunk
        taken, self._early = self._early[:count], self._early[count:]
        return taken

    def dismiss(self, error: Sh0Error) -> None:
        """End the connection, and say why."""
        try:
            self.send(FrameKind.PROBLEM, json.dumps(error.to_problem()).encode())
        except OSError:
            pass
        self.close()

    def close(self) -> None:
        """End the connection."""
        try:
            self._connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._connection.close()


def serve(terminal: "Terminal", frames: FrameStream) -> None:
    """Pump between a terminal and its client until either ends."""

    def inbound() -> None:
        try:
            while (frame := frames.receive()) is not None:
                kind, payload = frame
                if kind is FrameKind.DATA:
                    terminal.write(payload)
                elif kind is FrameKind.RESIZE:
                    columns, rows = json.loads(payload)
                    terminal.resize(int(columns), int(rows))
                elif kind is FrameKind.SIGNAL and (name := payload.decode()) in SIGNALS:
                    terminal.signal(name)
        except (OSError, ValueError, TypeError, Sh0Error):
            pass  # the program has ended, or the client breaks the rules
        finally:
            terminal.close()

    reader = threading.Thread(target=inbound, name="sh0-terminal", daemon=True)
    reader.start()
    try:
        while data := terminal.read():
            frames.send(FrameKind.DATA, data)
        frames.send(FrameKind.EXIT, str(terminal.exit_code()).encode())
    except OSError:
        pass
    finally:
        terminal.close()
        frames.close()


class RemoteTerminal:
    """A terminal at the other end of an upgraded connection."""

    def __init__(self, frames: FrameStream) -> None:
        self._frames = frames
        self._exit: int | None = None

    def read(self) -> bytes:
        """The next bytes; empty at the end.

        Raises:
            Sh0Error: The platform ended the terminal.
        """
        while (frame := self._frames.receive()) is not None:
            kind, payload = frame
            if kind is FrameKind.DATA and payload:
                return payload
            if kind is FrameKind.EXIT:
                self._exit = int(payload)
                break
            if kind is FrameKind.PROBLEM:
                self.close()
                raise error_from_problem(json.loads(payload))
        return b""

    def write(self, data: bytes) -> None:
        """Send what was typed."""
        self._frames.send(FrameKind.DATA, data)

    def resize(self, columns: int, rows: int) -> None:
        """Tell the program the new size of the window."""
        self._frames.send(FrameKind.RESIZE, json.dumps([columns, rows]).encode())

    def signal(self, name: str) -> None:
        """Send the program a signal."""
        self._frames.send(FrameKind.SIGNAL, name.encode())

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
        self._frames.close()
