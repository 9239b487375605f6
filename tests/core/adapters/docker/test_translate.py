"""Docker's documents to records. The golden files hold input and output together."""

import json
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from sh0.adapters.docker import translate
from sh0.ports.runtime import EngineFacts, ImageFacts, InstanceState, Network, Volume
from sh0.values import ByteSize
from tests.core.adapters.docker.golden import check


@pytest.mark.parametrize("name", ["running", "restarting", "killed", "created", "unwell"])
def test_an_inspected_container_becomes_an_instance(name: str) -> None:
    given = INSPECTED | {"State": STATES[name], "RestartCount": 4 if name == "restarting" else 0}
    if name == "killed":
        given["NetworkSettings"] = {"Networks": {"n": {"IPAMConfig": {"IPv4Address": "10.208.0.10"}, "IPAddress": ""}}}
    check(f"instance-{name}", given, attrs.asdict(translate.instance(given)))


STATES: dict[str, dict[str, Any]] = {
    "running": {"Status": "running", "ExitCode": 0, "OOMKilled": False, "FinishedAt": "2026-05-01T10:00:00.123456789Z"},
    "restarting": {"Status": "restarting", "ExitCode": 3, "OOMKilled": False, "FinishedAt": "2026-05-01T10:00:00Z"},
    "unwell": {
        "Status": "running",
        "ExitCode": 0,
        "OOMKilled": False,
        "FinishedAt": "0001-01-01T00:00:00Z",
        "Health": {"Status": "unhealthy", "FailingStreak": 3},
    },
    "killed": {"Status": "exited", "ExitCode": 137, "OOMKilled": True, "FinishedAt": "2026-05-01T10:00:00Z"},
    "created": {"Status": "created", "ExitCode": 0, "OOMKilled": False, "FinishedAt": "0001-01-01T00:00:00Z"},
}
INSPECTED: dict[str, Any] = {
    "Id": "c" * 64,
    "Name": "/h-web-1",
    "Image": "sha256:" + "1" * 64,
    "Config": {"Labels": {"sh0.home": "home-1", "sh0.spec": "0", "sh0.app": "web"}},
    "NetworkSettings": {"Networks": {"n": {"IPAMConfig": None, "IPAddress": "10.208.0.10"}}},
}


def test_a_paused_container_counts_as_ended() -> None:
    given = INSPECTED | {"State": {"Status": "paused", "ExitCode": 0, "FinishedAt": "0001-01-01T00:00:00Z"}}
    assert translate.instance(given).state is InstanceState.EXITED


def test_an_image_tells_its_tcp_ports_in_order() -> None:
    exposed: dict[str, dict[str, str]] = {"8080/tcp": {}, "53/udp": {}, "80/tcp": {}, "9000": {}}
    found = translate.image(
        {
            "Id": "sha256:1",
            "RepoTags": ["b:1", "a:1"],
            "Size": 5,
            "Created": "2026-05-01T10:00:00.123456789+02:00",
            "Config": {"ExposedPorts": exposed},
        }
    )
    assert (found.ports, found.tags) == ((80, 8080, 9000), ("a:1", "b:1"))
    assert found.created == datetime(2026, 5, 1, 8, 0, 0, 123456, UTC)


def test_an_image_without_configuration_has_no_ports() -> None:
    found = translate.image({"Id": "sha256:1", "RepoTags": None, "Config": None})
    assert (found.ports, found.tags, found.labels, found.size) == ((), (), {}, 0)


def test_an_event_keeps_our_labels_and_drops_the_rest() -> None:
    attributes = {"name": "h-web-1", "image": "x", "exitCode": "1", "sh0.app": "web", "maintainer": "me"}
    found = translate.event({"Action": "die", "Actor": {"Attributes": attributes}})
    assert (found.action, found.name, found.labels) == ("die", "h-web-1", {"sh0.app": "web"})


@pytest.mark.parametrize(
    "text", ["2026-05-01T10:00:00Z", "2026-05-01T10:00:00.1Z", "2026-05-01T12:00:00.100000001+02:00"]
)
def test_times_of_any_precision_are_read(text: str) -> None:
    found = translate.moment(text)
    assert found.replace(microsecond=0) == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("labels", "ours"),
    [
        ({"sh0.home": "h", "sh0.spec": "1"}, True),
        ({"sh0.home": "other", "sh0.spec": "1"}, False),
        ({"sh0.home": "h"}, False),  # of an image of ours, that somebody else has started
        ({"sh0.spec": "1"}, False),
        ({}, False),
        (None, False),
    ],
)
def test_a_container_is_ours_that_apply_has_made(labels: dict[str, str] | None, ours: bool) -> None:
    assert translate.is_ours(labels, "h") is ours


