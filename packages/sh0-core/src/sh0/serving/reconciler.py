"""One server's containers and routes against the records: what should serve is started, what should not is removed."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Protocol

from sh0.context import Context
from sh0.errors import Sh0Error
from sh0.ports.runtime import Instance, InstanceState
from sh0.records.app import APPS, App
from sh0.records.command import COMMAND_RUNS
from sh0.records.deployment import DEPLOYMENTS, PLACEMENTS, Deployment
from sh0.records.event_payloads import ContainerPayload, ServerPayload
from sh0.records.event_types import EventType
from sh0.servers.fleet import ServerPorts
from sh0.serving.coexistence import reasons_to_recreate
from sh0.serving.diagnosis import named
from sh0.serving.health import is_done
from sh0.serving.known_secrets import redactor_of
from sh0.serving.one_off import KIND
from sh0.serving.owners import app_of
from sh0.serving.rollout import Rollout
from sh0.serving.workload import workload
from sh0.values import ServerName

log = logging.getLogger("sh0.reconciler")


class Rebuilder(Protocol):
    """Brings back versions whose images are gone."""

    def rebuild(self, app: App, deployment: Deployment) -> None:
        """Deploy a version anew.

        Raises:
            ImageUnavailable: It cannot be made again; the hint says what helps.
        """
        ...


class Reconciler:
    """Keeps what runs on one server equal to what the records say.

    Args:
        context: What should be, and the servers that say what is.
        server: Which server.
        rollout: Knows how containers are made.
        rebuilder: Deploys versions anew whose images are gone.

    Attributes:
        server: Which server.
        problem: What could not be brought in order, or None.
        unguarded: Why containers are not kept away from the server itself, or None.
    """

    def __init__(self, context: Context, server: ServerName, rollout: Rollout, rebuilder: Rebuilder) -> None:
        self.server = server
        self.problem: str | None = None
        self.unguarded: str | None = None
        self._records, self._journal, self._locks = context.records, context.journal, context.locks
        self._fleet, self._rollout, self._rebuilder = context.fleet, rollout, rebuilder
        self._one_at_a_time = threading.Lock()

    @property
    def _here(self) -> ServerPorts:
        return self._fleet.at(self.server)

    def reconcile(self, *, first: bool = False, before_clearing: Iterable[Callable[[], None]] = ()) -> str | None:
        """Make what runs equal to the records. What cannot be repaired now is noted, to be tried again.

        Containers that should serve come first, then the routes to them, and only then goes what is unwanted.

        Args:
            first: Whether the proxy is to be started, whatever it does.
            before_clearing: What else is done when the routes are right.

        Returns:
            The problem, if there is one.
        """
        with self._one_at_a_time:
            problem: list[str] = []
            observed: dict[str, Instance] = {}
            self._attempt(problem, lambda: observed.update(self._observed()))
            if not problem:
                for app in self._records[APPS].where(server=self.server):
                    self._attempt(problem, partial(self._repair, app.name, observed))
            self._attempt(problem, partial(self._route, first))
            for work in before_clearing:
                self._attempt(problem, work)
            self._attempt(problem, partial(self._clear, observed))
            self._attempt(problem, self._isolate)
            told, self.problem = self.problem, self.redacted(problem[0]) if problem else None
            if self.problem is not None and self.problem != told:
                payload = ServerPayload(self.server, self.problem)
                self._journal.emit(EventType.PLATFORM_DEGRADED, payload, self.problem)
            return self.problem

    def redacted(self, text: str) -> str:
        """What an engine or a proxy has said, without the secrets of any app."""
        return redactor_of(self._records, [app.name for app in self._records[APPS].where()])(text)

    def attempt(self, work: Callable[[], object]) -> None:
        """Do something that may fail: what it was for is looked at again."""
        self._attempt([], work)

    def _attempt(self, problem: list[str], work: Callable[[], object]) -> None:
        try:
            work()
        except Sh0Error as error:
            problem.append(error.message)
        except Exception as error:
            log.exception("what runs on %s could not be compared with the records", self.server)
            problem.append(f"{type(error).__name__}: {error}")

    def _isolate(self) -> None:
        self.unguarded = self._here.guard.apply()

    def _observed(self) -> dict[str, Instance]:
        return {instance.name: instance for instance in self._here.runtime.observe({"sh0.kind": "app"})}

    def _repair(self, name: str, observed: Mapping[str, Instance]) -> None:
        """Start what should serve an app and does not run; an app that is being deployed is left alone."""
        with self._alone(name) as alone:
            app = self._records[APPS].find(name)
            if not alone or app is None or app.live is None or app.stopped:
                return
            deployment = self._records[DEPLOYMENTS].get(app.live)
            placements = self._records[PLACEMENTS].where(deployment=app.live)
            gone = all(placement.container not in observed for placement in placements)
            if gone and self._here.runtime.image(deployment.image or "") is None:
                return self._rebuilder.rebuild(app, deployment)
            for placement in placements:
                instance = observed.get(placement.container)
                if deployment.snapshot.job or (
                    instance is not None
                    and (
                        instance.state in (InstanceState.RUNNING, InstanceState.RESTARTING)
                        or is_done(instance, deployment.snapshot)
                    )
                ):
                    continue
                if reasons_to_recreate(deployment.snapshot):
                    self._rollout.remove_others(name, frozenset([app.live]))
                project = self._rollout.project_network(app.project, app.server)
                self._here.runtime.apply(workload(deployment, placement, project.name))
                text = f"{named(placement)} was gone and was started again"
                payload = ContainerPayload(name, deployment.id, placement.container, deployment.snapshot.memory)
                self._journal.emit(EventType.CONTAINER_REPAIRED, payload, text)

    def _route(self, first: bool) -> None:
        if first or not self._here.proxy.running():
            self._here.proxy.start(self._rollout.routes(self.server))
        else:
            self._rollout.reroute(self.server)

    def _clear(self, observed: Mapping[str, Instance]) -> None:
        """Remove the containers that serve no app."""
        self._clear_commands()
        placed = {placement.app for placement in self._records[PLACEMENTS].where(server=self.server)}
        for name in placed | {app_of(self._records, instance.labels) for instance in observed.values()}:
            with self._alone(name) as alone:
                if not alone:
                    continue
                app = self._records[APPS].find(name)
                if app is None or app.server == self.server:
                    live = [app.live] if app is not None and app.live and not app.stopped else []
                    self._rollout.remove_others(name, frozenset(live))
                for instance in observed.values():
                    if app_of(self._records, instance.labels) == name and not self._is_placed(instance.name):
                        self._here.runtime.remove(instance.name)

    def _is_placed(self, container: str) -> bool:
        placement = self._records[PLACEMENTS].find(container)
        return placement is not None and placement.server == self.server

    def _clear_commands(self) -> None:
        """Remove the containers of commands that have ended, or that nobody knows."""
        for instance in self._here.runtime.observe({"sh0.kind": KIND}):
            run = self._records[COMMAND_RUNS].find(instance.labels.get("sh0.run", ""))
            if run is None or run.state.ended:
                self._here.runtime.remove(instance.name, 0)

    @contextmanager
    def _alone(self, app: str) -> Iterator[bool]:
        """Hold an app's lock, unless somebody else does; says whether it is held."""
        lock = self._locks.of(app)
        held = lock.acquire(blocking=False)
        try:
            yield held
        finally:
            if held:
                lock.release()
