"""Log drains of an app: what is sent, what is tried again, and what becomes of them when something ends."""

import json
import threading
import time
from pathlib import Path

import pytest

from sh0.applying.comparing import plan_manifest
from sh0.drains import sender
from sh0.errors import InvalidValue, NameTaken, NotFound
from sh0.manifest.reading import read_manifest
from sh0.records.drain import DRAINS, MOST_DRAINS, DrainState, DrainStatus
from sh0.records.event_types import EventType
from sh0.records.journal import EVENTS
from sh0.testing.sinks import FakeSinks
from sh0.values import ByteSize, Secret
from tests.core.shop import Shop
from tests.core.waiting import until

THERE = "https://logs.example.org/in"


def said(sinks: FakeSinks, url: str = THERE) -> list[str]:
    """The lines that have arrived."""
    return [json.loads(raw)["message"] for data in sinks.received.get(url, []) for raw in data.splitlines()]


def show(shop: Shop, *texts: str) -> None:
    """Let the app print something, until the last of it is kept."""
    [name] = shop.stage.running()
    for text in texts:
        shop.runtime.containers[name].print(text)
    folder, last = shop.stage.core.context.home.app_logs / "shop", f" {texts[-1]}\n".encode()
    until(lambda: any(last in path.read_bytes() for path in sorted(folder.glob("*.log"))[-2:]))


def status(shop: Shop, name: str = "http") -> DrainStatus:
    return shop.platform.drains.get("shop", name)


def events(shop: Shop, kind: EventType) -> list[str]:
    return [event.message for event in shop.records[EVENTS].where(kind=kind.value)]


def test_what_is_printed_from_then_on_is_sent_in_order(shop: Shop, sinks: FakeSinks) -> None:
    shop.deploy()
    show(shop, "before")
    added = shop.platform.drains.add("shop", THERE)
    assert (added.name, added.state, added.behind) == ("http", DrainState.WAITING, 0)
    show(shop, *(f"line {number}" for number in range(100)))
    until(lambda: len(said(sinks)) == 100)
    assert said(sinks) == [f"line {number}" for number in range(100)]
    found = until(lambda: each if (each := status(shop)).sent == 100 else None)
    assert (found.state, found.behind, found.dropped, found.problem) == (DrainState.SENDING, 0, 0, None)


def test_what_was_kept_before_is_sent_on_request(shop: Shop, sinks: FakeSinks) -> None:
    shop.deploy()
    show(shop, "before")
    shop.platform.drains.add("shop", THERE, backlog=True)
    until(lambda: said(sinks) == ["before"])


def test_a_receiver_that_is_away_gets_all_of_it_when_it_is_back(shop: Shop, sinks: FakeSinks) -> None:
    shop.deploy()
    shop.platform.drains.add("shop", THERE)
    sinks.problem = "logs.example.org answered 503"
    show(shop, "one", "two")
    until(lambda: events(shop, EventType.DRAIN_FAILING))
    found = status(shop)
    assert (found.state, found.behind, found.problem) == (DrainState.FAILING, 2, "logs.example.org answered 503")
    show(shop, "three")
    sinks.problem = None
    until(lambda: said(sinks) == ["one", "two", "three"])
    until(lambda: events(shop, EventType.DRAIN_RECOVERED))
    assert len(events(shop, EventType.DRAIN_FAILING)) == 1
    assert status(shop).problem is None


def test_one_that_hangs_holds_up_neither_others_nor_the_app_nor_the_end(shop: Shop, sinks: FakeSinks) -> None:
    shop.deploy()
    sinks.hangs = {f"https://logs.example.org/hangs{number}" for number in range(4)}
    for url in sorted(sinks.hangs):
        shop.platform.drains.add("shop", url)
    shop.platform.drains.add("shop", THERE)
    show(shop, "one")
    until(lambda: said(sinks) == ["one"])
    begun = time.monotonic()
    shop.stage.core.platform.close()
    assert not [each for each in threading.enumerate() if each.name == "sh0-drains" and each.is_alive()]
    assert time.monotonic() - begun < sender._CLOSING + 1.0


def test_after_a_restart_it_goes_on_with_the_line_after_the_last(shop: Shop, sinks: FakeSinks) -> None:
    shop.deploy()
    shop.platform.drains.add("shop", THERE)
    show(shop, "one")
    until(lambda: status(shop).sent == 1)
    sinks.problem = "it is away"
    show(shop, "two")
    until(lambda: status(shop).state is DrainState.FAILING)
    shop.stage.core.platform.close()
    sinks.problem = None
    with shop.stage.reopened() as platform:
        until(lambda: said(sinks) == ["one", "two"])
        until(lambda: platform.drains.get("shop", "http").sent == 2)
    assert said(sinks) == ["one", "two"]


