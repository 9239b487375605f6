"""What a run of a job is asked for as."""

from sh0.cron.due import Due
from sh0.cron.request import request_of
from sh0.records.cron import CronJob
from sh0.values import ByteSize
from tests.core.examples import NOON


def test_a_command_is_a_line_for_a_shell_and_arguments_are_none() -> None:
    assert request_of(CronJob("a", "@daily", "x | y"), None).argv == ("/bin/sh", "-c", "x | y")
    assert request_of(CronJob("a", "@daily", arguments=("x", "| y")), None).argv == ("x", "| y")
    whole = request_of(CronJob("a", "@daily", process="worker"), None)
    assert (whole.argv, whole.process) == ((), "worker")


def test_a_run_knows_its_job_and_its_time() -> None:
    job = CronJob("a", "@daily", "x", timeout=60.0, memory=ByteSize(64 << 20))
    found = request_of(job, Due(NOON, NOON, 2))
    assert (found.cron, found.instant, found.attempt, found.timeout, found.memory) == ("a", NOON, 2, 60.0, job.memory)
    assert {name: value.reveal() for name, value in found.environment.items()} == {
        "SH0_CRON_JOB": "a",
        "SH0_CRON_TIME": "2026-01-01T12:00:00+00:00",
    }
    asked = request_of(job, None)
    assert (asked.instant, list(asked.environment)) == (None, ["SH0_CRON_JOB"])
