"""Between the records of the port and the documents of Docker's API. Pure: no I/O, tested by golden files."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs

from sh0.ports.runtime import (
    EngineEvent,
    EngineFacts,
    ImageFacts,
    Instance,
    InstanceState,
    Mount,
    Network,
    Workload,
)
from sh0.values import Secret

HOME = "sh0.home"
SPEC = "sh0.spec"

CPU_PERIOD = 100_000  # Microseconds; the kernel's own default for CFS bandwidth control.
LOG_FILE_SIZE = "10m"
LOG_FILES = "3"

_STATES = {
    "created": InstanceState.CREATED,
    "running": InstanceState.RUNNING,
    "restarting": InstanceState.RESTARTING,
}


def description(workload: Workload, home_id: str) -> str:
    """A digest of the whole description, by which `apply` knows what it made before.

    Secrets take part in it under a key, and only together with everything else: no single value can be tried
    out.
    """

    def plain(value: object) -> object:
        if isinstance(value, Secret):
            return value.reveal()
        if isinstance(value, Mapping):
            return {key: plain(item) for key, item in value.items()}
        return value

    fields = {name: plain(value) for name, value in attrs.asdict(workload, recurse=True).items()}
    text = json.dumps(fields, sort_keys=True, default=str)
    return hmac.new(home_id.encode(), text.encode(), hashlib.sha256).hexdigest()


def labels_of(home_id: str, labels: Mapping[str, str]) -> dict[str, str]:
    """Labels with the home's own."""
    return {**labels, HOME: home_id}


def is_ours(labels: Mapping[str, str] | None, home_id: str) -> bool:
    """Whether a container was made by `apply`.

    The home's label alone does not prove it: a container that somebody starts from an image of ours inherits
    that.
    """
    return labels is not None and labels.get(HOME) == home_id and SPEC in labels


def container_body(workload: Workload, home_id: str) -> dict[str, Any]:
    """The body of ``POST /containers/create``."""
    host: dict[str, Any] = {
        "NetworkMode": workload.network,
        # Not "always": a container that was stopped on purpose stays stopped when the engine starts again.
        "RestartPolicy": {"Name": "unless-stopped"},
        "Init": True,
        "SecurityOpt": ["no-new-privileges"],
        "LogConfig": {"Type": "local", "Config": {"max-size": LOG_FILE_SIZE, "max-file": LOG_FILES}},
        "Mounts": [_mount(mount, home_id) for mount in workload.mounts],
    }
    if workload.memory is not None:
        # Equal limits leave no swap: a container that is out of memory dies instead of slowing down the
        # machine.
        host |= {"Memory": int(workload.memory), "MemorySwap": int(workload.memory)}
    if workload.cpus is not None:
        # Not NanoCpus, which the engine refuses when the machine has fewer cores than that.
        host |= {"CpuPeriod": CPU_PERIOD, "CpuQuota": round(workload.cpus * CPU_PERIOD)}
    if workload.pids is not None:
        host["PidsLimit"] = workload.pids
    if workload.capabilities is not None:
        host |= {"CapDrop": ["ALL"], "CapAdd": sorted(workload.capabilities)}
    body: dict[str, Any] = {
        "Image": workload.image,
        "Labels": {**labels_of(home_id, workload.labels), SPEC: description(workload, home_id)},
        "Env": [f"{name}={value.reveal()}" for name, value in sorted(workload.environment.items())],
        "StopTimeout": workload.stop_timeout,
        "HostConfig": host,
    }
    if workload.command:
        body["Cmd"] = list(workload.command)
    if workload.user:
        body["User"] = workload.user
    if workload.network not in ("host", "none"):
        endpoint = {"IPAMConfig": {"IPv4Address": workload.address}} if workload.address else {}
        body["NetworkingConfig"] = {"EndpointsConfig": {workload.network: endpoint}}
    return body


def _mount(mount: Mount, home_id: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"Source": mount.source, "Target": mount.target, "ReadOnly": mount.read_only}
    if mount.source.startswith("/"):
        return {"Type": "bind", **entry}
    return {"Type": "volume", **entry, "VolumeOptions": {"Labels": {HOME: home_id}}}


