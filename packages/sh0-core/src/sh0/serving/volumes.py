"""The volumes of apps: which a deployment has, and the records of those that are new."""

from collections.abc import Iterable, Iterator

import attrs

from sh0.context import Context
from sh0.errors import Invalid, WrongState
from sh0.ports.runtime import ImageFacts
from sh0.records.app import APPS, App
from sh0.records.deployment import Snapshot
from sh0.records.formation import formation
from sh0.records.volume import VOLUMES, Volume, VolumeMount, VolumeOrigin, mounted
from sh0.serving.coexistence import exclusive
from sh0.serving.image_volumes import image_volumes
from sh0.store import Records


def volume_labels(app: App, name: str) -> dict[str, str]:
    """The labels of a volume of an app on its engine."""
    return {"sh0.kind": "volume", "sh0.project": app.project, "sh0.app": app.name, "sh0.volume": name}


def attached_mounts(records: Records, app: str) -> tuple[VolumeMount, ...]:
    """The volumes that are attached to an app by its settings."""
    volumes = records[VOLUMES].where(app=app, deleted=None, order="name")
    return tuple(_mounted(each) for each in volumes if each.attachment is not None)


def _mounted(volume: Volume) -> VolumeMount:
    if volume.attachment is None:
        raise TypeError(f"the volume {volume.name} is not attached")
    return attrs.evolve(mounted(volume.name, volume.attachment, VolumeOrigin.SETTING), source=volume.source)


def several_writers(snapshot: Snapshot) -> Iterator[tuple[str, VolumeMount]]:
    """Processes with more than one container, each with a volume that only one may write to."""
    for process, count in formation(snapshot).items():
        for volume in exclusive(snapshot.volumes):
            if count > 1 and (not volume.processes or process in volume.processes):
                yield process, volume


def demand_one_writer(app: str, snapshot: Snapshot) -> None:
    """Refuse several containers of a process that would write to one volume.

    Raises:
        WrongState: A process has more than one, and a volume that is not shared.
    """
    for process, volume in several_writers(snapshot):
        raise WrongState(
            f"{process} of {app} cannot run in several containers: two must not write to {volume.path} "
            f"(volume {volume.name})",
            hint=f"If they can share it, say so: sh0 volumes attach {app} {volume.name} {volume.path} --shared"
            if volume.origin is not VolumeOrigin.FILE
            else f"If they can share it, write `{volume.name}: {{path: {volume.path}, shared: true}}` in sh0.yaml.",
        )


def with_image_volumes(snapshot: Snapshot, live: Snapshot | None) -> Snapshot:
    """What an app will run with, and the volumes that the image of what serves declares."""
    names = {each.name for each in snapshot.volumes}
    brought = live.volumes if live is not None else ()
    kept = (each for each in brought if each.origin is VolumeOrigin.IMAGE and each.name not in names)
    return attrs.evolve(snapshot, volumes=(*snapshot.volumes, *kept))


def claim(records: Records, source: str) -> None:
    """Take a volume of a stack into use, whose file names it; one that was deleted is its own again.

    Raises:
        WrongState: Another volume is being copied into it.
    """
    found = records[VOLUMES].find(source)
    if found is not None and not found.ready:
        raise WrongState(
            f"another volume is being copied into the volume {found.name} of {found.owner}",
            hint="Wait until that has ended.",
        )
    if found is not None and found.deleted is not None:
        records[VOLUMES].delete(source)


class AppVolumes:
    """Finds the volumes of apps, and makes those that are not there yet.

    Args:
        context: Their records, and the servers that they are on.
    """

    def __init__(self, context: Context) -> None:
        self._records, self._clock, self._home_id = context.records, context.clock, context.home_id

    def find(self, app: str, name: str) -> Volume | None:
        """A volume of an app that is not deleted."""
        return next(iter(self._records[VOLUMES].where(app=app, name=name, deleted=None)), None)

    def make(self, app: App, name: str, *, ready: bool = True) -> Volume:
        """The record of a volume of an app, made if there is none.

        Raises:
            WrongState: Another volume is being copied into it.
        """
        records = self._records
        with records.transaction():
            found = self.find(app.name, name)
            if found is None:
                records[APPS].get(app.name)  # it may have been deleted or renamed a moment ago
                source = self._unused(f"sh0-{self._home_id}-{app.name}.{name}")
                now = self._clock.now()
                return records[VOLUMES].insert(
                    Volume(source, name, app.name, None, app.project, app.server, now, ready=ready)
                )
            if not found.ready:
                raise WrongState(
                    f"another volume is being copied into the volume {name} of {app.name}",
                    hint="Wait until that has ended.",
                )
            return found

    def deleted(self, app: str, name: str) -> tuple[Volume, ...]:
        """Volumes of an app that had this name and are still kept, the last one first."""
        found = self._records[VOLUMES].where("deleted is not null", app=app, name=name, order="deleted desc")
        return tuple(found)

    def _unused(self, source: str) -> str:
        """A name on the engine that no volume has, nor has had: rolled back, an app finds its own."""
        candidates = (source if number == 1 else f"{source}.{number}" for number in range(1, 1 << 20))
        return next(each for each in candidates if self._records[VOLUMES].find(each) is None)

    def settle(self, app: App, snapshot: Snapshot, facts: ImageFacts | None) -> tuple[Snapshot, tuple[str, ...]]:
        """What a deployment runs with, its volumes found or made, and those of its image among them.

        Args:
            app: Whose deployment it is.
            snapshot: What it runs with so far.
            facts: Its image, which may declare volumes.

        Returns:
            What it runs with, and what is worth a warning.

        Raises:
            Invalid: Two volumes are at one path.
            WrongState: Several containers would write to one that is not shared, or one is being filled.
        """
        chosen = tuple(each for each in snapshot.volumes if each.origin is not VolumeOrigin.IMAGE)
        demand_apart(app.name, chosen)
        demand_one_writer(app.name, attrs.evolve(snapshot, volumes=chosen))
        kept, lost = image_volumes(snapshot, chosen, facts.volumes if facts is not None else ())
        again = tuple(self._begun_anew(app.name, each.name) for each in chosen)
        volumes = tuple(attrs.evolve(each, source=self.make(app, each.name).source) for each in (*chosen, *kept))
        return attrs.evolve(snapshot, volumes=volumes), (*filter(None, again), *lost)

    def _begun_anew(self, app: str, name: str) -> str:
        """The warning about a volume that begins empty though there was one of its name; empty if it does not."""
        deleted = self.deleted(app, name)
        if self.find(app, name) is not None or not deleted:
            return ""
        return (
            f"the volume {name} begins empty: the earlier one was deleted on {deleted[0].deleted:%Y-%m-%d} and is "
            f"still kept; to have it back as another one: sh0 volumes restore {app} {name} --name NAME"
        )


def demand_apart(app: str, volumes: Iterable[VolumeMount]) -> None:
    """Refuse two volumes at one path.

    Raises:
        Invalid: There are two.
    """
    taken: dict[str, VolumeMount] = {}
    for each in volumes:
        other = taken.setdefault(each.path, each)
        if other is not each:
            raise Invalid(
                f"{app} has two volumes at {each.path}: {other.name} and {each.name}",
                hint="Give one of them another path, or detach one: sh0 volumes detach.",
            )
