"""Collecting: each line is kept once, without secrets, whatever happens to the daemon, the engine and the disk."""

import errno
from pathlib import Path

import attrs
import pytest

from sh0.logs import admission
from sh0.records.deployment import RegistryImage
from sh0.records.event_types import EventType
from sh0.records.journal import EVENTS
from sh0.serving import log_collector, log_disk
from sh0.testing.script import Program
from sh0.values import Secret
from tests.core.shop import Shop
from tests.core.waiting import until


def kept(shop: Shop, app: str = "shop") -> list[str]:
    """What the files have, line by line."""
    folder: Path = shop.stage.core.context.home.app_logs / app
    data = b"".join(path.read_bytes() for path in sorted(folder.glob("*.log")))
    return [raw.split(b" ", 2)[2].decode() for raw in data.splitlines() if not raw.startswith(b"# ")]


def test_what_a_container_prints_is_kept_once_and_redacted(shop: Shop) -> None:
    shop.platform.env.set("shop", {"DB_PASSWORD": Secret("hunter2hunter2")}, deploy=False)
    shop.runtime.on_start = lambda w: Program((("stdout", "starting"),))
    shop.deploy()
    [name] = shop.stage.running()
    container = shop.runtime.containers[name]
    for number in range(50):
        container.print(f"{number} hunter2hunter2")
    until(lambda: len(kept(shop)) == 51)
    assert kept(shop) == ["starting", *(f"{number} ••••••" for number in range(50))]
    shop.runtime.end(name)
    shop.runtime.restart(name)
    until(lambda: len(kept(shop)) == 52)
    shop.platform.apps.stop("shop")
    assert kept(shop)[-1] == "starting"
    assert len(kept(shop)) == 52


def test_nothing_is_kept_on_a_full_disk_which_is_said_once_and_caught_up_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.deploy()
    [name] = shop.stage.running()
    container = shop.runtime.containers[name]
    container.print("before")
    until(lambda: kept(shop) == ["before"])
    monkeypatch.setattr(log_disk, "_FIRST", 0.1)
    monkeypatch.setattr(log_disk, "_LONGEST", 0.1)
    monkeypatch.setattr(log_disk, "_LOOK", 0.0)
    monkeypatch.setattr(log_disk, "_free", lambda folder: 0)

    def events(kind: EventType) -> int:
        return len(shop.records[EVENTS].where(kind=kind.value))

    container.print("meanwhile")
    until(lambda: events(EventType.LOGS_PAUSED) == 1)
    container.print("and more")
    monkeypatch.setattr(log_disk, "_free", lambda folder: 1 << 40)
    until(lambda: kept(shop) == ["before", "meanwhile", "and more"])
    assert (events(EventType.LOGS_PAUSED), events(EventType.LOGS_RESUMED)) == (1, 1)


def test_a_disk_that_cannot_be_looked_at_is_no_reason_to_end(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.deploy()
    [name] = shop.stage.running()

    def broken(folder: Path) -> int:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(log_disk, "_FIRST", 0.1)
    monkeypatch.setattr(log_disk, "_LOOK", 0.0)
    monkeypatch.setattr(log_disk, "_free", broken)
    shop.runtime.containers[name].print("a")
    until(lambda: len(shop.records[EVENTS].where(kind=EventType.LOGS_PAUSED.value)) == 1)
    monkeypatch.setattr(log_disk, "_free", lambda folder: 1 << 40)
    until(lambda: kept(shop) == ["a"])


def test_what_a_container_prints_last_is_kept_whoever_removes_it(shop: Shop) -> None:
    """The reconciler and the cleaner know nothing of logs, and need not."""
    shop.deploy()
    [name] = shop.stage.running()
    unknown = attrs.evolve(shop.runtime.containers[name].workload, name="unknown")
    shop.runtime.apply(unknown)
    shop.runtime.containers["unknown"].print("last of one that nobody knows")
    shop.platform.deployments.clean()
    assert "unknown" not in shop.runtime.containers
    assert kept(shop) == ["last of one that nobody knows"]
    run = {"sh0.kind": "run", "sh0.run": "shop.run.9"}
    shop.runtime.apply(attrs.evolve(unknown, name="run", labels={**unknown.labels, **run}))
    shop.runtime.containers["run"].print("last of a command")
    shop.runtime.remove("run")
    assert kept(shop)[-1] == "last of a command"
    shop.runtime.containers[name].print("last of what served")
    shop.runtime.remove(name)
    assert kept(shop)[-1] == "last of what served"


def test_one_that_prints_without_end_is_counted_and_takes_nothing_from_another(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "BURST", 300)
    monkeypatch.setattr(admission, "RATE", 100)
    monkeypatch.setattr(log_collector, "_SAID", 0.1)
    shop.deploy()
    shop.platform.apps.create("blog")
    made = shop.platform.deployments.create("blog", RegistryImage("web:1"))
    shop.platform.deployments.wait("blog", made.id, timeout=20)
    loud, quiet = (
        next(each for each in shop.runtime.containers.values() if each.labels["sh0.app"] == app)
        for app in ("shop", "blog")
    )
    for wave in range(20):
        for number in range(250):
            loud.print(f"{wave}.{number}")
        quiet.print(f"{wave}")
        until(lambda wave=wave: f"{wave}" in kept(shop, "blog"))  # type: ignore[misc]

    def counted() -> int:
        said = (line.partition(" lines are not kept here: shop prints more than ") for line in kept(shop))
        return sum(int(count) for count, found, _ in said if found)

    until(lambda: counted() + sum("." in line for line in kept(shop)) == 5000)
    assert counted() > 2500
    assert kept(shop, "blog") == [f"{wave}" for wave in range(20)]
