"""Names of images, as far as they can reach what belongs to others.

The engine finds an image by name or by id, and any part of an id will do. An id names the image of whichever app; so
do the names that sh0 gives to what it builds. Neither is accepted from outside.
"""

import re
import socket
from contextlib import suppress
from ipaddress import IPv4Address, ip_address

from sh0.peers import Address, is_link_local

__all__ = ["ambiguous", "qualified", "refusal"]

_ID = re.compile(r"(?:sha256:.*|[0-9a-f]{12,})", re.DOTALL)
_HEX = re.compile(r"[0-9a-f]+")
_BUILT = re.compile(r"(?:(?:index\.)?docker\.io/)?sh0/", re.IGNORECASE)


def refusal(reference: str) -> str | None:
    """Why an image may not be asked for by this reference; None if nothing speaks against it."""
    if _ID.fullmatch(reference.strip()):
        return "images are referred to by name: an id could be that of another app's image"
    if _BUILT.match(reference.strip()):
        return "names that begin with sh0/ are those of images that sh0 has built for its apps"
    address = _registry_address(reference.strip())
    return "nothing is fetched from link-local addresses" if address is not None and is_link_local(address) else None


def _registry_address(reference: str) -> Address | None:
    """The address of the registry in a reference, in any form that a resolver takes for one; None if it has a name."""
    host, slash, _ = reference.partition("/")
    if not slash or not {".", ":"} & {*host}:
        return None
    bare = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0].rstrip(".")
    with suppress(ValueError):
        return ip_address(bare.partition("%")[0])
    with suppress(OSError):
        return IPv4Address(socket.inet_aton(bare))  # 169.254.43518, 0xa9fea9fe
    return None


def ambiguous(reference: str) -> bool:
    """Whether the engine could take it for the beginning of an id."""
    return _HEX.fullmatch(reference) is not None


def qualified(reference: str) -> str:
    """The reference with a tag, so that the engine looks for a name and never for an id."""
    return f"{reference}:latest" if ambiguous(reference) else reference
