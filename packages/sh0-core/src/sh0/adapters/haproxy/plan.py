"""The difference between what runs and what should: data before anything is sent."""

from collections.abc import Mapping

import attrs

from sh0.adapters.haproxy import commands
from sh0.adapters.haproxy.commands import Command
from sh0.adapters.haproxy.layout import FALLBACK, HOSTS, HTTPS_ONLY, Layout, certificate_file
from sh0.adapters.haproxy.render import pem, server_name, server_path
from sh0.adapters.haproxy.state import Entry, Server
from sh0.ports.proxy import Routes, Upstream


@attrs.frozen
class Running:
    """What HAProxy serves at this moment.

    Attributes:
        servers: Its servers.
        hosts: Its map of host names.
        https_only: Its map of host names that are redirected.
    """

    servers: tuple[Server, ...]
    hosts: dict[str, str]
    https_only: dict[str, str]


@attrs.frozen
class Plan:
    """The way from what runs to the routes.

    Attributes:
        new: Upstreams to add, with their slots.
        returning: Servers that were on their way out and are wanted again.
        names: Changes of the maps.
        leaving: Servers that are wanted no longer and still get requests.
    """

    new: tuple[tuple[int, Upstream], ...]
    returning: tuple[Server, ...]
    names: tuple[Command, ...]
    leaving: tuple[Server, ...]

    @property
    def opening(self) -> tuple[str, ...]:
        """The servers that are to get requests once their check has passed."""
        return (
            *(server_path(slot, upstream) for slot, upstream in self.new),
            *(server.path for server in self.returning),
        )


def plan(routes: Routes, running: Running, layout: Layout) -> Plan:
    """What has to happen to servers and host names."""
    wanted = {(backend.slot, server_name(up)): up for backend in routes.backends for up in backend.upstreams}
    known = {(server.slot, server.name): server for server in running.servers}
    hosts = {host: str(slot) for host, slot in sorted(routes.hosts.items())}
    https_only = dict.fromkeys(sorted(routes.https_only), "1")
    return Plan(
        new=tuple((slot, upstream) for (slot, name), upstream in wanted.items() if (slot, name) not in known),
        returning=tuple(server for key, server in known.items() if key in wanted and not server.live),
        names=(
            *commands.change_map(layout.path(HOSTS), running.hosts, hosts),
            *commands.change_map(layout.path(HTTPS_ONLY), running.https_only, https_only),
        ),
        leaving=tuple(server for key, server in known.items() if key not in wanted and server.live),
    )


def certificate_changes(
    routes: Routes,
    entries: tuple[Entry, ...],
    store: frozenset[str],
    loaded: Mapping[str, str],
    layout: Layout,
) -> tuple[Command, ...]:
    """What has to happen to certificates.

    A new entry comes before the one it replaces is removed, so that no handshake misses both.

    Args:
        routes: What is wanted.
        entries: The running certificate list.
        store: Files in the running store.
        loaded: What is known to be loaded: file to content.
        layout: Where the files lie.
    """
    steps: list[Command] = []
    kept: set[str] = set()
    for certificate in routes.certificates:
        path = layout.path(certificate_file(certificate.name))
        hosts = tuple(sorted(certificate.hosts))
        if path not in store or loaded.get(path) != pem(certificate):
            steps += commands.load_certificate(certificate, layout, known=path in store)
        same = next((entry for entry in entries if entry.path == path and entry.hosts == hosts), None)
        if same is not None:
            kept.add(same.id)
        else:
            steps.append(commands.list_certificate(certificate, layout))
    fallback = layout.path(FALLBACK)
    unwanted = [entry for entry in entries if entry.path != fallback and entry.id not in kept]
    steps += commands.unlist_certificates((entry.id for entry in unwanted), layout)
    paths = {layout.path(certificate_file(certificate.name)) for certificate in routes.certificates}
    steps += [commands.drop_certificate(path) for path in sorted(store - paths - {fallback})]
    return tuple(steps)
