"""What an app printed: all of its containers, from one version to the next, and what ran before."""

import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from sh0.apps.app_logs import merged
from sh0.errors import InvalidValue, NotFound, WrongState
from sh0.ports.runtime import LogLine
from sh0.testing.script import Program
from sh0.values import Secret
from tests.core.shop import Shop
from tests.core.waiting import until


def says(shop: Shop) -> None:
    """Every container prints which one it is."""
    shop.runtime.on_start = lambda w: Program(
        (("stdout", f"{w.labels['sh0.deployment']} {w.labels['sh0.process']} {w.labels['sh0.instance']}"),)
    )


def texts(lines: Iterable[LogLine]) -> list[str]:
    return [line.text for line in lines]


class Follower:
    """Reads a stream in a thread of its own."""

    def __init__(self, lines: Iterator[LogLine]) -> None:
        self.lines, self.seen = lines, list[LogLine]()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        for line in self.lines:
            self.seen.append(line)

    def texts(self) -> list[str]:
        return [line.text for line in self.seen]

    def close(self) -> None:
        self.lines.close()  # type: ignore[attr-defined]
        self.thread.join(10)
        assert not self.thread.is_alive()


def test_all_containers_are_read_and_each_line_is_marked(shop: Shop) -> None:
    says(shop)
    shop.platform.apps.scale("shop", 3)
    shop.deploy()
    found = list(shop.platform.apps.logs("shop"))
    assert {(line.process, line.replica) for line in found} == {("web", 1), ("web", 2), ("web", 3)}
    assert all(line.text == f"shop-1 {line.process} {line.replica}" for line in found)
    assert [line.time for line in found] == sorted(line.time for line in found)
    assert texts(shop.platform.apps.logs("shop", replica=2)) == ["shop-1 web 2"]
    assert len(texts(shop.platform.apps.logs("shop", tail=2))) == 2
    assert texts(shop.platform.apps.logs("shop", tail=0)) == []


@pytest.mark.parametrize(("replica", "process"), [(4, None), (None, "worker"), (1, "worker")], ids=str)
def test_a_container_that_is_not_there_is_named(shop: Shop, replica: int | None, process: str | None) -> None:
    shop.deploy()
    with pytest.raises(NotFound, match="has no process worker" if process else "no running container web 4"):
        shop.platform.apps.logs("shop", replica=replica, process=process)


def test_following_goes_on_with_the_next_version_and_ends_with_the_app(shop: Shop) -> None:
    says(shop)
    shop.deploy()
    follower = Follower(shop.platform.apps.logs("shop", follow=True))
    until(lambda: follower.texts() == ["shop-1 web 1"])
    shop.live(shop.platform.apps.restart("shop"))
    until(lambda: follower.texts() == ["shop-1 web 1", "shop-2 web 1"])
    shop.live(shop.platform.apps.scale("shop", 2))
    until(lambda: sorted(follower.texts()[2:]) == ["shop-3 web 1", "shop-3 web 2"])
    shop.platform.apps.delete("shop")
    follower.thread.join(10)
    assert not follower.thread.is_alive()


def test_a_container_that_is_started_again_is_followed_without_repeating_its_lines(shop: Shop) -> None:
    says(shop)
    shop.deploy()
    [name] = shop.stage.running()
    follower = Follower(shop.platform.apps.logs("shop", follow=True))
    until(lambda: len(follower.seen) == 1)
    shop.runtime.end(name)
    shop.runtime.restart(name)
    until(lambda: len(follower.seen) == 2)
    shop.runtime.containers[name].print("more")
    until(lambda: follower.texts() == ["shop-1 web 1", "shop-1 web 1", "more"])
    follower.close()


def readers() -> list[str]:
    return sorted(thread.name for thread in threading.enumerate() if thread.name.startswith("sh0-logs"))


def test_one_thread_reads_all_containers_and_a_follower_can_be_closed(shop: Shop) -> None:
    before = readers()  # other platforms of this process have theirs
    shop.platform.apps.scale("shop", 3)
    shop.deploy()
    follower = Follower(shop.platform.apps.logs("shop", follow=True))
    assert readers() == before
    assert "sh0-logs-local" in before
    follower.close()


