"""Deployments, as a kind of work that takes time."""

from collections.abc import Sequence

import attrs

from sh0.context import Context
from sh0.deployments import planner
from sh0.deployments.repeating import repeated
from sh0.deployments.work import DeploymentParts, DeploymentWork, remove_archive
from sh0.errors import DeploymentFailed
from sh0.jobs.kind import Happened, Kind
from sh0.jobs.log import Logs, RunLog
from sh0.jobs.run import Run
from sh0.records.app import APPS
from sh0.records.deployment import (
    DEPLOYMENTS,
    ComposeService,
    Deployment,
    DeploymentEvent,
    DeploymentState,
    Reason,
    StepTiming,
)
from sh0.records.event_payloads import DeploymentPayload, DeploymentStepPayload
from sh0.records.event_types import ENDED_DEPLOYMENTS, EventType
from sh0.records.formation import serves
from sh0.records.former_name import FORMER_NAMES
from sh0.serving.known_secrets import redactor_of_deployment
from sh0.serving.next_settings import changed_snapshot, merged


class DeploymentKind(Kind[Deployment]):
    """What there is to know of deployments.

    Args:
        context: Where they are kept.
        logs: Their logs.
        parts: What they are carried out with.
    """

    name = "deployment"
    table = DEPLOYMENTS
    owner = "app"
    owners = APPS
    listing = "sh0 deployments list"
    cancelling = "sh0 deployments cancel"
    showing = "sh0 status"
    states = DeploymentState
    done = DeploymentState.LIVE
    timing = StepTiming
    error = DeploymentFailed

    def __init__(self, context: Context, logs: Logs[DeploymentEvent], parts: DeploymentParts) -> None:
        super().__init__(logs)
        self._context, self._records, self._parts = context, context.records, parts

    def work(self, run: Run[Deployment]) -> DeploymentWork:
        """What a deployment does."""
        return DeploymentWork(self._parts, run)

    def again(self, record: Deployment) -> str:
        """The command that deploys it again, by what it was to do."""
        return repeated(record)

    def log(self, record: Deployment) -> RunLog:
        """Its log, which keeps the secrets of its snapshot, whatever becomes of that, and of its app."""
        return self.logs.writer(record.id, redactor_of_deployment(self._records, record.id, record.app))

    def apps(self, record: Deployment) -> Sequence[str]:
        """The app that it is of."""
        return (record.app,)

    def stands(self, record: Deployment) -> bool:
        """Whether it is what its app's routes lead to."""
        app = self._records[APPS].find(record.app)
        return app is not None and app.live == record.id

    def succeeded(self, record: Deployment) -> bool:
        """Whether it went live, and serves still or has served."""
        return record.state.served

    def waits(self, record: Deployment) -> bool:
        """A push does not go on waiting: its pusher saw the connection break, and git did not store the commits."""
        return record.reason is not Reason.PUSH

    def superseded(self, waiting: Sequence[Deployment], newcomer: Deployment) -> Sequence[Deployment]:
        """Those that a newcomer makes pointless."""
        return planner.superseded(waiting, newcomer)

    def taking_over(self, newcomer: Deployment, superseded: Sequence[Deployment]) -> Deployment:
        """A newcomer with the changes of settings of those that it supersedes, and its own."""
        changes = merged((*(older.changes for older in superseded), newcomer.changes))
        return attrs.evolve(newcomer, changes=changes, snapshot=changed_snapshot(newcomer.snapshot, changes))

    def dropped(self, record: Deployment) -> None:
        """Remove the archive that waited with it."""
        remove_archive(record, self._context.work)

    def begun(self, record: Deployment) -> Happened | None:
        """The event of a step, unless it is a release that reports it."""
        if record.step is None or isinstance(record.source, ComposeService):
            return None
        return EventType.DEPLOYMENT_STEP, DeploymentStepPayload(record.app, record.id, record.step)

    def ended(self, record: Deployment) -> Happened | None:
        """The event of its end, unless it is a release that reports it."""
        if isinstance(record.source, ComposeService):
            return None
        payload = DeploymentPayload(record.app, record.id, record.failure.code if record.failure else None)
        return ENDED_DEPLOYMENTS[record.state], payload

    def numbered(self, owner: str) -> int:
        """The highest number of a deployment that another app has made under this name."""
        former = self._records[FORMER_NAMES].find(owner)
        return 0 if former is None else former.deployments

    def result(self, record: Deployment) -> str:
        """Where its app is reached, or that nothing of it gets requests."""
        if urls := self._parts.rollout.urls(record.app):
            return f" at {' and '.join(urls)}"
        if serves(record.snapshot) or isinstance(record.source, ComposeService):
            return ""
        return "; no process web runs, so no requests are led to it"
