"""Where a repository is fetched from: nowhere that only this machine may ask, such as a cloud's metadata service."""

import os
import re
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import unquote, urlsplit

from sh0.errors import GitFailed
from sh0.peers import is_link_local

_SCP = re.compile(r"[^/@\s]*@([^/:\s]+):")
_PORTS = {"http": 80, "https": 443, "ssh": 22, "git": 9418}


def is_metadata(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is link-local, where clouds answer with a machine's credentials, or none to connect to."""
    mapped = getattr(address, "ipv4_mapped", None) or address
    return is_link_local(address) or mapped.is_multicast or mapped.is_unspecified


def options(url: str) -> tuple[str, ...]:
    """Options of git that keep a fetch at the addresses that were looked at.

    Args:
        url: Of a repository.

    Raises:
        GitFailed: Its host is not known, or is one of link-local addresses.
    """
    scp = _SCP.match(url)
    try:
        parts = urlsplit(url)
        scheme, port = ("ssh", None) if scp and "://" not in url else (parts.scheme.lower(), parts.port)
        host = unquote(scp[1] if scp and "://" not in url else parts.hostname or "").strip("[]")
    except ValueError:
        raise GitFailed("the URL of the repository cannot be read", hint="Check its host and port.") from None
    port = port or _PORTS.get(scheme, 443)
    try:
        found = tuple(dict.fromkeys(_addresses(host, port)))
    except (OSError, UnicodeError):
        if any(name.lower() in ("http_proxy", "https_proxy", "all_proxy") for name in os.environ):
            return ("-c", "http.followRedirects=false")
        raise GitFailed(
            f"could not resolve host {host}", hint="Check the host name, and this machine's network."
        ) from None
    for address in found:
        if is_metadata(address):
            raise GitFailed(
                f"{host} is at {address}, and nothing is fetched from link-local addresses",
                hint="They lead to services of this machine or its cloud alone; name the host of the repository.",
            )
    pinned = ",".join(f"[{each}]" if each.version == 6 else str(each) for each in found)
    return ("-c", "http.followRedirects=false", "-c", f"http.curloptResolve={host}:{port}:{pinned}")


def _addresses(host: str, port: int) -> Iterator[IPv4Address | IPv6Address]:
    for *_, found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        yield ip_address(str(found[0]).partition("%")[0])
