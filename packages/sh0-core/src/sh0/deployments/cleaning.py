"""Carrying out what the cleaner plans."""

import time
from collections.abc import Callable, Iterable
from functools import reduce

from sh0.context import Context
from sh0.deployments import cleaner
from sh0.deployments.cleaner import CleanupPlan
from sh0.deployments.stack_retention import released
from sh0.errors import Sh0Error
from sh0.jobs.schedule import Every
from sh0.jobs.scheduler import Entry
from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS, PLACEMENTS, Deployment, DeploymentState, UploadedArchive
from sh0.records.schedule import Missed
from sh0.records.stack import RELEASES
from sh0.repositories.repository import Repositories
from sh0.serving.owners import app_of
from sh0.values import LOCAL, ServerName

_EVERY = Every(3600)
_YOUNG = 3600.0  # seconds; a younger archive may still be on its way into a deployment


class Cleaning:
    """Removes what no kept deployment needs.

    Args:
        context: What is needed, and the servers that have images and containers.
        repositories: Tidied along the way.
        busy: Names of apps that have a deployment running; what belongs to them is left alone.
    """

    def __init__(self, context: Context, repositories: Repositories, busy: Callable[[], frozenset[str]]) -> None:
        self._records, self._fleet, self._work = context.records, context.fleet, context.work
        self._keep, self._repositories, self._busy = context.settings.keep_deployments, repositories, busy

    def entries(self) -> tuple[Entry, ...]:
        """What the scheduler does, for each server. A time that was missed is skipped: every start cleans anyway."""
        return tuple(self._entry(server) for server in self._fleet.names)

    def _entry(self, server: ServerName) -> Entry:
        def work() -> None:
            self.clean_server(server)

        name = "cleaning" if server == LOCAL else f"cleaning {server}"
        return Entry(name, _EVERY, work, missed=Missed.SKIP)

    def plan(self, *, young: float = _YOUNG) -> CleanupPlan:
        """What may be removed now, on every server.

        Args:
            young: Seconds; folders and archives that are younger are left alone.
        """
        return reduce(cleaner.added, (self._plan(server, young) for server in self._fleet.names))

    def clean(self, *, young: float = _YOUNG) -> CleanupPlan:
        """Remove what `plan` says, on every server; returns it. One that is lost keeps none from being cleaned.

        Raises:
            Sh0Error: What the first of those has raised, when all are done.
        """
        done, lost = [], []
        for server in self._fleet.names:
            try:
                done.append(self.clean_server(server, young=young))
            except Sh0Error as error:
                lost.append(error)
        if lost:
            raise lost[0]
        return reduce(cleaner.added, done)

    def clean_server(self, server: ServerName, *, young: float = _YOUNG) -> CleanupPlan:
        """Remove what is not needed on one server; what is in the home goes with this machine's."""
        runtime, plan = self._fleet.at(server).runtime, self._plan(server, young)
        for container in plan.containers:
            runtime.remove(container)
        for image in plan.images:
            runtime.remove_image(image)
        runtime.prune_build_cache(0)
        if server == LOCAL:
            self._work.clear(plan.folders)
            for app in self._records[APPS].where(stack=None):
                self._repositories.tidy(app.name)
        return plan

    def _plan(self, server: ServerName, young: float) -> CleanupPlan:
        records, busy, runtime = self._records, self._busy(), self._fleet.at(server).runtime
        live = frozenset(app.live for app in records[APPS].where() if app.live) | self._released()
        return cleaner.plan(
            kept=cleaner.kept_deployments(records[DEPLOYMENTS].where(), live, self._keep),
            placements=records[PLACEMENTS].where(server=server),
            images=[image for image in runtime.images() if image.labels.get("sh0.app") not in busy],
            containers=[i for i in runtime.observe({"sh0.kind": "app"}) if app_of(records, i.labels) not in busy],
            folders=self._folders(time.time() - young) if server == LOCAL else (),
        )

    def _released(self) -> frozenset[str]:
        """Deployments that a kept release of a stack would bring back."""
        return released(self._records[RELEASES].where(), self._keep)

    def sweep(self, waiting: Iterable[Deployment]) -> None:
        """Remove from the working folder what no waiting deployment will unpack; nothing may run."""
        self._work.clear(self._work.leftovers(_archives(waiting)))

    def _folders(self, before: float) -> list[str]:
        states = (DeploymentState.QUEUED, DeploymentState.RUNNING)
        unfinished = [each for state in states for each in self._records[DEPLOYMENTS].where(state=state.value)]
        return self._work.leftovers(_archives(unfinished), before)


def _archives(deployments: Iterable[Deployment]) -> frozenset[str]:
    return frozenset(each.source.archive for each in deployments if isinstance(each.source, UploadedArchive))
