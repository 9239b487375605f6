"""Which jobs an app has: those that its live version declares, and those that operators have added. Pure."""

from collections.abc import Iterable
from enum import StrEnum

import attrs

from sh0.records.app import App
from sh0.records.cron import AddedJob, CronJob


class JobOrigin(StrEnum):
    """Where a job is said.

    Attributes:
        VERSION: In the source of the version that is live.
        OPERATOR: On the platform.
        PLATFORM: It is the platform's own.
    """

    VERSION = "version"
    OPERATOR = "operator"
    PLATFORM = "platform"


@attrs.frozen
class KnownJob:
    """A job of an app.

    Attributes:
        app: Name of the app.
        job: The job.
        origin: Where it is said.
        hides: Whether the live version declares one of the same name, which does not run because of this one.
    """

    app: str
    job: CronJob
    origin: JobOrigin
    hides: bool = False


def jobs_of(app: App, added: Iterable[AddedJob]) -> dict[str, KnownJob]:
    """The jobs of an app by name. Of two with the same name, the operator's runs.

    Args:
        app: The app.
        added: Jobs that operators have added to it.
    """
    declared = {job.name: KnownJob(app.name, job, JobOrigin.VERSION) for job in app.declared.cron}
    own = {
        each.name: KnownJob(app.name, each.job, JobOrigin.OPERATOR, each.name in declared)
        for each in added
        if each.app == app.name
    }
    return dict(sorted({**declared, **own}.items()))