@pytest.mark.parametrize(
    ("limit", "memory"),
    [({}, None), ({"HostConfig": {}}, None), ({"HostConfig": {"Memory": 0}}, None), ({"HostConfig": {"Memory": 9}}, 9)],
)
def test_a_limit_of_zero_is_none(limit: dict[str, Any], memory: int | None) -> None:
    found = translate.instance(INSPECTED | limit | {"State": STATES["running"]})
    assert found.memory == (None if memory is None else ByteSize(memory))


def test_what_an_engine_leaves_out_of_a_container_is_nothing() -> None:
    given = {**INSPECTED, "Config": {"Labels": None}, "State": {"Status": "exited", "ExitCode": 3}}
    del given["NetworkSettings"]
    found = translate.instance(given)
    assert (found.labels, found.exit_code, found.out_of_memory, found.restarts) == ({}, None, False, 0)
    assert (found.address, found.health, found.memory) == (None, None, None)
    assert translate.instance({**given, "NetworkSettings": {"Networks": None}}).address is None


def test_a_network_is_a_bridge_of_its_own_with_our_label() -> None:
    assert translate.network_body("n", {"sh0.project": "shop", "sh0.home": "x"}, "10.0.0.0/24", "h") == {
        "name": "n",
        "driver": "bridge",
        "check_duplicate": True,
        "labels": {"sh0.project": "shop", "sh0.home": "h"},
        "ipam": {"Driver": "default", "Config": [{"Subnet": "10.0.0.0/24"}]},
    }


@pytest.mark.parametrize(
    ("addresses", "subnet"),
    [
        ({"IPAM": {"Config": [{"Subnet": "10.0.0.0/24"}, {"Subnet": "fd00::/64"}]}}, "10.0.0.0/24"),
        ({"IPAM": {"Config": [{}]}}, ""),
        ({"IPAM": {"Config": None}}, ""),
        ({"IPAM": None}, ""),
        ({}, ""),
    ],
)
def test_a_network_has_the_first_of_its_subnets(addresses: dict[str, Any], subnet: str) -> None:
    assert translate.network({"Name": "n", **addresses}) == Network("n", subnet)


def test_a_volume_has_its_name_and_labels() -> None:
    assert translate.volume({"Name": "v", "Labels": {"a": "b"}}) == Volume("v", {"a": "b"})
    assert translate.volume({"Name": "v", "Labels": None}) == translate.volume({"Name": "v"}) == Volume("v", {})


def test_an_image_has_what_its_configuration_says() -> None:
    config = {"Labels": {"sh0.home": "h"}, "ExposedPorts": {"80/tcp": {}}, "Volumes": {"/b": {}, "/a": {}}}
    where = {"Os": "linux", "Architecture": "arm64", "Variant": "v8"}
    given = {"Id": "sha256:1", "RepoTags": ["a:1"], "Size": 5, "Created": "2026-05-01T10:00:00Z", **where}
    found = translate.image({**given, "Config": {**config, "OnBuild": ["RUN ls"]}})
    made, labels = datetime(2026, 5, 1, 10, tzinfo=UTC), {"sh0.home": "h"}
    assert found == ImageFacts(
        "sha256:1", ("a:1",), labels, 5, (80,), made, ("/a", "/b"), "linux/arm64/v8", ("RUN ls",)
    )
    assert translate.image({**given, "Config": {"OnBuild": None}}).triggers == ()
    assert translate.image({"Id": "x"}).created == datetime.min.replace(tzinfo=UTC)


def test_an_engine_says_what_it_is() -> None:
    system = {"NCPU": 2, "MemTotal": 4 << 30, "Architecture": "x86_64", "OSType": "linux"}
    assert translate.engine({"Version": "29.1"}, system, "1.44") == EngineFacts("29.1", "1.44", 2, 4 << 30, "x86_64")


def test_only_events_of_our_containers_are_asked_for() -> None:
    query = translate.event_query("h", ("die", "oom"))
    assert json.loads(str(query["filters"])) == {
        "type": ["container"],
        "event": ["die", "oom"],
        "label": ["sh0.home=h", "sh0.spec"],
    }


@pytest.mark.parametrize("actor", [{}, {"Actor": None}, {"Actor": {"Attributes": None}}])
def test_an_event_may_name_nothing(actor: dict[str, Any]) -> None:
    found = translate.event({"Action": "die", **actor})
    assert (found.action, found.name, found.labels) == ("die", "", {})


@pytest.mark.parametrize(
    ("text", "microsecond"), [("12.5Z", 500_000), ("12.123456789Z", 123_456), ("12.000001Z", 1), ("12Z", 0)]
)
def test_a_time_is_cut_off_after_six_decimals(text: str, microsecond: int) -> None:
    assert translate.moment(f"2026-05-01T10:00:{text}") == datetime(2026, 5, 1, 10, 0, 12, microsecond, UTC)


@pytest.mark.parametrize("text", ["", "never", "2026-05-01T10:00:00.xZ"])
def test_what_is_no_time_was_never(text: str) -> None:
    assert translate.moment(text) == datetime.min.replace(tzinfo=UTC)
