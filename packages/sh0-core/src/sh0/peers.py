"""Who is at the other end of a connection: whom it is counted for, and whether a container of this machine made it.

Light on purpose: the web process uses it as well as the daemon.
"""

import re
import sys
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from pathlib import Path

_ROUTES = Path("/proc/net/route")
_ROUTES6 = Path("/proc/net/ipv6_route")
# Docker names the bridge of a network after the network's id, and that of its default network docker0.
_BRIDGE = re.compile(r"docker0|br-[0-9a-f]{12}")
_SITE = 64  # the prefix that one IPv6 subscriber has at least

Address = IPv4Address | IPv6Address
_METADATA = frozenset({ip_address("fd00:ec2::254")})  # of AWS, the one that is not link-local


def is_link_local(address: Address) -> bool:
    """Whether an address is link-local, where clouds answer with a machine's credentials, in whatever form."""
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.is_link_local or mapped in _METADATA


def is_private_to_machine(address: Address) -> bool:
    """Whether an address leads to this machine, to its cloud's metadata service, or to nobody in particular."""
    mapped = getattr(address, "ipv4_mapped", None) or address
    return is_link_local(address) or mapped.is_loopback or mapped.is_multicast or mapped.is_unspecified


def origin(address: str) -> str:
    """What connections are counted by: an IPv4 address, or the network of an IPv6 address.

    Args:
        address: Address of the client; anything that is none stands for itself.
    """
    try:
        found = _plain(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(IPv6Network((int(found), _SITE), strict=False))


def from_container(address: str) -> bool:
    """Whether a connection comes from a container or a build step of this machine: by a bridge of the engine.

    Args:
        address: Address of the client.
    """
    try:
        found = _plain(address)
    except ValueError:
        return False
    if found.is_loopback:
        return False
    scope = address.partition("%")[2]
    return _BRIDGE.fullmatch(scope or _interface(found)) is not None


def _plain(address: str) -> Address:
    found = ip_address(address.partition("%")[0])
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _interface(address: Address) -> str:
    """The interface that packets to an address leave by; empty when no route says."""
    routes = _routes() if isinstance(address, IPv4Address) else _routes6()
    fitting = [(network.prefixlen, name) for network, name in routes if address in network]
    return max(fitting, default=(0, ""))[1]


def _routes() -> list[tuple[IPv4Network | IPv6Network, str]]:
    """``/proc/net/route``: addresses are hexadecimal in the machine's byte order (proc_net(5))."""
    found: list[tuple[IPv4Network | IPv6Network, str]] = []
    for line in _lines(_ROUTES)[1:]:
        fields = line.split()
        destination, mask = (IPv4Address(int(fields[n], 16).to_bytes(4, sys.byteorder)) for n in (1, 7))
        found.append((IPv4Network(f"{destination}/{mask}", strict=False), fields[0]))
    return found


def _routes6() -> list[tuple[IPv4Network | IPv6Network, str]]:
    """``/proc/net/ipv6_route``: destination and the length of its prefix first, the interface last."""
    found: list[tuple[IPv4Network | IPv6Network, str]] = []
    for line in _lines(_ROUTES6):
        fields = line.split()
        found.append((IPv6Network((int(fields[0], 16), int(fields[1], 16)), strict=False), fields[-1]))
    return found


def _lines(table: Path) -> list[str]:
    try:
        return table.read_text(encoding="ascii").splitlines()
    except OSError:
        return []
