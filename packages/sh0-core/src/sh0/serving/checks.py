"""Whether a service of a stack is well: by the engine's own test, by asking it, by its end, or by its running on."""

import re
import time
from collections.abc import Callable, Iterator

from sh0.errors import ContainerExited, NotReady, ServerUnreachable
from sh0.ports.container import Restarting
from sh0.ports.link import ServerLink
from sh0.ports.runtime import Instance, InstanceHealth, InstanceState, Runtime
from sh0.records.deployment import Placement, Snapshot
from sh0.serving.diagnosis import diagnose, named
from sh0.serving.readiness import exited, last_lines, listeners_of, probe

_INTERVALS = (0.05, 0.1, 0.2, 0.3)  # seconds; the last one repeats
_RESTARTS = 5  # a service may fail that often while what it needs comes up
_BELOW = 500  # a service that asks for a login has come up
STEADY = 3.0  # seconds that a container must have run, if nothing else tells that it is well


class ServiceCheck:
    """Waits for one container of a service.

    Args:
        runtime: Where it runs.
        link: How it is reached.
        placement: Which container.
        snapshot: What it runs with.
        proceed: Called between tries; raises to stop waiting.
        begun: When it was started, as the monotonic clock has it.
    """

    def __init__(
        self,
        runtime: Runtime,
        link: ServerLink,
        placement: Placement,
        snapshot: Snapshot,
        proceed: Callable[[], None],
        begun: float,
    ) -> None:
        self._runtime, self._link, self._placement, self._proceed = runtime, link, placement, proceed
        self._snapshot = snapshot
        self._begun = self._ran_since = begun
        self._restarts = 0

    def wait(self) -> str:
        """Wait until the container is well. Returns how that was told, in words.

        Raises:
            ContainerExited: It ended, or was started again too often.
            NotReady: It was not well in time, or its own test failed.
        """
        timeout, tries = self._snapshot.health.timeout, 0
        deadline = self._begun + timeout
        while True:
            instance = self._runtime.inspect(self._placement.container)
            if instance is None:
                raise ContainerExited(f"{named(self._placement)} was removed before it was healthy")
            wrong, well = self._job(instance) if self._snapshot.job else self._service(instance)
            if wrong is None:
                return well
            self._proceed()
            if time.monotonic() > deadline:
                seen, hint = self._diagnosed(wrong)
                raise NotReady(
                    f"{named(self._placement)} was not healthy after {timeout:g} s: {wrong}{seen}",
                    hint=hint,
                    log=last_lines(self._runtime, self._placement.container),
                )
            time.sleep(_INTERVALS[min(tries, len(_INTERVALS) - 1)])
            tries += 1

    def _diagnosed(self, wrong: str) -> tuple[str, str]:
        """What was seen beside that, and what to do."""
        port = re.search(r"port (\d+)", wrong)
        if port is not None:
            found = listeners_of(self._runtime, self._placement)
            diagnosis = diagnose(self._placement.app, int(port[1]), wrong, found)
            if diagnosis.seen:
                return diagnosis.seen, diagnosis.hint
        return "", "Its last lines may say why. A longer start_period of its healthcheck gives it more time."

    def _job(self, instance: Instance) -> tuple[str | None, str]:
        if instance.state is InstanceState.EXITED:
            if instance.exit_code == 0:
                return None, "ended with exit code 0"
            raise exited(self._runtime, instance)
        return "it is a job (restart: no) and has not ended yet", ""

    def _service(self, instance: Instance) -> tuple[str | None, str]:
        if done_well(instance, self._snapshot):
            return None, "ended with exit code 0"
        if instance.state is InstanceState.EXITED or instance.restarts > _RESTARTS:
            raise exited(self._runtime, instance)
        if instance.state is not InstanceState.RUNNING:
            return "it ends and is started again", ""
        if instance.health is InstanceHealth.UNHEALTHY:
            raise NotReady(
                f"the health check of {named(self._placement)} failed",
                hint="Its last lines may say why; see also 'docker inspect' for what the check printed.",
                log=last_lines(self._runtime, instance.name),
            )
        if instance.health is InstanceHealth.STARTING:
            return "its health check has not passed yet", ""
        asked = False
        for wrong in self._answers():
            asked = True
            if wrong is not None:
                return wrong, ""
        if asked:
            return None, "answers"
        return (None, "healthy") if instance.health is InstanceHealth.HEALTHY else self._steady(instance)

    def _answers(self) -> Iterator[str | None]:
        """What is wrong with the answer of each port that is asked; None for one that answers."""
        snapshot, placement, health = self._snapshot, self._placement, self._snapshot.health
        if health.tcp is not None:
            yield self._accepts(health.tcp)
        elif health.port is not None or health.path is not None or snapshot.port is not None:
            port = health.port or snapshot.port
            if port is not None:
                yield probe(self._link, placement, health, self._host(port), port=port, below=_BELOW)
        for port in sorted({*snapshot.host_ports.values()} - {health.port or snapshot.port, health.tcp}):
            yield self._accepts(port)

    def _host(self, port: int) -> str:
        hosts = [host for host in self._snapshot.hosts if self._snapshot.host_ports.get(host) in (port, None)]
        return hosts[0] if hosts else "localhost"

    def _accepts(self, port: int) -> str | None:
        try:
            self._link.dial_tcp(self._placement.address, port).close()
        except (ServerUnreachable, OSError):
            return f"nothing accepts connections on port {port}"
        return None

    def _steady(self, instance: Instance) -> tuple[str | None, str]:
        now = time.monotonic()
        if instance.restarts != self._restarts:
            self._ran_since, self._restarts = now, instance.restarts
        if now - self._ran_since >= STEADY:
            return None, f"has run for {STEADY:g} s"
        return "it has not run for long enough", ""


def done_well(instance: Instance, snapshot: Snapshot) -> bool:
    """Whether a container has ended as it may: a job, or one that is started again on failure only."""
    spec = snapshot.container
    may_end = snapshot.job or (spec is not None and spec.restart is Restarting.ON_FAILURE and snapshot.port is None)
    return may_end and instance.state is InstanceState.EXITED and instance.exit_code == 0


def is_well(instance: Instance | None, snapshot: Snapshot) -> bool:
    """Whether a container that was well once still is, as far as the engine tells."""
    if instance is None:
        return False
    if snapshot.job or done_well(instance, snapshot):
        return done_well(instance, snapshot)
    return instance.state is InstanceState.RUNNING and instance.health is not InstanceHealth.UNHEALTHY
