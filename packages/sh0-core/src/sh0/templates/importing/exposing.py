"""Which services get a host name: decided by the ports that they publish, or by what a proxy's labels say.

Where the original says which services have a host name, those have. Else a published port is taken for HTTP unless its
number belongs to another protocol, it is UDP, or a range: the first such port of a service is exposed under a host name
and no longer published. Ports of databases are not published at all, nor are further ones that are usual for HTTP; what
is left stays published.
"""

import re
from typing import Any, Final

from sh0.importers.draft import Draft
from sh0.templates.demands.rights import HTTP_PORTS

__all__ = ["DATABASES", "exposing", "image_kind"]

OTHER_PROTOCOLS: Final = frozenset(
    {21, 22, 23, 25, 53, 110, 143, 389, 465, 554, 587, 636, 993, 995}
    | {1433, 1883, 1935, 2222, 3306, 3389, 3478, 4222, 5060, 5222}
    | {5432, 5671, 5672, 6379, 6667, 8883, 9042, 9092, 10001, 11211, 25565, 27017, 50051, 51820}
)
DATABASES: Final = {
    "postgres": 5432,
    "postgis": 5432,
    "pgvector": 5432,
    "timescaledb": 5432,
    "mysql": 3306,
    "mariadb": 3306,
    "redis": 6379,
    "valkey": 6379,
    "keydb": 6379,
    "dragonfly": 6379,
    "mongo": 27017,
    "memcached": 11211,
    "rabbitmq": 5672,
    "clickhouse-server": 8123,
    "cassandra": 9042,
    "elasticsearch": 9200,
    "opensearch": 9200,
    "nats": 4222,
    "kafka": 9092,
    "zookeeper": 2181,
}
"""Images that other services talk to, and the port that answers once they are ready."""
_LABEL_PORT = re.compile(r"traefik\.http\.services\.[^.]+\.loadbalancer\.server\.port=(\d+)")


def image_kind(service: dict[str, Any]) -> str:
    """The last part of the name of a service's image, without its tag."""
    return str(service.get("image") or "").partition("@")[0].rpartition("/")[2].partition(":")[0]


def exposing(draft: Draft) -> None:
    """Decide which services are exposed, and take the published ports away that this replaces."""
    order = sorted(draft.services, key=lambda name: name != draft.name)
    given = {entry["service"] for entry in draft.expose}
    for name in order:
        service = draft.services[name]
        left = _ports(draft, name, service, may=not given)
        if left:
            service["ports"] = left
        else:
            service.pop("ports", None)
    for name in order:
        labels = draft.services[name].get("labels")
        pairs = [f"{k}={v}" for k, v in labels.items()] if isinstance(labels, dict) else map(str, labels or ())
        found = next((match for pair in pairs if (match := _LABEL_PORT.fullmatch(pair))), None)
        if found and not given:
            draft.shown(name, int(found[1]))
            draft.changed(("services", name, "labels"), f"{name} is exposed at {found[1]}, as its label says")
    if not draft.expose and len(draft.services) == 1:
        draft.missing(("services",), "no port is published: name under expose what gets a host name, if anything")


def _ports(draft: Draft, name: str, service: dict[str, Any], *, may: bool) -> list[Any]:
    """The ports that stay published."""
    left: list[Any] = []
    ports = service.get("ports")
    for index, port in enumerate(ports if isinstance(ports, list) else ()):
        path = ("services", name, "ports", index)
        target = _target(port)
        shown = [entry for entry in draft.expose if entry["service"] == name]
        if image_kind(service) in DATABASES:
            draft.changed(path, f"{name} is no longer reachable from outside the stack (port {port})")
        elif shown and target in (80, 443, shown[0]["port"]):
            draft.changed(path, f"{name} no longer publishes {port}: its host name leads there, with HTTPS")
        elif may and not shown and target is not None and target not in OTHER_PROTOCOLS:
            draft.shown(name, target)
            draft.changed(path, f"{name} gets a host name for its port {target} instead of publishing it")
        elif target in HTTP_PORTS:
            draft.lost(path, f"port {port} of {name} is not published: it may be HTTP, and has no host name")
        else:
            left.append(port)
            draft.changed(path, f"port {port} of {name} stays published on the machine")
    return left


def _target(port: object) -> int | None:
    """The port inside the container if it may speak HTTP."""
    if isinstance(port, dict):
        value, protocol = str(port.get("target", "")), str(port.get("protocol", "tcp"))
    else:
        text, _, protocol = str(port).partition("/")
        value = re.sub(r"\$\{[^}:]+:?-?([^}]*)\}", r"\1", text).rpartition(":")[2]
    return int(value) if value.isdecimal() and protocol in ("", "tcp") and 0 < int(value) < 65536 else None
