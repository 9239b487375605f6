"""Giving apps other names.

The records change in one transaction; the folders of the repository and of the kept logs follow it. A former name says
whether they have, so what a crash cuts off between the two is done at the next start.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import groupby

from sh0.apps.app_tables import move_rows
from sh0.apps.idle import demand_idle
from sh0.apps.rename_plan import RenamePlan, demand_renamable, generated_host, planned, renamed_hosts
from sh0.commands.commands import Commands
from sh0.context import Context
from sh0.errors import Forbidden, Sh0Error, Unavailable
from sh0.operations import current_caller
from sh0.records.app import APPS, App
from sh0.records.certificate import CERTIFICATES
from sh0.records.credential import SSH_KEYS, TOKENS
from sh0.records.domain import HOST_NAMES, Domain, Https
from sh0.records.event_payloads import AppRenamedPayload
from sh0.records.event_types import EventType
from sh0.records.former_name import FORMER_NAMES, UNFOLLOWED, FormerName
from sh0.records.volume import VOLUMES
from sh0.repositories.repository import Repositories
from sh0.serving.log_collectors import LogCollectors
from sh0.serving.rollout import Rollout

__all__ = ["AppRenaming", "demand_unconfined"]

log = logging.getLogger("sh0.apps")


class AppRenaming:
    """Gives apps other names. What serves them goes on serving, in the same containers.

    Args:
        context: Their records, and their locks.
        rollout: Leads host names to them.
        repositories: Their sources.
        printed: What their containers print.
        commands: Their one-off commands.
    """

    def __init__(
        self,
        context: Context,
        rollout: Rollout,
        repositories: Repositories,
        printed: LogCollectors,
        commands: Commands,
    ) -> None:
        self._records, self._locks, self._journal = context.records, context.locks, context.journal
        self._clock, self._base_domain = context.clock, context.settings.base_domain
        self._rollout, self._repositories, self._printed, self._commands = rollout, repositories, printed, commands

    def plan(self, app: str, name: str, *, keep_host: bool) -> RenamePlan:
        """What another name would change of an app.

        Raises:
            NotFound: There is no such app.
            InvalidValue: It has that name.
            NameTaken: Another app has it, or its host name, or something is left of one that was deleted.
            WrongState: It is a service of a stack.
            Forbidden: The caller is confined to an app.
        """
        demand_unconfined("give apps other names")
        records, record = self._records, self._records[APPS].get(app)
        host = records[HOST_NAMES].find(generated_host(name, self._base_domain))
        demand_renamable(record, name, records[APPS].find(name), host, self._leftovers(name))
        domains, credentials = records[HOST_NAMES].where(app=app), self._credentials(app)
        return planned(record, name, domains, credentials, self._base_domain, keep_host=keep_host)

    def rename(self, app: str, name: str, *, keep_host: bool) -> App:
        """Give an app another name.

        Raises:
            NotFound: There is no such app.
            InvalidValue: It has that name.
            NameTaken: Another app has it, or its host name, or something is left of one that was deleted.
            WrongState: It is a service of a stack, or a deployment or a command of it is under way.
            Forbidden: The caller is confined to an app.
            Unavailable: It is renamed, and its repository or its logs cannot be moved.
        """
        self.plan(app, name, keep_host=keep_host)
        demand_idle(self._records, app)
        self._demand_followed(app)
        with ExitStack() as held:
            for each in sorted((app, name)):
                held.enter_context(self._locks.of(each))
            held.enter_context(self._commands.held(app))
            move_logs = held.enter_context(self._printed.moving(app, name))
            self._repositories.remove(name)  # what is left of an app that was deleted
            self._printed.forget(name)
            with self._records.transaction():
                demand_idle(self._records, app)
                plan = self.plan(app, name, keep_host=keep_host)
                self._change(plan)
            try:
                move_logs()
                self._follow(app, name)
            except OSError as error:
                raise Unavailable(
                    f"{app} is called {name} now, and its repository or its logs cannot be moved: {error.strerror}",
                    hint="Look what is wrong with the disk, then restart sh0: it moves them when it starts.",
                ) from error
            record = self._records[APPS].get(name)
            self._rollout.reroute(record.server)
        self._journal.emit(EventType.APP_RENAMED, AppRenamedPayload(name, app), f"{app} is called {name} now")
        return record

    def finish(self) -> None:
        """At start: let folders follow whose app was renamed when the platform was cut off."""
        for former in self._records[FORMER_NAMES].where(UNFOLLOWED):
            if former.app is None:
                continue
            try:
                self._printed.move(former.name, former.app)
                self._follow(former.name, former.app)
            except (OSError, Sh0Error) as error:
                log.warning("the repository or the logs of %s are still called %s: %s", former.app, former.name, error)

    def _change(self, plan: RenamePlan) -> None:
        """Change the records. Call it inside a transaction."""
        records, app, name = self._records, plan.app, plan.name
        former = records[FORMER_NAMES].find(app) or FormerName(app, None, 0, 0, self._clock.now())
        deployments = max(self._highest("deployments", app), former.deployments)
        commands = max(self._highest("command_runs", app), former.commands)
        move_rows(records, app, name)
        records[FORMER_NAMES].save(FormerName(app, name, deployments, commands, self._clock.now()))
        self._change_hosts(plan)
        database = records.database
        # The digest of a build has the name in it: the next app of that name must not find these images.
        database.execute("update builds set key = key || '@' || :name where app = :name", {"name": name})
        database.execute(
            "update events set subject = :after, payload = json_set(payload, '$.app', :name) where subject = :before",
            {"after": f"app/{name}", "before": f"app/{app}", "name": name},
        )

    def _change_hosts(self, plan: RenamePlan) -> None:
        table, former = self._records[HOST_NAMES], plan.kept or plan.given_up
        if plan.host is None or former is None:
            return
        earlier = table.get(former)
        if table.find(plan.host) is None:
            table.insert(Domain(plan.host, plan.name, True, Https.OFF, self._clock.now(), earlier.port))
        else:
            table.change(plan.host, generated=True)
        if plan.kept is not None:
            table.change(former, generated=False)
        else:
            table.delete(former)
            self._records[CERTIFICATES].delete(former)
        database = self._records.database
        of_app = (
            "select d.id as id, host.value as host from deployments d, json_each(d.snapshot, '$.hosts') host"
            " where d.app = :app order by d.id, host.key"
        )
        for identity, rows in groupby(database.query(of_app, {"app": plan.name}), lambda row: row["id"]):
            hosts = json.dumps(renamed_hosts((row["host"] for row in rows), plan))
            change = "update deployments set snapshot = json_set(snapshot, '$.hosts', json(:hosts)) where id = :id"
            database.execute(change, {"hosts": hosts, "id": identity})

    def _follow(self, app: str, name: str) -> None:
        self._repositories.rename(app, name)
        self._records[FORMER_NAMES].change(app, followed=True)

    def _highest(self, table: str, app: str) -> int:
        sql = f"select coalesce(max(number), 0) as last from {table} where app = :app"
        return int(self._records.database.query(sql, {"app": app})[0]["last"])

    def _demand_followed(self, app: str) -> None:
        for former in self._records[FORMER_NAMES].where(UNFOLLOWED, app=app):
            raise Unavailable(
                f"the repository or the logs of {app} are still called {former.name}",
                hint="Look what is wrong with the disk, then restart sh0: it moves them when it starts.",
            )

    def _leftovers(self, name: str) -> Iterator[str]:
        """What is left of an app that was deleted, in words."""
        for volume in self._records[VOLUMES].where(app=name):
            yield f"volume {volume.name}"
        yield from self._credentials(name)

    def _credentials(self, app: str) -> Iterator[str]:
        tokens, keys = (self._records[TOKENS].where(app=app), self._records[SSH_KEYS].where(app=app))
        yield from (f"token {each.name}" for each in tokens)
        yield from (f"SSH key {each.name}" for each in keys)


def demand_unconfined(what: str) -> None:
    """See to it that the caller is confined to no app.

    Args:
        what: What it wants to do, in words.

    Raises:
        Forbidden: It is.
    """
    caller = current_caller()
    if caller.app is not None:
        raise Forbidden(f"{caller} may not {what}: it is confined to the app {caller.app}", hint="Ask an operator.")
