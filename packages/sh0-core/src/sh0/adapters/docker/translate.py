"""Between the records of the port and the documents of Docker's API. Pure: no I/O, tested by golden files."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sh0.ports.runtime import (
    EngineEvent,
    EngineFacts,
    ImageFacts,
    Instance,
    InstanceHealth,
    InstanceState,
    Network,
    Volume,
)
from sh0.values import ByteSize

HOME = "sh0.home"
SPEC = "sh0.spec"

_STATES = {
    "created": InstanceState.CREATED,
    "running": InstanceState.RUNNING,
    "restarting": InstanceState.RESTARTING,
}

_HEALTH = {health.value: health for health in InstanceHealth}


def labels_of(home_id: str, labels: Mapping[str, str]) -> dict[str, str]:
    """Labels with the home's own."""
    return {**labels, HOME: home_id}


def is_ours(labels: Mapping[str, str] | None, home_id: str) -> bool:
    """Whether a container was made by `apply`.

    The home's label alone does not prove it: a container that somebody starts from an image of ours inherits
    that.
    """
    return labels is not None and labels.get(HOME) == home_id and SPEC in labels


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
        health=_HEALTH.get((state.get("Health") or {}).get("Status", "")),
        memory=ByteSize((found.get("HostConfig") or {}).get("Memory") or 0) or None,
        since=_changed(str(state.get("FinishedAt" if ended else "StartedAt") or "")),
    )


def _changed(text: str) -> datetime | None:
    return None if not text or text.startswith("0001") else moment(text)


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


def volume(found: Mapping[str, Any]) -> Volume:
    """What ``GET /volumes/…`` says."""
    created = str(found.get("CreatedAt") or "")
    return Volume(found["Name"], dict(found.get("Labels") or {}), moment(created) if created else None)


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
        volumes=tuple(sorted(config.get("Volumes") or {})),
        platform="/".join(str(found[part]) for part in ("Os", "Architecture", "Variant") if found.get(part)),
        triggers=tuple(config.get("OnBuild") or ()),
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
