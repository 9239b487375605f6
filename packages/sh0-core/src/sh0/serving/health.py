"""Whether a container that was healthy once still is, as far as the engine tells. Pure."""

from sh0.ports.container import RestartPolicy
from sh0.ports.runtime import Instance, InstanceHealth, InstanceState
from sh0.records.deployment import Snapshot


def is_healthy(instance: Instance | None, snapshot: Snapshot) -> bool:
    """Whether a container does what is expected of it: it runs, and its own test does not fail, or it has ended well.

    Args:
        instance: The container, if there is one.
        snapshot: What it runs with.
    """
    if instance is None:
        return False
    if snapshot.job or is_done(instance, snapshot):
        return is_done(instance, snapshot)
    return instance.state is InstanceState.RUNNING and instance.health is not InstanceHealth.UNHEALTHY


def is_done(instance: Instance, snapshot: Snapshot) -> bool:
    """Whether a container has ended as it may: a job, or one that is started again on failure only."""
    spec = snapshot.container
    may_end = snapshot.job or (spec is not None and spec.restart is RestartPolicy.ON_FAILURE and snapshot.port is None)
    return may_end and instance.state is InstanceState.EXITED and instance.exit_code == 0
