"""From a service of a Compose file to what a deployment of it runs with. Pure."""

import base64
import posixpath
from collections.abc import Iterator, Mapping

import attrs

from sh0.compose.isolation import frees_privileges, harmless_option
from sh0.compose.model import ComposeProject, Volume
from sh0.compose.services import (
    BindMount,
    BuildSection,
    Condition,
    Grant,
    Service,
    TmpfsMount,
    VolumeMount,
)
from sh0.compose.services import (
    RestartPolicy as ComposeRestart,
)
from sh0.compose.volumes import bound
from sh0.errors import Invalid
from sh0.ports.container import (
    ContainerSpec,
    HostDevice,
    HostMount,
    InjectedFile,
    KernelLimit,
    MemoryMount,
    Mount,
    NamedMount,
    RestartPolicy,
)
from sh0.records.app import Resources
from sh0.records.deployment import Snapshot, UpdateOrder
from sh0.records.environment_size import demand_fitting
from sh0.stacks import probes
from sh0.stacks.exposure import Exposure
from sh0.stacks.naming import host_name, slug, volume_name
from sh0.values import ByteSize, Secret

_LARGEST = 1 << 20  # bytes of the files that a service is given; more belongs into an image
_PIDS = 4096
_RESTARTING = {
    ComposeRestart.NO: RestartPolicy.NO,
    ComposeRestart.ALWAYS: RestartPolicy.ALWAYS,
    ComposeRestart.UNLESS_STOPPED: RestartPolicy.ALWAYS,
    ComposeRestart.ON_FAILURE: RestartPolicy.ON_FAILURE,
}

RESERVED_LABELS = "sh0."
"""What the labels begin with by which sh0 finds its own containers again."""


@attrs.frozen
class ProjectFile:
    """A file of the project: its path below the mounted path (empty if that is the file itself), content and mode."""

    path: str
    content: bytes
    mode: int


@attrs.frozen
class Surroundings:
    """What a service's description depends on besides the file.

    Attributes:
        home_id: Part of the names of volumes.
        stack: Name of the stack.
        base_domain: Host names end with it.
        files: Files at the paths of the project that are mounted; a path that is not there has none.
        real: Paths of the host that are links, or lie behind one: where they lead.
        image_volumes: Paths at which the service's image wants a volume.
        environment: Variables that the operator has set for the app; they win over the file's.
        hosts: Host names that the operator has led to the app, each with its port or None.
        marked: Names of those variables that the operator has marked as secrets.
        sealed: Values that are secrets whatever their variables are called.
        default_memory: What a container may use for which the file sets no limit.
    """

    home_id: str
    stack: str
    base_domain: str
    files: Mapping[str, tuple[ProjectFile, ...]] = attrs.field(factory=dict)
    real: Mapping[str, str] = attrs.field(factory=dict)
    image_volumes: tuple[str, ...] = ()
    environment: Mapping[str, Secret] = attrs.field(factory=dict)
    hosts: Mapping[str, int | None] = attrs.field(factory=dict)
    marked: tuple[str, ...] = ()
    sealed: frozenset[Secret] = frozenset()
    default_memory: ByteSize | None = None


@attrs.frozen
class OwnVolume:
    """A volume of the stack itself that a service mounts.

    Attributes:
        key: What it is called in the stack.
        target: Where it is in the container.
        meant: What the file means by it, in words; the same words are the same volume.
        why: Why there is one, if the file names none.
    """

    key: str
    target: str
    meant: str
    why: str = ""


def is_job(project: ComposeProject, service: Service) -> bool:
    """Whether a service ends by itself: the file says so, or another waits for its end."""
    if service.restart is not None and service.restart.policy is ComposeRestart.NO:
        return True
    awaited = (other.depends_on.get(service.name) for other in project.services.values())
    return any(each is not None and each.condition is Condition.COMPLETED for each in awaited)


def snapshot(project: ComposeProject, service: Service, exposed: Exposure, around: Surroundings) -> Snapshot:
    """What a deployment of a service runs with.

    Raises:
        Invalid: The file asks for something that cannot be had.
    """
    _refuse(service)
    path = f"{service.where('environment')}: services.{service.name}.environment"
    demand_fitting({**service.environment, **around.environment}, path)
    job = is_job(project, service)
    hosts = routes(service, exposed, around)
    port = exposed.routes[0].port if exposed.routes else None
    led = {**{host: None if to == port else to for host, to in hosts.items()}, **around.hosts}
    return Snapshot(
        environment=around.environment,
        marked=_marked(service, around),
        hosts=tuple(led),
        resources=Resources(service.limits.memory, service.limits.cpus),
        health=probes.check(service, exposed.routes, job=job),
        replicas=service.replicas,
        port=port,
        host_ports={host: to for host, to in led.items() if to is not None},
        container=_container(project, service, exposed, around, job=job),
        network=service.network_mode if service.network_mode in ("host", "none") else "",
        job=job,
        update_order=None if service.update.order is None else UpdateOrder(service.update.order.value),
        default_memory=around.default_memory,
    )


