"""Speaks to a platform over HTTP: on its unix socket, or at a URL with a token."""

import json
import os
import socket
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from sh0 import codec
from sh0.errors import DaemonUnreachable, InvalidValue, Unauthenticated, WrongState, error_from_problem
from sh0.operations import Operation, Shape
from sh0.ports.terminal import Terminal
from sh0.wire import address, projection
from sh0.wire.frames import UPGRADE, FrameStream, RemoteTerminal
from sh0.wire.light_httpx import httpx

_CONNECT = 10.0  # seconds
_CHUNK = 1 << 18


class Client:
    """A connection to a platform.

    Args:
        socket_path: Its unix socket; None to go to the URL.
        url: Its address.
        token: Sent as a bearer token.

    Raises:
        InvalidValue: The address is none, or the token cannot be sent.
    """

    def __init__(self, *, socket_path: Path | None = None, url: str = "http://sh0", token: str | None = None) -> None:
        self._socket_path, self._url, self._token = socket_path, address.read(url), token
        if token is not None and not (token.isascii() and token.isprintable() and token == token.strip()):
            raise InvalidValue(
                "the token holds characters that no token has",
                hint="It begins with sh0_ and is one word.",
                path="$.token",
                reason="no token",
            )
        transport = httpx.HTTPTransport(uds=str(socket_path)) if socket_path else None
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            base_url=self._url,
            transport=transport,
            headers=headers,
            timeout=httpx.Timeout(None, connect=_CONNECT),
            trust_env=socket_path is None,
        )

    def call(self, operation: Operation, arguments: Mapping[str, object]) -> object:
        """Run an operation at the other end; its errors are raised here.

        Raises:
            InvalidValue: An argument does not fit; nothing is sent then.
            WrongState: It is closed.
            DaemonUnreachable: Nobody answers.
        """
        arguments = codec.check_arguments(operation, arguments)
        if self._http.is_closed:
            raise WrongState("the connection to the platform is closed", hint="Connect again: sh0.connect.")
        if self._socket_path is not None and not os.path.exists(self._socket_path):
            raise self._unreachable(FileNotFoundError(self._socket_path))
        if operation.shape is Shape.TERMINAL:
            return self._terminal(operation, arguments)
        upload = operation.upload
        archive = arguments.get(upload.name) if upload else None
        rest = {k: v for k, v in arguments.items() if upload is None or k != upload.name}
        path, body = projection.target(operation, rest)
        options: dict[str, Any] = {"json": body} if body is not None else {}
        if upload is not None:
            options["content"] = _chunks(archive)  # type: ignore[arg-type]
        if operation.shape is Shape.STREAM:
            return self._stream(operation, path, options)
        try:
            answer = self._http.request(operation.verb, path, **options)
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        if not answer.is_success:
            raise _error(answer)
        try:
            value = answer.json()
        except ValueError:
            raise _error(answer) from None
        return _read(value, operation.returns)

    def _stream(self, operation: Operation, path: str, options: dict[str, Any]) -> Iterator[object]:
        request = self._http.build_request(operation.verb, path, **options)
        try:
            answer = self._http.send(request, stream=True)
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        if not answer.is_success:
            answer.read()
            answer.close()
            raise _error(answer)
        return _Stream(answer, self._items(operation, answer))

    def _items(self, operation: Operation, answer: httpx.Response) -> Generator[object, None, None]:
        event = ""
        try:
            for line in _lines(answer.iter_bytes()):
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: "):
                    value = json.loads(line[6:])
                    if event == "error":
                        raise error_from_problem(value)
                    yield _read(value, operation.returns)
                elif not line:
                    event = ""
        except httpx.TransportError as error:
            raise DaemonUnreachable(
                "the stream broke off", hint="Is the platform still up? See 'sh0 status'."
            ) from error
        finally:
            answer.close()

    def _terminal(self, operation: Operation, arguments: Mapping[str, object]) -> Terminal:
        path, _ = projection.target(operation, arguments)
        if self._socket_path is None:
            from sh0.wire.websocket import WebSocketTerminal

            parts = urlsplit(self._url)
            scheme = "wss" if parts.scheme == "https" else "ws"
            return WebSocketTerminal.open(f"{scheme}://{parts.netloc}{parts.path}{path}", self._token)
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(self._socket_path))
        except OSError as error:
            connection.close()
            raise self._unreachable(error) from error
        lines = [
            f"POST {path} HTTP/1.1",
            "Host: sh0",
            "Connection: Upgrade",
            f"Upgrade: {UPGRADE}",
            "Content-Length: 0",
        ]
        if self._token:
            lines.append(f"Authorization: Bearer {self._token}")
        connection.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
        head, _, early = _head(connection)
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            with connection:
                while chunk := connection.recv(65536):
                    early += chunk
            if not early:
                raise DaemonUnreachable("the terminal's connection broke", hint="Open it again.")
            raise error_from_problem(json.loads(early))
        return RemoteTerminal(FrameStream(connection, early))

    def _unreachable(self, error: Exception) -> DaemonUnreachable:
        if self._socket_path is not None:
            home = self._socket_path.parent.parent
            return DaemonUnreachable(
                f"no platform is running with the home {home}",
                hint=f"Start it with 'sh0 --home {home} up', or name another home.",
            )
        return address.unreachable(self._url, error)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


def _head(connection: socket.socket) -> tuple[bytes, bytes, bytes]:
    received = b""
    while b"\r\n\r\n" not in received and (chunk := connection.recv(65536)):
        received += chunk
    return received.partition(b"\r\n\r\n")


class _Stream:
    """The items of an answer. Closing it lets the connection go, also before the first item was asked for."""

    def __init__(self, answer: httpx.Response, items: Generator[object, None, None]) -> None:
        self._answer, self._items = answer, items
        self._closed = False

    def __iter__(self) -> Iterator[object]:
        return self

    def __next__(self) -> object:
        try:
            return next(self._items)
        except DaemonUnreachable:
            if self._closed:
                raise StopIteration from None
            raise

    def close(self) -> None:
        """End the stream early, also while another thread waits for an item."""
        self._closed = True
        connection = self._answer.extensions["network_stream"].get_extra_info("socket")
        with suppress(OSError):  # it has ended already
            connection.shutdown(socket.SHUT_RDWR)
        with suppress(ValueError):  # another thread is in it, and comes out by the end of the connection
            self._items.close()
            self._answer.close()


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    """Lines that end with a line feed and nothing else: a separator of Unicode may be part of an item."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.decode()


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _read(value: object, annotation: object) -> object:
    return None if annotation in (None, type(None)) else codec.structure(value, annotation)


def _error(answer: httpx.Response) -> Exception:
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict) or "code" not in problem:
        return DaemonUnreachable(
            f"{answer.url} answers {answer.status_code}, and not as a platform does",
            hint="Check the URL: something else may answer there.",
        )
    error = error_from_problem(problem)
    if isinstance(error, Unauthenticated):  # what it says is written for who composes requests
        error.hint = (
            "Pass a valid token, as in connect(url, token=…); 'sh0 tokens create NAME' on the platform makes one."
        )
    return error
