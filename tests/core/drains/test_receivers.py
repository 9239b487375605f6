"""Drains with receivers that are really there: they fail, hang, go away and come back, and get every line once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sh0.adapters.sinks import RealSinks
from sh0.drains import delivery
from sh0.records.drain import DrainState
from tests.core.adapters.sinks.receivers import HOST, HttpReceiver, SyslogReceiver, authority, closing
from tests.core.shop import Shop
from tests.core.stacks.parts import stage
from tests.core.waiting import until


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """An app whose drains reach receivers on this machine."""
    monkeypatch.setattr(delivery, "_SECONDS", 0.5)
    with stage(tmp_path, sinks=lambda: RealSinks(refuses=lambda _: False)) as made:
        shop = Shop(made)
        shop.deploy()
        yield shop


def show(shop: Shop, text: str) -> None:
    [name] = shop.stage.running()
    shop.runtime.containers[name].print(text)


def problem(shop: Shop, name: str, expected: str) -> None:
    """Wait until a drain says what is wrong."""
    until(lambda: expected in (shop.platform.drains.get("shop", name).problem or ""))


def test_a_receiver_over_http_that_fails_hangs_goes_away_and_comes_back(shop: Shop) -> None:
    receiver = HttpReceiver()
    shop.platform.drains.add("shop", receiver.url)
    show(shop, "one")
    until(lambda: shop.platform.drains.get("shop", "http").sent == 1)
    receiver.status = 503
    show(shop, "two")
    problem(shop, "http", "answered 503")
    receiver.status = 0
    show(shop, "three")
    problem(shop, "http", "did not answer within")
    receiver.close()
    problem(shop, "http", "Connection refused")
    again = HttpReceiver(port=receiver.port)
    with closing(again):
        until(lambda: shop.platform.drains.get("shop", "http").state is DrainState.SENDING)
        show(shop, "four")
        until(lambda: shop.platform.drains.get("shop", "http").sent == 4)
    bodies = [receiver.requests[0][2], *(body for _, _, body in again.requests)]
    assert [json.loads(line)["message"] for body in bodies for line in body.splitlines()] == [
        "one",
        "two",
        "three",
        "four",
    ]


def test_a_receiver_of_syslog_over_tls_that_goes_away_and_comes_back(shop: Shop, tmp_path: Path) -> None:
    trusted = authority(tmp_path)
    receiver = SyslogReceiver(trusted.context())
    shop.platform.drains.add("shop", f"syslog+tls://{HOST}:{receiver.port}", ca=trusted.ca)
    show(shop, "one")
    until(lambda: shop.platform.drains.get("shop", "syslog").sent == 1)
    receiver.close()
    show(shop, "two")
    problem(shop, "syslog", "Connection refused")
    again = SyslogReceiver(trusted.context(), receiver.port)
    with closing(again):
        until(lambda: shop.platform.drains.get("shop", "syslog").sent == 2)
        show(shop, "three")
        until(lambda: shop.platform.drains.get("shop", "syslog").sent == 3)
        until(lambda: len(again.messages) == 2)
    assert [message.rpartition(" ")[2] for message in (*receiver.messages, *again.messages)] == ["one", "two", "three"]
    assert all(message.startswith("<134>1 ") and " shop web.1 - - " in message for message in receiver.messages)
