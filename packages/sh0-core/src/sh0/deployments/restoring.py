"""Bringing back what had been stopped for a version that failed: it is back when it is healthy, not when it starts."""

import time
from collections.abc import Iterable

import attrs

from sh0.errors import Sh0Error
from sh0.records.run import Failure
from sh0.serving.rollout import Rollout
from sh0.shutdown import Interrupted, Shutdown

WITHIN = 120.0
"""Seconds that what is brought back has until it is healthy, all of it together."""


def restore(rollout: Rollout, apps: Iterable[str], shutdown: Shutdown, within: float = WITHIN) -> tuple[str, ...]:
    """Start what serves these apps, as it was, and wait until it is healthy by its own check.

    Args:
        rollout: Starts and checks.
        apps: Names of the apps.
        shutdown: Whether the platform is closing, which nothing here holds up.
        within: Seconds for all of them.

    Returns:
        What is wrong with those that are not, a text each.
    """
    begun, wrong = time.monotonic(), []
    started = []
    for app in dict.fromkeys(apps):
        try:
            rollout.start_serving(app)
            started.append(app)
        except Sh0Error as error:
            wrong.append(f"{app} does not start again yet: {error.message}")
    return (*wrong, *unhealthy(rollout, started, shutdown, begun, within))


def unhealthy(
    rollout: Rollout, apps: Iterable[str], shutdown: Shutdown, begun: float, within: float = WITHIN
) -> tuple[str, ...]:
    """Wait until what serves these apps is healthy; what is wrong with those that are not in time, a text each.

    Args:
        rollout: Checks.
        apps: Names of the apps.
        shutdown: Whether the platform is closing.
        begun: When they were started, as the monotonic clock has it.
        within: Seconds from then, for all of them.
    """
    wrong = []
    for app in apps:
        try:
            rollout.check_serving(app, shutdown.proceed, begun, within)
        except Interrupted:
            wrong.append(f"{app} was started again, and the platform closes before it is healthy")
        except Sh0Error as error:
            wrong.append(f"{app} was started again as before and is not healthy yet: {error.message}")
    return tuple(wrong)


def with_problems(failure: Failure, wrong: Iterable[str]) -> Failure:
    """A failure that says as well what has not come back."""
    told = "; ".join(wrong)
    return attrs.evolve(failure, message=f"{failure.message}; {told}") if told else failure
