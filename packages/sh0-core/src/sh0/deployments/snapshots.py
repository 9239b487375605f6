"""What an app's next deployment runs with, out of the records."""

from sh0.records.app import APPS, App
from sh0.records.deployment import DEPLOYMENTS, Deployment, SameImage, Snapshot
from sh0.records.domain import HOST_NAMES
from sh0.records.variable import BUILD_VARIABLES, SHARED_VARIABLES, VARIABLES
from sh0.records.volume import VolumeOrigin, attachments, with_volumes
from sh0.serving.limits import DefaultMemory
from sh0.serving.next_settings import changed_snapshot
from sh0.serving.volumes import attached_mounts
from sh0.store import Records


class Snapshots:
    """What deployments run with.

    Args:
        records: Settings, variables and host names.
        default_memory: What a container may use for which nobody has set a limit.
    """

    def __init__(self, records: Records, default_memory: DefaultMemory) -> None:
        self._records, self._default_memory = records, default_memory

    def of(self, app: App) -> Snapshot:
        """What a deployment of this app would run with now."""
        variables = self._records[VARIABLES].where(app=app.name, order="name")
        shared = [] if app.stack else self._records[SHARED_VARIABLES].where(project=app.project, order="name")
        build = self._records[BUILD_VARIABLES].where(app=app.name, order="name")
        marked = {each.name for each in variables if each.secret} | {each.name for each in shared if each.secret}
        hosts = self._records[HOST_NAMES].where(app=app.name, order="generated, created, host")
        live = self._records[DEPLOYMENTS].get(app.live).snapshot if app.stack and app.live else None
        attached = attached_mounts(self._records, app.name)
        marked |= {each.name for each in build if each.secret}
        if live is not None:
            marked |= {*live.marked}
        return Snapshot(
            environment={variable.name: variable.value for variable in variables},
            hosts=tuple(domain.host for domain in hosts),
            resources=app.resources,
            health=app.health,
            replicas=app.replicas,
            port=app.port,
            host_ports={domain.host: domain.port for domain in hosts if domain.port is not None},
            container=live.container if live else None,
            network=live.network if live else "",
            job=live.job if live else False,
            declared=app.declared,
            update_order=live.update_order if live else None,
            marked=tuple(sorted(marked)),
            default_memory=self._default_memory.at(app.server),
            volumes=with_volumes(attachments(app.declared.volumes, VolumeOrigin.FILE), attached),
            shared={variable.name: variable.value for variable in shared},
            processes=app.processes,
            release=app.release,
            build={variable.name: variable.value for variable in build},
        )

    def settled(self, deployment: Deployment) -> Snapshot:
        """What a deployment runs with whose turn has come: the app's settings of now, and those that it changes.

        A rollback runs with what it returns to, and one process of a version with what the others of it go on with.
        """
        app = self._records[APPS].get(deployment.app)
        if deployment.process is not None and app.live is not None:
            return self._records[DEPLOYMENTS].get(app.live).snapshot
        if isinstance(deployment.source, SameImage) and deployment.source.deployment is not None:
            return deployment.snapshot
        return changed_snapshot(self.of(app), deployment.changes)
