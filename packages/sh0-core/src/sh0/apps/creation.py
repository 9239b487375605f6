"""The records of a new app: of one that begins with nothing, or with the settings of another one."""

from collections.abc import Iterator
from datetime import datetime

import attrs

from sh0.apps.cloned_app import ClonedApp, cloned
from sh0.apps.rename_plan import generated_host
from sh0.apps.renaming import demand_unconfined
from sh0.context import Context
from sh0.deployments.rebuilding import origin
from sh0.errors import Forbidden, NameTaken, WrongState
from sh0.operations import Effect, Scope, current_caller
from sh0.records.app import APPS, App
from sh0.records.cron import ADDED_JOBS
from sh0.records.deployment import DEPLOYMENTS, Deployment
from sh0.records.domain import HOST_NAMES, Domain, Https
from sh0.records.event_payloads import AppPayload
from sh0.records.event_types import EventType
from sh0.records.former_name import FORMER_NAMES
from sh0.records.variable import BUILD_VARIABLES, VARIABLES
from sh0.records.volume import VOLUMES
from sh0.repositories.repository import Repositories
from sh0.serving.rollout import Rollout
from sh0.serving.routing import free_slot
from sh0.serving.volumes import AppVolumes
from sh0.store import Records

__all__ = ["AppCreation", "insert_app"]


def insert_app(records: Records, app: App, host: str) -> App:
    """Insert an app with a free backend of its server's proxy, and its first host name.

    Args:
        records: Where.
        app: The app; its slot is found here.
        host: Its first host name.

    Raises:
        NameTaken: There is an app of that name, or the host name leads to another one.
        WrongState: The repository of an app that had the name before has not been moved yet.
    """
    with records.transaction():
        if records[APPS].find(app.name):
            raise NameTaken(f"there is an app {app.name}", hint="Choose another name.")
        former = records[FORMER_NAMES].find(app.name)
        if former is not None and not former.followed:
            raise WrongState(
                f"{former.app} was called {app.name}, and its repository still is",
                hint="Choose another name, or restart sh0: it moves the repository when it starts.",
            )
        if (domain := records[HOST_NAMES].find(host)) is not None:
            raise NameTaken(
                f"the host name {host} leads to {domain.app}",
                hint=f"Choose another name, or remove it there first: sh0 domains remove {host}",
            )
        slot = free_slot(records[APPS].where(server=app.server))
        made = records[APPS].insert(attrs.evolve(app, slot=slot))
        records[HOST_NAMES].insert(Domain(host, app.name, True, Https.OFF, app.created))
    return made


class AppCreation:
    """Makes apps.

    Args:
        context: Their records.
        rollout: Leads host names to them.
        repositories: Get one of each.
        volumes: Makes the volumes of copies.
    """

    def __init__(self, context: Context, rollout: Rollout, repositories: Repositories, volumes: AppVolumes) -> None:
        self._records, self._clock, self._journal = context.records, context.clock, context.journal
        self._base_domain = context.settings.base_domain
        self._rollout, self._repositories, self._volumes = rollout, repositories, volumes

    def create(self, app: App) -> App:
        """Make an app.

        Args:
            app: The app; its slot is found here.

        Raises:
            NameTaken: There is an app of that name, or its host name leads elsewhere.
        """
        made = insert_app(self._records, app, generated_host(app.name, self._base_domain))
        self._begin(made)
        return made

    def clone(self, original: App, name: str, *, variables: bool) -> ClonedApp:
        """Make an app with the settings of another one; without what that has deployed and stored.

        Args:
            original: The app whose settings it gets.
            name: What it is called.
            variables: Whether it gets the variables too.

        Raises:
            NameTaken: There is an app of that name, or its host name leads elsewhere.
            WrongState: The original is a service of a stack.
            Forbidden: The caller is confined to an app, or may not read the variables that it asks for.
        """
        caller, records, now = current_caller(), self._records, self._clock.now()
        demand_unconfined("make apps")
        if variables and not caller.permits(Scope.ENVIRONMENT, Effect.WRITE):
            hint = "It takes the grant env:write. Or clone it without them."
            raise Forbidden(f"{caller} may not copy variables", hint=hint)
        if original.stack is not None:
            raise WrongState(
                f"{original.name} is a service of the stack {original.stack}",
                hint="Bring its Compose file up under another name: sh0 compose up --name NAME",
            )
        with records.transaction():
            made = insert_app(records, cloned(original, name, now), generated_host(name, self._base_domain))
            copied = (
                *(_copy_variables(records, original.name, name, now) if variables else ()),
                *_copy_jobs(records, original.name, name, now),
                *_copy_volumes(records, self._volumes, original.name, made),
            )
        self._begin(made)
        return ClonedApp.of(made, self._brought(original), copied, variables=variables)

    def _begin(self, app: App) -> None:
        self._repositories.create(app.name, app.branch)
        self._rollout.reroute(app.server)
        self._journal.emit(EventType.APP_CREATED, AppPayload(app.name), f"{app.name} was created")

    def _brought(self, app: App) -> Deployment | None:
        """The deployment that brought the version which serves."""
        live = self._records[DEPLOYMENTS].find(app.live) if app.live is not None else None
        return origin(live, self._records[DEPLOYMENTS].where(app=app.name)) if live is not None else None


def _copy_variables(records: Records, original: str, name: str, now: datetime) -> Iterator[str]:
    for each in records[VARIABLES].where(app=original, order="name"):
        records[VARIABLES].insert(attrs.evolve(each, app=name, changed=now))
        yield f"variable {each.name}"
    for built in records[BUILD_VARIABLES].where(app=original, order="name"):
        records[BUILD_VARIABLES].insert(attrs.evolve(built, app=name, changed=now))
        yield f"build variable {built.name}"


def _copy_jobs(records: Records, original: str, name: str, now: datetime) -> Iterator[str]:
    """Jobs that operators have added wait until they are resumed: one that mails customers must not do so twice."""
    for each in records[ADDED_JOBS].where(app=original, order="name"):
        job = attrs.evolve(each.job, suspended=True)
        records[ADDED_JOBS].insert(attrs.evolve(each, app=name, job=job, created=now))
        yield f"job {each.name}, suspended"


def _copy_volumes(records: Records, volumes: AppVolumes, original: str, made: App) -> Iterator[str]:
    for each in records[VOLUMES].where(app=original, deleted=None, order="name"):
        if each.attachment is not None:
            source = volumes.make(made, each.name).source
            records[VOLUMES].change(source, attachment=each.attachment)
            yield f"volume {each.name}, empty, at {each.attachment.path}"
