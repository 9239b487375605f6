"""Whether a container is ready: it must answer, and "started" is never "ready".

One loop waits; what is looked at differs between an app's web process, a service of a stack and a process that answers
nobody.
"""

import itertools
import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import attrs

from sh0.errors import ContainerExited, NotReady
from sh0.ports.runtime import Instance, InstanceHealth, InstanceState
from sh0.records.deployment import Placement, Snapshot
from sh0.servers.fleet import ServerPorts
from sh0.serving.diagnosis import diagnose, named
from sh0.serving.evidence import demand_running, exited, last_lines, listeners_of
from sh0.serving.exposed_ports import Alternatives
from sh0.serving.health import is_done
from sh0.serving.probing import CONFIGURED_BELOW, probe, refuses

STEADY = 3.0  # seconds that a container must have run, if nothing else tells that it is healthy
_INTERVALS = (0.02, 0.03, 0.05, 0.1, 0.2)  # seconds between two looks; the last one repeats
_LISTENERS = 4.0  # seconds between two looks at where a container listens
_RESTARTS = 5  # a service may fail that often while what it needs comes up
_SERVICE_BELOW = 500  # a service that asks for a login has come up
_MORE_TIME = "Its last lines may say why. A longer start_period of its healthcheck gives it more time."


@attrs.frozen
class NotYet:
    """Why a container is not ready.

    Attributes:
        wrong: What was met.
        seen: What was seen besides; told at the last look only.
        hint: What to do.
        final: Whether waiting longer changes nothing.
    """

    wrong: str
    seen: str = ""
    hint: str = ""
    final: bool = False


class Check(Protocol):
    """Looks at one container, again and again."""

    placement: Placement

    def look(self, *, last: bool) -> NotYet | None:
        """Look once. None when it is ready.

        Args:
            last: Whether the time is over, so that the reader needs the reason.

        Raises:
            ContainerExited: It has ended, and will not be ready.
            NotReady: Its own test says that it is not.
        """
        ...


def wait_until_ready(
    check: Check, server: ServerPorts, timeout: float, proceed: Callable[[], None], begun: float | None = None
) -> None:
    """Look at a container until it is ready.

    Args:
        check: How it is looked at.
        server: Where it runs.
        timeout: Seconds that it has.
        proceed: Called between looks; raises to stop waiting.
        begun: Since when, as the monotonic clock has it; from now on when left out.

    Raises:
        ContainerExited: It ended before it was ready.
        NotReady: It was not ready in time; the message says what was seen instead.
    """
    begun = time.monotonic() if begun is None else begun
    for interval in itertools.chain(_INTERVALS, itertools.repeat(_INTERVALS[-1])):
        last = time.monotonic() > begun + timeout
        found = check.look(last=last)
        if found is None:
            return
        proceed()
        if last or found.final:
            waited = timeout if last else round(time.monotonic() - begun)
            raise NotReady(
                f"{named(check.placement)} was not ready after {waited:g} s: {found.wrong}{found.seen}",
                hint=found.hint,
                log=last_lines(server.runtime, check.placement.container),
            )
        time.sleep(interval)


class WebCheck:
    """Asks an app's web process over HTTP.

    Args:
        server: Where it runs.
        placement: Which container.
        snapshot: What it runs with.
        pages: Whether it serves files, so that "/" has to be one of them.
        others: Ports that it may listen on instead.

    Attributes:
        placement: Which container.
        port: The port that answers: its own, or the only one of the others.
    """

    def __init__(
        self,
        server: ServerPorts,
        placement: Placement,
        snapshot: Snapshot,
        *,
        pages: bool = False,
        others: Sequence[int] = (),
    ) -> None:
        self.placement, self.port = placement, placement.port
        self._server, self._health, self._pages = server, snapshot.health, pages
        self._host = snapshot.hosts[0] if snapshot.hosts else "localhost"
        self._alternatives = Alternatives(others, lambda port: self._ask(port) is None)
        self._looks, self._listened, self._final = 0, time.monotonic(), False

    def look(self, *, last: bool) -> NotYet | None:
        """Ask it; see now and then whether it still runs, and where it listens."""
        wrong = self._ask(None)
        if wrong is None:
            return None
        self._looks += 1
        if last or self._looks % 2 == 0:
            demand_running(self._server.runtime, self.placement.container)
        if not last and time.monotonic() - self._listened <= _LISTENERS:
            return NotYet(wrong)
        port = self._alternatives.look(wrong, last=last)
        if port is not None:
            self.port = port
            return None
        found = listeners_of(self._server.runtime, self.placement)
        diagnosis = diagnose(self.placement.app, self.placement.port, wrong, found, pages=self._pages)
        self._listened, before, self._final = time.monotonic(), self._final, diagnosis.final
        return NotYet(wrong, diagnosis.seen, diagnosis.hint, final=before and diagnosis.final)  # it was seen twice

    def _ask(self, port: int | None) -> str | None:
        below = CONFIGURED_BELOW if self._pages else None
        return probe(self._server.link, self.placement, self._health, self._host, port=port, below=below)


