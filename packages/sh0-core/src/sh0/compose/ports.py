"""Ports in the short syntax: ``[[address:]published:]target[/protocol]``, with ranges."""

import re
from ipaddress import ip_address
from typing import Final

__all__ = ["PORTS_LIMIT", "address", "exposed", "parse", "ports_of"]

PORTS_LIMIT: Final = 500
"""Ports that one entry may come to."""

_SHORT = re.compile(
    r"(?:(?:(?P<ip>\[[0-9a-fA-F:.%a-z]*\]|[0-9.]+):)?(?P<published>\d{1,5}(?:-\d{1,5})?)?:)?"
    r"(?P<target>\d{1,5}(?:-\d{1,5})?)(?:/(?P<protocol>[A-Za-z]+))?"
)


def parse(value: object) -> list[dict[str, object]]:
    """An entry in the short syntax, as entries in the long syntax, one per port in the container.

    Raises:
        ValueError: It is none; the text says why.
    """
    if isinstance(value, float):
        raise ValueError(f"must be a port, not {value!r}")
    match = _SHORT.fullmatch(str(value).strip())
    if match is None:
        raise ValueError(f"must have the form [[address:]published:]target[/protocol], not {value!r:.60}")
    targets = ports_of(match["target"])
    published = match["published"] or ""
    host = ports_of(published) if published else range(0)
    entry: dict[str, object] = {"protocol": (match["protocol"] or "tcp").lower()}
    if match["ip"]:
        entry["host_ip"] = match["ip"].strip("[]")
    if len(targets) == 1:
        return [entry | {"target": targets[0]} | ({"published": published} if published else {})]
    if published and len(host) != len(targets):
        raise ValueError(f"has ranges of different lengths: {value!r:.60}")
    return [
        entry | {"target": target} | ({"published": str(host[index])} if published else {})
        for index, target in enumerate(targets)
    ]


def ports_of(text: str) -> range:
    """The ports of ``80`` or ``8080-8090``.

    Raises:
        ValueError: They are none.
    """
    first, _, last = text.partition("-")
    if not first.isdecimal() or (last and not last.isdecimal()) or len(text) > 11:
        raise ValueError(f"must be a port or a range of ports, not {text!r:.60}")
    low, high = int(first), int(last or first)
    if not 1 <= low <= high <= 65_535:
        raise ValueError(f"must be ports between 1 and 65535, not {text!r:.60}")
    if high - low >= PORTS_LIMIT:
        raise ValueError(f"is a range of more than {PORTS_LIMIT} ports: {text!r:.60}")
    return range(low, high + 1)


def address(text: str) -> str:
    """An address of the host, as the engine writes it; brackets around one of IPv6 are left out.

    Raises:
        ValueError: It is none.
    """
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        found = ip_address(bare)
    except ValueError:
        hint = "; write 127.0.0.1" if text.strip().lower() == "localhost" else ""
        raise ValueError(f"must be an IP address of the host, as in 127.0.0.1 or ::1, not {text!r:.60}{hint}") from None
    if getattr(found, "scope_id", None):
        raise ValueError(f"must be an address without a zone, not {text!r:.60}")
    return str(getattr(found, "ipv4_mapped", None) or found)


def exposed(value: object) -> range:
    """The TCP ports of an entry of ``expose``; none for one of another protocol.

    Raises:
        ValueError: It is no such entry.
    """
    ports, _, protocol = str(value).strip().partition("/")
    found = ports_of(ports)
    return found if protocol.lower() in ("", "tcp") else range(0)
