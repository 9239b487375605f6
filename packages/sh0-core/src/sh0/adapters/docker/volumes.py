"""Named volumes on one engine."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

import docker.errors

from sh0.adapters.docker.client import Engine
from sh0.adapters.docker.failures import translated
from sh0.adapters.docker.translate import HOME, labels_of, volume
from sh0.errors import Conflict, NotFound
from sh0.ports.runtime import Volume


class Volumes:
    """Finds, makes and removes volumes of one home."""

    def __init__(self, engine: Engine, home_id: str) -> None:
        self._engine = engine
        self._home = home_id

    def all(self) -> Sequence[Volume]:
        """Those of this home."""
        with translated("list volumes"):
            found = self._engine.api.volumes(filters={"label": f"{HOME}={self._home}"})["Volumes"] or []
        return sorted(map(volume, found), key=lambda one: one.name)

    def ensure(self, name: str, labels: Mapping[str, str]) -> Volume:
        """The volume of that name, made if it is not there."""
        with translated(f"make the volume {name}"):
            found = self._find(name)
            if found is None:
                # Asked for twice, the engine keeps the first one: nobody's content is lost to a race.
                made = self._engine.api.create_volume(name, labels=labels_of(self._home, labels))
                found = volume(made)
        if found.labels.get(HOME) != self._home:
            raise Conflict(
                f"a volume called {name} exists on the engine, and sh0 did not make it",
                hint=f"Look what is in it, then rename or remove it: `docker volume rm {name}`.",
            )
        return found

    def remove(self, name: str) -> None:
        """Remove a volume of ours; anybody else's is left alone."""
        with translated(f"remove the volume {name}"):
            found = self._find(name)
            if found is not None and found.labels.get(HOME) == self._home:
                with suppress(docker.errors.NotFound):
                    self._engine.api.remove_volume(name)

    def require(self, name: str) -> None:
        """Look whether a volume is ours.

        Raises:
            NotFound: There is none of that name, or it is not ours.
        """
        with translated(f"look at the volume {name}"):
            found = self._find(name)
        if found is None or found.labels.get(HOME) != self._home:
            raise NotFound(f"no volume of this platform is called {name} on the engine")

    def _find(self, name: str) -> Volume | None:
        try:
            return volume(self._engine.api.inspect_volume(name))
        except docker.errors.NotFound:
            return None
