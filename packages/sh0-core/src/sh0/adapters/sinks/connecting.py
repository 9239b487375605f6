"""Connections to receivers of lines: to the addresses that were looked at, and with TLS that is verified."""

import asyncio
import os
import ssl
from collections.abc import Callable

from sh0.adapters.host_addresses import addresses_of
from sh0.adapters.sinks.threads import HangingCalls
from sh0.errors import Failed
from sh0.peers import Address
from sh0.ports.sinks import NotDelivered

__all__ = ["Connection", "Network", "trust"]

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_LOOKUPS = 8  # at once
_MOST = 64 << 10  # bytes of an answer that are read ahead


class Network:
    """Connects to hosts.

    Args:
        refuses: Whether nothing is called at an address.
    """

    def __init__(self, refuses: Callable[[Address], bool]) -> None:
        self._refuses, self._lookups = refuses, HangingCalls(_LOOKUPS)

    async def connect(self, host: str, port: int, tls: ssl.SSLContext | None) -> Connection:
        """Connect to the first address of a host that answers.

        Args:
            host: Its name or address.
            port: The port.
            tls: Verifies its certificate; None for a connection in clear text.

        Raises:
            NotDelivered: None answers, one of them is refused, or its certificate is not to be trusted.
        """
        try:
            found = await self._lookups.call(lambda: addresses_of(host, port, self._refuses))
        except Failed as error:
            raise NotDelivered(error.message) from error
        except OSError as error:
            raise NotDelivered(f"{host} is not known: {error.strerror or error}") from error
        problem = f"{host} has no address"
        for *_, address in found:
            try:
                return await asyncio.open_connection(
                    address[0], port, ssl=tls, server_hostname=host if tls is not None else None, limit=_MOST
                )
            except ssl.SSLCertVerificationError as error:
                raise NotDelivered(f"the certificate of {host} is not trusted: {error.verify_message}") from error
            except OSError as error:
                problem = f"{host}, port {port}: {_said(error)}"
        raise NotDelivered(problem)


def _said(error: OSError) -> str:
    """What went wrong; asyncio puts the address into it."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error) or type(error).__name__


def trust(ca: str) -> ssl.SSLContext:
    """What verifies certificates: these authorities, or those of this machine where none are given.

    Raises:
        NotDelivered: They cannot be read.
    """
    try:
        return ssl.create_default_context(cadata=ca or None)
    except (ssl.SSLError, ValueError) as error:
        raise NotDelivered(f"the certificates that were given cannot be read: {error}") from error
