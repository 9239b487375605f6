"""How many requests are lost while the daemon is killed at the beginning of each step, and started again."""

import contextlib
import sys
import time
from enum import StrEnum

import sh0
from bench.stage import Load, archive, files, stage

STEPS = ("fetch", "analyse", "build", "start", "check", "route", "drain", "finish")


def run() -> None:
    """Measure and print."""
    with stage() as one:
        one.platform.apps.create("shop")
        one.deploy("shop", 0)
        for version, step in enumerate(STEPS, start=1):
            one.process.terminate()
            one.process.wait(60)
            one.spawn("-m", "bench.crashes", step)
            with Load(one.http, "shop.localhost") as load:
                with contextlib.suppress(sh0.Sh0Error):  # it may be dead before it has answered
                    one.platform.deployments.upload("shop", archive(files(version)))
                one.process.wait(120)
                one.spawn()
                time.sleep(1)
                state = one.platform.deployments.list("shop", limit=1)[0].state.value
            load.say(f"killed at {step} (then {state})")


def _daemon_that_dies(last: str) -> int:
    import os
    import signal

    from sh0.daemon.main import main
    from sh0.jobs.log import RunLog

    begin = RunLog.begin

    def die(self: RunLog, step: StrEnum) -> None:
        begin(self, step)
        if step.value == last:
            os.kill(os.getpid(), signal.SIGKILL)

    RunLog.begin = die  # type: ignore[method-assign]
    return main(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(_daemon_that_dies(sys.argv[1]))
