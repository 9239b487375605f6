"""What a release of a stack will do, decided before anything is touched. Pure."""

from collections.abc import Iterator, Mapping

import attrs

from sh0.compose.dangers import of_path, port_subject
from sh0.compose.graph import order
from sh0.compose.model import ComposeProject, Note, NoteKind, PermissionKind
from sh0.compose.permissions import Allowed, Permission
from sh0.compose.services import BindMount, Service
from sh0.errors import Conflict
from sh0.ports.container import PublishedPort
from sh0.records.deployment import Deployment, Snapshot
from sh0.records.stack import Action, NeededPermission, PlannedRoute, PlannedService, PlannedVolume, StackPlan
from sh0.serving.coexistence import reasons_to_recreate
from sh0.serving.differences import container_differences
from sh0.stacks import probes
from sh0.stacks.claims import Claims, demand_distinct
from sh0.stacks.displacement import displaced
from sh0.stacks.exposure import Exposure, exposure
from sh0.stacks.naming import app_names, volume_name
from sh0.stacks.project_secrets import kept_in_history
from sh0.stacks.specs import RESERVED_LABELS, OwnVolume, ProjectFile, Surroundings, own_volumes, routes, snapshot
from sh0.values import LOCAL, ByteSize, Secret, ServerName


@attrs.frozen
class Existing:
    """A service that the stack has already.

    Attributes:
        live: Deployment that serves, if any.
        environment: Variables that the operator has set for its app.
        hosts: Host names that the operator has led to its app, each with its port or None.
        generated: Host names that an earlier release has led to it, likewise.
        stopped: Whether the operator stopped it.
        marked: Names of those variables that the operator has marked as secrets.
    """

    live: Deployment | None
    environment: Mapping[str, Secret] = attrs.field(factory=dict)
    hosts: Mapping[str, int | None] = attrs.field(factory=dict)
    generated: Mapping[str, int | None] = attrs.field(factory=dict)
    stopped: bool = False
    marked: tuple[str, ...] = ()


@attrs.frozen
class KnownImage:
    """An image that is on the engine: its content id, and the paths at which it wants volumes."""

    id: str
    volumes: tuple[str, ...] = ()


@attrs.frozen
class DeclaredVolumes:
    """The volumes of an image that is still to be built, as its Dockerfile says.

    Attributes:
        paths: The paths at which it wants volumes.
        base: The image that it is built on, whose volumes it has as well.
        complete: Whether those are among the paths.
    """

    paths: tuple[str, ...]
    base: str = ""
    complete: bool = False


@attrs.frozen
class Situation:
    """What a plan depends on besides the files.

    Attributes:
        stack: Name of the stack.
        home_id: Part of the names of its volumes.
        base_domain: Its host names end with it.
        new: Whether there is no such stack yet.
        existing: Services that it has already, by name.
        apps: Apps of others, and host names that lead to them: name to whose.
        images: Images that are known, by service.
        declared: Volumes of those that are still to be built, by service.
        volumes: Names of the volumes that are there.
        files: Files at the paths of the project that services mount.
        real: Paths of the host that services mount and that are links, or lie behind one: where they lead.
        guarded: Paths of the host that give the platform away: its home, the engine's socket.
        allowed: What the operator has allowed.
        offline: Whether no platform was asked.
        sealed: Values of the variables that are marked as secrets.
        default_memory: What a container may use for which the file sets no limit; None for no limit.
        server: Server that the stack runs on.
    """

    stack: str
    home_id: str = ""
    base_domain: str = "localhost"
    new: bool = True
    existing: Mapping[str, Existing] = attrs.field(factory=dict)
    apps: Mapping[str, str] = attrs.field(factory=dict)
    images: Mapping[str, KnownImage] = attrs.field(factory=dict)
    declared: Mapping[str, DeclaredVolumes] = attrs.field(factory=dict)
    volumes: frozenset[str] = frozenset()
    files: Mapping[str, tuple[ProjectFile, ...]] = attrs.field(factory=dict)
    real: Mapping[str, str] = attrs.field(factory=dict)
    guarded: tuple[str, ...] = ()
    allowed: Allowed = attrs.field(factory=Allowed)
    offline: bool = False
    sealed: frozenset[Secret] = frozenset()
    default_memory: ByteSize | None = None
    server: ServerName = LOCAL


