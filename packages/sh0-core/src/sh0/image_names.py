"""Names of images, as far as they can reach what belongs to others.

The engine finds an image by name or by id, and any part of an id will do. An id names the image of whichever app; so
do the names that sh0 gives to what it builds. Neither is accepted from outside.
"""

import re
from contextlib import suppress
from ipaddress import ip_address

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
    with suppress(ValueError):
        if ip_address(reference.partition("/")[0].partition(":")[0]).is_link_local:
            return "nothing is fetched from link-local addresses"
    return None


def ambiguous(reference: str) -> bool:
    """Whether the engine could take it for the beginning of an id."""
    return _HEX.fullmatch(reference) is not None


def qualified(reference: str) -> str:
    """The reference with a tag, so that the engine looks for a name and never for an id."""
    return f"{reference}:latest" if ambiguous(reference) else reference
