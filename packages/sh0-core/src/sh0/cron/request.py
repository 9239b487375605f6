"""What a run of a job is asked for as. Pure."""

from sh0.builds.shell_command import shell_arguments
from sh0.cron.due import Due
from sh0.records.command import CommandRequest
from sh0.records.cron import CronJob
from sh0.values import Secret

JOB = "SH0_CRON_JOB"
"""Variable that tells a run the name of its job."""

TIME = "SH0_CRON_TIME"
"""Variable that tells a run for which of the job's times it is."""


def request_of(job: CronJob, due: Due | None) -> CommandRequest:
    """The command of a run.

    Args:
        job: The job.
        due: The time that it is for; None for one that somebody has asked for.
    """
    told = {JOB: Secret(job.name)}
    if due is not None:
        told[TIME] = Secret(due.instant.isoformat())
    return CommandRequest(
        argv=shell_arguments(job.command) if job.command.strip() else job.arguments,
        process=job.process,
        environment=told,
        timeout=job.timeout,
        memory=job.memory,
        cron=job.name,
        instant=None if due is None else due.instant,
        attempt=1 if due is None else due.attempt,
    )
