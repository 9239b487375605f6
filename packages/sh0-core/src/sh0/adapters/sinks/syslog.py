"""Lines to a receiver of syslog, over TLS or plain TCP, on one connection that stays.

The protocol knows no answers. So a batch has arrived when the other machine has acknowledged all of its bytes, which
the kernel knows (tcp(7), SIOCOUTQ); what waits there when that machine breaks down may be lost.
"""

import array
import asyncio
import fcntl
import ssl
import termios
from typing import Final
from urllib.parse import urlsplit

from sh0.adapters.sinks.connecting import Connection, Network, trust
from sh0.ports.sinks import Destination, NotDelivered

__all__ = ["SyslogSink"]

_TLS: Final = "syslog+tls"
_PORTS: Final = {_TLS: 6514, "syslog+tcp": 514}  # RFC 5425, section 4.1
_FIRST_LOOK: Final = 0.002
_LOOK: Final = 0.1


class SyslogSink:
    """A receiver of syslog.

    Args:
        destination: The receiver.
        network: Connects to it.
    """

    def __init__(self, destination: Destination, network: Network) -> None:
        parts = urlsplit(destination.url)
        self._host, self._port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        self._ca = destination.ca if parts.scheme == _TLS else None
        self._network = network
        self._tls: ssl.SSLContext | None = None
        self._connection: Connection | None = None

    async def send(self, data: bytes) -> None:
        try:
            reader, writer = await self._connected()
            writer.write(data)
            await writer.drain()
            await _acknowledged(reader, writer)
        except OSError as error:
            self.close()
            raise NotDelivered(f"{self._host}, port {self._port}: {error.strerror or error}") from error
        except BaseException:
            self.close()
            raise

    async def _connected(self) -> Connection:
        if self._connection is not None and _ended(*self._connection):
            self.close()
        if self._connection is None:
            if self._ca is not None and self._tls is None:
                self._tls = trust(self._ca)
            self._connection = await self._network.connect(self._host, self._port, self._tls)
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection[1].transport.abort()
            self._connection = None


def _ended(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    return reader.at_eof() or reader.exception() is not None or writer.transport.is_closing()


async def _acknowledged(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Wait until nothing is under way any more: twice, as the loop may have had more to hand to the kernel."""
    empty, pause = 0, _FIRST_LOOK
    while empty < 2:
        await asyncio.sleep(pause)
        if _ended(reader, writer):
            raise NotDelivered("the receiver ended the connection")
        empty = empty + 1 if not writer.transport.get_write_buffer_size() and not _in_flight(writer) else 0
        pause = _FIRST_LOOK if empty else min(_LOOK, pause * 2)


def _in_flight(writer: asyncio.StreamWriter) -> int:
    """Bytes that the other machine has not acknowledged."""
    count = array.array("i", [0])
    fcntl.ioctl(writer.get_extra_info("socket").fileno(), termios.TIOCOUTQ, count)
    return count[0]