def test_what_the_log_has_no_room_for_is_counted_and_said(shop: Shop, sinks: FakeSinks) -> None:
    shop.platform.apps.configure("shop", log_size=ByteSize(1 << 20))
    shop.deploy()
    shop.platform.drains.add("shop", THERE)
    sinks.problem = "it is away"
    show(shop, "first")
    for number in range(10):
        show(shop, *["x" * 1000] * 200, f"{number} are there")
    sinks.problem = None
    until(lambda: said(sinks)[-1:] == ["9 are there"])
    found = until(lambda: each if (each := status(shop)).behind == 0 else None)
    assert found.dropped > 700  # what 1 MiB of the log and a batch of 256 KiB that was read in time do not hold
    assert f"{found.dropped} lines of shop could not be sent" in said(sinks)[0]
    assert "first" not in said(sinks)
    assert found.sent + found.dropped == 2011
    assert len(said(sinks)) == found.sent + 1


def test_a_line_that_is_refused_keeps_no_other_from_arriving(shop: Shop, sinks: FakeSinks) -> None:
    shop.deploy()
    sinks.refuses = [b"poison"]
    shop.platform.drains.add("shop", THERE)
    lines = [f"line {number}" if number != 37 else "poison" for number in range(60)]
    show(shop, *lines)
    until(lambda: said(sinks) == [line for line in lines if line != "poison"])
    until(lambda: (status(shop).sent, status(shop).dropped) == (59, 1))


def test_the_credential_is_sealed_shown_to_nobody_and_looked_up_when_it_is_a_variable(
    shop: Shop, sinks: FakeSinks
) -> None:
    shop.deploy()
    shop.platform.drains.add("shop", THERE, credential=Secret("planted-value"))
    shown = (
        shop.platform.drains.list(),
        shop.platform.audit.list(),
        shop.records.database.query("select * from log_drains"),
    )
    assert "planted-value" not in str(shown)
    show(shop, "one")
    until(lambda: said(sinks))
    [opened] = sinks.opened
    assert opened.credential == Secret("planted-value")
    shop.platform.drains.change("shop", "http", variable="LOG_TOKEN")
    show(shop, "two")
    found = until(lambda: each if (each := status(shop)).problem else None)
    assert found.problem == "shop has no variable LOG_TOKEN, which its drain takes the credential from"
    shop.platform.shared.set("default", {"LOG_TOKEN": Secret("of-the-project")}, deploy=False)
    until(lambda: said(sinks) == ["one", "two"])
    assert sinks.opened[-1].credential == Secret("of-the-project")
    shop.platform.env.set("shop", {"LOG_TOKEN": Secret("of-the-app")}, deploy=False)
    shop.platform.drains.change("shop", "http", header="X-Key")
    show(shop, "three")
    until(lambda: said(sinks)[-1] == "three")
    assert (sinks.opened[-1].credential, sinks.opened[-1].header) == (Secret("of-the-app"), "X-Key")


def test_a_file_is_where_the_operator_says_under_the_name_of_the_app(
    shop: Shop, sinks: FakeSinks, folder: Path
) -> None:
    shop.deploy()
    added = shop.platform.drains.add("shop", "file:")
    assert added.file == str(folder / "shop.log")
    show(shop, "one")
    until(lambda: said(sinks, "file:") == ["one"])
    assert sinks.opened[0].file == folder / "shop.log"
    assert sinks.opened[0].size == shop.platform.apps.get("shop").logs.size


def test_one_that_is_removed_or_whose_app_is_gone_sends_no_more(shop: Shop, sinks: FakeSinks) -> None:
    shop.deploy()
    progress = shop.stage.core.context.home.drains
    shop.platform.drains.add("shop", THERE)
    shop.platform.drains.add("shop", "syslog+tls://logs.example.org")
    shop.platform.drains.remove("shop", "http")
    until(lambda: len(list(progress.iterdir())) == 1)
    show(shop, "one")
    until(lambda: sinks.received)
    assert list(sinks.received) == ["syslog+tls://logs.example.org"]
    shop.platform.apps.delete("shop")
    until(lambda: not list(progress.iterdir()))
    assert shop.records[DRAINS].where() == []
    with pytest.raises(NotFound):
        shop.platform.drains.get("shop", "syslog")


