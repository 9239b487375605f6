"""From the description of a container to the body of ``POST /containers/create``. Pure, tested by golden files."""

import base64
import hashlib
import hmac
import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

import attrs

from sh0.adapters.docker.translate import HOME, SPEC, labels_of
from sh0.ports.container import HealthCommand, HostMount, InjectedFile, MemoryMount, Mount, PublishedPort, RestartPolicy
from sh0.ports.runtime import Workload
from sh0.values import Secret

CPU_PERIOD = 100_000  # Microseconds; the kernel's own default for CFS bandwidth control.
OPEN_PATHS = "systempaths=unconfined"  # Of the command line of Docker; the engine itself takes lists of paths.
LOG_FILE_SIZE = "10m"
LOG_FILES = "3"

# Capabilities that the engine grants by default and that next to no app needs: forged packets, device nodes, entries
# in the kernel's audit log, and programs that give capabilities to whoever starts them.
WITHHELD = ("AUDIT_WRITE", "MKNOD", "NET_RAW", "SETFCAP")

_RESTARTING = {
    # Not "always": a container that was stopped on purpose stays stopped when the engine starts again.
    RestartPolicy.ALWAYS: "unless-stopped",
    RestartPolicy.ON_FAILURE: "on-failure",
    RestartPolicy.NO: "no",
}


def description(workload: Workload, home_id: str) -> str:
    """A digest of the whole description, by which `apply` knows what it made before.

    Secrets take part in it under a key, and only together with everything else: no single value can be tried out.
    What is as it always was is left out, so that a new field changes the digest of no container that lacks it.
    """
    fields = attrs.asdict(workload, recurse=True, filter=lambda field, value: value != _usual(field))
    text = json.dumps(_plain(fields), sort_keys=True, default=str)
    return hmac.new(home_id.encode(), text.encode(), hashlib.sha256).hexdigest()


def _usual(field: "attrs.Attribute[Any]") -> object:
    factory = getattr(field.default, "factory", None)
    return factory() if factory is not None else field.default


def _plain(value: object) -> object:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def container_body(workload: Workload, home_id: str) -> dict[str, Any]:
    """The body of ``POST /containers/create``."""
    body: dict[str, Any] = {
        "Image": workload.image,
        "Labels": {**labels_of(home_id, workload.labels), SPEC: description(workload, home_id)},
        "Env": [f"{name}={value.reveal()}" for name, value in sorted(workload.environment.items())],
        "StopTimeout": workload.stop_timeout,
        "HostConfig": _host(workload, home_id),
    }
    given: dict[str, Any] = {
        "Cmd": list(workload.command),
        "User": workload.user,
        "WorkingDir": workload.working_dir,
        "Hostname": workload.hostname,
        "Domainname": workload.domainname,
        "StopSignal": workload.stop_signal,
        "Tty": workload.tty,
        "OpenStdin": workload.stdin_open,
        "ExposedPorts": {_port(port): {} for port in workload.published},
    }
    body |= {key: value for key, value in given.items() if value}
    if workload.entrypoint is not None:
        body["Entrypoint"] = list(workload.entrypoint) or [""]  # The engine takes an empty list for none given.
    if workload.health is not None:
        body["Healthcheck"] = _health(workload.health)
    if workload.network not in ("host", "none"):
        endpoint: dict[str, Any] = {"IPAMConfig": {"IPv4Address": workload.address}} if workload.address else {}
        if workload.aliases:
            endpoint["Aliases"] = list(workload.aliases)
        body["NetworkingConfig"] = {"EndpointsConfig": {workload.network: endpoint}}
    return body


