"""Lines over HTTP: a request a batch, on a connection of its own. It has arrived when the answer is below 300."""

import asyncio
import gzip
import ssl
from typing import Final
from urllib.parse import quote, urlsplit

import h11

from sh0.adapters.sinks.connecting import Network, trust
from sh0.drain_values import PLACEHOLDER
from sh0.ports.sinks import Destination, NotDelivered, Refused
from sh0.version import VERSION

__all__ = ["HttpSink"]

_PORTS: Final = {"http": 80, "https": 443}
_CONTENT: Final = (400, 413, 422)  # statuses that speak of what was sent
_READ: Final = 16 << 10


class HttpSink:
    """A receiver of batches over HTTP.

    Args:
        destination: The receiver.
        network: Connects to it.
    """

    def __init__(self, destination: Destination, network: Network) -> None:
        self._destination, self._network = destination, network
        self._tls: ssl.SSLContext | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, data: bytes) -> None:
        there = self._destination
        credential = there.credential.reveal().strip() if there.credential is not None else ""
        parts = urlsplit(there.url.replace(PLACEHOLDER, quote(credential, safe="")))
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        if parts.scheme == "https" and self._tls is None:
            self._tls = trust(there.ca)
        body = gzip.compress(data, 5) if there.gzip else data
        headers = [
            ("Host", parts.netloc),
            ("User-Agent", f"sh0/{VERSION}"),
            ("Content-Type", "application/x-ndjson"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        ]
        if there.gzip:
            headers.append(("Content-Encoding", "gzip"))
        if credential and there.header:
            headers.append((there.header, _credential(there.header, credential)))
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            request = h11.Request(method="POST", target=path, headers=headers)
        except h11.LocalProtocolError:
            raise NotDelivered("the credential cannot be sent in a header: it has to be one line of ASCII") from None
        reader, self._writer = await self._network.connect(host, port, self._tls)
        try:
            status = await _answered(reader, self._writer, request, body)
        except (OSError, h11.RemoteProtocolError) as error:
            raise NotDelivered(f"{host} gave no answer: {str(error) or type(error).__name__}") from error
        finally:
            self.close()
        if status in _CONTENT:
            raise Refused(f"{host} answered {status}")
        if status >= 300:
            raise NotDelivered(f"{host} answered {status}{_WHY.get(status, '')}")

    def close(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()
            self._writer = None


_WHY: Final = {
    **dict.fromkeys((301, 302, 303, 307, 308), ": redirects are not followed, name the URL that it leads to"),
    **dict.fromkeys((401, 403), ": it does not accept the credential, or wants one"),
}


def _credential(header: str, credential: str) -> str:
    """A credential as its header has it: one for Authorization that names no scheme is a bearer token."""
    return f"Bearer {credential}" if header.lower() == "authorization" and " " not in credential else credential


async def _answered(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: h11.Request, body: bytes
) -> int:
    """Send a request; the status of its answer. What the answer says is not read."""
    connection = h11.Connection(h11.CLIENT)
    sent = [connection.send(request), connection.send(h11.Data(data=body)), connection.send(h11.EndOfMessage())]
    writer.write(b"".join(piece for piece in sent if piece is not None))
    receiving = asyncio.ensure_future(_status(connection, reader))
    try:
        await writer.drain()
    except OSError:  # it may have answered before it had read all of it
        if not receiving.done():
            await asyncio.wait([receiving], timeout=1.0)
        if not receiving.done() or receiving.exception() is not None:
            receiving.cancel()
            raise
    try:
        return await receiving
    finally:
        receiving.cancel()


async def _status(connection: h11.Connection, reader: asyncio.StreamReader) -> int:
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_READ))
        elif isinstance(event, h11.Response):
            return event.status_code
        elif isinstance(event, h11.ConnectionClosed | h11.EndOfMessage):
            raise h11.RemoteProtocolError("the connection ended")
