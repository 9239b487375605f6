"""An app's records when a deployment becomes the live one: what changes with it, and how that is turned back."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import attrs

from sh0.errors import Conflict
from sh0.records.app import APPS, App, overlaid
from sh0.records.deployment import DEPLOYMENTS, Deployment, DeploymentState, SameImage
from sh0.records.domain import HOST_NAMES, Domain, Https
from sh0.records.settings_change import SettingsChange
from sh0.records.variable import BUILD_VARIABLES, VARIABLES, BuildVariable, Variable
from sh0.records.volume import VOLUMES, Attachment, Volume, VolumeOrigin
from sh0.serving.next_settings import changed_app
from sh0.store import Records


@attrs.frozen
class AppSnapshot:
    """An app's records as they were before a deployment took over.

    Attributes:
        app: The app itself.
        variables: Its variables.
        domains: Its host names.
        volumes: Its volumes.
        build: Variables of its builds.
    """

    app: App
    variables: tuple[Variable, ...]
    domains: tuple[Domain, ...]
    volumes: tuple[Volume, ...] = ()
    build: tuple[BuildVariable, ...] = ()

    @classmethod
    def of(cls, records: Records, app: str) -> "AppSnapshot":
        """The records of an app as they are."""
        variables, domains = records[VARIABLES].where(app=app), records[HOST_NAMES].where(app=app)
        volumes, build = records[VOLUMES].where(app=app), records[BUILD_VARIABLES].where(app=app)
        return cls(records[APPS].get(app), tuple(variables), tuple(domains), tuple(volumes), tuple(build))

    def retire(self, records: Records) -> None:
        """Say of the deployment that served that it does no more, if that is so."""
        now = records[APPS].get(self.app.name)
        if self.app.live is not None and self.app.live != now.live:
            records[DEPLOYMENTS].change(self.app.live, state=DeploymentState.REPLACED)

    def put_back(self, records: Records) -> None:
        """Bring everything back as it was."""
        records[APPS].save(self.app)
        if self.app.live is not None:
            state = DeploymentState.STOPPED if self.app.stopped else DeploymentState.LIVE
            records[DEPLOYMENTS].change(self.app.live, state=state)
        for table in ("variables", "build_variables", "domains"):
            records.database.execute(f"delete from {table} where app = :app", {"app": self.app.name})
        for variable in self.variables:
            records[VARIABLES].insert(variable)
        for built in self.build:
            records[BUILD_VARIABLES].insert(built)
        for domain in self.domains:
            records[HOST_NAMES].insert(domain)
        _attach(records, self.app.name, {each.source: each.attachment for each in self.volumes})


def with_version(app: App, deployment: Deployment) -> App:
    """An app with a deployment live. What the tree of a new version declares becomes the app's own setting.

    A restart, or a change of settings, brings no tree: what an operator has set since is not undone by it.
    """
    if isinstance(deployment.source, SameImage):
        return attrs.evolve(app, live=deployment.id, stopped=False, declared=deployment.snapshot.declared)
    declared = deployment.snapshot.declared
    resources, health = declared.over(app.resources, app.health)
    return attrs.evolve(
        app,
        live=deployment.id,
        stopped=False,
        declared=declared,
        port=declared.port or app.port,
        replicas=app.replicas if declared.replicas is None else declared.replicas,
        resources=resources,
        health=health,
        processes=overlaid(app.processes, declared.settings),
        logs=app.logs.changed(declared.log_keep, declared.log_size),
    )


def adopt_settings(records: Records, deployment: Deployment) -> None:
    """Make an app's settings those of a snapshot."""
    snapshot = deployment.snapshot
    records[APPS].change(
        deployment.app,
        port=snapshot.port,
        resources=snapshot.resources,
        health=snapshot.health,
        replicas=snapshot.replicas,
        processes=snapshot.processes,
        release=snapshot.release,
    )


def adopt_changes(records: Records, app: str, changes: SettingsChange, now: datetime) -> None:
    """Make a change of settings an app's own."""
    records[APPS].save(changed_app(records[APPS].get(app), changes))
    for name in changes.unset:
        records[VARIABLES].delete(app, name)
    for name, value in changes.variables.items():
        held = records[VARIABLES].find(app, name)
        records[VARIABLES].save(Variable(app, name, value, now, held is not None and held.secret))
    for name in changes.marked:
        if records[VARIABLES].find(app, name) is not None:
            records[VARIABLES].change(app, name, secret=True)
    _adopt_build(records, app, changes, now)
    for volume in records[VOLUMES].where(app=app, deleted=None):
        if volume.name in changes.attached or volume.name in changes.detached:
            records[VOLUMES].change(volume.source, attachment=changes.attached.get(volume.name))


def _adopt_build(records: Records, app: str, changes: SettingsChange, now: datetime) -> None:
    for name in changes.build_unset:
        records[BUILD_VARIABLES].delete(app, name)
    for name, value in changes.build.items():
        held = records[BUILD_VARIABLES].find(app, name)
        records[BUILD_VARIABLES].save(BuildVariable(app, name, value, now, held is not None and held.secret))
    for name in changes.build_marked:
        if records[BUILD_VARIABLES].find(app, name) is not None:
            records[BUILD_VARIABLES].change(app, name, secret=True)


def adopt_volumes(records: Records, deployment: Deployment) -> None:
    """Make an app's volumes be attached as in a snapshot. What is in them stays as it is."""
    attached = {
        each.source: Attachment(each.path, each.shared, each.processes)
        for each in deployment.snapshot.volumes
        if each.origin is VolumeOrigin.SETTING
    }
    _attach(records, deployment.app, attached)


def _attach(records: Records, app: str, attached: Mapping[str, Attachment | None]) -> None:
    for volume in records[VOLUMES].where(app=app):
        if volume.attachment != attached.get(volume.source):
            records[VOLUMES].change(volume.source, attachment=attached.get(volume.source))


def adopt_variables(records: Records, deployment: Deployment, now: datetime) -> None:
    """Make the variables that an operator has set for an app those of a snapshot."""
    app, environment = deployment.app, deployment.snapshot.environment
    for variable in records[VARIABLES].where(app=app):
        if variable.name not in environment:
            records[VARIABLES].delete(app, variable.name)
    for name, value in environment.items():
        records[VARIABLES].save(Variable(app, name, value, now, name in deployment.snapshot.marked))


def adopt_hosts(records: Records, deployments: Iterable[Deployment], now: datetime, *, generated: bool = False) -> None:
    """Make the host names of apps those of snapshots. All are let go before any is taken: they may change hands.

    Raises:
        Conflict: One of them leads to another app now.
    """
    deployments = tuple(deployments)
    for deployment in deployments:
        for domain in records[HOST_NAMES].where(app=deployment.app):
            if domain.host not in deployment.snapshot.hosts:
                records[HOST_NAMES].delete(domain.host)
    for deployment in deployments:
        for host in deployment.snapshot.hosts:
            _take_host(records, deployment, host, now, generated=generated)


def _take_host(records: Records, deployment: Deployment, host: str, now: datetime, *, generated: bool) -> None:
    app, port, owner = deployment.app, deployment.snapshot.host_ports.get(host), records[HOST_NAMES].find(host)
    if owner is None:
        records[HOST_NAMES].insert(Domain(host, app, generated, Https.OFF, now, port))
    elif owner.app != app:
        raise Conflict(
            f"the host name {host} belongs to {owner.app} now",
            hint=f"Remove it there, or deploy {app} anew instead of rolling back.",
        )
    elif owner.port != port:
        records[HOST_NAMES].change(host, port=port)