def _host(workload: Workload, home_id: str) -> dict[str, Any]:
    restart: dict[str, Any] = {"Name": _RESTARTING[workload.restart]}
    if workload.attempts is not None:
        restart["MaximumRetryCount"] = workload.attempts
    host: dict[str, Any] = {
        "NetworkMode": workload.network,
        "RestartPolicy": restart,
        "Init": workload.init,
        "SecurityOpt": ["no-new-privileges"] * workload.no_new_privileges
        + [each for each in workload.security_options if each != OPEN_PATHS],
        "LogConfig": {"Type": "local", "Config": {"max-size": LOG_FILE_SIZE, "max-file": LOG_FILES}},
        "Mounts": [_mount(mount, home_id) for mount in workload.mounts],
    }
    if workload.memory is not None:
        # Equal limits leave no swap: a container that is out of memory dies instead of slowing down the machine.
        host |= {"Memory": int(workload.memory), "MemorySwap": int(workload.memory)}
    if workload.cpus is not None:
        # Not NanoCpus, which the engine refuses when the machine has fewer cores than that.
        host |= {"CpuPeriod": CPU_PERIOD, "CpuQuota": round(workload.cpus * CPU_PERIOD)}
    if workload.pids is not None:
        host["PidsLimit"] = workload.pids
    given: dict[str, Any] = {
        "Tmpfs": {mount.target: _memory_options(mount) for mount in workload.memory_mounts},
        "PortBindings": _bindings(workload.published),
        "ReadonlyRootfs": workload.read_only,
        "Privileged": workload.privileged,
        "CapAdd": sorted(workload.cap_add),
        "CapDrop": _dropped(workload),
        "GroupAdd": list(workload.groups),
        "Dns": list(workload.dns),
        "DnsSearch": list(workload.dns_search),
        "ExtraHosts": [f"{host}:{ip}" for host, each in sorted(workload.extra_hosts.items()) for ip in each],
        "ShmSize": int(workload.shm_size or 0),
        "Ulimits": [{"Name": one.name, "Soft": one.soft, "Hard": one.hard} for one in workload.kernel_limits],
        "Sysctls": dict(workload.sysctls),
        "PidMode": workload.pid_mode,
        "IpcMode": workload.ipc_mode,
        "UTSMode": workload.uts_mode,
        "UsernsMode": workload.user_namespace,
        "CgroupnsMode": workload.cgroup_namespace,
        "Devices": [
            {"PathOnHost": one.source, "PathInContainer": one.target, "CgroupPermissions": one.permissions}
            for one in workload.devices
        ],
    }
    if OPEN_PATHS in workload.security_options:
        host |= {"MaskedPaths": [], "ReadonlyPaths": []}
    return host | {key: value for key, value in given.items() if value}


def _dropped(workload: Workload) -> list[str]:
    given = {name.upper().removeprefix("CAP_") for name in workload.cap_add}
    withheld = () if workload.privileged or "ALL" in given else (name for name in WITHHELD if name not in given)
    return sorted({*workload.cap_drop, *withheld})


def _port(port: PublishedPort) -> str:
    return f"{port.port}/{port.protocol}"


def _bindings(ports: tuple[PublishedPort, ...]) -> dict[str, list[dict[str, str]]]:
    bindings: dict[str, list[dict[str, str]]] = {}
    for port in ports:
        binding = {"HostIp": port.host_ip, "HostPort": str(port.host_port or "")}
        bindings.setdefault(_port(port), []).append(binding)
    return bindings


def _memory_options(mount: MemoryMount) -> str:
    options = [f"size={int(mount.size)}"] if mount.size is not None else []
    return ",".join(options + ([f"mode={mount.mode:o}"] if mount.mode is not None else []))


def _health(health: HealthCommand) -> dict[str, Any]:
    found: dict[str, Any] = {"Test": list(health.test)} if health.test else {}
    for name, seconds in (
        ("Interval", health.interval),
        ("Timeout", health.timeout),
        ("StartPeriod", health.start_period),
        ("StartInterval", health.start_interval),
    ):
        if seconds is not None:
            found[name] = round(seconds * 1e9)
    if health.retries is not None:
        found["Retries"] = health.retries
    return found


def _mount(mount: Mount, home_id: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "Type": mount.kind,
        "Source": mount.source,
        "Target": mount.target,
        "ReadOnly": mount.read_only,
    }
    if isinstance(mount, HostMount):
        return entry
    options: dict[str, Any] = {"Labels": {HOME: home_id}}
    if mount.nocopy:
        options["NoCopy"] = True
    return {**entry, "VolumeOptions": options}


def given_files(files: tuple[InjectedFile, ...]) -> bytes:
    """The archive that puts files into a container that was made and not started yet."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for file in files:
            content = base64.b64decode(file.content.reveal())
            entry = tarfile.TarInfo(file.target.lstrip("/"))
            entry.size, entry.mode, entry.uid, entry.gid = len(content), file.mode, file.uid, file.gid
            archive.addfile(entry, io.BytesIO(content))
    return written.getvalue()
