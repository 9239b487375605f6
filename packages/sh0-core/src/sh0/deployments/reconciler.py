"""Records against what the engine reports: at start, when the engine says that something happened, and now and then."""

import threading

from sh0.deployments import planner
from sh0.deployments.model import Deployment, DeploymentState
from sh0.deployments.pipeline import Pipeline
from sh0.deployments.rollout import Rollout, workload
from sh0.deployments.worker import Worker
from sh0.errors import Sh0Error
from sh0.journal.journal import Journal
from sh0.ports.proxy import Proxy
from sh0.ports.runtime import InstanceState, Runtime
from sh0.records import Records

_INTERVAL = 60.0  # seconds between two looks when nothing happens
_PATIENCE = 2.0  # seconds before the engine is asked for its events again


class Reconciler:
    """Keeps what runs equal to what the records say.

    Args:
        records: What should be.
        runtime: What is.
        proxy: Brought up with the routes of the records.
        rollout: Knows how containers are made.
        pipeline: Ends deployments that a crash cut off.
        worker: Knows which apps are being deployed; those are left alone.
        journal: Hears of what was mended.
    """

    def __init__(
        self,
        records: Records,
        runtime: Runtime,
        proxy: Proxy,
        rollout: Rollout,
        pipeline: Pipeline,
        worker: Worker,
        journal: Journal,
    ) -> None:
        self._records, self._runtime, self._proxy, self._rollout = records, runtime, proxy, rollout
        self._pipeline, self._worker, self._journal = pipeline, worker, journal
        self._closing = threading.Event()
        self._due = threading.Event()
        self._threads: list[threading.Thread] = []
        self.trouble: str | None = None

    def recover(self) -> None:
        """At start: mend what runs, bring up the proxy, end what was cut off.

        The engine may be away; then nothing is decided, and it is tried again when it answers.
        """
        unfinished = [
            deployment
            for state in (DeploymentState.RUNNING, DeploymentState.QUEUED)
            for deployment in self._records.deployments.where(state=state.value, order="number")
        ]
        for deployment in unfinished:
            decision = planner.recovery(deployment, self._records.apps.get(deployment.app).live)
            if decision.state is DeploymentState.INTERRUPTED:
                self._pipeline.interrupt(deployment, f"{deployment.id} was cut off when the platform stopped")
        self.reconcile(first=True)
        for deployment in unfinished:
            decision = planner.recovery(deployment, self._records.apps.get(deployment.app).live)
            if decision.finish:
                self._finish(deployment)

    def _finish(self, deployment: Deployment) -> None:
        try:
            self._pipeline.finish(deployment)
        except Sh0Error as error:
            self.trouble = error.message

    def start(self) -> None:
        """Begin to watch."""
        for name, target in (
            ("sh0-reconciler", self._watch_clock),
            ("sh0-engine-events", self._watch_engine),
        ):
            thread = threading.Thread(target=target, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._closing.set()
        self._due.set()

    def reconcile(self, *, first: bool = False) -> None:
        """Make what runs equal to the records; what cannot be mended now is noted and tried again.

        Args:
            first: Also bring up the proxy, whatever it says of itself.
        """
        try:
            self._mend()
            if first or not self._proxy.running():
                self._proxy.start(self._rollout.routes())
            else:
                self._rollout.reroute()
            self.trouble = None
        except Sh0Error as error:
            if self.trouble != error.message:
                self._journal.note("platform.degraded", "server/local", error.message)
            self.trouble = error.message

    def _mend(self) -> None:
        observed = {instance.name: instance for instance in self._runtime.observe({"sh0.kind": "app"})}
        live: dict[str, Deployment] = {}
        for app in self._records.apps.where():
            if app.live is not None and not app.stopped:
                live[app.live] = self._records.deployments.get(app.live)
        busy = self._worker.busy()
        wanted = set()
        for placement in self._records.placements.where():
            deployment = live.get(placement.deployment)
            if placement.app in busy:
                wanted.add(placement.container)
                continue
            if deployment is None:
                self._rollout.remove(placement.deployment)
                continue
            wanted.add(placement.container)
            instance = observed.get(placement.container)
            if instance is None or instance.state in (InstanceState.EXITED, InstanceState.CREATED):
                project = self._rollout.project_network(self._records.apps.get(deployment.app).project)
                self._runtime.apply(workload(deployment, placement, project.name))
                self._journal.note(
                    "container.mended",
                    f"app/{deployment.app}",
                    f"{placement.container} was gone and runs again",
                )
        for name, instance in observed.items():
            if name not in wanted and instance.labels.get("sh0.app") not in busy:
                self._runtime.remove(name)

    def _watch_clock(self) -> None:
        while not self._closing.is_set():
            self._due.wait(_INTERVAL)
            self._due.clear()
            if not self._closing.is_set():
                self.reconcile()

    def _watch_engine(self) -> None:
        while not self._closing.is_set():
            try:
                for event in self._runtime.events():
                    if event.action in ("die", "destroy", "oom"):
                        self._hear(event.action, event.name, event.labels.get("sh0.app"))
            except Sh0Error as error:
                self.trouble = error.message
            if not self._closing.wait(_PATIENCE):
                self._due.set()

    def _hear(self, action: str, container: str, app: str | None) -> None:
        if app is None:
            self._due.set()
        elif app not in self._worker.busy() and self._records.placements.find(container):
            if action == "oom":
                self._journal.note("container.oom", f"app/{app}", f"{container} was killed at its memory limit")
            self._due.set()
