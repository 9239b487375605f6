"""Which ports of a service get a host name, and which are published on the host. Pure.

In this order, for each service:

1. What ``x-sh0.expose`` says, at the top of the file or at the service.
2. Ports with ``app_protocol: http`` (or ``https``, ``http2``, ``ws``).
3. Without any of those in the file for this service: the first published TCP port that neither the file nor habit gives
   another protocol.

A port that gets a host name is not published. Of the others, 443 and 8443 beside a port with a host name are left out
(the proxy speaks TLS); the rest is published as the file says, on a permission for each.
"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address

import attrs

from sh0.codec import structure
from sh0.compose.model import ComposeProject
from sh0.compose.services import PortMapping, Service
from sh0.errors import Invalid
from sh0.ports.container import PublishedPort
from sh0.values import DomainName

_HTTP = frozenset({"http", "https", "http2", "h2c", "ws", "wss", "grpc"})
_TLS = frozenset({443, 8443})
_OTHERS = (
    "20 21 22 23 25 53 69 110 111 119 123 135 137 138 139 143 161 162 179 389 445 465 514 515 554 587 631 636 873 989"
    " 990 993 995 1080 1194 1433 1521 1883 2049 2181 2375 2376 2379 2380 3128 3260 3306 3389 4222 5060 5061 5222 5269"
    " 5432 5671 5672 5900 5984 6379 6443 6667 7687 8123 8883 9042 9092 9200 9300 11211 25565 26257 27017 27018 27019"
    " 28015 33060 50000 51820 61616"
)
OTHER_PROTOCOLS = _TLS | frozenset(int(port) for port in _OTHERS.split())
"""Ports on which something else than HTTP for people is usual, databases that speak it among them."""


@attrs.frozen
class Route:
    """A port that gets a host name.

    Attributes:
        port: The port.
        host: The host name, if the file gives one.
        health: Path that is asked, if the file gives one.
    """

    port: int
    host: str = ""
    health: str = ""


@attrs.frozen
class Exposure:
    """How a service is reached from outside.

    Attributes:
        routes: Ports with host names; the first is the one that it listens on above all.
        published: Ports that are published on the host.
        mappings: The same as the file has them, each of which needs a permission.
        left_out: Ports that are neither, each with the reason.
        guessed: Whether the route was found by the third rule.
    """

    routes: tuple[Route, ...]
    published: tuple[PublishedPort, ...]
    mappings: tuple[PortMapping, ...]
    left_out: tuple[str, ...]
    guessed: bool = False


def exposure(project: ComposeProject, service: Service) -> Exposure:
    """Decide about the ports of a service.

    Raises:
        Invalid: An ``x-sh0`` block is not as it should be.
    """
    routes = list(dict.fromkeys(_told(project, service)))
    for mapping in service.ports:
        if mapping.protocol == "tcp" and mapping.app_protocol.lower() in _HTTP:
            routes += [] if any(route.port == mapping.port for route in routes) else [Route(mapping.port)]
    guessed = False
    if not routes and "expose" not in _block(project.extensions) and service.network_mode not in ("host", "none"):
        for mapping in service.ports:
            if mapping.protocol == "tcp" and not (
                mapping.app_protocol or mapping.port in OTHER_PROTOCOLS or _loopback(mapping)
            ):
                routes, guessed = [Route(mapping.port)], True
                break
    led = {route.port for route in routes}
    published, mappings, left_out = [], [], []
    for mapping in service.ports:
        if service.network_mode in ("host", "none") or (mapping.port in led and mapping.protocol == "tcp"):
            continue
        if mapping.port in _TLS and routes:
            left_out.append(f"port {mapping.port} is not published: the proxy serves TLS for the host names")
            continue
        published.append(PublishedPort(mapping.port, mapping.published, mapping.host_ip, mapping.protocol))
        mappings.append(mapping)
    return Exposure(tuple(routes), tuple(published), tuple(mappings), tuple(left_out), guessed)


def _loopback(mapping: PortMapping) -> bool:
    return bool(mapping.host_ip) and ip_address(mapping.host_ip).is_loopback


def _block(extensions: Mapping[str, object]) -> Mapping[str, object]:
    block = extensions.get("x-sh0")
    return block if isinstance(block, Mapping) else {}


def service_block(service: Service) -> Mapping[str, object]:
    """The ``x-sh0`` block of a service."""
    return _block(service.extensions)


def exposed(extensions: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The entries of ``x-sh0.expose`` at the top of a file: service and entry."""
    entries = _block(extensions).get("expose", ())
    for entry in entries if isinstance(entries, list | tuple) else [entries]:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("service"), str):
            raise Invalid("x-sh0.expose: each entry needs a service and a port", hint="See the format of templates.")
        yield str(entry["service"]), entry


def _told(project: ComposeProject, service: Service) -> Iterator[Route]:
    for name, entry in exposed(project.extensions):
        if name == service.name:
            yield _route("x-sh0.expose", entry)
        elif name not in project.services and name not in project.inactive:
            raise Invalid(f"x-sh0.expose: there is no service {name}", hint="Name one of the file's services.")
    given = service_block(service).get("expose", ())
    for each in given if isinstance(given, list | tuple) else [given]:
        yield _route(f"services.{service.name}.x-sh0.expose", each if isinstance(each, Mapping) else {"port": each})


def _route(path: str, entry: Mapping[str, object]) -> Route:
    port = entry.get("port")
    if isinstance(port, str) and port.isdecimal():
        port = int(port)
    if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536:
        raise Invalid(
            f"{path}: {port!r} is no port", hint="Write the port that the service listens on in its container."
        )
    health = str(entry.get("health") or "")
    if health and not health.startswith("/"):
        raise Invalid(f"{path}: health is a path, as in /healthz, not {health!r}", hint="Begin it with a slash.")
    return Route(port, _host(path, entry.get("host")), health)


def _host(path: str, given: object) -> str:
    """A host name that the file gives; it ends up in the proxy's files, so nothing else may pass."""
    if given in (None, ""):
        return ""
    return str(structure(given, DomainName, path=f"{path}.host"))
