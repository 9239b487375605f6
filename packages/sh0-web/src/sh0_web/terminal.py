"""Terminals: a WebSocket on the client's side, the wire's upgraded connection on the daemon's."""

import dataclasses
import json
import socket
import threading
from collections.abc import Mapping, Sequence
from typing import Protocol

from simple_websocket import ConnectionClosed

from sh0.frontend import FrameKind, FrameStream
from sh0_web.daemon_socket import DaemonSocket
from sh0_web.exchange import Exchange

UPGRADE = "sh0-terminal"
LARGEST_MESSAGE = 1 << 20
"""Bytes of a message; what the wire's frames can carry."""
_LOOK = 2.0  # seconds between looks at whether the other side has ended
_FAREWELL = 1.0  # seconds
_ORDINARY, _NOT_PERMITTED, _BROKEN = 1000, 1008, 1011  # RFC 6455, section 7.4.1
_LONGEST_REASON = 123  # bytes; RFC 6455, section 5.5
_WIDEST = 10_000  # columns or rows
_LONGEST_SIGNAL = 10  # characters of its name


class WebSocket(Protocol):
    """What is used of a WebSocket's server side."""

    thread: threading.Thread

    def send(self, data: bytes | str) -> None: ...

    def receive(self, timeout: float | None = None) -> bytes | str | None: ...

    def close(self, reason: int | None = None, message: str | None = None) -> None: ...


@dataclasses.dataclass(frozen=True)
class Refusal:
    """The daemon opened no terminal.

    Attributes:
        status: The status of its answer.
        document: The answer, a problem document.
    """

    status: int
    document: bytes


def open_terminal(daemon: DaemonSocket, target: str, headers: Sequence[tuple[str, str]]) -> FrameStream | Refusal:
    """Open a terminal at the daemon, which judges the credential.

    Args:
        daemon: Where the daemon is.
        target: Path and query of the operation.
        headers: The client's credential and address.

    Raises:
        OSError: Nobody answers.
        DaemonGone: The daemon broke off.
    """
    exchange = Exchange(daemon.connect())
    upgrade = [("connection", "upgrade"), ("upgrade", UPGRADE), ("content-length", "0")]
    try:
        head = exchange.ask("POST", target, [*upgrade, *headers])
        if head.status_code == 101:
            return FrameStream(*exchange.switched())
        refusal = Refusal(head.status_code, b"".join(exchange.pieces()))
    except BaseException:
        exchange.close()
        raise
    exchange.close()
    return refusal


def bridge(websocket: WebSocket, opened: FrameStream) -> None:
    """Carry a terminal until either side ends it.

    Binary messages are bytes of the terminal. Text messages are JSON: ``{"resize": [columns, rows]}`` or
    ``{"signal": "USR1"}`` inbound, ``{"exit": code}`` or ``{"problem": {…}}`` as the last one outbound, whose reason
    the close repeats.

    Args:
        websocket: The client, accepted.
        opened: The terminal at the daemon.
    """
    ended = threading.Event()
    outbound = threading.Thread(target=_outbound, args=(websocket, opened, ended), name="terminal", daemon=True)
    outbound.start()
    try:
        while not ended.is_set():
            if (message := websocket.receive(timeout=_LOOK)) is not None:
                _inbound(message, opened)
    except (ConnectionClosed, OSError):
        pass
    finally:
        opened.close()
        outbound.join()


def end(websocket: WebSocket, connection: socket.socket) -> None:
    """Close a WebSocket for good: its peer has a moment to close as well, and then the connection ends."""
    try:
        websocket.close()
    except (ConnectionClosed, OSError):
        pass
    try:
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    websocket.thread.join(_FAREWELL)
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    websocket.thread.join(_FAREWELL)
    connection.close()


def _outbound(websocket: WebSocket, frames: FrameStream, ended: threading.Event) -> None:
    last: Mapping[str, object] = {
        "problem": {"code": "daemon-unreachable", "detail": "the terminal's connection broke"}
    }
    code, why = _BROKEN, "the terminal's connection broke"
    try:
        while (frame := frames.receive()) is not None:
            kind, payload = frame
            if kind is FrameKind.DATA:
                websocket.send(payload)
            elif kind is FrameKind.EXIT:
                last, code, why = {"exit": int(payload)}, _ORDINARY, ""
                break
            elif kind is FrameKind.PROBLEM:
                problem = json.loads(payload)
                last, code, why = {"problem": problem}, _NOT_PERMITTED, str(problem["detail"])
                break
        websocket.send(json.dumps(last))
        websocket.close(code, _shortened(why))
    except (ConnectionClosed, OSError):
        pass
    finally:
        ended.set()
        frames.close()


def _shortened(reason: str) -> str:
    return reason.encode()[:_LONGEST_REASON].decode(errors="ignore")


def _inbound(message: bytes | str, frames: FrameStream) -> None:
    if isinstance(message, bytes):
        frames.send(FrameKind.DATA, message)
        return
    try:
        said = json.loads(message)
        size, signal = said.get("resize"), said.get("signal")
    except (ValueError, AttributeError):
        return
    if isinstance(signal, str) and len(signal) <= _LONGEST_SIGNAL:  # the daemon knows which are meant for programs
        frames.send(FrameKind.SIGNAL, signal.encode(errors="replace"))
    if isinstance(size, list) and len(size) == 2 and all(type(n) is int and 0 < n < _WIDEST for n in size):
        frames.send(FrameKind.RESIZE, json.dumps(size).encode())