def _marked(service: Service, around: Surroundings) -> tuple[str, ...]:
    own = {name for name, value in service.environment.items() if value in around.sealed}
    return tuple(sorted({*own, *around.marked}))


def routes(service: Service, exposed: Exposure, around: Surroundings) -> dict[str, int]:
    """Host names of a service, and the ports that they lead to.

    Raises:
        Invalid: A host name would lead to two of its ports.
    """
    found: dict[str, int] = {}
    for route in exposed.routes:
        further = route.port if route.port != exposed.routes[0].port else None
        host = route.host or host_name(around.stack, service.name, around.base_domain, further)
        if found.setdefault(host, route.port) != route.port:
            raise Invalid(
                f"{service.place}: {service.name}: the host name {host} leads to port {found[host]} and to port "
                f"{route.port}",
                hint="Give one of the ports another host name.",
            )
    return found


def _refuse(service: Service) -> None:
    for key, value in (("network_mode", service.network_mode), ("pid", service.pid), ("ipc", service.ipc)):
        if value.startswith(("service:", "container:")):
            raise Invalid(
                f"{service.where(key)}: {service.name}: {key}: {value} is not possible: containers come and go",
                hint=f"Leave {key} out; services reach each other by their names.",
            )
    if service.build is not None:
        _refuse_build(service, service.build)
    for mount in service.mounts:
        if isinstance(mount, BindMount) and not mount.inside and not mount.source.startswith("/"):
            raise Invalid(
                f"{mount.place}: {service.name} mounts {mount.source}, which lies outside of the project's folder",
                hint="Move it into the folder, or name an absolute path of the server (which needs a permission).",
            )
    if service.replicas < 1 or service.replicas > 50:
        raise Invalid(f"{service.where('deploy')}: {service.name} has {service.replicas} replicas", hint="1 to 50 are.")


def _refuse_build(service: Service, build: BuildSection) -> None:
    place = service.where("build")
    if build.remote:
        raise Invalid(
            f"{place}: {service.name} is built from a repository elsewhere, and sh0 builds stacks from folders only",
            hint="Clone the repository into the project's folder.",
        )
    if build.additional_contexts:
        raise Invalid(
            f"{place}: {service.name} has further build contexts ({', '.join(build.additional_contexts)}), which the "
            "builds of sh0 do not have",
            hint="Copy from a stage, from an image (COPY --from=image:tag), or from a folder of the context.",
        )


def _container(
    project: ComposeProject, service: Service, exposed: Exposure, around: Surroundings, *, job: bool
) -> ContainerSpec:
    fixed = [port.host_port for port in exposed.published if port.host_port is not None]
    if fixed and service.replicas > 1:
        raise Invalid(
            f"{service.where('ports')}: {service.name} has {service.replicas} replicas and publishes port {fixed[0]} "
            "of the host, which only one container can have",
            hint="Publish no fixed port, or have one replica.",
        )
    aliases = [service.name, *(alias for each in service.networks.values() for alias in each.aliases)]
    return ContainerSpec(
        entrypoint=service.entrypoint,
        command=service.command or (),
        environment=service.environment,
        working_dir=service.working_dir,
        user=service.user,
        groups=service.group_add,
        hostname=service.hostname,
        domainname=service.domainname,
        aliases=tuple(dict.fromkeys([*aliases, *filter(None, [service.container_name])])),
        dns=service.dns,
        dns_search=service.dns_search,
        extra_hosts=service.extra_hosts,
        init=bool(service.init),
        tty=service.tty,
        stdin_open=service.stdin_open,
        restart=_restarting(service, job=job),
        attempts=service.restart.attempts if service.restart else None,
        stop_signal=service.stop_signal,
        stop_timeout=round(10 if service.stop_grace_period is None else service.stop_grace_period),
        health=probes.command(service.healthcheck),
        mounts=tuple(_mounts(project, service, around)),
        memory_mounts=tuple(MemoryMount(m.target, m.size, m.mode) for m in service.mounts if isinstance(m, TmpfsMount)),
        files=_files(project, service, around),
        published=exposed.published,
        read_only=service.read_only,
        pids=service.limits.pids or _PIDS,
        shm_size=service.shm_size,
        kernel_limits=tuple(KernelLimit(name, each.soft, each.hard) for name, each in service.ulimits.items()),
        sysctls=service.sysctls,
        labels={key: value for key, value in service.labels.items() if not key.startswith(RESERVED_LABELS)},
        cap_add=service.cap_add,
        cap_drop=service.cap_drop,
        no_new_privileges=all(map(harmless_option, filter(frees_privileges, service.security_opt))),
        security_options=tuple(o for o in service.security_opt if not frees_privileges(o)),
        privileged=service.privileged,
        devices=tuple(HostDevice(each.source, each.target, each.permissions) for each in service.devices),
        pid_mode=service.pid,
        ipc_mode=service.ipc,
        uts_mode=service.uts,
        user_namespace=service.userns_mode,
        cgroup_namespace=service.cgroup,
    )


def _restarting(service: Service, *, job: bool) -> RestartPolicy:
    if service.restart is not None:
        return _RESTARTING[service.restart.policy]
    return RestartPolicy.NO if job else RestartPolicy.ALWAYS


