"""Parts of a service, each from its long form to its record."""

from sh0.compose import isolation, ports, scalars
from sh0.compose.fields import Fields, text_of
from sh0.compose.files import is_inside, resolve
from sh0.compose.host_paths import canonical
from sh0.compose.services import (
    Attachment,
    BuildSection,
    Condition,
    Dependency,
    Device,
    Grant,
    HealthTest,
    Limits,
    Logging,
    Order,
    PortMapping,
    Restart,
    RestartPolicy,
    Ulimit,
    Update,
)
from sh0.compose.tree import bad
from sh0.values import Secret

_CONDITIONS = {
    "any": RestartPolicy.ALWAYS,
    "always": RestartPolicy.ALWAYS,  # the engine's words, which Compose takes as well
    "unless-stopped": RestartPolicy.UNLESS_STOPPED,
    "on-failure": RestartPolicy.ON_FAILURE,
    "none": RestartPolicy.NO,
}


def read_ports(service: Fields) -> tuple[PortMapping, ...]:
    """``ports``: one record per port in the container."""
    found: list[PortMapping] = []
    for entry in service.each("ports"):
        targets = entry.read("target", lambda value: ports.ports_of(str(value)), range(0))
        if not targets:
            raise bad(entry.node.place, entry.path, "needs a target")
        published = entry.optional("published", lambda value: ports.ports_of(str(value)))
        protocol = (entry.text("protocol") or "tcp").lower()
        if protocol not in ("tcp", "udp", "sctp"):
            raise bad(entry.node.place, entry.path, f"has the protocol {protocol!r:.40}; tcp, udp and sctp exist")
        if published is not None and len(targets) > 1 and len(published) != len(targets):
            raise bad(entry.node.place, entry.path, "has ranges of different lengths")
        for index, port in enumerate(targets):
            first = last = None
            if published is not None:
                first, last = (published[0], published[-1]) if len(targets) == 1 else (published[index],) * 2
            found.append(
                PortMapping(
                    port,
                    first,
                    last,
                    entry.read("host_ip", lambda value: ports.address(text_of(value)), ""),
                    protocol,
                    entry.text("app_protocol"),
                    entry.text("name"),
                    entry.node.place,
                )
            )
        if len(found) > ports.PORTS_LIMIT:
            raise bad(entry.node.place, service.path, f"publishes more than {ports.PORTS_LIMIT} ports")
    return tuple(dict.fromkeys(found))


def read_exposed(service: Fields) -> tuple[int, ...]:
    """``expose``."""
    found: dict[int, None] = {}
    for entry in service.each("expose"):
        try:
            found |= dict.fromkeys(ports.exposed(entry.node.value))
        except ValueError as error:
            raise bad(entry.node.place, entry.path, str(error)) from None
    return tuple(found)


def read_build(service: Fields, arguments: dict[str, Secret]) -> BuildSection | None:
    """``build``; its arguments were looked up by the caller."""
    if not service.has("build"):
        return None
    build = service.below("build")
    context = build.text("context") or "."
    remote = "://" in context or context.startswith(("git@", "github.com/"))
    if not remote and not is_inside(context):
        raise bad(build.place("context"), build.path, f"builds {context!r:.100}, which lies outside of the project")
    if build.has("dockerfile") and build.has("dockerfile_inline"):
        raise bad(build.place("dockerfile_inline"), build.path, "has dockerfile and dockerfile_inline; one is allowed")
    dockerfile = build.text("dockerfile") or "Dockerfile"
    if not remote and not is_inside(resolve(context, dockerfile)):
        raise bad(
            build.place("dockerfile"), build.path, f"has a Dockerfile outside of the project: {dockerfile!r:.100}"
        )
    return BuildSection(
        context=context,
        remote=remote,
        dockerfile=dockerfile,
        dockerfile_inline=build.text("dockerfile_inline"),
        args=arguments,
        target=build.text("target"),
        labels=build.mapping("labels"),
        no_cache=build.truth("no_cache"),
        pull=build.truth("pull"),
        platforms=build.texts("platforms"),
        secrets=read_grants(build, "secrets", "/run/secrets/"),
        ssh=build.mapping("ssh"),
        additional_contexts=build.mapping("additional_contexts"),
        tags=build.texts("tags"),
        place=service.place("build"),
    )


