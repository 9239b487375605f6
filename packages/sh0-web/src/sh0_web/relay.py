"""Passes requests on to the daemon, and its answers back. Whether one is allowed is the daemon's decision alone."""

import errno
import itertools
import socket
from collections.abc import Callable, Iterator
from functools import partial

import h11
from flask import Request, Response

from sh0_web.daemon_socket import DaemonSocket
from sh0_web.exchange import ClientGone, DaemonGone, Exchange
from sh0_web.headers import CLIENT_ADDRESS, end_to_end
from sh0_web.places import Places
from sh0_web.problems import busy, daemon_away, problem

PREFIX = "/api/v1/"
_PIECE = 1 << 16


class Relay:
    """The way to the daemon.

    Args:
        daemon: Where it is.
        places: For requests under way; others are turned away, so that the process itself goes on answering.
    """

    def __init__(self, daemon: DaemonSocket, places: Places) -> None:
        self.daemon = daemon
        self.places = places

    def __call__(self, request: Request) -> Response:
        """Answer a request with the daemon's answer."""
        target = raw_target(request)
        if target is None:
            return problem(404, "not-found", "nothing is here", f"The API begins at {PREFIX}.")
        client = request.remote_addr or ""
        if not self.places.take(client):
            return busy()
        try:
            answer = self._answer(request, target, request.environ.get("gunicorn.socket"))
        except BaseException:
            self.places.give_back(client)
            raise
        if not isinstance(answer.response, _Pieces):
            self.places.give_back(client)
        return answer

    def _answer(self, request: Request, target: str, client: socket.socket | None) -> Response:
        try:
            exchange = Exchange(self.daemon.connect(), client)
        except OSError:
            return daemon_away()
        try:
            head = exchange.ask(request.method, target, _asked(request), _body(request))
        except DaemonGone:
            exchange.close()
            return daemon_away()
        except ClientGone:
            exchange.close()
            return problem(400, "invalid", "the client hung up")
        except TimeoutError:
            exchange.close()
            return problem(408, "invalid", "the body of the request came too slowly", "Send it again.")
        except h11.LocalProtocolError as error:
            exchange.close()
            return problem(400, "invalid", f"this request cannot be passed on: {error}")
        except BaseException:
            exchange.close()
            raise
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers]
        answer = Response(status=head.status_code, headers=end_to_end(headers))
        answer.headers.extend((name, value) for name, value in headers if name == "content-length")
        if head.status_code in (204, 304):
            exchange.close()
        else:
            answer.response = _Pieces(exchange, partial(self.places.give_back, request.remote_addr or ""))
            answer.direct_passthrough = True
        return answer


class _Pieces:
    """The body of an answer. Whoever iterates closes it, and with it the exchange."""

    def __init__(self, exchange: Exchange, ended: Callable[[], None]) -> None:
        self._exchange, self._ended = exchange, ended
        self._pieces = itertools.chain([b""], exchange.pieces())  # the head is sent with the first piece: at once
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except (ClientGone, DaemonGone) as error:
            # The server ends the connection without the end of the body, so that nobody takes it for complete.
            raise ConnectionResetError(errno.ECONNRESET, "an answer broke off") from error

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._exchange.close()
            self._ended()


def raw_target(request: Request) -> str | None:
    """Path and query as they came in, percent signs and all; None for what must not be passed on."""
    target = str(request.environ.get("RAW_URI", ""))
    if not target.startswith(PREFIX) or any(part in (".", "..") for part in request.path.split("/")):
        return None
    return target


def credentials(request: Request) -> list[tuple[str, str]]:
    """Who asks: the client's credential, which the daemon judges, and its address."""
    shown = [("authorization", value) for value in request.headers.get_all("Authorization")]
    return [*shown, (CLIENT_ADDRESS, request.remote_addr or "")]


def _asked(request: Request) -> list[tuple[str, str]]:
    headers = [*end_to_end(request.headers), ("connection", "close"), (CLIENT_ADDRESS, request.remote_addr or "")]
    if request.content_length is not None:
        headers.append(("content-length", str(request.content_length)))
    elif request.headers.get("Transfer-Encoding"):
        headers.append(("transfer-encoding", "chunked"))
    if _has_body(request):
        headers.append(("expect", "100-continue"))
    return headers


def _has_body(request: Request) -> bool:
    return bool(request.content_length) or bool(request.headers.get("Transfer-Encoding"))


def _body(request: Request) -> Iterator[bytes] | None:
    return _read(request) if _has_body(request) else None


def _read(request: Request) -> Iterator[bytes]:
    while piece := request.stream.read(_PIECE):
        yield piece
