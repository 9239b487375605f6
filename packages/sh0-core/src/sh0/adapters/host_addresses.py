"""The addresses of a host that users name, of which none may be this machine's own."""

import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from sh0.errors import Failed
from sh0.peers import Address

AddressInfo = tuple[Any, Any, int, str, Any]


def addresses_of(host: str, port: int, refuses: Callable[[Address], bool]) -> list[AddressInfo]:
    """Look a host up, as ``getaddrinfo`` does. Who connects to what it returns cannot be led elsewhere.

    Args:
        host: Its name or address.
        port: The port that is connected to.
        refuses: Whether nothing is called at an address.

    Raises:
        OSError: It is not known.
        Failed: One of its addresses is refused.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError("the host name cannot be looked up") from error
    for *_, address in found:
        if refuses(ip_address(str(address[0]).partition("%")[0])):
            raise Failed(
                f"{host} is at {address[0]}, and nothing is called at addresses of this machine alone",
                hint="They lead to services of this machine or its cloud; name a host that others reach too.",
            )
    return found
