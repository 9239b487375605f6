"""What the services of a stack claim for themselves: nothing is claimed twice by what the file means apart. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from ipaddress import ip_address

import attrs

from sh0.compose.services import Service
from sh0.errors import Conflict
from sh0.ports.container import PublishedPort
from sh0.stacks.exposure import Exposure
from sh0.stacks.specs import OwnVolume


@attrs.frozen
class Claims:
    """What one service claims.

    Attributes:
        service: The service.
        hosts: Host names that lead to it.
        volumes: Volumes of the stack that it mounts.
        exposure: How it is reached.
    """

    service: Service
    hosts: tuple[str, ...]
    volumes: tuple[OwnVolume, ...]
    exposure: Exposure


def demand_distinct(services: Iterable[Claims]) -> None:
    """Let services through whose host names, volumes and ports of the host are what each of them means by these.

    Raises:
        Conflict: One name would be two things.
    """
    hosts: dict[str, str] = {}
    volumes: dict[str, str] = {}
    ports: defaultdict[tuple[int | None, str], list[tuple[str, PublishedPort]]] = defaultdict(list)
    for each in services:
        name, place = each.service.name, each.service.place
        for host in each.hosts:
            if (other := hosts.setdefault(host, name)) != name:
                raise Conflict(
                    f"{place}: the host name {host} would lead to {other} and to {name}",
                    hint="Give one of them another host name with x-sh0.expose, or rename the service.",
                )
        for volume in each.volumes:
            if (meant := volumes.setdefault(volume.key, volume.meant)) != volume.meant:
                raise Conflict(
                    f"{place}: {meant} and {volume.meant} would both be kept as {volume.key}",
                    hint="Give one of them another name under volumes: of the file.",
                )
        for port in each.exposure.published:
            for other, taken in ports[port.host_port, port.protocol]:
                if other != name and _same(port, taken):
                    raise Conflict(
                        f"{place}: {other} and {name} both publish port {port.host_port} of the host",
                        hint="Publish one of them on another port.",
                    )
            ports[port.host_port, port.protocol].append((name, port))


def _same(one: PublishedPort, other: PublishedPort) -> bool:
    """Whether two containers cannot have both, which differ in nothing but the address."""
    if one.host_port is None:
        return False
    addresses = [ip_address(port.host_ip) if port.host_ip else None for port in (one, other)]
    return addresses[0] == addresses[1] or any(each is None or each.is_unspecified for each in addresses)
