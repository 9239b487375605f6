"""Addresses that containers hold, or are about to."""

from sh0.records.command import COMMAND_RUNS, UNFINISHED
from sh0.records.deployment import PLACEMENTS
from sh0.store import Records
from sh0.values import ServerName


def held_addresses(records: Records, network: str, server: ServerName) -> tuple[str, ...]:
    """The addresses of a network that are taken: by containers of apps, and by commands that have not ended."""
    placed = records[PLACEMENTS].where(network=network, server=server)
    running = records[COMMAND_RUNS].where(UNFINISHED, network=network, server=server)
    return (*(each.address for each in placed), *(each.address for each in running if each.address is not None))
