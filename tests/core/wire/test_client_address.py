"""For whom a call is made: only some processes are believed when they say so."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from sh0 import codec
from sh0.audited import for_audit
from sh0.errors import Sh0Error, TooManyAttempts, Unauthenticated
from sh0.operations import Gate, client_address
from sh0.wire.callers import Callers
from sh0.wire.server import WireServer
from tests.core.wire.conftest import REGISTRY, Flow, Parts, identify


class Heard(SimpleNamespace):
    addresses: list[str]
    failures: list[str]


@pytest.fixture(params=[True, False], ids=["trusted", "anybody"])
def trusted(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def heard() -> Heard:
    return Heard(addresses=[], failures=[])


@pytest.fixture
def http(tmp_path: Path, trusted: bool, heard: Heard) -> Iterator[httpx.Client]:
    gate = Gate(codec.check_arguments, for_audit, lambda _: heard.addresses.append(client_address()))
    platform = SimpleNamespace(parts=Parts().behind(gate), flow=Flow().behind(gate))

    def report(address: str, error: Unauthenticated) -> Sh0Error:
        heard.failures.append(address)
        return TooManyAttempts("wait") if len(heard.failures) > 1 else error

    server = WireServer(
        tmp_path / "s.sock",
        0o600,
        platform,
        REGISTRY,
        Callers(
            identify,
            unknown=report,
            trusts=lambda user, process: trusted and (user, process) == (os.geteuid(), os.getpid()),
        ),
    )
    server.start()
    transport = httpx.HTTPTransport(uds=str(tmp_path / "s.sock"))
    with httpx.Client(
        transport=transport, base_url="http://sh0", headers={"x-sh0-client-address": "203.0.113.9"}
    ) as http:
        yield http
    server.stop()


def test_the_address_of_a_call_is_that_of_a_trusted_process(http: httpx.Client, heard: Heard, trusted: bool) -> None:
    assert http.delete("/api/v1/parts/x").status_code == 200
    assert heard.addresses == ["203.0.113.9" if trusted else "local"]


def test_an_unknown_token_is_reported_with_its_address(http: httpx.Client, heard: Heard, trusted: bool) -> None:
    wrong = {"authorization": "Bearer wrong"}
    assert http.delete("/api/v1/parts/x", headers=wrong).status_code == 401
    answer = http.delete("/api/v1/parts/x", headers=wrong)
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (
        429,
        "too-many-attempts",
        "60",
    )
    assert heard.failures == ["203.0.113.9" if trusted else "local"] * 2
