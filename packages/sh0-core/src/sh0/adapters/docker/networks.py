"""The projects' networks on one engine."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from ipaddress import IPv4Network
from typing import Any

import docker.errors

from sh0.adapters.docker.client import Engine
from sh0.adapters.docker.failures import translated
from sh0.adapters.docker.translate import HOME, network, network_body
from sh0.errors import Conflict
from sh0.ports.link import ServerLink
from sh0.ports.runtime import Network


class Networks:
    """Finds, makes and removes networks of one home."""

    def __init__(self, engine: Engine, link: ServerLink, home_id: str) -> None:
        self._engine = engine
        self._link = link
        self._home = home_id
        # The engine looks for a network of the same name and then makes it: two requests at once make two.
        self._lock = threading.Lock()

    def all(self) -> Sequence[Network]:
        """Those of this home."""
        with translated("list networks"):
            found = self._engine.api.networks(filters={"label": f"{HOME}={self._home}"})
        return sorted((network(one) for one in found), key=lambda one: one.name)

    def ensure(self, name: str, labels: Mapping[str, str], candidates: Iterator[str]) -> Network:
        """The network of that name, made with the first candidate that the engine accepts.

        The engine compares a given range with its own networks alone. One that the server reaches otherwise, through
        a tunnel or a card of its own, would be cut off from it, or cut off the containers.
        """
        with self._lock, translated(f"make the network {name}"):
            if existing := self._find(name):
                return existing
            routes = self._link.routes()
            for subnet in candidates:
                if any(route.overlaps(IPv4Network(subnet)) for route in routes):
                    continue
                try:
                    self._engine.api.create_network(**network_body(name, labels, subnet, self._home))
                except docker.errors.APIError as error:
                    said = str(error.explanation).lower()
                    if "overlap" in said:
                        continue
                    if "already exists" not in said:
                        raise
                # Made just now, here or by somebody who was quicker.
                if made := self._find(name):
                    return made
        raise Conflict(
            f"no address range is free for the network {name}",
            hint="Remove networks that nobody uses: `docker network ls` lists them. Where the server reaches these "
            "ranges by itself, as through a tunnel, set another `subnet_pool` in the settings.json of sh0's home.",
        )

    def remove(self, name: str) -> None:
        """Remove a network of ours; anybody else's is left alone."""
        with translated(f"remove the network {name}"):
            found = self._raw(name)
            if found is None or not self._ours(found):
                return
            with suppress(docker.errors.NotFound):
                self._engine.api.remove_network(found["Id"])

    def _raw(self, name: str) -> dict[str, Any] | None:
        found = self._engine.api.networks(names=[name])  # The engine compares parts of names.
        return next((one for one in found if one["Name"] == name), None)

    def _ours(self, found: Mapping[str, Any]) -> bool:
        return (found.get("Labels") or {}).get(HOME) == self._home

    def _find(self, name: str) -> Network | None:
        found = self._raw(name)
        if found is None:
            return None
        if not self._ours(found):
            raise Conflict(
                f"a network called {name} exists on the engine, and sh0 did not make it",
                hint=f"Rename or remove it: `docker network rm {name}`.",
            )
        return network(found)
