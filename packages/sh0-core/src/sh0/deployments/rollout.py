"""The second half of a deployment: start beside, check, move the routes, drain, clear away."""

import logging
import threading
from collections.abc import Callable

from sh0.apps.model import App
from sh0.deployments import routing
from sh0.deployments.model import Deployment, Placement, Reason
from sh0.deployments.readiness import wait_until_ready
from sh0.domains.model import Domain, Https
from sh0.domains.urls import urls
from sh0.environment.model import Variable
from sh0.errors import Conflict, ProxyUnavailable, Sh0Error
from sh0.ports.clock import Clock
from sh0.ports.link import ServerLink
from sh0.ports.proxy import Proxy, Routes
from sh0.ports.runtime import Runtime, Workload
from sh0.projects.addresses import free_addresses, subnets
from sh0.projects.model import Project
from sh0.records import Records
from sh0.settings import Settings
from sh0.values import Secret

DEFAULT_PORT = 8080

log = logging.getLogger("sh0.deployments")


def workload(deployment: Deployment, placement: Placement, project: str) -> Workload:
    """The container of a placement, as it should be. Pure, so that it can be made again exactly."""
    snapshot = deployment.snapshot
    return Workload(
        name=placement.container,
        image=deployment.image or "",
        labels={
            "sh0.kind": "app",
            "sh0.app": deployment.app,
            "sh0.project": project,
            "sh0.deployment": deployment.id,
            "sh0.instance": str(placement.replica),
        },
        network=placement.network,
        address=placement.address,
        environment={**snapshot.environment, "PORT": Secret(str(placement.port))},
        memory=snapshot.resources.memory,
        cpus=snapshot.resources.cpus,
    )


