"""Serves a platform on a unix socket: a thread a connection, HTTP/1.1 by h11."""

import logging
import os
import queue
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import unquote

import h11

from sh0.errors import InvalidValue, NotFound, Sh0Error
from sh0.operations import Caller, Effect, Operation, Registry, Shape, acting_as
from sh0.ports.runtime import Terminal
from sh0.wire import frames, openapi, projection

log = logging.getLogger("sh0.wire")

_KEEP_ALIVE = 15.0  # seconds after which a silent stream shows that it is alive, which also finds out dead clients
_IDLE = 75.0  # seconds that a connection may wait for its next request
_RELIEF = 0.2  # seconds before another try to take a connection

Identify = Callable[[str | None, int], Caller]
"""Tells who calls from the bearer token and the Unix user at the other end of the socket."""

Hold = Callable[[Caller, Callable[[], None]], Callable[[], None]]
"""Takes what ends a call when the authority of its caller ends; returns what says that the call is over."""


class WireServer:
    """Serves operations.

    Args:
        path: Path of the socket; a stale one is replaced.
        mode: Its permissions.
        platform: Object with one attribute per domain.
        registry: The operations.
        identify: Tells who calls.
        hold: Ends calls whose caller has lost their authority; such calls last when it is left out.
    """

    def __init__(
        self,
        path: Path,
        mode: int,
        platform: object,
        registry: Registry,
        identify: Identify,
        hold: Hold = lambda caller, end: lambda: None,
    ) -> None:
        self._path, self._platform, self._registry, self._identify = path, platform, registry, identify
        self._hold = hold
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX)
        previous = os.umask(0o777 & ~mode)
        try:
            self._socket.bind(str(path))
        finally:
            os.umask(previous)
        self._socket.listen(128)
        self._connections: set[socket.socket] = set()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._accept, name=f"sh0-wire-{path.name}", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer nothing more and end what is open."""
        self._stopping.set()
        self._path.unlink(missing_ok=True)
        for connection in [self._socket, *self._connections]:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                if self._stopping.is_set():
                    return
                log.exception("%s takes no connection", self._path)  # too many open files, most likely
                self._stopping.wait(_RELIEF)
                continue
            threading.Thread(target=self._serve, args=(connection,), name="sh0-wire", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        self._connections.add(connection)
        try:
            credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
            _, user, _ = struct.unpack("3i", credentials)
            _Connection(connection, user, self._platform, self._registry, self._identify, self._hold).run()
        except (_Gone, OSError, h11.ProtocolError):
            pass
        except Exception:
            log.exception("a request failed")
        finally:
            self._connections.discard(connection)
            connection.close()


class _Gone(Exception):
    """The client has left. An error of its own: the work of an operation may raise any other."""


class _Body(RawIOBase):
    """The body of a request, read as it comes."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._rest) < size:
            chunk = next(self._chunks, b"")
            if not chunk:
                break
            self._rest += chunk
        cut = len(self._rest) if size < 0 else size
        taken, self._rest = self._rest[:cut], self._rest[cut:]
        return taken


