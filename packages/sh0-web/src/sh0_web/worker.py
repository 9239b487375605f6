"""gunicorn's threaded worker, which gives a thread to whole heads of requests only.

A connection waits with the selector, without a thread, until a head is complete, and for its end after the answer. Each
wait has a deadline, and connections are counted by the address they come from: so those who send slowly, or nothing,
take nothing from others.
"""

import errno
import logging
import resource
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http import get_parser
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from sh0.frontend import Pace, connection_origin, from_container
from sh0_web.heads import Arrival, Head
from sh0_web.refusals import judge, refusal

log = logging.getLogger("sh0.web")

_CONNECTIONS = 512
_OF_ORIGIN = 128  # connections from one address
_AT_ONCE = 64  # connections that are accepted before others are looked at
_LINGER = 2.0  # seconds after an answer in which a client may close first
_DRAINED = 1 << 16  # bytes that are read and dropped at a time meanwhile
_UNACKNOWLEDGED = 60_000  # milliseconds after which a client that acknowledges nothing is gone
_OPEN_FILES = 4096
STALLED = 20.0
"""Seconds that a client may take to receive a piece of an answer."""

_REFUSALS = {
    Arrival.HUGE: refusal(431, "the head of the request is too large"),
    Arrival.NO_HTTP: refusal(400, "this is not HTTP"),
    Arrival.PARTIAL: refusal(408, "the head of the request came too slowly"),
}


class PacedReader(SocketUnreader):  # type: ignore[misc]
    """Reads the bodies of one connection, at least as fast as `Pace` demands."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection)
        self.pace = Pace()
        self.waits = True

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next bytes from the client.

        Raises:
            TimeoutError: They come too slowly.
        """
        if not self.waits:
            raise TimeoutError
        began = time.monotonic()
        self.sock.settimeout(self.pace.patience())
        try:
            data: bytes = super().chunk(size_hint)
        finally:
            self.sock.settimeout(STALLED)
        self.pace.took(time.monotonic() - began, len(data))
        return data


class QuietLogger(Logger):  # type: ignore[misc]
    """gunicorn's log without the clients that take too long."""

    def exception(self, message: str, *values: Any, **options: Any) -> None:
        """An error with its traceback, unless it is a client's slowness."""
        if not isinstance(sys.exc_info()[1], TimeoutError):
            super().exception(message, *values, **options)


class GuardedWorker(ThreadWorker):  # type: ignore[misc]
    """Serves what its listeners accept."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._waiting: dict[TConn, Head] = {}
        self._ending: dict[TConn, float] = {}
        self._origins: Counter[str] = Counter()

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """The threads. gunicorn would import their class here, which is too late."""
        return ThreadPoolExecutor(self.cfg.threads, "request")

    def init_process(self) -> None:
        """Begin to serve, with room for the files of every connection."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Take the connections that are there."""
        for _ in range(_AT_ONCE):
            try:
                connection, client = listener.accept()
            except OSError as error:
                if error.errno in (errno.EMFILE, errno.ENFILE):
                    self._make_room(lambda _: True)
                return
            if from_container(client[0]) or not self._admits(client[0]):
                connection.close()
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED)
            self.nr_conns += 1
            self._origins[connection_origin(client[0])] += 1
            self._await(TConn(self.cfg, connection, client, listener.getsockname()), Head(time.monotonic()))

    def finish_request(self, conn: TConn, future: "Future[object]") -> None:
        """After an answer: wait for the next request, or for the end."""
        try:
            goes_on = not future.cancelled() and bool(future.result()) and self.alive
        except Exception:
            goes_on = False
        if goes_on:
            self._await(conn, Head(time.monotonic(), conn.parser.unreader.take_buffered(), further=True))
        else:
            self._end(conn)

    def murder_pending(self) -> None:
        """End the connections whose time is over."""
        now = time.monotonic()
        for conn in [conn for conn, head in self._waiting.items() if head.deadline <= now]:
            self._refuse(conn, Arrival.PARTIAL if self._waiting[conn].received else None)
        for conn in [conn for conn, deadline in self._ending.items() if deadline <= now]:
            self._drop(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """The worker stops: nobody is waited for."""
        for conn in [*self._waiting, *self._ending]:
            self._drop(conn)

    def _keepalive_after(self, conn: TConn, keepalive: object) -> bool:
        """Whether the connection can take another request: not if the client still sends the body of this one."""
        if not keepalive:
            return False
        reader = conn.parser.unreader
        reader.waits, reader.pace = False, Pace()
        try:
            return bool(conn.parser.finish_body(deadline=time.monotonic() + STALLED))
        finally:
            reader.waits = True

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: BaseException) -> None:
        """Answer what is no request, or an error of this process, as all errors are answered."""
        status, said = judge(exc)
        if status == 500:
            log.error("a request failed", exc_info=exc)
        try:
            client.sendall(refusal(status, said))
        except OSError:
            pass

    def _admits(self, address: str) -> bool:
        """Whether there is room for one more from an address; who says nothing gives way."""
        client = connection_origin(address)
        if self._origins[client] >= _OF_ORIGIN:
            return self._make_room(lambda conn: connection_origin(conn.client[0]) == client)
        return self.nr_conns < _CONNECTIONS or self._make_room(lambda _: True)

    def _make_room(self, fits: Callable[[TConn], bool]) -> bool:
        for conn in (*self._ending, *self._waiting):
            if fits(conn):
                self._drop(conn)
                return True
        return False

    def _await(self, conn: TConn, head: Head) -> None:
        conn.sock.setblocking(False)
        self._waiting[conn] = head
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._arrived, conn))
        if head.received:
            self._judge(conn, head.arrival())

    def _arrived(self, conn: TConn, connection: socket.socket) -> None:
        try:
            data = connection.recv(self.cfg.limit_request_line)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._judge(conn, self._waiting[conn].add(time.monotonic(), data))
        else:
            self._drop(conn)

    def _judge(self, conn: TConn, arrival: Arrival) -> None:
        if arrival is Arrival.PARTIAL:
            return
        if arrival is not Arrival.WHOLE:
            self._refuse(conn, arrival)
            return
        head = self._waiting.pop(conn)
        self.poller.unregister(conn.sock)
        if conn.parser is None:
            conn.parser = get_parser(self.cfg, conn.sock, conn.client)
            conn.parser.unreader = PacedReader(conn.sock)
        conn.parser.unreader.unread(bytes(head.received))
        conn.initialized = conn.data_ready = True
        self.enqueue_req(conn)

    def _refuse(self, conn: TConn, arrival: Arrival | None) -> None:
        if arrival is not None:
            try:
                conn.sock.send(_REFUSALS[arrival])
            except OSError:
                pass
        self._release(conn)
        self._end(conn)

    def _end(self, conn: TConn) -> None:
        """Send the end, and wait for the client's without a thread (RFC 9112, section 9.6)."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, conn))
        except (OSError, ValueError, KeyError):
            self._drop(conn)
        else:
            self._ending[conn] = time.monotonic() + _LINGER

    def _drain(self, conn: TConn, connection: socket.socket) -> None:
        try:
            if connection.recv(_DRAINED):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._drop(conn)

    def _release(self, conn: TConn) -> None:
        if self._waiting.pop(conn, None) is not None or self._ending.pop(conn, None) is not None:
            try:
                self.poller.unregister(conn.sock)
            except (KeyError, ValueError, OSError):
                pass

    def _drop(self, conn: TConn) -> None:
        self._release(conn)
        self.nr_conns -= 1
        client = connection_origin(conn.client[0])
        self._origins[client] -= 1
        if not self._origins[client]:
            del self._origins[client]
        conn.close()
