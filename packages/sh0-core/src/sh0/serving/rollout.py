"""The second half of a deployment: start first, check, move the routes, drain, clear away."""

import itertools
import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import attrs

from sh0.builds.model import DEFAULT_PORT
from sh0.context import Context
from sh0.errors import ProxyUnavailable, Sh0Error
from sh0.ports.container import ContainerSpec
from sh0.ports.proxy import Routes
from sh0.records.app import APPS, WEB, App
from sh0.records.build import BUILDS, PAGES
from sh0.records.certificate import CERTIFICATES
from sh0.records.deployment import DEPLOYMENTS, PLACEMENTS, Deployment, Placement, Reason, Snapshot
from sh0.records.domain import HOST_NAMES
from sh0.records.formation import asks_web, limits, serves
from sh0.records.project import PROJECTS, Project
from sh0.servers.fleet import ServerPorts
from sh0.serving import routing
from sh0.serving.addresses import free_addresses, subnets
from sh0.serving.coexistence import reasons_to_recreate
from sh0.serving.exposed_ports import others, told_port
from sh0.serving.health import is_healthy
from sh0.serving.held_addresses import held_addresses
from sh0.serving.probe_check import ProbeCheck
from sh0.serving.readiness import ServiceCheck, SteadyCheck, WebCheck, wait_until_ready
from sh0.serving.takeover import (
    AppSnapshot,
    adopt_changes,
    adopt_hosts,
    adopt_settings,
    adopt_variables,
    adopt_volumes,
    with_version,
)
from sh0.serving.urls import urls
from sh0.serving.volumes import claim, volume_labels
from sh0.serving.workload import containers, volume_prefix, workload
from sh0.values import ServerName

_STOPPED_AT_ONCE = 16
_HOST = "127.0.0.1"  # where the proxy and the checks find what is on the host's own network

log = logging.getLogger("sh0.serving")