def read_grants(service: Fields, key: str, folder: str) -> tuple[Grant, ...]:
    """``configs`` or ``secrets``; a target that is no absolute path lies in `folder`."""
    found = []
    for entry in service.each(key):
        source = entry.text("source")
        if not source:
            raise bad(entry.node.place, entry.path, "needs a source")
        target = entry.text("target") or source
        if ".." in target.split("/"):
            raise bad(entry.node.place, entry.path, f"has a target with .. in it: {target!r:.100}")
        found.append(
            Grant(
                source,
                target if target.startswith("/") else folder + target,
                entry.text("uid"),
                entry.text("gid"),
                entry.read("mode", scalars.permissions, 0o444),
                entry.node.place,
            )
        )
    return tuple(found)


def read_dependencies(service: Fields) -> dict[str, Dependency]:
    """``depends_on``, and what ``links``, ``volumes_from`` and shared namespaces depend on."""
    found: dict[str, Dependency] = {}
    for name in service.node.items["depends_on"].items if service.has("depends_on") else ():
        entry = service.below("depends_on").below(name)
        found[name] = Dependency(
            Condition(entry.text("condition") or Condition.STARTED),
            entry.truth("required", default=True),
            entry.truth("restart"),
            entry.node.place,
        )
    for key in ("links", "volumes_from"):
        for entry in service.each(key):
            name = str(entry.node.value).partition(":")[0]
            if name != "container":
                found.setdefault(name, Dependency(place=entry.node.place))
    for key in ("network_mode", "pid", "ipc"):
        kind, _, name = service.text(key).partition(":")
        if kind == "service":
            found.setdefault(name, Dependency(place=service.place(key)))
    return found


def read_health(service: Fields) -> HealthTest | None:
    """``healthcheck``."""
    if not service.has("healthcheck"):
        return None
    health = service.below("healthcheck")
    test: tuple[str, ...] = ()
    written = health.node.items.get("test")
    if written is not None and written.value:
        test = tuple(text_of(e.value) for e in written.elements) or ("CMD-SHELL", text_of(written.value))
        if test[0] not in ("NONE", "CMD", "CMD-SHELL"):
            raise bad(
                written.place, f"{health.path}.test", f"must begin with NONE, CMD or CMD-SHELL, not {test[0]!r:.60}"
            )
    disabled = health.truth("disable") or test[:1] == ("NONE",)
    return HealthTest(
        disabled=disabled,
        test=() if disabled else test,
        interval=health.optional("interval", scalars.duration),
        timeout=health.optional("timeout", scalars.duration),
        retries=health.optional("retries", scalars.count),
        start_period=health.optional("start_period", scalars.duration),
        start_interval=health.optional("start_interval", scalars.duration),
        place=service.place("healthcheck"),
    )


def read_limits(service: Fields) -> Limits:
    """``deploy.resources.limits``, or the older keys that mean the same; zero is no limit."""
    limits = service.below("deploy").below("resources").below("limits")
    memory = limits.optional("memory", scalars.size)
    if memory is None:
        memory = service.optional("mem_limit", scalars.size)
    cpus = limits.optional("cpus", scalars.number) or service.optional("cpus", scalars.number)
    pids = limits.optional("pids", _processes) or service.optional("pids_limit", _processes)
    return Limits(memory, cpus or None, pids or None)


def read_reservations(service: Fields) -> Limits:
    """``deploy.resources.reservations``, or the older key that means the same."""
    reserved = service.below("deploy").below("resources").below("reservations")
    memory = reserved.optional("memory", scalars.size) or service.optional("mem_reservation", scalars.size)
    return Limits(memory or None, reserved.optional("cpus", scalars.number) or None)


def _processes(value: object) -> int:
    return 0 if str(value) == "-1" else scalars.count(value)


def read_update(service: Fields) -> Update:
    """``deploy.update_config``."""
    config = service.below("deploy").below("update_config")
    return Update(
        order=config.optional("order", Order),
        parallelism=config.optional("parallelism", scalars.count),
        delay=config.optional("delay", scalars.duration),
        monitor=config.optional("monitor", scalars.duration),
        rollback=config.text("failure_action") == "rollback",
    )