class Rollout:
    """Brings versions to life on one server.

    Args:
        records: Placements and routes.
        runtime: Runs containers.
        proxy: Leads requests to them.
        link: Reaches them for checks.
        settings: Address pool, time to drain.
        clock: Tells the time.
        home_id: Part of the containers' names.
    """

    def __init__(
        self,
        records: Records,
        runtime: Runtime,
        proxy: Proxy,
        link: ServerLink,
        settings: Settings,
        clock: Clock,
        home_id: str,
    ) -> None:
        self._records, self._runtime, self._proxy, self._link = records, runtime, proxy, link
        self._settings, self._clock, self._home_id = settings, clock, home_id
        self._routing = threading.Lock()
        self._addressing = threading.Lock()

    def project_network(self, name: str) -> Project:
        """The project, with its network made."""
        project = self._records.projects.get(name)
        with self._addressing:
            taken = [p.subnet for p in self._records.projects.where() if p.subnet and p.name != name]
            candidates = iter([project.subnet]) if project.subnet else subnets(self._settings.subnet_pool, taken)
            labels = {"sh0.kind": "network", "sh0.project": name}
            network = self._runtime.ensure_network(project.network, labels, candidates)
            if project.subnet == network.subnet:
                return project
            return self._records.projects.change(name, subnet=network.subnet)

    def port(self, deployment: Deployment) -> int:
        """The port that a deployment's app listens on.

        An image that was built to listen on one does, whatever anybody says later. Otherwise it is as told, by the
        app's settings or the variable PORT, else as built, else as the image says, else 8080.
        """
        builds = self._records.builds.where(image=deployment.image, app=deployment.app)
        for build in builds:
            if build.fixed_port and build.port is not None:
                return build.port
        if deployment.snapshot.port is not None:
            return deployment.snapshot.port
        told = deployment.snapshot.environment.get("PORT")
        if told is not None and told.reveal().isdecimal():
            return int(told.reveal())
        for build in builds:
            if build.port is not None:
                return build.port
        facts = self._runtime.image(deployment.image or "")
        return facts.ports[0] if facts is not None and facts.ports else DEFAULT_PORT

    def start(self, app: App, deployment: Deployment) -> list[Placement]:
        """Start the containers of a deployment beside those that serve."""
        project = self.project_network(app.project)
        placements = self._place(deployment, project)
        for placement in placements:
            self._runtime.apply(workload(deployment, placement, project.name))
        return placements

    def _place(self, deployment: Deployment, project: Project) -> list[Placement]:
        port = self.port(deployment)
        with self._records.transaction():
            taken = [p.address for p in self._records.placements.where(network=project.network)]
            addresses = free_addresses(project.subnet or "", taken)
            return [
                self._records.placements.insert(
                    Placement(
                        container=f"sh0-{self._home_id}-{deployment.id}-{replica}",
                        app=deployment.app,
                        deployment=deployment.id,
                        replica=replica,
                        network=project.network,
                        address=next(addresses),
                        port=port,
                    )
                )
                for replica in range(1, deployment.snapshot.replicas + 1)
            ]

    def check(self, deployment: Deployment, placements: list[Placement], proceed: Callable[[], None]) -> None:
        """Wait until every container is ready.

        Raises:
            NotReady: One was not, in time.
        """
        host = deployment.snapshot.hosts[0] if deployment.snapshot.hosts else "localhost"
        for placement in placements:
            wait_until_ready(self._runtime, self._link, placement, deployment.snapshot.health, host, proceed)

    def switch(self, deployment: Deployment) -> None:
        """Move the app's routes to a deployment. The record is the truth; a proxy that refuses turns it back."""
        records, app = self._records, deployment.app
        with self._routing:
            with records.transaction():
                before = records.apps.get(app), records.variables.where(app=app), records.domains.where(app=app)
                records.apps.change(app, live=deployment.id, stopped=False)
                if deployment.reason is Reason.ROLLBACK:
                    self._restore(deployment)
            try:
                self._proxy.apply(self.routes())
            except Sh0Error:
                self._undo(*before)
                self._proxy.apply(self.routes())
                raise

    def _undo(self, app: App, variables: list[Variable], domains: list[Domain]) -> None:
        """Bring everything back that a switch has changed."""
        records = self._records
        with records.transaction():
            records.apps.save(app)
            for table in ("variables", "domains"):
                records.database.execute(f"delete from {table} where app = :app", {"app": app.name})
            for variable in variables:
                records.variables.insert(variable)
            for domain in domains:
                records.domains.insert(domain)

    def _restore(self, deployment: Deployment) -> None:
        """Make the app's settings those of a snapshot."""
        records, app, snapshot, now = self._records, deployment.app, deployment.snapshot, self._clock.now()
        records.apps.change(
            app,
            port=snapshot.port,
            resources=snapshot.resources,
            health=snapshot.health,
            replicas=snapshot.replicas,
        )
        for variable in records.variables.where(app=app):
            if variable.name not in snapshot.environment:
                records.variables.delete(app, variable.name)
        for name, value in snapshot.environment.items():
            records.variables.save(Variable(app, name, value, now))
        for domain in records.domains.where(app=app):
            if domain.host not in snapshot.hosts:
                records.domains.delete(domain.host)
        for host in snapshot.hosts:
            owner = records.domains.find(host)
            if owner is None:
                records.domains.insert(Domain(host, app, False, Https.OFF, now))
            elif owner.app != app:
                raise Conflict(
                    f"the host name {host} belongs to {owner.app} now",
                    hint=f"Remove it there, or deploy {app} anew instead of rolling back.",
                )

    def reroute(self) -> None:
        """Bring the proxy to the records as they are.

        The records are the truth, so a proxy that is away is no reason to refuse a new app or host name: it comes up
        with them, and the reconciler says what is wrong meanwhile.
        """
        with self._routing:
            try:
                self._proxy.apply(self.routes())
            except ProxyUnavailable as error:
                log.warning("the routes will be applied later: %s", error.message)

    def routes(self) -> Routes:
        """What the proxy should serve, from the records."""
        records = self._records
        return routing.routes(
            records.apps.where(),
            records.placements.where(),
            records.domains.where(order="host"),
            records.certificates.where(order="host"),
        )

    def urls(self, app: str) -> tuple[str, ...]:
        """Where an app is reached."""
        return urls(self._records.domains.where(app=app, order="generated, host"), self._settings)

    def drain(self, app: str) -> int:
        """Let requests in flight to earlier versions of an app end; returns how many were cut at its end."""
        return self._proxy.settle(self._records.apps.get(app).slot, self._settings.drain_timeout)

    def remove_others(self, app: str, keep: frozenset[str]) -> None:
        """Remove an app's containers that belong to none of these deployments."""
        for placement in self._records.placements.where(app=app):
            if placement.deployment not in keep:
                self._remove(placement)

    def remove(self, deployment: str) -> None:
        """Remove the containers of a deployment."""
        for placement in self._records.placements.where(deployment=deployment):
            self._remove(placement)

    def _remove(self, placement: Placement) -> None:
        self._runtime.remove(placement.container)
        self._records.placements.delete(placement.container)
