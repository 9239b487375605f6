"""A session of BuildKit: a connection on which the engine asks, during a build, for what must not be sent with it."""

import secrets
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import h11
from h2.exceptions import H2Error

from sh0.adapters.docker.client import Engine, explanation
from sh0.adapters.docker.failures import translated
from sh0.adapters.docker.grpc import GrpcServer, Method
from sh0.adapters.docker.refusal import Refused
from sh0.adapters.docker.transport import CHUNK

__all__ = ["NoSessions", "session"]

_PATIENCE = 30.0  # seconds that the engine has to open a session
_NOT_THERE = (404, 405, 501)


class NoSessions(Exception):
    """The engine knows no sessions, so it has no BuildKit; it never leaves the adapter."""


@contextmanager
def session(engine: Engine, methods: Mapping[str, Method]) -> Iterator[str]:
    """Open a session, whose id a build names; it ends with the block.

    Args:
        engine: The engine.
        methods: What it may ask for, by path.

    Raises:
        NoSessions: The engine has no BuildKit.
    """
    name = secrets.token_hex(16)
    with translated("open a session for a build"):
        target = engine.target("/session")
        connection = engine.connect()
        try:
            connection.settimeout(_PATIENCE)
            begun = _upgraded(connection, target, name, methods)
            connection.settimeout(None)
        except h11.ProtocolError as error:
            connection.close()
            raise ConnectionError(str(error)) from error
        except BaseException:
            connection.close()
            raise
    thread = threading.Thread(
        target=_answer, args=(connection, begun, GrpcServer(methods)), name="build-session", daemon=True
    )
    thread.start()
    try:
        yield name
    finally:
        with suppress(OSError):  # the engine may have closed it before
            connection.shutdown(socket.SHUT_RDWR)
        thread.join()
        connection.close()


def _upgraded(connection: socket.socket, target: str, name: str, methods: Mapping[str, Method]) -> bytes:
    """Ask for a session, and return what has come of it already."""
    http = h11.Connection(h11.CLIENT)
    headers = [
        ("Host", "localhost"),
        ("Connection", "Upgrade"),
        ("Upgrade", "h2c"),
        ("Content-Length", "0"),
        ("X-Docker-Expose-Session-Uuid", name),
        ("X-Docker-Expose-Session-Name", "sh0"),
        ("X-Docker-Expose-Session-Sharedkey", ""),
        *(("X-Docker-Expose-Session-Grpc-Method", path) for path in methods),
    ]
    request = http.send(h11.Request(method="POST", target=target, headers=headers))
    connection.sendall((request or b"") + (http.send(h11.EndOfMessage()) or b""))
    status, said = 0, b""
    while True:
        match http.next_event():
            case h11.NEED_DATA:
                http.receive_data(connection.recv(CHUNK))
            case h11.InformationalResponse(status_code=101):
                return http.trailing_data[0]
            case h11.Response() as response:
                status = response.status_code
            case h11.Data() as data:
                said += data.data
            case h11.EndOfMessage():
                if status in _NOT_THERE:
                    raise NoSessions
                raise Refused(status, explanation(said))
            case _:
                raise ConnectionError("the engine broke off the session")


def _answer(connection: socket.socket, data: bytes, server: GrpcServer) -> None:
    """Answer what the engine asks for, until the connection ends; a build that misses something says so itself."""
    with suppress(OSError, H2Error):
        connection.sendall(server.outgoing())
        while True:
            if data:
                server.receive(data)
                connection.sendall(server.outgoing())
            if not (data := connection.recv(CHUNK)):
                return