def read_restart(service: Fields) -> Restart | None:
    """``deploy.restart_policy``, which wins, or ``restart``."""
    deploy = service.below("deploy")
    if deploy.has("restart_policy"):
        policy = deploy.below("restart_policy")
        condition = policy.text("condition") or "any"
        if condition not in _CONDITIONS:
            raise bad(
                policy.place("condition"), policy.path, f"has the condition {condition!r:.40}; any, on-failure, none"
            )
        return Restart(_CONDITIONS[condition], policy.optional("max_attempts", scalars.count) or None)
    text = service.text("restart")
    if not text:
        return None
    name, _, attempts = text.partition(":")
    if name not in list(RestartPolicy) or (attempts and (name != "on-failure" or not attempts.isdecimal())):
        raise bad(
            service.place("restart"),
            f"{service.path}.restart",
            f"must be no, always, on-failure, on-failure:<times> or unless-stopped, not {text!r:.60}",
        )
    return Restart(RestartPolicy(name), int(attempts[:9]) if attempts else None)


def read_networks(service: Fields) -> dict[str, Attachment]:
    """``networks``; the default one where the service names none."""
    if service.text("network_mode"):
        if service.has("networks"):
            raise bad(service.place("networks"), service.path, "has network_mode and networks; one is allowed")
        return {}
    if not service.has("networks"):
        return {"default": Attachment()}
    entries = service.below("networks")
    return {
        name: Attachment(
            entries.below(name).texts("aliases"),
            entries.below(name).text("ipv4_address"),
            entries.below(name).text("ipv6_address"),
        )
        for name in entries.node.items
    }


def read_ulimits(service: Fields) -> dict[str, Ulimit]:
    """``ulimits``."""

    def limit(value: object) -> int:
        return -1 if str(value) == "-1" else scalars.count(value)

    entries = service.below("ulimits")
    found = {}
    for name, node in entries.node.items.items():
        entry = entries.below(name)
        try:
            isolation.harmless_limit(name)
        except ValueError as error:
            raise bad(node.place, entries.path, str(error)) from None
        if node.items:
            found[name] = Ulimit(entry.read("soft", limit, -1), entry.read("hard", limit, -1))
        else:
            both = entries.read(name, limit, -1)
            found[name] = Ulimit(both, both)
        if found[name].hard != -1 and not 0 <= found[name].soft <= found[name].hard:
            raise bad(node.place, entry.path, f"lets {name} be more than its hard limit, {found[name].hard}")
    return found


def read_devices(service: Fields) -> tuple[Device, ...]:
    """``devices``."""
    found = []
    for entry in service.each("devices"):
        if entry.node.items:
            source = entry.text("source")
            found.append(_device(entry, source, entry.text("target") or source, entry.text("permissions") or "rwm"))
            continue
        parts = str(entry.node.value).split(":")
        if len(parts) > 3 or not all(parts):
            raise bad(
                entry.node.place, entry.path, f"must have the form source[:target[:rwm]], not {entry.node.value!r:.60}"
            )
        if len(parts) == 2 and set(parts[1]) <= set("rwm"):
            parts = [parts[0], parts[0], parts[1]]
        target = parts[1] if len(parts) > 1 else parts[0]
        found.append(_device(entry, parts[0], target, parts[2] if len(parts) > 2 else "rwm"))
    return tuple(found)


def _device(entry: Fields, source: str, target: str, permissions: str) -> Device:
    if not source.startswith("/") or not target.startswith("/"):
        raise bad(entry.node.place, entry.path, f"needs absolute paths, as in /dev/dri, not {source!r:.60}")
    if not permissions or not set(permissions) <= set("rwm"):
        raise bad(entry.node.place, entry.path, f"has the permissions {permissions!r:.40}; r, w and m exist")
    return Device(canonical(source), target, "".join(each for each in "rwm" if each in permissions))


def read_logging(service: Fields) -> Logging | None:
    """``logging``."""
    if not service.has("logging"):
        return None
    entry = service.below("logging")
    return Logging(entry.text("driver"), entry.mapping("options"))
