"""A run of a job to test with."""

from sh0.records.command import CommandReason, CommandRequest, CommandRun
from sh0.records.run import RunState
from tests.core.examples import NOON


def command_run(**more: object) -> CommandRun:
    """A run of the job sweep, which goes on."""
    given: dict[str, object] = {
        "id": "shop.run.1",
        "app": "shop",
        "number": 1,
        "reason": CommandReason.CRON,
        "request": CommandRequest(("true",), cron="sweep", instant=NOON),
        "deployment": "shop-1",
        "image": "sha256:1",
        "container": "sh0-x-shop.run.1",
        "server": "local",
        "network": "n",
        "address": None,
        "requested_by": "cron",
        "state": RunState.RUNNING,
        "step": None,
        "steps": (),
        "failure": None,
        "created": NOON,
        "cron": "sweep",
        "instant": NOON,
    }
    return CommandRun(**{**given, **more})  # type: ignore[arg-type]