@attrs.frozen
class Desired:
    """A service as a release would have it, with everything that is needed to carry that out.

    Attributes:
        service: The service, as the file has it.
        app: Name of the app that it is.
        snapshot: What its deployment runs with.
        action: What is done with it.
        why: Reasons.
        exposure: How it is reached.
        volumes: Its volumes.
    """

    service: Service
    app: str
    snapshot: Snapshot
    action: Action
    why: tuple[str, ...]
    exposure: Exposure
    volumes: tuple[OwnVolume, ...]


def desired(project: ComposeProject, situation: Situation) -> tuple[Desired, ...]:
    """Every service as the files would have it, in the order of their start.

    Raises:
        Invalid: The files ask for something that cannot be had.
        Conflict: A name leads elsewhere.
    """
    names = app_names(situation.stack, project.services)
    found: dict[str, Desired] = {}
    for group in order(project.services):
        for name in group:
            found[name] = _desired(project, project.services[name], names[name], situation, found)
    demand_distinct(Claims(each.service, each.snapshot.hosts, each.volumes, each.exposure) for each in found.values())
    return tuple(_making_room(found, situation))


def _making_room(found: Mapping[str, Desired], situation: Situation) -> Iterator[Desired]:
    """The same, each with what it takes over from another."""
    live = {name: each.live for name, each in situation.existing.items() if each.live is not None}
    wanted = {name: each.snapshot for name, each in found.items()}
    for name, each in found.items():
        if each.action is Action.UNCHANGED:
            yield each
            continue
        taken = displaced(name, each.snapshot, live, wanted)
        why = tuple(f"{other} is stopped before it starts: it takes over {what}" for other, what in taken)
        yield attrs.evolve(each, why=(*why, *each.why))


def _desired(
    project: ComposeProject, service: Service, app: str, situation: Situation, before: Mapping[str, Desired]
) -> Desired:
    existing, image = situation.existing.get(service.name), situation.images.get(service.name)
    declared = situation.declared.get(service.name)
    around = Surroundings(
        home_id=situation.home_id,
        stack=situation.stack,
        base_domain=situation.base_domain,
        files=situation.files,
        real=situation.real,
        image_volumes=image.volumes if image else declared.paths if declared else (),
        environment=existing.environment if existing else {},
        hosts=existing.hosts if existing else {},
        marked=existing.marked if existing else (),
        sealed=situation.sealed,
        default_memory=situation.default_memory,
    )
    exposed = exposure(project, service)
    becomes = snapshot(project, service, exposed, around)
    for name in (app, *routes(service, exposed, around)):
        if name in situation.apps:
            what = "the app" if name == app else "the host name"
            raise Conflict(
                f"{what} {name} of the service {service.name} belongs to {situation.apps[name]}",
                hint="Give the stack another name with --name, or the service another host name.",
            )
    action, why = _action(service, existing, image, becomes, before)
    return Desired(service, app, becomes, action, why, exposed, tuple(own_volumes(project, service, around)))


def _action(
    service: Service,
    existing: Existing | None,
    image: KnownImage | None,
    becomes: Snapshot,
    before: Mapping[str, Desired],
) -> tuple[Action, tuple[str, ...]]:
    if existing is None or existing.live is None:
        return Action.CREATE, ()
    why = ["it was stopped"] if existing.stopped else []
    why += _differences(existing, existing.live, image, becomes, built=service.build is not None)
    for name, dependency in service.depends_on.items():
        if dependency.restart and name in before and before[name].action is not Action.UNCHANGED:
            why.append(f"{name} is replaced, and it shall be restarted with it")
    if not why:
        return Action.UNCHANGED, ()
    alone = reasons_to_recreate(becomes)
    return (Action.RECREATE, (*alone, *why)) if alone else (Action.START_FIRST, tuple(why))


