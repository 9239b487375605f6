"""What services of one file claim for themselves is theirs alone, or the plan says which two would share it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sh0.errors import Sh0Error
from tests.core.stacks.parts import ALLOW_PORT, Stage, stage

SHARED = {
    "services that differ by a sign": (
        "services: {a_b: {image: 'web:1'}, a-b: {image: 'web:2'}}",
        "a_b and a-b would both be the app shop-a-b",
    ),
    "services that differ by their case": (
        "services: {Web: {image: 'web:1'}, web: {image: 'web:2'}}",
        "Web and web would both be the app shop-web",
    ),
    "a further port and another service": (
        (
            "services: {web: {image: 'web:1', x-sh0: {expose: [80, 8080]}},"
            " web-8080: {image: 'web:2', x-sh0: {expose: [80]}}}"
        ),
        "the host name shop-web-8080.example.org would lead to web and to web-8080",
    ),
    "a host name that two services give": (
        (
            "services: {web: {image: 'web:1', x-sh0: {expose: [{port: 80, host: a.example.org}]}},"
            " api: {image: 'web:2', x-sh0: {expose: [{port: 80, host: A.example.org}]}}}"
        ),
        "the host name a.example.org would lead to",
    ),
    "a host name that one service gives to two ports": (
        (
            "services: {web: {image: 'web:1', x-sh0: {expose:"
            " [{port: 80, host: a.example.org}, {port: 81, host: a.example.org}]}}}"
        ),
        "the host name a.example.org leads to port 80 and to port 81",
    ),
    "a volume without a name and one with its name": (
        (
            "services: {web: {image: 'web:1', volumes: ['/data']}, db: {image: 'db:1', volumes: ['web-data:/x']}}\n"
            "volumes: {web-data: {}}"
        ),
        "would both be kept as web-data",
    ),
    "two volumes without a name": (
        "services: {web: {image: 'web:1', volumes: ['/a/b', '/a-b']}}",
        "the volume without a name of web at /a/b and the volume without a name of web at /a-b would both",
    ),
    "a folder that is not there and a volume": (
        (
            "services: {web: {image: 'web:1', volumes: ['./data:/d']}, db: {image: 'db:1', volumes: ['data:/x']}}\n"
            "volumes: {data: {}}"
        ),
        "would both be kept as data",
    ),
    "two folders that are not there": (
        "services: {web: {image: 'web:1', volumes: ['./a_b:/d', './a-b:/e']}}",
        "the folder a_b and the folder a-b would both be kept as a-b",
    ),
    "a port on all addresses and on one": (
        "services: {web: {image: 'web:1', ports: ['5432:5432']}, db: {image: 'db:1', ports: ['127.0.0.1:5432:5432']}}",
        "both publish port 5432 of the host",
    ),
}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path) as made:
        yield made


@pytest.mark.parametrize("name", SHARED)
def test_what_would_be_shared_without_being_meant_so_is_refused_by_the_plan(shop: Stage, name: str) -> None:
    text, said = SHARED[name]
    with pytest.raises(Sh0Error, match=said) as refused:
        shop.plan(text)
    assert refused.value.hint
    with pytest.raises(Sh0Error, match=said):
        shop.up(text, allow=ALLOW_PORT)


def test_what_is_meant_to_be_shared_is(shop: Stage) -> None:
    plan = shop.plan(
        "services:\n"
        "  web: {image: 'web:1', volumes: ['./data:/d', 'v:/v'], ports: ['127.0.0.1:53:53/udp']}\n"
        "  db: {image: 'db:1', volumes: ['./data:/e', 'v:/v'], ports: ['127.0.0.2:53:53/udp', '5432']}\n"
        "  job: {image: 'job:1', ports: ['5432']}\n"
        "volumes: {v: {}}\n"
    )
    assert [volume.key for volume in plan.volumes] == ["data", "v"]
    assert {service.service: service.volumes for service in plan.services} == {
        "web": ("data", "v"),
        "db": ("data", "v"),
        "job": (),
    }