class Rollout:
    """Brings versions to life, each on the server of its app.

    Args:
        context: Placements and routes, and the servers, which run containers and lead requests to them.
    """

    def __init__(self, context: Context) -> None:
        self._records, self._fleet = context.records, context.fleet
        self._settings, self._clock, self._home_id = context.settings, context.clock, context.home_id
        self._routing: dict[ServerName, threading.Lock] = {}
        self._addressing: dict[ServerName, threading.Lock] = {}

    def project_network(self, name: str, server: ServerName) -> Project:
        """The project, with its network made on a server."""
        project = self._records[PROJECTS].get(name)
        with self._addressing.setdefault(server, threading.Lock()):
            others = (p.subnets.get(server) for p in self._records[PROJECTS].where() if p.name != name)
            own, taken = project.subnets.get(server), [subnet for subnet in others if subnet is not None]
            candidates = iter([own]) if own else subnets(self._settings.subnet_pool, taken)
            labels = {"sh0.kind": "network", "sh0.project": name}
            network = self._fleet.at(server).runtime.ensure_network(project.network, labels, candidates)
            if own == network.subnet:
                return project
            with self._records.transaction():
                known = self._records[PROJECTS].get(name).subnets
                return self._records[PROJECTS].change(name, subnets={**known, server: network.subnet})

    def port(self, deployment: Deployment) -> int | None:
        """The port that a deployment's app listens on. A service of a stack listens where its file says, or nowhere.

        An image that was built to listen on one does, whatever anybody says later. Otherwise it is as told, by the
        app's settings or the variable PORT, else as built, else as the image says, else 8080.
        """
        if deployment.snapshot.container is not None:
            return deployment.snapshot.port
        builds = self._records[BUILDS].where(image=deployment.image, app=deployment.app)
        for build in builds:
            if build.fixed_port and build.port is not None:
                return build.port
        told = told_port(deployment.snapshot)
        if told is not None:
            return told
        facts = self._server(deployment.app).runtime.image(deployment.image or "")
        expected = next((build.port for build in builds if build.port is not None), None)
        if expected is None:
            expected = facts.ports[0] if facts is not None and facts.ports else DEFAULT_PORT
        return self._answered(deployment, others(expected, facts, told=False)) or expected

    def _answered(self, deployment: Deployment, ports: Sequence[int]) -> int | None:
        """The port on which the version that serves answered, if it is another one of those that the image exposes."""
        for placement in self._serving(deployment.app) if ports else ():
            serving = self._records[DEPLOYMENTS].get(placement.deployment)
            if placement.process == WEB and placement.port in ports and told_port(serving.snapshot) is None:
                return placement.port
        return None

    def start(self, app: App, deployment: Deployment) -> list[Placement]:
        """Start the containers of a deployment next to those that serve, or in their place if they cannot run twice."""
        project, runtime = self.project_network(app.project, app.server), self._server(app.name).runtime
        self.ensure_volumes(app, deployment.snapshot, deployment.image or "")
        if reasons_to_recreate(deployment.snapshot):
            self.stop_serving(app.name, deployment.process)
        placements = self._place(app, deployment, project)
        for placement in placements:
            runtime.apply(workload(deployment, placement, project.name))
        return placements

    def ensure_volumes(self, app: App, snapshot: Snapshot, image: str) -> None:
        """Make the volumes of the platform's own that containers of a version use, writable for its image's user."""
        runtime = self._server(app.name).runtime
        for mount in snapshot.container.mounts if snapshot.container is not None else ():
            if mount.source.startswith(volume_prefix(self._home_id, app.project)):
                claim(self._records, mount.source)
                labels = {"sh0.kind": "volume", "sh0.project": app.project}
                runtime.ensure_volume(mount.source, labels)
        for volume in snapshot.volumes:
            runtime.ensure_volume(volume.source, volume_labels(app, volume.name))
            runtime.fit_volume(volume.source, image, volume.path)

    def stop_serving(self, app: str, process: str | None = None) -> None:
        """Stop the containers that serve an app, all or those of a process, and keep them: they are its way back."""
        self._stop([each for each in self._serving(app) if process in (None, each.process)])

    def _stop(self, placements: Sequence[Placement]) -> None:
        """Stop containers, all at once: each may take the whole time that it has to end by itself."""

        def stop(placement: Placement) -> None:
            self._fleet.at(placement.server).runtime.stop(placement.container, self._patience(placement))

        if len(placements) < 2:
            for each in placements:
                stop(each)
            return
        with ThreadPoolExecutor(min(len(placements), _STOPPED_AT_ONCE), thread_name_prefix="sh0-stop") as pool:
            for ended in [pool.submit(stop, each) for each in placements]:
                ended.result()

    def start_serving(self, app: str) -> None:
        """Start the containers of an app's live deployment that do not run, as they were."""
        record = self._records[APPS].get(app)
        for placement in self._serving(app):
            deployment = self._records[DEPLOYMENTS].get(placement.deployment)
            if not deployment.snapshot.job:
                self._server(app).runtime.apply(workload(deployment, placement, record.project))

    def check_serving(self, app: str, proceed: Callable[[], None], begun: float, within: float) -> None:
        """Wait until the containers of an app's live deployment are healthy, each by its own check.

        Args:
            app: Name of the app; of one that does not serve nothing is asked.
            proceed: Called between tries; raises to stop waiting.
            begun: When they were started, as the monotonic clock has it.
            within: Seconds from then, where their check has no shorter time.

        Raises:
            NotReady: One was not, in time.
            ContainerExited: One has ended.
        """
        placements = self._serving(app)
        deployment = self._records[DEPLOYMENTS].get(placements[0].deployment) if placements else None
        if deployment is None or deployment.snapshot.job:
            return
        health = deployment.snapshot.health
        left = within if deployment.snapshot.container else begun + within - time.monotonic()
        bounded = attrs.evolve(health, timeout=round(max(0.0, min(health.timeout, left)), 1))
        snapshot = attrs.evolve(deployment.snapshot, health=bounded)
        self.check(attrs.evolve(deployment, snapshot=snapshot), placements, proceed, begun)

    def healthy(self, app: str) -> bool:
        """Whether every container of an app's live deployment is healthy, as far as the engine tells."""
        record = self._records[APPS].get(app)
        snapshot = self._records[DEPLOYMENTS].get(record.live).snapshot if record.live else None
        placements = self._serving(app)
        return snapshot is not None and all(
            is_healthy(self._server(app).runtime.inspect(placement.container), snapshot) for placement in placements
        )

    def _server(self, app: str) -> ServerPorts:
        return self._fleet.at(self._records[APPS].get(app).server)

    def _serving(self, app: str) -> list[Placement]:
        record = self._records[APPS].get(app)
        if record.live is None or record.stopped:
            return []
        return self._records[PLACEMENTS].where(app=app, deployment=record.live, order="replica")

    def _patience(self, placement: Placement) -> int:
        deployment = self._records[DEPLOYMENTS].find(placement.deployment)
        if deployment is None:
            return ContainerSpec().stop_timeout
        return limits(deployment.snapshot, placement.process).stop_timeout

    def _place(self, app: App, deployment: Deployment, project: Project) -> list[Placement]:
        port = self.port(deployment)
        with self._records.transaction():
            held = held_addresses(self._records, project.network, app.server)
            addresses = free_addresses(project.subnets[app.server], held)
            if deployment.snapshot.network:
                addresses = itertools.repeat(_HOST)
            return [
                self._records[PLACEMENTS].insert(
                    Placement(
                        container=f"sh0-{self._home_id}-{deployment.id}-{name}",
                        app=deployment.app,
                        deployment=deployment.id,
                        replica=replica,
                        network=deployment.snapshot.network or project.network,
                        address=next(addresses),
                        port=port,
                        process=process,
                        server=app.server,
                    )
                )
                for process, replica, name in containers(deployment.snapshot)
                if deployment.process in (None, process)
            ]

    def check(
        self,
        deployment: Deployment,
        placements: list[Placement],
        proceed: Callable[[], None],
        begun: float | None = None,
    ) -> int | None:
        """Wait until every container is ready by the check of its process; one that has none must run steadily.

        Returns the port that answers where it is another exposed one than was expected: requests are led to it.

        Args:
            deployment: Whose containers they are.
            placements: The containers.
            proceed: Called between tries; raises to stop waiting.
            begun: When they were started, as the monotonic clock has it; now when left out.

        Raises:
            NotReady: One was not, in time.
        """
        snapshot, server = deployment.snapshot, self._server(deployment.app)
        facts = server.runtime.image(deployment.image or "")
        pages = facts is not None and PAGES in facts.labels
        begun = time.monotonic() if begun is None else begun
        told, elsewhere, rest = told_port(snapshot) is not None, None, []
        for placement in placements:
            if snapshot.container is not None:
                service = ServiceCheck(server, placement, snapshot, begun)
                wait_until_ready(service, server, snapshot.health.timeout, proceed, begun)
            elif placement.process != WEB or not asks_web(limits(snapshot, WEB).health):
                rest.append(placement)
            else:
                asked = placement if elsewhere is None else attrs.evolve(placement, port=elsewhere)
                more = others(asked.port, facts, told=told or elsewhere is not None)
                web = WebCheck(server, asked, snapshot, pages=pages, others=more)
                wait_until_ready(web, server, snapshot.health.timeout, proceed)
                if web.port != placement.port:
                    elsewhere = web.port
                    self._records[PLACEMENTS].change(placement.container, port=web.port)
        steady_since = time.monotonic()
        for placement in rest:
            health = limits(snapshot, placement.process).health
            if health is None:
                wait_until_ready(SteadyCheck(server, placement, steady_since), server, math.inf, proceed)
            else:
                host = snapshot.hosts[0] if snapshot.hosts else "localhost"
                wait_until_ready(ProbeCheck(server, placement, health, host), server, health.timeout, proceed)
        return elsewhere

    def switch(self, deployment: Deployment) -> None:
        """Move the app's routes to a deployment. The record is the truth; a proxy that refuses turns it back."""
        records, app = self._records, deployment.app
        kept = [] if deployment.process is None else self._serving(app)
        kept = [each for each in kept if each.process != deployment.process]

        def change() -> None:
            for each in kept:  # the version goes on in them
                records[PLACEMENTS].change(each.container, deployment=deployment.id)
            records[APPS].save(with_version(records[APPS].get(app), deployment))
            now = self._clock.now()
            adopt_changes(records, app, deployment.changes, now)
            if deployment.reason is Reason.ROLLBACK:
                adopt_settings(records, deployment)
                adopt_variables(records, deployment, now)
                adopt_hosts(records, [deployment], now)
                adopt_volumes(records, deployment)

        def undo() -> None:
            for each in kept:
                records[PLACEMENTS].save(each)

        self.move([app], change, undo)

    def move(self, apps: Iterable[str], change: Callable[[], None], undo: Callable[[], None] = lambda: None) -> None:
        """Change what is live, all of it at one instant, and lead the proxy by it.

        Args:
            apps: Names of the apps whose records change.
            change: Writes the records; it runs inside the transaction that is the commit point.
            undo: Turns back what `change` wrote besides the records of those apps, if the proxy refuses.
        """
        records, apps = self._records, tuple(apps)
        servers = sorted({records[APPS].get(app).server for app in apps})
        with ExitStack() as held:
            for server in servers:
                held.enter_context(self._lock(server))
            with records.transaction():
                before = [AppSnapshot.of(records, app) for app in apps]
                change()
                for each in before:
                    each.retire(records)
            try:
                self._apply(servers)
            except Sh0Error:
                with records.transaction():
                    for each in before:
                        each.put_back(records)
                    undo()
                self._apply(servers)
                raise

    def _lock(self, server: ServerName) -> threading.Lock:
        return self._routing.setdefault(server, threading.Lock())

    def _apply(self, servers: Iterable[ServerName]) -> None:
        for server in servers:
            self._fleet.at(server).proxy.apply(self.routes(server))

    def reroute(self, server: ServerName) -> None:
        """Bring the proxy of a server to the records as they are.

        The records are the truth, so a proxy that is away is no reason to refuse a new app or host name: it comes up
        with them, and the reconciler says what is wrong meanwhile.
        """
        with self._lock(server):
            try:
                self._apply([server])
            except ProxyUnavailable as error:
                log.warning("the routes will be applied later: %s", error.message)

    def routes(self, server: ServerName) -> Routes:
        """What the proxy of a server should serve, from the records."""
        records = self._records
        return routing.routes(
            records[APPS].where(server=server),
            records[PLACEMENTS].where(server=server),
            records[HOST_NAMES].where(order="host"),
            records[CERTIFICATES].where(order="host"),
        )

    def urls(self, app: str) -> tuple[str, ...]:
        """Where an app is reached; nowhere if none of its processes gets requests."""
        live = self._records[APPS].get(app).live
        if live is not None and not serves(self._records[DEPLOYMENTS].get(live).snapshot):
            return ()
        return urls(self._records[HOST_NAMES].where(app=app, order="generated, host"), self._settings)

    def drain(self, app: str) -> int:
        """Let requests in flight to earlier versions of an app end; returns how many were cut at its end."""
        record = self._records[APPS].get(app)
        proxy = self._fleet.at(record.server).proxy
        return sum(proxy.settle(slot, self._settings.drain_timeout) for slot in record.slots)

    def remove_others(self, app: str, keep: frozenset[str]) -> None:
        """Remove an app's containers that belong to none of these deployments."""
        self._remove([each for each in self._records[PLACEMENTS].where(app=app) if each.deployment not in keep])

    def remove(self, deployment: str) -> None:
        """Remove the containers of a deployment."""
        self._remove(self._records[PLACEMENTS].where(deployment=deployment))

    def _remove(self, placements: Sequence[Placement]) -> None:
        self._stop(placements)
        for placement in placements:
            self._fleet.at(placement.server).runtime.remove(placement.container, self._patience(placement))
            self._records[PLACEMENTS].delete(placement.container)