def _differences(
    existing: Existing, live: Deployment, image: KnownImage | None, becomes: Snapshot, *, built: bool
) -> Iterator[str]:
    was = live.snapshot
    if image is None:
        yield "it is built anew" if built else "its image is not on the server yet"
    elif image.id != live.image:
        yield "its image is another"
    for name in sorted({*was.environment, *becomes.environment}):
        if was.environment.get(name) != becomes.environment.get(name):
            yield f"variable {name} that was set here"
    generated = {host: becomes.host_ports.get(host) for host in becomes.hosts if host not in existing.hosts}
    if generated != existing.generated:
        yield "its host names are others"
    for what, old, new in (
        ("replicas", was.replicas, becomes.replicas),
        ("port", was.port, becomes.port),
        ("memory", was.resources.memory, becomes.resources.memory),
        ("cpus", was.resources.cpus, becomes.resources.cpus),
        ("check", was.health, becomes.health),
        ("whether it is a job", was.job, becomes.job),
        ("order", was.update_order, becomes.update_order),
    ):
        if old != new:
            yield what
    evened = attrs.evolve(was, host_ports=becomes.host_ports)
    yield from (what for what, _, _ in container_differences(evened, becomes))


def plan(project: ComposeProject, situation: Situation) -> StackPlan:
    """What a release of these files would do. Shown before anything is done, and read by what does it.

    Raises:
        Invalid: The files ask for something that cannot be had.
        Conflict: A name leads elsewhere.
    """
    found = desired(project, situation)
    names = {each.service.name for each in found}
    removed = [
        PlannedService(
            service, each.live.app, Action.REMOVE, ("the file has it no more",), "", (), 0, False, (), (), (), ""
        )
        for service, each in situation.existing.items()
        if service not in names and each.live is not None
    ]
    return StackPlan(
        stack=situation.stack,
        new=situation.new,
        services=(*map(_shown, found), *removed),
        volumes=_volumes(found, situation),
        needs=needs(project, found, situation),
        notes=tuple(_notes(project, found, situation)),
        unknown=tuple(_unknown(found, situation)),
    )


def _shown(each: Desired) -> PlannedService:
    service, snapshot_ = each.service, each.snapshot
    return PlannedService(
        service=service.name,
        app=each.app,
        action=each.action,
        why=each.why,
        image=service.image if service.build is None else f"built from {service.build.context or '.'}",
        after=tuple(service.depends_on),
        replicas=service.replicas,
        job=snapshot_.job,
        routes=tuple(PlannedRoute(h, snapshot_.host_ports.get(h) or snapshot_.port or 0) for h in snapshot_.hosts),
        published=tuple(map(_published, each.exposure.published)),
        volumes=tuple(dict.fromkeys(volume.key for volume in each.volumes)),
        check=probes.said(service, snapshot_.health, each.exposure.routes, job=snapshot_.job),
    )


def _published(port: PublishedPort) -> str:
    host = "any free port" if port.host_port is None else str(port.host_port)
    return f"{port.host_ip + ':' if port.host_ip else ''}{host} → {port.port}/{port.protocol}"


def _volumes(found: tuple[Desired, ...], situation: Situation) -> tuple[PlannedVolume, ...]:
    found_why = {volume.key: volume.why for each in found for volume in each.volumes}
    names = {key: volume_name(situation.home_id, situation.stack, key) for key in found_why}
    return tuple(PlannedVolume(key, name, name not in situation.volumes, found_why[key]) for key, name in names.items())


def needs(project: ComposeProject, found: tuple[Desired, ...], situation: Situation) -> tuple[NeededPermission, ...]:
    """What must be allowed, with whether it is."""
    needed = []
    for note in project.notes:
        written = note.permission
        if written is None or written.kind is PermissionKind.PUBLISHED_PORT:
            continue
        permission, message = followed(written, note.message, situation)
        given = situation.allowed.covers(permission, written)
        needed.append(
            NeededPermission(permission.kind, permission.subject, note.service, message, str(note.place), given)
        )
    for each in found:
        for mapping in each.exposure.mappings:
            host = "a free port" if mapping.published is None else f"port {mapping.published}"
            whom = f"everybody who reaches {mapping.host_ip}" if mapping.host_ip else "everybody who reaches it"
            message = f"{host} of the host leads to {mapping.port}/{mapping.protocol} for {whom}"
            permission = Permission(PermissionKind.PUBLISHED_PORT, port_subject(mapping), each.service.name)
            given = situation.allowed.covers(permission)
            needed.append(
                NeededPermission(
                    permission.kind, permission.subject, each.service.name, message, str(mapping.place), given
                )
            )
    return tuple(needed)


