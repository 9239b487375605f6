"""Which addresses networks and containers get. Pure."""

from collections.abc import Collection, Iterator
from ipaddress import IPv4Network

from sh0.errors import Conflict
from sh0.values import PROJECT_PREFIX

_RESERVED = 10  # the gateway and room for what belongs to the network itself


def subnets(pool: str, taken: Collection[str]) -> Iterator[str]:
    """Subnets of a pool that overlap none of those taken, lowest first."""
    others = [IPv4Network(subnet) for subnet in taken]
    for subnet in IPv4Network(pool).subnets(new_prefix=PROJECT_PREFIX):
        if not any(subnet.overlaps(other) for other in others):
            yield str(subnet)


def free_addresses(subnet: str, taken: Collection[str]) -> Iterator[str]:
    """Addresses of a subnet that no container holds, lowest first.

    Raises:
        Conflict: All of them are taken.
    """
    used = set(taken)
    hosts = iter(IPv4Network(subnet).hosts())
    for _ in range(_RESERVED):
        next(hosts)
    for address in hosts:
        if str(address) not in used:
            yield str(address)
    raise Conflict(
        f"the network {subnet} has no free address left", hint="Remove apps, or move some to another project."
    )
