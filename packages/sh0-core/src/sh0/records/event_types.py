"""What can happen on a platform: every kind of event, with what it carries and who may read it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from sh0.operations import Scope
from sh0.records.deployment import DeploymentState
from sh0.records.event_payloads import (
    AddressPayload,
    AppPayload,
    AppRenamedPayload,
    AppStatePayload,
    ContainerPayload,
    CronPayload,
    DeploymentPayload,
    DeploymentStepPayload,
    DrainPayload,
    ReleasePayload,
    ReleaseStepPayload,
    RunPayload,
    SchedulePayload,
    ServerPayload,
    StackPayload,
    VolumePayload,
)


class EventType(StrEnum):
    """Every kind of event. Its name in answers is the value, as in ``deployment.live``.

    Attributes:
        payload: Class of what such an event carries.
        scope: Who may read this scope, or ``audit``, may read such an event.
        when: When it happens.
    """

    payload: type
    scope: Scope
    when: str

    def __new__(cls, value: str, payload: type, scope: Scope, when: str) -> Self:
        made = str.__new__(cls, value)
        made._value_ = value
        made.payload, made.scope, made.when = payload, scope, when
        return made

    APP_CREATED = "app.created", AppPayload, Scope.APPS, "An app was created."
    APP_STOPPED = "app.stopped", AppPayload, Scope.APPS, "An app was stopped; its host names answer 503."
    APP_DELETED = "app.deleted", AppPayload, Scope.APPS, "An app was deleted, with everything that belongs to it."
    APP_RENAMED = (
        "app.renamed",
        AppRenamedPayload,
        Scope.APPS,
        "An app has another name. What was reported of it before has that name as well.",
    )
    APP_STATE = (
        "app.state",
        AppStatePayload,
        Scope.APPS,
        "An app is in another state than when it was last looked at: live, degraded, down or stopped.",
    )
    CONTAINER_REPAIRED = (
        "container.repaired",
        ContainerPayload,
        Scope.APPS,
        "A container that should serve was gone, and was started again.",
    )
    CONTAINER_OOM = "container.oom", ContainerPayload, Scope.APPS, "The kernel killed a container at its memory limit."
    DEPLOYMENT_STEP = "deployment.step", DeploymentStepPayload, Scope.DEPLOYMENTS, "A deployment begins with a step."
    DEPLOYMENT_LIVE = (
        "deployment.live",
        DeploymentPayload,
        Scope.DEPLOYMENTS,
        "A deployment is live.",
    )
    DEPLOYMENT_FAILED = (
        "deployment.failed",
        DeploymentPayload,
        Scope.DEPLOYMENTS,
        "A deployment failed; what served before it goes on serving.",
    )
    DEPLOYMENT_CANCELLED = (
        "deployment.cancelled",
        DeploymentPayload,
        Scope.DEPLOYMENTS,
        "A deployment was cancelled.",
    )
    DEPLOYMENT_SUPERSEDED = (
        "deployment.superseded",
        DeploymentPayload,
        Scope.DEPLOYMENTS,
        "A later deployment made one pointless that was still waiting.",
    )
    DEPLOYMENT_INTERRUPTED = (
        "deployment.interrupted",
        DeploymentPayload,
        Scope.DEPLOYMENTS,
        "The platform stopped in the middle of a deployment.",
    )
    RUN_FAILED = "run.failed", RunPayload, Scope.APPS, "A one-off command of an app did not end with exit code 0."
    CRON_FAILED = (
        "cron.failed",
        CronPayload,
        Scope.APPS,
        "A job of an app failed, after the last attempt: the first time, and then once an hour.",
    )
    CRON_RECOVERED = "cron.recovered", CronPayload, Scope.APPS, "A job of an app that had failed works again."
    VOLUME_DELETED = (
        "volume.deleted",
        VolumePayload,
        Scope.APPS,
        "A volume was deleted. It is kept for seven days, in which it can be restored.",
    )
    VOLUME_RESTORED = "volume.restored", VolumePayload, Scope.APPS, "A volume that was deleted is back."
    VOLUME_REMOVED = (
        "volume.removed",
        VolumePayload,
        Scope.APPS,
        "A volume that was deleted seven days ago was removed, with everything in it.",
    )
    DRAIN_FAILING = (
        "drain.failing",
        DrainPayload,
        Scope.APPS,
        "What an app prints could not be sent to one of its drains three times in a row; it is tried on.",
    )
    DRAIN_RECOVERED = (
        "drain.recovered",
        DrainPayload,
        Scope.APPS,
        "What an app prints is sent to a drain again that had failed.",
    )
    RELEASE_STEP = "release.step", ReleaseStepPayload, Scope.STACKS, "A release of a stack begins with a step."
    RELEASE_LIVE = "release.live", ReleasePayload, Scope.STACKS, "A release is live."
    RELEASE_FAILED = (
        "release.failed",
        ReleasePayload,
        Scope.STACKS,
        "A release failed; what served before it serves again.",
    )
    RELEASE_CANCELLED = "release.cancelled", ReleasePayload, Scope.STACKS, "A release was cancelled."
    RELEASE_INTERRUPTED = (
        "release.interrupted",
        ReleasePayload,
        Scope.STACKS,
        "The platform stopped in the middle of a release.",
    )
    STACK_DELETED = "stack.deleted", StackPayload, Scope.STACKS, "A stack was deleted with its services."
    PLATFORM_DEGRADED = (
        "platform.degraded",
        ServerPayload,
        Scope.SERVERS,
        "What runs could not be made equal to the records; it is tried again until it works.",
    )
    LOGS_PAUSED = (
        "logs.paused",
        ServerPayload,
        Scope.SERVERS,
        "What apps print is not kept for now, because the disk is full; the engine has the last of it meanwhile.",
    )
    LOGS_RESUMED = "logs.resumed", ServerPayload, Scope.SERVERS, "What apps print is kept again."
    SCHEDULE_FAILED = (
        "schedule.failed",
        SchedulePayload,
        Scope.SERVERS,
        "Something that runs at its times failed, with another problem than the last time.",
    )
    ACCESS_REFUSED = (
        "access.refused",
        AddressPayload,
        Scope.ACCESS,
        "An address showed an unknown or expired credential: the first within a minute, and the one after ten.",
    )


ENDED_DEPLOYMENTS: Mapping[DeploymentState, EventType] = {
    DeploymentState.LIVE: EventType.DEPLOYMENT_LIVE,
    DeploymentState.FAILED: EventType.DEPLOYMENT_FAILED,
    DeploymentState.CANCELLED: EventType.DEPLOYMENT_CANCELLED,
    DeploymentState.SUPERSEDED: EventType.DEPLOYMENT_SUPERSEDED,
    DeploymentState.INTERRUPTED: EventType.DEPLOYMENT_INTERRUPTED,
}
"""By how a deployment has ended: the kind of its event."""

ENDED_RELEASES: Mapping[DeploymentState, EventType] = {
    DeploymentState.LIVE: EventType.RELEASE_LIVE,
    DeploymentState.FAILED: EventType.RELEASE_FAILED,
    DeploymentState.CANCELLED: EventType.RELEASE_CANCELLED,
    DeploymentState.INTERRUPTED: EventType.RELEASE_INTERRUPTED,
}
"""By how a release has ended: the kind of its event."""