def followed(written: Permission, message: str, situation: Situation) -> tuple[Permission, str]:
    """A permission for a path of the host, for the place that it leads to on this host, and what that means."""
    if written.kind not in (PermissionKind.HOST_PATH, PermissionKind.DOCKER_SOCKET):
        return written, message
    path, _, mode = written.subject.rpartition(":")
    real = situation.real.get(path, path)
    what = "" if real == path else path
    said, kind, subject = of_path(real, read_only=mode == "ro", what=what, guarded=situation.guarded)
    if written.kind is PermissionKind.DOCKER_SOCKET:
        kind = written.kind
    if (kind, subject) == (written.kind, written.subject):
        return written, message
    return Permission(kind, subject, written.service), said


def _notes(project: ComposeProject, found: tuple[Desired, ...], situation: Situation) -> Iterator[Note]:
    for note in project.notes:
        if note.allow is None and not _of_bind(note, project, situation):
            yield note
    for each in found:
        service = each.service
        if service.build is not None:
            for text in kept_in_history(service.name, service.build.args):
                yield Note(NoteKind.CHANGED, service.name, "build.args", text, service.where("build"))
        if reserved := sorted(filter(lambda label: label.startswith(RESERVED_LABELS), service.labels)):
            text = f"{', '.join(reserved)} is left out: labels that begin with {RESERVED_LABELS} are set by sh0 alone"
            yield Note(NoteKind.UNSUPPORTED, service.name, "labels", text, service.where("labels"))
        for text in each.exposure.left_out:
            yield Note(NoteKind.CHANGED, service.name, "ports", text, service.where("ports"))
        led = {route.port for route in each.exposure.routes}
        for mapping in service.ports:
            if mapping.port in led and mapping.protocol == "tcp":
                led.remove(mapping.port)  # a port that is published at several places is told once
                text = f"port {mapping.port} is not published: the host name {each.snapshot.hosts[0]} leads to it"
                yield Note(NoteKind.CHANGED, service.name, "ports", text, mapping.place)
        for mount in service.mounts:
            if isinstance(mount, BindMount) and mount.inside:
                text = f"{mount.source} is not there: {mount.target} is a volume of the stack, and kept"
                if situation.files.get(mount.source):
                    text = f"{mount.source} is copied into each new container; what is changed there is not kept"
                yield Note(NoteKind.CHANGED, service.name, "volumes", text, mount.place)


def _of_bind(note: Note, project: ComposeProject, situation: Situation) -> bool:
    """Whether a remark of the reader about a mounted path is said better here."""
    service = project.services.get(note.service)
    mounts = service.mounts if service is not None else ()
    return any(isinstance(mount, BindMount) and mount.inside and mount.place == note.place for mount in mounts)


def _unknown(found: tuple[Desired, ...], situation: Situation) -> Iterator[str]:
    if situation.offline:
        yield "what runs already, and so what is new, changed or unchanged: no platform was asked"
    seen = {*situation.images, *(name for name, each in situation.declared.items() if each.complete)}
    absent = [each.service.name for each in found if each.service.name not in seen]
    based = {name: each.base for name, each in situation.declared.items() if each.base and name in absent}
    for name, base in based.items():
        yield f"whether {base}, on which {name} is built, wants further volumes; such a volume is made and kept"
    absent = [name for name in absent if name not in based]
    if absent:
        yield (
            f"whether the images of {', '.join(absent)} want volumes of their own: "
            "they are not on the server yet; such a volume is made and kept"
        )
