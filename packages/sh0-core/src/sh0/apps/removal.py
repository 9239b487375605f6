"""Removing an app and all that belongs to it."""

from sh0.commands.commands import Commands
from sh0.context import Context
from sh0.jobs.log import Logs
from sh0.records.app import APPS
from sh0.records.build import BUILDS
from sh0.records.certificate import CERTIFICATES
from sh0.records.cron import TABLES as CRON_TABLES
from sh0.records.deployment import DEPLOYMENTS, DeploymentEvent
from sh0.records.domain import HOST_NAMES
from sh0.repositories.repository import Repositories
from sh0.serving.log_collectors import LogCollectors
from sh0.serving.rollout import Rollout

_TABLES = (
    "variables",
    "build_variables",
    "domains",
    "deployment_checks",
    "deployments",
    "builds",
    "deploy_keys",
    "log_drains",
    *CRON_TABLES,
)


class AppRemoval:
    """Removes apps: containers, images, host names, variables, repository and history. Volumes stay.

    Args:
        context: Their records, and the servers that have their images.
        rollout: Has their containers.
        repositories: Has their sources.
        logs: Logs of their deployments.
        printed: What their containers printed.
        commands: Has their one-off commands.
    """

    def __init__(
        self,
        context: Context,
        rollout: Rollout,
        repositories: Repositories,
        logs: Logs[DeploymentEvent],
        printed: LogCollectors,
        commands: Commands,
    ) -> None:
        self._printed, self._commands = printed, commands
        self._records, self._fleet, self._rollout = context.records, context.fleet, rollout
        self._repositories, self._logs = repositories, logs

    def remove(self, app: str) -> None:
        """Remove an app. The caller holds its lock, and has seen to it that no deployment of it is under way.

        Raises:
            WrongState: A one-off command of it runs.
        """
        with self._commands.held(app):
            self._remove(app)

    def _remove(self, app: str) -> None:
        records = self._records
        history = records[DEPLOYMENTS].where(app=app)
        images = {(build.server, build.image) for build in records[BUILDS].where(app=app)}
        # An app that had this name before may have the same image: the engine takes all steps from its cache.
        images -= {(build.server, build.image) for build in records[BUILDS].where("app <> :app", values={"app": app})}
        record = records[APPS].get(app)
        if record.live is not None:
            records[APPS].change(app, stopped=True)
            self._rollout.reroute(record.server)
            self._rollout.drain(app)
        self._rollout.remove_others(app, frozenset())
        with records.transaction():
            for domain in records[HOST_NAMES].where(app=app):
                records[CERTIFICATES].delete(domain.host)
            records.database.execute("update former_names set app = null where app = :app", {"app": app})
            for table in _TABLES:
                records.database.execute(f"delete from {table} where app = :app", {"app": app})
            records[APPS].delete(app)
        self._rollout.reroute(record.server)
        for server, image in images:
            self._fleet.at(server).runtime.remove_image(image)
        self._repositories.remove(app)
        self._printed.forget(app)
        self._commands.forget(app)
        for deployment in history:
            self._logs.remove(deployment.id)