def test_only_what_was_printed_since_a_moment(shop: Shop) -> None:
    says(shop)
    shop.deploy()
    now = datetime.now(UTC)
    assert texts(shop.platform.apps.logs("shop", since=now - timedelta(hours=1))) == ["shop-1 web 1"]
    assert texts(shop.platform.apps.logs("shop", since=now + timedelta(hours=1))) == []


def test_what_the_previous_version_printed_is_kept(shop: Shop) -> None:
    says(shop)
    shop.platform.apps.scale("shop", 2)
    shop.deploy()
    assert texts(shop.platform.apps.logs("shop", previous=True)) == []
    shop.live(shop.platform.apps.restart("shop"))
    kept = list(shop.platform.apps.logs("shop", previous=True))
    assert sorted(line.text for line in kept) == ["shop-1 web 1", "shop-1 web 2"]
    assert texts(shop.platform.apps.logs("shop", previous=True, replica=2)) == ["shop-1 web 2"]
    assert len(texts(shop.platform.apps.logs("shop", previous=True, tail=1))) == 1
    shop.platform.apps.stop("shop")
    assert all(text.startswith("shop-2") for text in texts(shop.platform.apps.logs("shop", previous=True)))
    assert {line.deployment for line in shop.platform.apps.logs("shop")} == {"shop-1", "shop-2"}


def test_what_a_failed_version_printed_is_kept_without_its_secrets(shop: Shop) -> None:
    shop.deploy()
    shop.platform.env.set("shop", {"DB_PASSWORD": Secret("hunter2hunter2")}, deploy=False)
    shop.runtime.on_start = lambda w: Program((("stderr", "cannot log in with hunter2hunter2"),), 1)
    shop.link.dead.add(8080)
    assert shop.ended(shop.platform.apps.restart("shop")).state.value == "failed"
    [line] = shop.platform.apps.logs("shop", previous=True)
    assert (line.stream, line.text) == ("stderr", "cannot log in with ••••••")


def test_previous_containers_cannot_be_followed(shop: Shop) -> None:
    shop.deploy()
    with pytest.raises(InvalidValue, match="cannot be followed"):
        shop.platform.apps.logs("shop", previous=True, follow=True)


def test_an_app_that_is_deleted_leaves_no_lines_to_the_next_of_its_name(shop: Shop) -> None:
    says(shop)
    shop.deploy()
    shop.live(shop.platform.apps.restart("shop"))
    shop.platform.apps.delete("shop")
    shop.platform.apps.create("shop")
    assert texts(shop.platform.apps.logs("shop", previous=True)) == []


def test_lines_are_merged_in_the_order_of_their_times() -> None:
    def line(second: int) -> LogLine:
        return LogLine(datetime(2026, 1, 1, 0, 0, second, tzinfo=UTC), "stdout", str(second))

    streams = [iter([line(1), line(4)]), iter([line(2), line(3)])]
    assert texts(merged(streams, 3)) == ["2", "3", "4"]


@pytest.mark.parametrize("replica", [None, 1])
def test_an_app_without_containers_says_which_state_it_is_in(shop: Shop, replica: int | None) -> None:
    with pytest.raises(WrongState, match="shop has never been live") as new:
        shop.platform.apps.logs("shop", replica=replica)
    assert "sh0 status shop" in new.value.hint
    shop.deploy()
    shop.platform.apps.stop("shop")
    for ask in (shop.platform.apps.logs, shop.platform.apps.terminal):
        with pytest.raises(WrongState, match="shop is stopped") as stopped:
            ask("shop")
        assert "sh0 start shop" in stopped.value.hint
        assert "--previous" in stopped.value.hint


def test_a_container_that_is_not_there_is_told_with_those_that_are(shop: Shop) -> None:
    shop.platform.apps.scale("shop", 2)
    shop.deploy()
    with pytest.raises(NotFound) as found:
        shop.platform.apps.terminal("shop", replica=5)
    assert found.value.hint == "It has web 1, web 2."
    with pytest.raises(NotFound) as found:
        shop.platform.apps.terminal("shop", process="job")
    assert found.value.hint == "It has web."
