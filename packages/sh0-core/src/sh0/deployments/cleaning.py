"""Carrying out what the cleaner plans."""

import time
from collections.abc import Callable, Iterable

from sh0.deployments import cleaner
from sh0.deployments.cleaner import CleanupPlan
from sh0.deployments.stack_retention import released
from sh0.jobs.schedule import Every, Missed
from sh0.jobs.scheduler import Entry
from sh0.ports.runtime import Runtime
from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS, PLACEMENTS, Deployment, DeploymentState, UploadedArchive
from sh0.records.stack import RELEASES
from sh0.repositories.repository import Repositories
from sh0.store import Records
from sh0.work_folder import WorkFolder

_EVERY = Every(3600)
_YOUNG = 3600.0  # seconds; a younger archive may still be on its way into a deployment


class Cleaning:
    """Removes what no kept deployment needs.

    Args:
        records: What is needed.
        runtime: Has images and containers.
        work: The home's working folder.
        repositories: Tidied along the way.
        keep: Deployments per app whose images are kept.
        busy: Names of apps that have a deployment running; what belongs to them is left alone.
    """

    def __init__(
        self,
        records: Records,
        runtime: Runtime,
        work: WorkFolder,
        repositories: Repositories,
        keep: int,
        busy: Callable[[], frozenset[str]],
    ) -> None:
        self._records, self._runtime, self._work, self._repositories = records, runtime, work, repositories
        self._keep, self._busy = keep, busy

    def entry(self) -> Entry:
        """What the scheduler does with it. A time that was missed is skipped: it cleans at every start anyway."""

        def work() -> None:
            self.clean()

        return Entry("cleaning", _EVERY, work, missed=Missed.SKIP)

    def plan(self, *, young: float = _YOUNG) -> CleanupPlan:
        """What may be removed now.

        Args:
            young: Seconds; folders and archives that are younger are left alone.
        """
        records, busy = self._records, self._busy()
        live = frozenset(app.live for app in records[APPS].where() if app.live) | self._released()
        return cleaner.plan(
            kept=cleaner.kept_deployments(records[DEPLOYMENTS].where(), live, self._keep),
            placements=records[PLACEMENTS].where(),
            images=[image for image in self._runtime.images() if image.labels.get("sh0.app") not in busy],
            containers=[i for i in self._runtime.observe({"sh0.kind": "app"}) if i.labels.get("sh0.app") not in busy],
            folders=self._folders(time.time() - young),
        )

    def _released(self) -> frozenset[str]:
        """Deployments that a kept release of a stack would bring back."""
        return released(self._records[RELEASES].where(), self._keep)

    def clean(self, *, young: float = _YOUNG) -> CleanupPlan:
        """Remove what `plan` says; returns it."""
        plan = self.plan(young=young)
        for container in plan.containers:
            self._runtime.remove(container)
        for image in plan.images:
            self._runtime.remove_image(image)
        self._work.clear(plan.folders)
        self._runtime.prune_build_cache(0)
        for app in self._records[APPS].where(stack=None):
            self._repositories.tidy(app.name)
        return plan

    def sweep(self, waiting: Iterable[Deployment]) -> None:
        """Remove from the working folder what no waiting deployment will unpack; nothing may run."""
        self._work.clear(self._work.leftovers(_archives(waiting)))

    def _folders(self, before: float) -> list[str]:
        states = (DeploymentState.QUEUED, DeploymentState.RUNNING)
        unfinished = [each for state in states for each in self._records[DEPLOYMENTS].where(state=state.value)]
        return self._work.leftovers(_archives(unfinished), before)


def _archives(deployments: Iterable[Deployment]) -> frozenset[str]:
    return frozenset(each.source.archive for each in deployments if isinstance(each.source, UploadedArchive))