class _Connection:
    """One connection: requests one after the other."""

    def __init__(
        self,
        connection: socket.socket,
        user: int,
        platform: object,
        registry: Registry,
        identify: Identify,
        hold: Hold,
    ) -> None:
        self._connection, self._user = connection, user
        self._platform, self._registry, self._identify, self._hold = platform, registry, identify, hold
        self._http = h11.Connection(h11.SERVER)
        self._verb = ""

    def run(self) -> None:
        while True:
            self._connection.settimeout(_IDLE)
            try:
                event = self._next()
            except h11.RemoteProtocolError as error:
                self._reject(error)
                return
            if not isinstance(event, h11.Request):
                return
            self._connection.settimeout(None)
            if not self._answer(event):
                return
            if self._http.our_state is h11.MUST_CLOSE or self._http.their_state is not h11.DONE:
                return
            self._http.start_next_cycle()

    def _next(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                self._send(h11.InformationalResponse(status_code=100, headers=[]))
            try:
                received = self._connection.recv(65536)
            except OSError as error:
                raise _Gone from error
            self._http.receive_data(received)
        return event

    def _reject(self, error: h11.RemoteProtocolError) -> None:
        """Answer what is not HTTP, or too large a head, as far as an answer can be read."""
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            status = error.error_status_hint
            problem = {"status": status, "title": "Bad request", "code": "invalid", "detail": str(error)}
            self._json(status, problem, projection.PROBLEM, close=True)

    def _chunks(self) -> Iterator[bytes]:
        while isinstance(event := self._next(), h11.Data):
            yield bytes(event.data)

    def _answer(self, request: h11.Request) -> bool:
        """Answer one request; says whether the connection can take another."""
        headers = {name.decode("ascii"): value.decode("latin-1") for name, value in request.headers}
        self._verb = request.method.decode("ascii")
        path, _, query = request.target.decode("ascii").partition("?")
        try:
            if path == projection.PREFIX + "/openapi.json":
                self._drain()
                self._json(200, openapi.document(self._registry))
                return True
            if not path.startswith(projection.PREFIX + "/"):
                raise NotFound(f"nothing answers {path}", hint=f"Every path begins with {projection.PREFIX}/.")
            operation, in_path = self._registry.match(self._verb, path.removeprefix(projection.PREFIX))
            scheme, _, token = headers.get("authorization", "").partition(" ")
            caller = self._identify(token if scheme.lower() == "bearer" else None, self._user)
            with acting_as(caller), self._held(caller, operation):
                return self._call(operation, in_path, query, headers)
        except Sh0Error as error:
            return self._refuse(error)
        except (_Gone, h11.ProtocolError):
            raise
        except Exception as error:
            log.exception("%s %s failed", self._verb, path)
            return self._refuse(
                Sh0Error(f"a fault in sh0: {type(error).__name__}: {error}", hint="See the daemon's log.")
            )

    @contextmanager
    def _held(self, caller: Caller, operation: Operation) -> Iterator[None]:
        """Cut the call off when its caller's authority ends; one that takes a credential away answers first."""
        if operation.effect is Effect.DESTROY:
            yield
            return
        release = self._hold(caller, self._cut)
        try:
            yield
        finally:
            release()

    def _cut(self) -> None:
        with suppress(OSError):  # it has ended already
            self._connection.shutdown(socket.SHUT_RDWR)

    def _call(self, operation: Operation, path: Mapping[str, str], query: str, headers: Mapping[str, str]) -> bool:
        method = getattr(getattr(self._platform, operation.domain), operation.method)
        if operation.upload is not None:
            arguments = projection.arguments(operation, {k: unquote(v) for k, v in path.items()}, query, b"")
            arguments[operation.upload.name] = cast(BinaryIO, _Body(self._chunks()))
            result = method(**arguments)
            self._drain()
        else:
            arguments = projection.arguments(
                operation, {k: unquote(v) for k, v in path.items()}, query, self._body(operation.body)
            )
            result = method(**arguments)
        if operation.shape is Shape.STREAM:
            self._stream(cast("Iterator[object]", result))
            return True
        if operation.shape is Shape.TERMINAL:
            self._terminal(cast(Terminal, result), headers)
            return False
        self._json(200, result)
        return True

    def _body(self, limit: int) -> bytes:
        body = b""
        for chunk in self._chunks():
            body += chunk
            if len(body) > limit:
                raise InvalidValue(
                    f"the body of the request is larger than {limit >> 10} KiB", path="$", reason="too large"
                )
        return body

    def _drain(self) -> None:
        if self._http.their_state is h11.SEND_BODY:
            for _ in self._chunks():
                pass

    def _refuse(self, error: Sh0Error) -> bool:
        status, document = projection.problem(error)
        try:
            while self._http.their_state is h11.SEND_BODY and isinstance(self._http.next_event(), h11.Data):
                pass  # what has arrived already; nothing more is waited for
        except h11.RemoteProtocolError:
            pass
        whole = self._http.their_state is h11.DONE
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._json(status, document, projection.PROBLEM, close=not whole)
        return whole

    def _json(self, status: int, value: object, kind: str = "application/json", *, close: bool = False) -> None:
        payload = projection.dumps(value)
        headers = [("content-type", kind), ("content-length", str(len(payload)))]
        if close:
            headers.append(("connection", "close"))
        body = [] if self._verb == "HEAD" else [h11.Data(data=payload)]
        self._send(h11.Response(status_code=status, headers=headers), *body, h11.EndOfMessage())

    def _stream(self, items: Iterator[object]) -> None:
        pending: queue.Queue[bytes | None] = queue.Queue(maxsize=256)
        gone = threading.Event()

        def produce() -> None:
            try:
                for item in items:
                    pending.put(b"data: " + projection.dumps(item) + b"\n\n")
                    if gone.is_set():
                        break
            except Sh0Error as error:
                pending.put(b"event: error\ndata: " + projection.dumps(projection.problem(error)[1]) + b"\n\n")
            except Exception as error:
                if not gone.is_set():
                    log.exception("a stream failed")
                    problem = projection.problem(Sh0Error(f"a fault in sh0: {type(error).__name__}: {error}"))[1]
                    pending.put(b"event: error\ndata: " + projection.dumps(problem) + b"\n\n")
            finally:
                _close(items)
            pending.put(None)

        self._send(
            h11.Response(
                status_code=200,
                headers=[
                    ("content-type", projection.EVENT_STREAM),
                    ("cache-control", "no-store"),
                    ("x-accel-buffering", "no"),
                ],
            )
        )
        threading.Thread(target=produce, name="sh0-stream", daemon=True).start()
        try:
            while True:
                try:
                    piece = pending.get(timeout=_KEEP_ALIVE)
                except queue.Empty:
                    piece = b":\n\n"
                if piece is None:
                    break
                self._send(h11.Data(data=piece))
            self._send(h11.EndOfMessage())
        except _Gone:
            gone.set()  # the producer closes the stream: nobody else may while it is in there
            while not pending.empty():
                pending.get_nowait()
            raise

    def _terminal(self, terminal: Terminal, headers: Mapping[str, str]) -> None:
        if headers.get("upgrade", "").lower() != frames.UPGRADE:
            terminal.close()
            detail = f"a terminal needs the header 'Upgrade: {frames.UPGRADE}'"
            problem = {"status": 426, "title": "Upgrade required", "code": "invalid", "detail": detail}
            self._json(426, problem, projection.PROBLEM, close=True)
            return
        self._send(
            h11.InformationalResponse(status_code=101, headers=[("upgrade", frames.UPGRADE), ("connection", "upgrade")])
        )
        early, _ = self._http.trailing_data
        frames.serve(terminal, frames.FrameStream(self._connection, early))

    def _send(self, *events: h11.Event) -> None:
        sent = b"".join(self._http.send(event) or b"" for event in events)
        try:
            self._connection.sendall(sent)
        except OSError as error:
            raise _Gone from error


def _close(items: Iterator[object]) -> None:
    if (close := getattr(items, "close", None)) is not None:
        close()
