"""Which services must make room for another: they hold a volume or a port of the host that it takes over. Pure."""

from collections.abc import Iterator, Mapping

from sh0.records.deployment import Deployment, Snapshot


def displaced(
    service: str, becomes: Snapshot, live: Mapping[str, Deployment], wanted: Mapping[str, Snapshot]
) -> Iterator[tuple[str, str]]:
    """Services whose containers must have stopped before this one starts, each with the reason.

    A volume that both of them mount afterwards is shared on purpose; one that changes hands, as when a database gets
    another name in the file, must never have two writers.

    Args:
        service: Name of the service that starts.
        becomes: What it will run with.
        live: Deployments that serve now, by service.
        wanted: What the services of the release will run with, by name.
    """
    for other, deployment in live.items():
        if other == service:
            continue
        after = wanted.get(other)
        kept = _written(after) if after is not None else frozenset()
        if (_written(becomes) & _written(deployment.snapshot)) - kept:
            yield other, "its volume"
        elif _ports(becomes) & _ports(deployment.snapshot):
            yield other, "its port of the host"


def _written(snapshot: Snapshot) -> frozenset[str]:
    mounts = snapshot.container.mounts if snapshot.container is not None else ()
    return frozenset(mount.source for mount in mounts if not mount.read_only)


def _ports(snapshot: Snapshot) -> frozenset[tuple[int, str]]:
    published = snapshot.container.published if snapshot.container is not None else ()
    return frozenset((port.host_port, port.protocol) for port in published if port.host_port is not None)
