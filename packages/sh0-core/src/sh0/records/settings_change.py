"""Records of changes of settings: what a deployment brings, and what becomes its app's own when that is live."""

from collections.abc import Mapping

import attrs

from sh0.process_values import ReplicaCount
from sh0.records.app import Probe, ProcessSettings
from sh0.records.volume import Attachment
from sh0.values import ByteSize, EnvName, Port, ProcessName, Secret, StageName, UrlPath, Words
from sh0.volume_values import VolumeName


@attrs.frozen
class SettingsChange:
    """Settings that a deployment changes. What is None or not named stays as it is.

    Attributes:
        variables: Variables that are set.
        unset: Names of variables that are removed.
        marked: Names of variables that are secrets though their names do not say so.
        port: Port that the app listens on.
        replicas: How many containers serve it.
        memory: What each container may use; 0 for no limit.
        cpus: Cores' worth of time that each may use; 0 for no limit.
        health_path: It must answer this path below 400 to count as ready.
        health_timeout: Seconds that a new container has to become ready.
        attached: Volumes that are attached, and where.
        detached: Names of volumes that are detached.
        health: How a container that gets requests is asked whether it is ready.
        processes: Settings of single processes, by their names.
        release: Command that runs before a new version starts; empty: what its source says.
        build: Variables of builds that are set.
        build_unset: Names of variables of builds that are removed.
        build_marked: Names of variables of builds that are secrets though their names do not say so.
        target: Stage of its Dockerfile that is built; empty for the last.
    """

    variables: Mapping[EnvName, Secret] = attrs.field(factory=dict)
    unset: tuple[EnvName, ...] = ()
    marked: tuple[EnvName, ...] = ()
    port: Port | None = None
    replicas: ReplicaCount | None = None
    memory: ByteSize | None = None
    cpus: float | None = None
    health_path: UrlPath | None = None
    health_timeout: float | None = None
    attached: Mapping[VolumeName, Attachment] = attrs.field(factory=dict)
    detached: tuple[VolumeName, ...] = ()
    health: Probe | None = None
    processes: Mapping[ProcessName, ProcessSettings] = attrs.field(factory=dict)
    release: Words | None = None
    build: Mapping[EnvName, Secret] = attrs.field(factory=dict)
    build_unset: tuple[EnvName, ...] = ()
    build_marked: tuple[EnvName, ...] = ()
    target: StageName | None = None

    @property
    def rebuilds(self) -> bool:
        """Whether it concerns how the image is built: nothing but a build can prove it."""
        return bool(self.build or self.build_unset or self.build_marked or self.target is not None)

    @property
    def of_build(self) -> "SettingsChange":
        """What of it concerns the build."""
        return SettingsChange(
            build=self.build, build_unset=self.build_unset, build_marked=self.build_marked, target=self.target
        )

    @property
    def of_containers(self) -> "SettingsChange":
        """What of it concerns containers, and takes no build."""
        return attrs.evolve(self, build={}, build_unset=(), build_marked=(), target=None)


NO_CHANGES = SettingsChange()
