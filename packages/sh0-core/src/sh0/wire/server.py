"""Serves a platform on a unix socket: a thread a connection, HTTP/1.1 by h11."""

import logging
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast
from urllib.parse import unquote

import attrs
import h11

from sh0.errors import NotFound, Sh0Error, TooLarge, Unauthenticated, internal_error
from sh0.operations import LOCAL, Caller, Effect, Operation, Operations, Registry, Shape, acting_as, called_from
from sh0.pacing import Pace
from sh0.ports.terminal import Terminal
from sh0.wire import frames, heads, openapi, projection
from sh0.wire.body import RequestBody
from sh0.wire.callers import Callers
from sh0.wire.connections import Connections
from sh0.wire.streaming import SILENCE, EventFeed

log = logging.getLogger("sh0.wire")

_HEAD = 10.0  # seconds that the head of a request may take, however it comes
_STALLED = 30.0  # seconds that a client may take to receive a piece of an answer
_IDLE = 75.0  # seconds that a connection may wait for its next request
_FAREWELL = 0.3  # seconds that a call whose caller has lost their authority may take to say so
_RELIEF = 0.2  # seconds before another try to take a connection

CLIENT_ADDRESS = "x-sh0-client-address"
"""Where a trusted process says for which address it calls."""


@attrs.frozen
class _Peer:
    """The process at the other end of a socket.

    Attributes:
        user: Its Unix user.
        trusted: Whether it is believed when it says for whom it calls.
    """

    user: int
    trusted: bool


class WireServer:
    """Serves operations.

    Args:
        path: Path of the socket; a stale one is replaced.
        mode: Its permissions.
        platform: Object with one attribute per domain.
        registry: The operations.
        callers: What is known of those who call.
    """

    def __init__(self, path: Path, mode: int, platform: object, registry: Registry, callers: Callers) -> None:
        self._path, self._platform, self._registry, self._callers = path, platform, registry, callers
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX)
        previous = os.umask(0o777 & ~mode)
        try:
            self._socket.bind(str(path))
        finally:
            os.umask(previous)
        self._socket.listen(512)
        self._connections = Connections()
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
            credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
            process, user, _ = struct.unpack("3i", credentials)
            peer = _Peer(user, self._callers.trusts(user, process))
            if not self._connections.arrived(connection, peer.user):
                connection.close()
                continue
            threading.Thread(target=self._serve, args=(connection, peer), name="sh0-wire", daemon=True).start()

    def _serve(self, connection: socket.socket, peer: "_Peer") -> None:
        try:
            _Connection(connection, peer, self._connections, self._platform, self._registry, self._callers).run()
        except (_Gone, OSError, h11.ProtocolError):
            pass
        except Exception:
            log.exception("a request failed")
        finally:
            self._connections.left(connection)
            connection.close()


class _Gone(Exception):
    """The client has left. An error of its own: the work of an operation may raise any other."""


