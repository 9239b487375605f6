"""Records against what the engine reports: at start, when the engine says that something happened, and now and then."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from sh0.deployments.cleaning import Cleaning
from sh0.deployments.known_secrets import redactor_of
from sh0.deployments.queue import DeploymentQueue
from sh0.deployments.rebuilding import exact_source, image_is_gone, origin
from sh0.errors import ImageUnavailable, Sh0Error
from sh0.jobs.engine import Engine
from sh0.jobs.schedule import Every
from sh0.jobs.scheduler import Entry
from sh0.jobs.wakeup import Wakeup
from sh0.journal.journal import Journal
from sh0.locks import AppLocks
from sh0.ports.proxy import Proxy
from sh0.ports.runtime import EngineEvent, Instance, InstanceState, Runtime
from sh0.records.app import APPS, App
from sh0.records.deployment import DEPLOYMENTS, PLACEMENTS, Deployment, Reason, SameImage
from sh0.records.event_payloads import ContainerPayload, ServerPayload
from sh0.records.event_types import EventType
from sh0.serving.coexistence import reasons_alone
from sh0.serving.diagnosis import killed_at, more_memory, named
from sh0.serving.health import is_done
from sh0.serving.rollout import Rollout
from sh0.serving.workload import workload
from sh0.store import Records
from sh0.values import LOCAL

log = logging.getLogger("sh0.reconciler")

_INTERVAL = Every(60)  # between two looks when nothing happens
_STOPPING = 5.0  # seconds that a look under way may take to end
_PROBLEM_INTERVAL = 5.0  # seconds between two looks while something is wrong
_PATIENCE = 2.0  # seconds before the engine is asked for its events again


class Reconciler:
    """Keeps what runs equal to what the records say.

    Args:
        records: What should be.
        runtime: What is.
        proxy: Brought up with the routes of the records.
        rollout: Knows how containers are made.
        deployments: Ends those that a crash cut off.
        locks: Of apps; those that are being deployed are left alone.
        journal: Receives what was repaired.
        cleaning: Removes what no kept deployment needs, at start and now and then.
        queue: Takes deployments of versions whose images are gone.
        guard: Keeps containers from the server itself; says why it cannot.
    """

    def __init__(
        self,
        records: Records,
        runtime: Runtime,
        proxy: Proxy,
        rollout: Rollout,
        deployments: Engine[Deployment],
        locks: AppLocks,
        journal: Journal,
        cleaning: Cleaning,
        queue: DeploymentQueue,
        guard: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._guard = guard
        self._records, self._runtime, self._proxy, self._rollout = records, runtime, proxy, rollout
        self._deployments, self._locks, self._journal, self._cleaning = deployments, locks, journal, cleaning
        self._queue = queue
        self._one_at_a_time = threading.Lock()
        self._feed: Iterator[EngineEvent] | None = None
        self._closing = threading.Event()
        self._due = Wakeup()
        self._watching: threading.Thread | None = None
        self.problem: str | None = None
        self.unguarded: str | None = None

    def recover(self) -> None:
        """At start: repair what runs, bring up the proxy, end what was cut off.

        The engine may be away; then nothing is decided, and it is tried again when it answers.
        """
        found = self._deployments.unfinished()
        for deployment in found.cut_off:
            # All go before any old container starts again: a volume may have changed hands between them.
            self._attempt([], partial(self._rollout.remove, deployment.id))
        self._cleaning.sweep(found.waiting)
        self._reconcile(
            first=True, before_clearing=[partial(self._deployments.finish, each) for each in found.standing]
        )
        self._deployments.interrupt(found)  # now that what they had stopped was started again and is served
        if found.cut_off or self.problem is not None:  # what waited for their ends is looked at again
            self._due.set()
        self._attempt([], partial(self._cleaning.clean, young=0))

    def start(self) -> None:
        """Begin to watch what the engine reports."""
        self._watching = threading.Thread(target=self._watch_engine, name="sh0-reconciler", daemon=True)
        self._watching.start()

    def stop(self) -> None:
        """Stop watching."""
        self._closing.set()
        if (close := getattr(self._feed, "close", None)) is not None:
            close()
        if self._watching is not None:
            self._watching.join(_STOPPING)

    def entry(self) -> Entry:
        """What the scheduler does with it: now and then, soon where something is wrong, and at once when woken."""
        return Entry("reconciling", _INTERVAL, self._look, retry=_PROBLEM_INTERVAL, kept=False, wakeup=self._due)

    def _look(self) -> str | None:
        if not self._closing.is_set():
            self.reconcile()
        return self.problem

    def reconcile(self) -> None:
        """Make what runs equal to the records; what cannot be repaired now is noted and tried again."""
        self._reconcile(first=False, before_clearing=())

    def _reconcile(self, *, first: bool, before_clearing: Iterable[Callable[[], None]]) -> None:
        """Containers that should serve come first, then the routes to them, and only then goes what is unwanted."""
        with self._one_at_a_time:
            problem: list[str] = []
            observed: dict[str, Instance] = {}
            self._attempt(problem, lambda: observed.update(self._observed()))
            if not problem:
                for app in self._records[APPS].where():
                    self._attempt(problem, partial(self._repair, app.name, observed))
            self._attempt(problem, partial(self._route, first))
            for work in before_clearing:
                self._attempt(problem, work)
            self._attempt(problem, partial(self._clear, observed))
            self._attempt(problem, self._isolate)
            told, self.problem = self.problem, self._redacted(problem[0]) if problem else None
            if self.problem is not None and self.problem != told:
                self._journal.emit(EventType.PLATFORM_DEGRADED, ServerPayload("local", self.problem), self.problem)

    def _attempt(self, problem: list[str], work: Callable[[], object]) -> None:
        try:
            work()
        except Sh0Error as error:
            problem.append(error.message)
        except Exception as error:
            log.exception("what runs could not be compared with the records")
            problem.append(f"{type(error).__name__}: {error}")

    def _redacted(self, text: str) -> str:
        """What an engine or a proxy has said, without the secrets of any app."""
        return redactor_of(self._records, [app.name for app in self._records[APPS].where()])(text)

    def _isolate(self) -> None:
        self.unguarded = self._guard()

    def _observed(self) -> dict[str, Instance]:
        return {instance.name: instance for instance in self._runtime.observe({"sh0.kind": "app"})}

    def _repair(self, name: str, observed: Mapping[str, Instance]) -> None:
        """Start what should serve an app and does not run; an app that is being deployed is left alone."""
        with self._alone(name) as alone:
            app = self._records[APPS].find(name)
            if not alone or app is None or app.live is None or app.stopped:
                return
            deployment = self._records[DEPLOYMENTS].get(app.live)
            placements = self._records[PLACEMENTS].where(deployment=app.live)
            gone = all(placement.container not in observed for placement in placements)
            if gone and self._runtime.image(deployment.image or "") is None:
                return self._make_again(app, deployment)
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
                if reasons_alone(deployment.snapshot):
                    self._rollout.remove_others(name, frozenset([app.live]))
                project = self._rollout.project_network(app.project, app.server)
                self._runtime.apply(workload(deployment, placement, project.name))
                text = f"{named(placement)} was gone and was started again"
                payload = ContainerPayload(name, deployment.id, placement.container, deployment.snapshot.memory)
                self._journal.emit(EventType.CONTAINER_REPAIRED, payload, text)

    def _make_again(self, app: App, deployment: Deployment) -> None:
        """Deploy a version anew whose image is gone, once; where that is impossible or has failed, say what helps."""
        deployments = self._records[DEPLOYMENTS].where(app=app.name, order="number desc")
        if not deployments[0].state.ended:
            return
        brought = origin(deployment, deployments)
        if exact_source(brought) is None or deployments[0].reason is Reason.REBUILD:
            error = image_is_gone(deployment, brought)
            raise ImageUnavailable(f"{app.name} is down: {error.message}. {error.hint}")
        self._queue.enqueue(app, Reason.REBUILD, SameImage(), deployment.revision)

    def _route(self, first: bool) -> None:
        if first or not self._proxy.running():
            self._proxy.start(self._rollout.routes(LOCAL))
        else:
            self._rollout.reroute(LOCAL)

    def _clear(self, observed: Mapping[str, Instance]) -> None:
        """Remove the containers that serve no app."""
        placed = {placement.app for placement in self._records[PLACEMENTS].where()}
        for name in placed | {instance.labels.get("sh0.app", "") for instance in observed.values()}:
            with self._alone(name) as alone:
                if not alone:
                    continue
                app = self._records[APPS].find(name)
                self._rollout.remove_others(name, frozenset([app.live] if app and app.live and not app.stopped else []))
                wanted = {placement.container for placement in self._records[PLACEMENTS].where(app=name)}
                for instance in observed.values():
                    if instance.labels.get("sh0.app", "") == name and instance.name not in wanted:
                        self._runtime.remove(instance.name)

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

    def _watch_engine(self) -> None:
        while not self._closing.is_set():
            try:
                self._feed = self._runtime.events()
                for event in self._feed:
                    if event.action in ("die", "destroy", "oom"):
                        self._hear(event.action, event.name, event.labels.get("sh0.app"))
            except Sh0Error as error:
                self.problem = self._redacted(error.message)
            if not self._closing.wait(_PATIENCE):
                self._due.set()

    def _hear(self, action: str, container: str, app: str | None) -> None:
        if app is None:
            self._due.set()
        elif not self._closing.is_set() and (placement := self._records[PLACEMENTS].find(container)):
            if action == "oom":
                limit = self._records[DEPLOYMENTS].get(placement.deployment).snapshot.memory
                text = f"{named(placement)} {killed_at(limit)}. {more_memory(app, limit)}"
                payload = ContainerPayload(app, placement.deployment, container, limit)
                self._journal.emit(EventType.CONTAINER_OOM, payload, text)
            self._due.set()
