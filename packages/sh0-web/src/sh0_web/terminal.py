"""Terminals: a WebSocket on the client's side, the wire's upgraded connection on the daemon's."""

import json
import threading
from collections.abc import Mapping
from typing import Protocol

from simple_websocket import ConnectionClosed

from sh0 import FrameKind, FrameStream
from sh0_web.daemon_socket import DaemonSocket
from sh0_web.exchange import DaemonGone, Exchange

UPGRADE = "sh0-terminal"
LARGEST_MESSAGE = 1 << 20
"""Bytes of a message; what the wire's frames can carry."""
_LOOK = 2.0  # seconds between looks at whether the other side has ended
_WIDEST = 10_000  # columns or rows


class WebSocket(Protocol):
    """What is used of a WebSocket's server side."""

    def send(self, data: bytes | str) -> None: ...

    def receive(self, timeout: float | None = None) -> bytes | str | None: ...

    def close(self) -> None: ...


def bridge(websocket: WebSocket, daemon: DaemonSocket, target: str, authorization: str | None) -> None:
    """Carry a terminal until either side ends it.

    Binary messages are bytes of the terminal. Text messages are JSON: ``{"resize": [columns, rows]}`` inbound,
    ``{"exit": code}`` or ``{"problem": {…}}`` as the last one outbound.

    Args:
        websocket: The client, accepted.
        daemon: Where the daemon is.
        target: Path and query of the operation.
        authorization: The client's credential, for the daemon to judge.
    """
    try:
        opened = _open(daemon, target, authorization)
    except (OSError, DaemonGone):
        opened = {"code": "daemon-unreachable", "detail": "the daemon does not answer"}
    if not isinstance(opened, FrameStream):
        websocket.send(json.dumps({"problem": opened}))
        return
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


def _open(daemon: DaemonSocket, target: str, authorization: str | None) -> FrameStream | Mapping[str, object]:
    exchange = Exchange(daemon.connect())
    headers = [("connection", "upgrade"), ("upgrade", UPGRADE), ("content-length", "0")]
    if authorization is not None:
        headers.append(("authorization", authorization))
    try:
        head = exchange.ask("POST", target, headers)
        if head.status_code == 101:
            return FrameStream(*exchange.switched())
        said = json.loads(b"".join(exchange.pieces()))
    except ValueError:
        said = None
    except BaseException:
        exchange.close()
        raise
    exchange.close()
    return said if isinstance(said, dict) else {"code": "error", "detail": "the daemon opened no terminal"}


def _outbound(websocket: WebSocket, frames: FrameStream, ended: threading.Event) -> None:
    last: Mapping[str, object] = {
        "problem": {"code": "daemon-unreachable", "detail": "the terminal's connection broke"}
    }
    try:
        while (frame := frames.receive()) is not None:
            kind, payload = frame
            if kind is FrameKind.DATA:
                websocket.send(payload)
            elif kind is FrameKind.EXIT:
                last = {"exit": int(payload)}
                break
        websocket.send(json.dumps(last))
        websocket.close()
    except (ConnectionClosed, OSError):
        pass
    finally:
        ended.set()
        frames.close()


def _inbound(message: bytes | str, frames: FrameStream) -> None:
    if isinstance(message, bytes):
        frames.send(FrameKind.DATA, message)
        return
    try:
        size = json.loads(message)["resize"]
    except (ValueError, KeyError, TypeError):
        return
    if isinstance(size, list) and len(size) == 2 and all(type(n) is int and 0 < n < _WIDEST for n in size):
        frames.send(FrameKind.RESIZE, json.dumps(size).encode())