class _Connection:
    """One connection: requests one after the other."""

    def __init__(
        self,
        connection: socket.socket,
        peer: _Peer,
        connections: Connections,
        platform: object,
        registry: Registry,
        callers: Callers,
    ) -> None:
        self._connection, self._peer, self._connections = connection, peer, connections
        self._platform, self._registry, self._callers = platform, registry, callers
        self._http = h11.Connection(h11.SERVER)
        self._verb = ""
        self._pace = Pace()
        self._last = False
        self._called_by: Caller | None = None
        self._farewell: Callable[[Sh0Error], None] | None = None
        self._dismissed = False

    def run(self) -> None:
        further = False
        while True:
            try:
                event = self._head(further)
                if event is None or not self._answer(event):
                    return
            except h11.RemoteProtocolError as error:
                self._reject(error)
                return
            further = True
            if self._last or self._http.our_state is h11.MUST_CLOSE or self._http.their_state is not h11.DONE:
                return
            self._http.start_next_cycle()

    def _head(self, further: bool) -> h11.Request | None:
        """The next request, up to its body; None at the end. It has a time limit, which a trickle does not extend."""
        self._connections.idle(self._connection)
        wait = _IDLE if further else _HEAD
        deadline = time.monotonic() + wait
        received, _ = self._http.trailing_data
        while not heads.whole(received):
            self._connection.settimeout(max(deadline - time.monotonic(), 0.001))
            try:
                more = self._connection.recv(65536)
            except OSError as error:
                raise _Gone from error
            if not more:
                return None
            if not received and further:
                deadline = time.monotonic() + _HEAD
            received += more
            self._http.receive_data(more)
        self._connections.busy(self._connection)
        self._connection.settimeout(_STALLED)
        self._pace = Pace()
        heads.check(received)
        event = self._http.next_event()
        if not isinstance(event, h11.Request):
            return None
        # Trailers are read less strictly than heads, so nothing may follow them.
        self._last = b"transfer-encoding" in {name for name, _ in event.headers}
        return event

    def _next(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                self._send(h11.InformationalResponse(status_code=100, headers=[]))
            began = time.monotonic()
            try:
                self._connection.settimeout(self._pace.patience())
                received = self._connection.recv(65536)
            except OSError as error:
                raise _Gone from error
            finally:
                self._connection.settimeout(_STALLED)
            self._pace.took(time.monotonic() - began, len(received))
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
                whole = self._skip()
                self._json(200, openapi.published(self._registry), close=not whole)
                return whole
            if not path.startswith(projection.PREFIX + "/"):
                raise NotFound(f"nothing answers {path}", hint=f"Every path begins with {projection.PREFIX}/.")
            below = path.removeprefix(projection.PREFIX)
            verbs = projection.verbs(self._registry.verbs(below))
            if verbs and self._verb not in verbs:
                return self._method_not_allowed(verbs)
            if self._verb == "OPTIONS" and verbs:
                self._empty(verbs)
                return self._http.their_state is h11.DONE
            operation, in_path = self._registry.match("GET" if self._verb == "HEAD" else self._verb, below)
            address = headers.get(CLIENT_ADDRESS) if self._peer.trusted else None
            caller = self._caller(headers.get("authorization", ""), address or LOCAL)
            with acting_as(caller), called_from(address or LOCAL), self._held(caller, operation):
                return self._call(operation, {k: unquote(v) for k, v in in_path.items()}, query, headers)
        except Sh0Error as error:
            return self._refuse(error)
        except (_Gone, h11.ProtocolError):
            raise
        except Exception as error:
            log.exception("%s %s failed", self._verb, path)
            return self._refuse(internal_error(error, hint="See the daemon's log."))

    @contextmanager
    def _held(self, caller: Caller, operation: Operation) -> Iterator[None]:
        """Cut the call off when its caller's authority ends; one that takes a credential away answers first."""
        if operation.effect is Effect.DESTROY:
            yield
            return
        self._called_by = caller
        release = self._callers.hold(caller, self._cut)
        try:
            yield
        finally:
            release()
            self._farewell = None

    def _cut(self) -> None:
        """End the call from another thread; a stream or a terminal has a moment to say why."""
        self._dismissed = True
        if self._farewell is None:
            self._hang_up()
            return
        caller = self._called_by
        reason = Unauthenticated(
            f"the credential {caller} was revoked, has expired or permits something else now",
            hint="Open it again with a credential that permits it.",
        )
        threading.Thread(target=self._farewell, args=(reason,), name="sh0-farewell", daemon=True).start()
        last = threading.Timer(_FAREWELL, self._hang_up)
        last.daemon = True
        last.start()

    def _hang_up(self) -> None:
        with suppress(OSError):  # it has ended already
            self._connection.shutdown(socket.SHUT_RDWR)

    def _caller(self, shown: str, address: str) -> Caller:
        scheme, _, token = shown.partition(" ")
        try:
            return self._callers.identify(token if scheme.lower() == "bearer" else None, self._peer.user)
        except Unauthenticated as error:
            raise self._callers.unknown(address, error) from None

    def _domain(self, operation: Operation) -> Operations:
        return cast(Operations, getattr(self._platform, operation.domain))

    def _method_not_allowed(self, verbs: Sequence[str]) -> bool:
        detail = f"{self._verb} is not possible here, only {', '.join(verbs)}"
        problem = projection.protocol_problem(405, "Method not allowed", detail)
        return self._refuse_request(problem, [("allow", ", ".join(verbs))])

    def _refuse_request(self, problem: Mapping[str, object], headers: list[tuple[str, str]]) -> bool:
        whole = self._skip()
        self._json(cast(int, problem["status"]), problem, projection.PROBLEM, close=not whole, headers=headers)
        return whole

    def _empty(self, verbs: Sequence[str]) -> None:
        whole = self._skip()
        headers = [("allow", ", ".join(verbs))] + ([] if whole else [("connection", "close")])
        self._send(h11.Response(status_code=204, headers=headers), h11.EndOfMessage())

    def _call(self, operation: Operation, path: Mapping[str, str], query: str, headers: Mapping[str, str]) -> bool:
        domain = self._domain(operation)
        known = projection.known(operation, path, query)
        domain.admit(operation, known)
        if hint := projection.other_content(operation, headers.get("content-type", "")):
            detail = f"{operation.name} takes no body of the type {headers['content-type']:.80}"
            problem = projection.protocol_problem(415, "Unsupported media type", detail, hint)
            return self._refuse_request(problem, [("accept", projection.content_type(operation))])
        try:
            body = b"" if operation.upload is not None else self._body(headers, operation.body)
            arguments = projection.arguments(operation, path, query, body, headers.get("last-event-id"))
        except Sh0Error as error:
            domain.refused(operation, known, error)
            raise
        if operation.upload is not None:
            arguments[operation.upload.name] = cast(IO[bytes], RequestBody(self._chunks()))
        result = getattr(domain, operation.method)(**arguments)
        if operation.upload is not None:
            self._drain()
        if operation.shape is Shape.STREAM:
            return self._stream(cast("Iterator[object]", result), projection.since(operation, arguments))
        if operation.shape is Shape.TERMINAL:
            self._terminal(cast(Terminal, result), headers)
            return False
        status, location = projection.success(self._registry, operation, arguments, result)
        self._json(status, result, headers=[("location", location)] if location else [])
        return True

    def _body(self, headers: Mapping[str, str], limit: int) -> bytes:
        """The whole body; one that says how large it is is refused before any of it is asked for."""
        self._demand_room(int(headers.get("content-length", 0)), limit)
        body = b""
        for chunk in self._chunks():
            body += chunk
            self._demand_room(len(body), limit)
        return body

    @staticmethod
    def _demand_room(size: int, limit: int) -> None:
        if size > limit:
            raise TooLarge(
                f"the body of the request is larger than {limit >> 10} KiB, the most that this operation takes",
                hint="Files of a project travel in an archive or by git push.",
                limit=limit,
            )

    def _drain(self) -> None:
        if self._http.their_state is h11.SEND_BODY:
            for _ in self._chunks():
                pass

    def _refuse(self, error: Sh0Error) -> bool:
        status, document = projection.problem(error)
        whole = self._skip()
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._json(status, document, projection.PROBLEM, close=not whole)
        return whole

    def _skip(self) -> bool:
        """Read past what has arrived of the body, waiting for nothing; says whether that was all of it."""
        try:
            while self._http.their_state is h11.SEND_BODY and isinstance(self._http.next_event(), h11.Data):
                pass
        except h11.RemoteProtocolError:
            pass
        return self._http.their_state is h11.DONE

    def _json(
        self,
        status: int,
        value: object,
        kind: str = "application/json",
        *,
        close: bool = False,
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        payload = value if isinstance(value, bytes) else projection.dumps(value)
        headers = [("content-type", kind), ("content-length", str(len(payload))), *headers]
        if status == 429:
            headers.append(("retry-after", "60"))
        if close or self._last:
            headers.append(("connection", "close"))
        body = [] if self._verb == "HEAD" else [h11.Data(data=payload)]
        self._send(h11.Response(status_code=status, headers=headers), *body, h11.EndOfMessage())

    def _stream(self, items: Iterator[object], since: int | None) -> bool:
        """Send the items as events; says whether the connection can take another request."""
        feed = EventFeed(items, since)
        self._farewell = feed.cut
        self._send(
            h11.Response(
                status_code=200,
                headers=[
                    ("content-type", projection.EVENT_STREAM),
                    ("cache-control", "no-store"),
                    ("x-accel-buffering", "no"),
                    *([("connection", "close")] if self._last else []),
                ],
            ),
            *([] if self._verb == "HEAD" else [h11.Data(data=SILENCE)]),
        )
        if self._verb == "HEAD":
            if (close := getattr(items, "close", None)) is not None:
                close()
        else:
            try:
                for event in feed:
                    self._send(h11.Data(data=event))
            finally:
                feed.stop()
        self._send(h11.EndOfMessage())
        return not self._dismissed

    def _terminal(self, terminal: Terminal, headers: Mapping[str, str]) -> None:
        if headers.get("upgrade", "").lower() != frames.UPGRADE:
            terminal.close()
            detail = f"a terminal needs the header 'Upgrade: {frames.UPGRADE}'"
            problem = projection.protocol_problem(426, "Upgrade required", detail)
            self._json(426, problem, projection.PROBLEM, close=True)
            return
        self._send(
            h11.InformationalResponse(status_code=101, headers=[("upgrade", frames.UPGRADE), ("connection", "upgrade")])
        )
        early, _ = self._http.trailing_data
        self._connection.settimeout(None)
        stream = frames.FrameStream(self._connection, early)
        self._farewell = stream.dismiss
        frames.serve(terminal, stream)

    def _send(self, *events: h11.Event) -> None:
        sent = b"".join(self._http.send(event) or b"" for event in events)
        try:
            self._connection.sendall(sent)
        except OSError as error:
            raise _Gone from error