@pytest.mark.parametrize(
    ("destination", "more", "reason"),
    [
        ("syslog+tls://logs.example.org", {"credential": Secret("x")}, "over HTTP only"),
        ("syslog+tls://logs.example.org", {"gzip": True}, "over HTTP only"),
        ("http://logs.example.org", {"ca": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"}, "https"),
        ("https://logs.example.org/?token={credential}", {}, "no token for it"),
        ("https://logs.example.org", {"credential": Secret("x"), "variable": "Y"}, "give one of them"),
        ("https://logs.example.org/?token=abcdef", {}, "holds a secret"),
        ("https://joe:pass@logs.example.org/", {}, "is not where lines can be sent"),
        ("syslog://logs.example.org", {}, "is not where lines can be sent"),
        ("file:///etc/passwd", {}, "is not where lines can be sent"),
        ("file:../shop", {}, "is not where lines can be sent"),
        ("https://logs.example.org:99999/", {}, "is not where lines can be sent"),
        ("https://logs.example.org", {"ca": "no certificate"}, "is not certificates: one in PEM"),
        ("https://logs.example.org", {"header": "Host"}, "a name of a header"),
    ],
)
def test_what_cannot_be_sent_is_refused(shop: Shop, destination: str, more: dict[str, object], reason: str) -> None:
    with pytest.raises(InvalidValue, match=reason):
        shop.platform.drains.add("shop", destination, **more)  # type: ignore[arg-type]


def test_names_destinations_and_numbers_are_bounded(shop: Shop) -> None:
    drains = shop.platform.drains
    drains.add("shop", THERE, name="main")
    with pytest.raises(NameTaken):
        drains.add("shop", "https://logs.example.org/other", name="main")
    with pytest.raises(InvalidValue, match="to there already: main"):
        drains.add("shop", THERE)
    for number in range(1, MOST_DRAINS):
        assert drains.add("shop", f"https://logs.example.org/{number}").name == (
            "http" if number == 1 else f"http-{number}"
        )
    with pytest.raises(InvalidValue, match="no more than that"):
        drains.add("shop", "https://logs.example.org/more")
    with pytest.raises(NotFound):
        drains.change("shop", "nowhere", gzip=True)
    with pytest.raises(NotFound):
        drains.add("nobody", THERE)


def test_without_drains_there_is_no_thread(shop: Shop) -> None:
    assert "sh0-drains" not in {each.name for each in threading.enumerate()}


def test_those_of_a_file_are_added_changed_and_removed_by_applying_it(shop: Shop) -> None:
    text = "app: shop\nlogs: {drains: [{name: main, url: 'https://logs.example.org/in', variable: LOG_TOKEN}]}"
    plan_manifest(shop.platform, read_manifest(text)).apply(shop.platform)
    [added] = shop.platform.drains.list(app="shop")
    assert (added.name, added.destination, added.variable) == ("main", THERE, "LOG_TOKEN")
    assert plan_manifest(shop.platform, read_manifest(text)).calls == ()
    other = text.replace("/in", "/other")
    found = plan_manifest(shop.platform, read_manifest(other))
    assert [(change.what, change.before, change.after) for change in found.changes] == [
        ("log drain main", THERE, "https://logs.example.org/other")
    ]
    found.apply(shop.platform)
    [changed] = shop.platform.drains.list()
    assert (changed.id, changed.destination) == (added.id, "https://logs.example.org/other")
    plan_manifest(shop.platform, read_manifest("app: shop"), prune=True).apply(shop.platform)
    assert shop.platform.drains.list() == ()


def test_an_app_that_gets_another_name_keeps_them_and_nothing_is_sent_twice(shop: Shop, sinks: FakeSinks) -> None:
    shop.deploy()
    shop.platform.drains.add("shop", THERE, credential=Secret("planted-value"))
    show(shop, "one")
    until(lambda: status(shop).sent == 1)
    shop.platform.apps.rename("shop", "store")
    [name] = shop.stage.running()
    shop.runtime.containers[name].print("two")
    until(lambda: shop.platform.drains.get("store", "http").sent == 2)
    assert said(sinks) == ["one", "two"]
    assert json.loads(sinks.received[THERE][-1])["app"] == "store"
    assert sinks.opened[-1].credential == Secret("planted-value")