class ServiceCheck:
    """Looks at a service of a stack: by the engine's own test, by asking it, by its end, or by its running on.

    Args:
        server: Where it runs.
        placement: Which container.
        snapshot: What it runs with.
        begun: When it was started, as the monotonic clock has it.

    Attributes:
        placement: Which container.
    """

    def __init__(self, server: ServerPorts, placement: Placement, snapshot: Snapshot, begun: float) -> None:
        self.placement = placement
        self._server, self._snapshot = server, snapshot
        self._ran_since, self._restarts = begun, 0

    def look(self, *, last: bool) -> NotYet | None:
        """Look at its state, its own test and its ports."""
        instance = self._server.runtime.inspect(self.placement.container)
        if instance is None:
            raise ContainerExited(f"{named(self.placement)} was removed before it was ready")
        wrong = self._job(instance) if self._snapshot.job else self._service(instance)
        if wrong is None:
            return None
        port = re.search(r"port (\d+)", wrong) if last else None
        if port is not None:
            found = listeners_of(self._server.runtime, self.placement)
            diagnosis = diagnose(self.placement.app, int(port[1]), wrong, found)
            if diagnosis.seen:
                return NotYet(wrong, diagnosis.seen, diagnosis.hint)
        return NotYet(wrong, hint=_MORE_TIME)

    def _job(self, instance: Instance) -> str | None:
        if is_done(instance, self._snapshot):
            return None
        if instance.state is InstanceState.EXITED:
            raise exited(self._server.runtime, instance)
        return "it is a job (restart: no) and has not ended yet"

    def _service(self, instance: Instance) -> str | None:
        if is_done(instance, self._snapshot):
            return None
        if instance.state is InstanceState.EXITED or instance.restarts > _RESTARTS:
            raise exited(self._server.runtime, instance)
        if instance.state is not InstanceState.RUNNING:
            return "it ends and is started again"
        if instance.health is InstanceHealth.UNHEALTHY:
            raise NotReady(
                f"the health check of {named(self.placement)} failed",
                hint="Its last lines may say why; see also 'docker inspect' for what the check printed.",
                log=last_lines(self._server.runtime, instance.name),
            )
        if instance.health is InstanceHealth.STARTING:
            return "its health check has not passed yet"
        asked = False
        for wrong in self._answers():
            asked = True
            if wrong is not None:
                return wrong
        return None if asked or instance.health is InstanceHealth.HEALTHY else self._steady(instance)

    def _answers(self) -> Iterator[str | None]:
        """What is wrong with the answer of each port that is asked; None for one that answers."""
        link, snapshot, health = self._server.link, self._snapshot, self._snapshot.health
        if health.tcp is not None:
            yield refuses(link, self.placement, health.tcp)
        else:
            port = health.port or snapshot.port
            if port is not None:
                yield probe(link, self.placement, health, self._host(port), port=port, below=_SERVICE_BELOW)
        for port in sorted({*snapshot.host_ports.values()} - {health.port or snapshot.port, health.tcp}):
            yield refuses(link, self.placement, port)

    def _host(self, port: int) -> str:
        hosts = [host for host in self._snapshot.hosts if self._snapshot.host_ports.get(host) in (port, None)]
        return hosts[0] if hosts else "localhost"

    def _steady(self, instance: Instance) -> str | None:
        now = time.monotonic()
        if instance.restarts != self._restarts:
            self._ran_since, self._restarts = now, instance.restarts
        return None if now - self._ran_since >= STEADY else "it has not run for long enough"


class SteadyCheck:
    """Sees whether a process that answers nobody keeps running for a few seconds.

    Args:
        server: Where it runs.
        placement: Which container.
        begun: When it was started, as the monotonic clock has it.

    Attributes:
        placement: Which container.
    """

    def __init__(self, server: ServerPorts, placement: Placement, begun: float) -> None:
        self.placement = placement
        self._server, self._begun = server, begun

    def look(self, *, last: bool) -> NotYet | None:
        """Look whether it runs."""
        demand_running(self._server.runtime, self.placement.container)
        return None if time.monotonic() - self._begun >= STEADY else NotYet("it has not run for long enough")