def instance(found: Mapping[str, Any]) -> Instance:
    """What ``GET /containers/…/json`` says. A paused container counts as ended: `apply` brings both back."""
    state = found["State"]
    running = state["Status"] == "running"
    ended = not running and not str(state.get("FinishedAt") or "0001").startswith("0001")
    return Instance(
        name=str(found["Name"]).removeprefix("/"),
        id=found["Id"],
        image=found["Image"],
        labels=dict(found["Config"].get("Labels") or {}),
        state=_STATES.get(state["Status"], InstanceState.EXITED),
        exit_code=int(state["ExitCode"]) if ended else None,
        out_of_memory=bool(state.get("OOMKilled")) and not running,
        restarts=int(found.get("RestartCount") or 0),
        address=_address(found),
    )


def _address(found: Mapping[str, Any]) -> str | None:
    for endpoint in (found.get("NetworkSettings", {}).get("Networks") or {}).values():
        fixed = (endpoint.get("IPAMConfig") or {}).get("IPv4Address")  # The engine forgets the other when it stops.
        if address := endpoint.get("IPAddress") or fixed:
            return str(address)
    return None


def network_body(name: str, labels: Mapping[str, str], subnet: str, home_id: str) -> dict[str, Any]:
    """The arguments of ``APIClient.create_network``; Docker separates each bridge from all others."""
    return {
        "name": name,
        "driver": "bridge",
        "check_duplicate": True,
        "labels": labels_of(home_id, labels),
        "ipam": {"Driver": "default", "Config": [{"Subnet": subnet}]},
    }


def network(found: Mapping[str, Any]) -> Network:
    """What ``GET /networks/…`` says."""
    ranges = (found.get("IPAM") or {}).get("Config") or [{}]
    return Network(found["Name"], ranges[0].get("Subnet", ""))


def image(found: Mapping[str, Any]) -> ImageFacts:
    """What ``GET /images/…/json`` says."""
    config = found.get("Config") or {}
    exposed = (str(port).split("/") for port in config.get("ExposedPorts") or {})
    return ImageFacts(
        id=found["Id"],
        tags=tuple(sorted(found.get("RepoTags") or ())),
        labels=dict(config.get("Labels") or {}),
        size=int(found.get("Size") or 0),
        ports=tuple(sorted(int(number) for number, *protocol in exposed if protocol in ([], ["tcp"]))),
        created=moment(str(found.get("Created") or "0001-01-01T00:00:00Z")),
    )


def engine(version: Mapping[str, Any], system: Mapping[str, Any], spoken: str) -> EngineFacts:
    """What ``GET /version`` and ``GET /info`` say."""
    return EngineFacts(
        version=version["Version"],
        api_version=spoken,
        cpus=int(system["NCPU"]),
        memory=int(system["MemTotal"]),
        architecture=system["Architecture"],
    )


def event_query(home_id: str, actions: Sequence[str]) -> dict[str, object]:
    """The query of ``GET /events`` for what happens to containers of this home."""
    wanted = {"type": ["container"], "event": list(actions), "label": [f"{HOME}={home_id}", SPEC]}
    return {"filters": json.dumps(wanted)}


def event(found: Mapping[str, Any]) -> EngineEvent:
    """One document of ``GET /events``; its attributes mix the container's labels with other facts."""
    attributes = (found.get("Actor") or {}).get("Attributes") or {}
    labels = {name: str(value) for name, value in attributes.items() if name.startswith("sh0.")}
    return EngineEvent(action=str(found["Action"]), name=str(attributes.get("name", "")), labels=labels)


def moment(text: str) -> datetime:
    """A time of RFC 3339 with up to nine decimals; Python keeps six."""
    head, _, fraction = text.removesuffix("Z").partition(".")
    try:
        if "+" in text or text.count("-") > 2:
            return datetime.fromisoformat(text).astimezone(UTC)
        return datetime.fromisoformat(f"{head}.{fraction[:6]:0<6}").replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