def own_volumes(project: ComposeProject, service: Service, around: Surroundings) -> Iterator[OwnVolume]:
    """Volumes of this stack that a service mounts."""
    covered = {mount.target for mount in service.mounts}
    for mount in service.mounts:
        if isinstance(mount, VolumeMount) and not mount.source:
            yield _nameless(service, mount.target, f"a volume without a name at {mount.target}")
        elif isinstance(mount, VolumeMount) and _elsewhere(project, mount, around) is None:
            yield OwnVolume(mount.source, mount.target, f"the volume {mount.source}")
        elif isinstance(mount, BindMount) and mount.inside and not around.files.get(mount.source):
            why = f"{mount.source} is not in the project's folder"
            yield OwnVolume(slug(mount.source) or "files", mount.target, f"the folder {mount.source}", why)
    for path in around.image_volumes:
        if not any(path == target or path.startswith(target.rstrip("/") + "/") for target in covered):
            yield _nameless(service, path, f"the image wants a volume at {path}")


def _nameless(service: Service, path: str, why: str) -> OwnVolume:
    meant = f"the volume without a name of {service.name} at {path}"
    return OwnVolume(f"{slug(service.name)}-{slug(path)}", path, meant, why)


def _elsewhere(project: ComposeProject, mount: VolumeMount, around: Surroundings) -> Mount | None:
    """The mount of a volume that is not the stack's own: one of others, or a folder of the host."""
    volume = project.volumes[mount.source]
    if volume.external:
        return NamedMount(volume.name or volume.key, mount.target, mount.read_only, mount.nocopy)
    folder = bound(volume.driver, volume.options)
    if folder is None:
        _refuse_options(volume)
        return None
    return HostMount(around.real.get(folder[0], folder[0]), mount.target, mount.read_only or folder[1])


def _refuse_options(volume: Volume) -> None:
    """Refuse a volume whose data would lie elsewhere than its file says."""
    driver = volume.driver if volume.driver != "local" else ""
    if driver or volume.options:
        said = f"the driver {driver}" if driver else f"the options {', '.join(volume.options)}"
        raise Invalid(
            f"{volume.place}: the volume {volume.key} has {said}; sh0 has plain volumes and folders of the host",
            hint="Mount it on the host and name the folder (type: none, o: bind, device: /path), or leave this out.",
        )


def _mounts(project: ComposeProject, service: Service, around: Surroundings) -> Iterator[Mount]:
    named = {mount.target: mount for mount in service.mounts}
    for own in own_volumes(project, service, around):
        mount = named.get(own.target)
        nocopy = isinstance(mount, VolumeMount) and mount.nocopy
        read_only = mount is not None and not isinstance(mount, TmpfsMount) and mount.read_only
        yield NamedMount(volume_name(around.home_id, around.stack, own.key), own.target, read_only, nocopy)
    for mount in service.mounts:
        if isinstance(mount, VolumeMount) and mount.source:
            if (elsewhere := _elsewhere(project, mount, around)) is not None:
                yield elsewhere
        elif isinstance(mount, BindMount) and not mount.inside:
            yield HostMount(around.real.get(mount.source, mount.source), mount.target, mount.read_only)


def _files(project: ComposeProject, service: Service, around: Surroundings) -> tuple[InjectedFile, ...]:
    found: dict[str, InjectedFile] = {}
    size = 0
    for mount in service.mounts:
        if isinstance(mount, BindMount) and mount.inside:
            for file in around.files.get(mount.source, ()):
                target = posixpath.join(mount.target, file.path) if file.path else mount.target
                found[target] = InjectedFile(target, _sealed(file.content), file.mode)
                size += len(file.content)
    owner = service.user.partition(":")
    for elements, grants in ((project.configs, service.configs), (project.secrets, service.secrets)):
        for grant in grants:
            content = elements[grant.source].content
            if content is None:
                raise Invalid(
                    f"{grant.place}: {service.name} is granted {grant.source}, which is external: sh0 keeps none",
                    hint="Give it a file, a content or a variable in the Compose file.",
                )
            found[grant.target] = _granted(grant, content, owner[0], owner[2])
            size += len(content.reveal())
    if size > _LARGEST:
        raise Invalid(
            f"{service.place}: {service.name} is given {size >> 10} KiB of files, and {_LARGEST >> 10} are the most",
            hint="Copy them into an image with a Dockerfile.",
        )
    if found and service.read_only:
        raise Invalid(
            f"{service.where('read_only')}: {service.name} is read-only and cannot be given {next(iter(found))}",
            hint="Copy the file into an image, or leave read_only out.",
        )
    return tuple(found.values())


def _granted(grant: Grant, content: Secret, user: str, group: str) -> InjectedFile:
    def number(*texts: str) -> int:
        return next((int(text) for text in texts if text.isdecimal()), 0)

    sealed = _sealed(content.reveal().encode())
    return InjectedFile(grant.target, sealed, grant.mode, number(grant.uid, user), number(grant.gid, group))


def _sealed(content: bytes) -> Secret:
    return Secret(base64.b64encode(content).decode("ascii"))
