"""Which volumes there are, whose they are, and who has them."""

from collections.abc import Iterable, Iterator

from sh0.context import Context
from sh0.deployments.queue import DeploymentQueue
from sh0.errors import EngineUnavailable, NotFound
from sh0.operations import current_caller
from sh0.ports.container import NamedMount
from sh0.records.app import APPS
from sh0.records.command import COMMAND_RUNS
from sh0.records.deployment import DEPLOYMENTS, Deployment, DeploymentState
from sh0.records.stack import STACKS
from sh0.records.volume import VOLUME_SIZES, VOLUMES, Volume
from sh0.serving.workload import volume_prefix
from sh0.values import ByteSize
from sh0.volumes.model import KEPT, VolumeDetail, VolumeUse, growth

_WEEK = 7


class VolumeInventory:
    """Finds volumes. Those of stacks are told by their names on the engine, and have a record once they are deleted.

    Args:
        context: The records, and the servers.
        queue: Deployments on their way.
    """

    def __init__(self, context: Context, queue: DeploymentQueue) -> None:
        self._records, self._fleet, self._home_id = context.records, context.fleet, context.home_id
        self._clock, self._queue = context.clock, queue

    def all(self) -> tuple[Volume, ...]:
        """Every volume that the caller may see, by the names of their owners."""
        found = self._records[VOLUMES].where(order="created")
        if current_caller().app is None:
            found += self._of_stacks({each.source for each in found})
        return tuple(sorted(found, key=lambda each: (each.owner, each.name, each.created)))

    def find(self, owner: str, name: str) -> Volume:
        """A volume that is not deleted.

        Args:
            owner: Name of its app, or of its stack.
            name: Its name.

        Raises:
            NotFound: There is none.
        """
        for volume in self._owned(owner):
            if volume.name == name and volume.deleted is None:
                return volume
        raise self._missing(owner, name)

    def has(self, owner: str, name: str) -> bool:
        """Whether somebody has a volume of a name that is not deleted."""
        return any(each.name == name and each.deleted is None for each in self._owned(owner))

    def deleted(self, owner: str, name: str) -> Volume:
        """The volume of this name that was deleted last.

        Raises:
            NotFound: There is none.
        """
        found = [each for each in self._owned(owner) if each.name == name and each.deleted is not None]
        if not found:
            raise NotFound(
                f"no volume {name} of {owner} was deleted in the last {KEPT.days} days",
                hint="'sh0 volumes list' shows those that can be restored.",
            )
        return max(found, key=lambda each: str(each.deleted))

    def _owned(self, owner: str) -> list[Volume]:
        found = self._records[VOLUMES].where(app=owner)
        if current_caller().app is None:
            found += self._records[VOLUMES].where(stack=owner)
            known = {each.source for each in found}
            found += [each for each in self._of_stacks(known) if each.stack == owner]
        return found

    def _of_stacks(self, known: set[str]) -> Iterator[Volume]:
        """Volumes of stacks without a record, those of deleted stacks among them."""
        stacks = {each.project: each for each in self._records[STACKS].where()}
        for server in self._fleet.names:
            for each in self._fleet.at(server).runtime.volumes():
                project = each.labels.get("sh0.project", "")
                prefix = volume_prefix(self._home_id, project)
                if project and each.name.startswith(prefix) and each.name not in known:
                    stack = stacks.get(project)
                    owner, name = stack.name if stack is not None else project, each.name.removeprefix(prefix)
                    yield Volume(each.name, name, None, owner, project, server, each.created or self._clock.now())

    def _missing(self, owner: str, name: str) -> NotFound:
        names = sorted(each.name for each in self._owned(owner) if each.deleted is None)
        has = f"It has {', '.join(names)}." if names else f"See: sh0 volumes list --app {owner}"
        return NotFound(f"{owner} has no volume {name}", hint=has)

    def uses(self, volume: Volume) -> tuple[VolumeUse, ...]:
        """What has a volume: what serves, what is on its way, commands that run, and what is set."""
        found = [use for deployment in self._active(volume) for use in _mounts(deployment, volume)]
        app = self._records[APPS].find(volume.app) if volume.app else None
        if app is not None and volume.deleted is None and not found:
            coming = (each for each in self._queue.snapshot(app).volumes if each.name == volume.name)
            found += [VolumeUse(app.name, None, each.path, each.shared, each.processes) for each in coming]
        return tuple(dict.fromkeys(found))

    def _active(self, volume: Volume) -> Iterator[Deployment]:
        deployments = self._records[DEPLOYMENTS]
        names = [volume.app] if volume.app else [each.name for each in self._records[APPS].where(stack=volume.stack)]
        for name in names:
            app = self._records[APPS].find(name)
            ids = [app.live] if app is not None and app.live else []
            states = (DeploymentState.QUEUED, DeploymentState.RUNNING)
            ids += [each.id for state in states for each in deployments.where(app=name, state=state.value)]
            runs = (self._records[COMMAND_RUNS].where(app=name, state=state) for state in ("queued", "running"))
            ids += [run.deployment for found in runs for run in found]
            yield from (each for identity in ids if (each := deployments.find(identity)) is not None)

    def details(self, volumes: Iterable[Volume]) -> Iterator[VolumeDetail]:
        """Volumes, who has them, and how large they are."""
        free: dict[str, ByteSize | None] = {}
        for volume in volumes:
            if volume.server not in free:
                free[volume.server] = self._free(volume)
            yield self._detail(volume, free[volume.server])

    def detail(self, volume: Volume) -> VolumeDetail:
        """A volume, who has it, and how large it is."""
        return self._detail(volume, self._free(volume))

    def _detail(self, volume: Volume, free: ByteSize | None) -> VolumeDetail:
        sizes = self._records[VOLUME_SIZES].where(source=volume.source, order="day")[-_WEEK:]
        last = sizes[-1] if sizes else None
        return VolumeDetail(
            volume,
            self.uses(volume),
            last.size if last else None,
            last.measured if last else None,
            growth(sizes),
            free,
            volume.deleted + KEPT if volume.deleted is not None else None,
        )

    def _free(self, volume: Volume) -> ByteSize | None:
        try:
            space = self._fleet.at(volume.server).runtime.free_space()
        except EngineUnavailable:
            return None
        return space.free if space is not None else None


def _mounts(deployment: Deployment, volume: Volume) -> Iterator[VolumeUse]:
    for each in deployment.snapshot.volumes:
        if each.source == volume.source or (not each.source and each.name == volume.name):
            yield VolumeUse(deployment.app, deployment.id, each.path, each.shared, each.processes)
    spec = deployment.snapshot.container
    for mount in spec.mounts if spec is not None else ():
        if isinstance(mount, NamedMount) and mount.source == volume.source:
            yield VolumeUse(deployment.app, deployment.id, mount.target)
