"""What events carry besides their sentence: a record for each family of kinds."""

from typing import ClassVar

import attrs

from sh0.peers import origin
from sh0.records.app import AppState
from sh0.records.deployment import Step
from sh0.values import ByteSize


class _OfApp:
    __slots__ = ()
    app: str

    @property
    def subject(self) -> str:
        """What it happened to."""
        return f"app/{self.app}"


class _OfStack:
    __slots__ = ()
    stack: str

    @property
    def subject(self) -> str:
        """What it happened to."""
        return f"stack/{self.stack}"


@attrs.frozen
class AppPayload(_OfApp):
    """Something happened to an app.

    Attributes:
        app: Name of the app.
    """

    kind: ClassVar[str] = "app"
    app: str


@attrs.frozen
class AppRenamedPayload(_OfApp):
    """An app has another name.

    Attributes:
        app: Name of the app.
        former: The name that it had.
    """

    kind: ClassVar[str] = "app-renamed"
    app: str
    former: str


@attrs.frozen
class AppStatePayload(_OfApp):
    """The state of an app is another one.

    Attributes:
        app: Name of the app.
        state: What it is now.
        before: What it was when that was last reported; ``new`` before the first time.
    """

    kind: ClassVar[str] = "app-state"
    app: str
    state: AppState
    before: AppState


@attrs.frozen
class ContainerPayload(_OfApp):
    """Something happened to a container of an app.

    Attributes:
        app: Name of the app.
        deployment: Deployment that the container belongs to.
        container: The engine's name of it.
        memory: What it could use at most; None where there was no limit.
    """

    kind: ClassVar[str] = "container"
    app: str
    deployment: str
    container: str
    memory: ByteSize | None = None


@attrs.frozen
class DeploymentPayload(_OfApp):
    """A deployment has ended.

    Attributes:
        app: Name of the app.
        deployment: Id of the deployment.
        failure: Code of the error that it ended with; None where it did not fail.
    """

    kind: ClassVar[str] = "deployment"
    app: str
    deployment: str
    failure: str | None = None


@attrs.frozen
class RunPayload(_OfApp):
    """A one-off command has ended.

    Attributes:
        app: Name of the app.
        run: Id of the run.
        failure: Code of the error that it ended with; None where it did not fail.
    """

    kind: ClassVar[str] = "run"
    app: str
    run: str
    failure: str | None = None


@attrs.frozen
class DeploymentStepPayload(_OfApp):
    """A deployment has come to its next step.

    Attributes:
        app: Name of the app.
        deployment: Id of the deployment.
        step: The step that begins.
    """

    kind: ClassVar[str] = "deployment-step"
    app: str
    deployment: str
    step: Step


@attrs.frozen
class CronPayload(_OfApp):
    """A job of an app failed, or works again.

    Attributes:
        app: Name of the app.
        job: Name of the job.
        run: Id of the run; None where none could begin.
        problem: What went wrong; None where nothing did.
    """

    kind: ClassVar[str] = "cron"
    app: str
    job: str
    run: str | None = None
    problem: str | None = None


@attrs.frozen
class VolumePayload:
    """Something happened to a volume.

    Attributes:
        owner: The app or the stack whose it is.
        volume: Its name.
        stack: Whether the owner is a stack.
    """

    kind: ClassVar[str] = "volume"
    owner: str
    volume: str
    stack: bool = False

    @property
    def subject(self) -> str:
        """What it happened to."""
        return f"{'stack' if self.stack else 'app'}/{self.owner}"


@attrs.frozen
class DrainPayload(_OfApp):
    """What an app prints cannot be sent to one of its drains, or can be sent again.

    Attributes:
        app: Name of the app.
        drain: Name of the drain.
        problem: What went wrong; None where nothing does.
        dropped: Lines that were never sent, since it was added.
    """

    kind: ClassVar[str] = "drain"
    app: str
    drain: str
    problem: str | None = None
    dropped: int = 0


@attrs.frozen
class StackPayload(_OfStack):
    """Something happened to a stack.

    Attributes:
        stack: Name of the stack.
    """

    kind: ClassVar[str] = "stack"
    stack: str


@attrs.frozen
class ReleasePayload(_OfStack):
    """A release of a stack has ended.

    Attributes:
        stack: Name of the stack.
        release: Id of the release.
        failure: Code of the error that it ended with; None where it did not fail.
    """

    kind: ClassVar[str] = "release"
    stack: str
    release: str
    failure: str | None = None


@attrs.frozen
class ReleaseStepPayload(_OfStack):
    """A release of a stack has come to its next step.

    Attributes:
        stack: Name of the stack.
        release: Id of the release.
        step: The step that begins.
    """

    kind: ClassVar[str] = "release-step"
    stack: str
    release: str
    step: Step


@attrs.frozen
class ServerPayload:
    """Something is wrong with a server.

    Attributes:
        server: Name of the server.
        problem: What is wrong, in one sentence.
    """

    kind: ClassVar[str] = "server"
    server: str
    problem: str

    @property
    def subject(self) -> str:
        """What it happened to."""
        return f"server/{self.server}"


@attrs.frozen
class SchedulePayload:
    """Something that the platform does at its times has failed.

    Attributes:
        schedule: Name of the schedule.
        problem: What went wrong, in one sentence.
    """

    kind: ClassVar[str] = "schedule"
    schedule: str
    problem: str

    @property
    def subject(self) -> str:
        """What it happened to."""
        return f"schedule/{self.schedule}"


@attrs.frozen
class AddressPayload:
    """Somebody was refused.

    Attributes:
        address: Address that they called from.
        credential: What they showed.
        failures: How often that has happened at this address within the last minute.
    """

    kind: ClassVar[str] = "address"
    address: str
    credential: str
    failures: int

    @property
    def subject(self) -> str:
        """What it happened to."""
        return f"address/{origin(self.address)}"


Payload = (
    AppPayload
    | AppRenamedPayload
    | AppStatePayload
    | ContainerPayload
    | DeploymentPayload
    | DeploymentStepPayload
    | RunPayload
    | CronPayload
    | VolumePayload
    | DrainPayload
    | StackPayload
    | ReleasePayload
    | ReleaseStepPayload
    | ServerPayload
    | SchedulePayload
    | AddressPayload
)
