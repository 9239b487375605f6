"""Removing a stack. Its volumes stay unless somebody asks for them by name."""

from contextlib import ExitStack

from sh0.apps.removal import AppRemoval
from sh0.context import Context
from sh0.jobs.log import Logs
from sh0.records.app import APPS
from sh0.records.deployment import DeploymentEvent
from sh0.records.event_payloads import StackPayload
from sh0.records.event_types import EventType
from sh0.records.project import PROJECTS
from sh0.records.stack import RELEASES, STACKS
from sh0.serving.workload import volume_prefix


class StackRemoval:
    """Removes stacks.

    Args:
        context: Their records, and the servers that have their networks and volumes.
        apps: Removes their services.
        logs: Logs of their releases.
    """

    def __init__(
        self,
        context: Context,
        apps: AppRemoval,
        logs: Logs[DeploymentEvent],
    ) -> None:
        self._records, self._fleet, self._journal = context.records, context.fleet, context.journal
        self._locks, self._home_id = context.locks, context.home_id
        self._apps, self._logs = apps, logs

    def volumes(self, stack: str) -> list[str]:
        """Names of a stack's volumes on the engine."""
        record = self._records[STACKS].get(stack)
        prefix, runtime = volume_prefix(self._home_id, record.project), self._fleet.at(record.server).runtime
        return [volume.name for volume in runtime.volumes() if volume.name.startswith(prefix)]

    def remove(self, stack: str, *, volumes: bool) -> None:
        """Remove a stack, with its volumes or without."""
        records = self._records
        record, unwanted = records[STACKS].get(stack), self.volumes(stack) if volumes else []
        apps = [app.name for app in records[APPS].where(stack=stack, order="name")]
        with ExitStack() as locks:
            for app in apps:
                locks.enter_context(self._locks.of(app))
            for app in apps:
                self._apps.remove(app)
        releases = records[RELEASES].where(stack=stack)
        with records.transaction():
            records.database.execute("delete from releases where stack = :stack", {"stack": stack})
            records[STACKS].delete(stack)
        for release in releases:
            self._logs.remove(release.id)
        runtime = self._fleet.at(record.server).runtime
        if not records[APPS].count(project=record.project):
            runtime.remove_network(records[PROJECTS].get(record.project).network)
            records[PROJECTS].delete(record.project)
        for name in unwanted:
            runtime.remove_volume(name)
        kept = "" if volumes else "; its volumes stay"
        self._journal.emit(EventType.STACK_DELETED, StackPayload(stack), f"{stack} was deleted{kept}")
