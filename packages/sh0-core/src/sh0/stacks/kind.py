"""Releases of stacks, as a kind of work that takes time."""

from collections.abc import Iterator

from sh0.context import Context
from sh0.deployments.repeating import stack_again
from sh0.errors import DeploymentFailed
from sh0.jobs.kind import Happened, Kind
from sh0.jobs.log import Logs, RunLog
from sh0.jobs.run import Run
from sh0.records.deployment import DeploymentEvent, DeploymentState, StepTiming
from sh0.records.event_payloads import ReleasePayload, ReleaseStepPayload
from sh0.records.event_types import ENDED_RELEASES, EventType
from sh0.records.stack import RELEASES, STACKS, Release, ReleaseReason
from sh0.serving.known_secrets import CurrentRedactor, secrets_of_stack
from sh0.serving.own_names import own_names
from sh0.serving.secrecy import secrets_among
from sh0.stacks.work import ReleaseParts, ReleaseWork, apps_of
from sh0.values import Secret


class ReleaseKind(Kind[Release]):
    """What there is to know of releases. None waits: a second one is refused while one runs.

    Args:
        context: Where they are kept.
        logs: Their logs.
        parts: What they are carried out with.
    """

    name = "release"
    table = RELEASES
    owner = "stack"
    owners = STACKS
    listing = "sh0 stacks releases"
    cancelling = "sh0 stacks cancel"
    showing = "sh0 stacks status"
    states = DeploymentState
    done = DeploymentState.LIVE
    timing = StepTiming
    error = DeploymentFailed

    def __init__(self, context: Context, logs: Logs[DeploymentEvent], parts: ReleaseParts) -> None:
        super().__init__(logs)
        self._records, self._parts = context.records, parts

    def work(self, run: Run[Release]) -> ReleaseWork:
        """What a release does that was found unfinished: nothing is carried out again."""
        return ReleaseWork(self._parts, run)

    def again(self, record: Release) -> str:
        """The command that brings the release again, by what it was to do."""
        if record.reason is ReleaseReason.ROLLBACK:
            return f"Roll back again: sh0 compose rollback {record.stack}"
        return stack_again(record.stack)

    def log(self, record: Release) -> RunLog:
        """Its log, which keeps the secrets among its variables, and those of all services of its stack."""
        records = self._records

        def secrets() -> Iterator[Secret]:
            yield from secrets_among(record.variables, record.marked)
            yield from secrets_of_stack(records, record.stack)

        own = [record.stack, *own_names(records, apps_of(records, record.stack))]
        return self.logs.writer(record.id, CurrentRedactor(records, secrets, own))

    def stands(self, record: Release) -> bool:
        """Whether it is what its stack serves."""
        stack = self._records[STACKS].find(record.stack)
        return stack is not None and stack.live == record.id

    def succeeded(self, record: Release) -> bool:
        """Whether it went live, and serves still or has served."""
        return record.state.served

    def begun(self, record: Release) -> Happened | None:
        """The event of a step."""
        if record.step is None:
            return None
        return EventType.RELEASE_STEP, ReleaseStepPayload(record.stack, record.id, record.step)

    def ended(self, record: Release) -> Happened | None:
        """The event of its end."""
        payload = ReleasePayload(record.stack, record.id, record.failure.code if record.failure else None)
        return ENDED_RELEASES[record.state], payload

    def result(self, record: Release) -> str:
        """Where its services are reached."""
        rollout = self._parts.rollout
        urls = [url for app in apps_of(self._records, record.stack) for url in rollout.urls(app)]
        return " at " + " and ".join(urls) if urls else ""
