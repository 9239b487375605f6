"""The log of a deployment."""

import threading
import time
from pathlib import Path

import pytest

from sh0.jobs import log as module
from sh0.jobs.log import Logs
from sh0.jobs.redactor import Redactor
from sh0.ports.builder import LONGEST_LINE
from sh0.records.deployment import DeploymentEvent, DeploymentState, Step
from sh0.records.run import EventKind, Failure
from sh0.sensitive import REDACTED
from sh0.testing.clock import FakeClock
from sh0.values import Secret


@pytest.fixture
def logs(tmp_path: Path, clock: FakeClock) -> Logs[DeploymentEvent]:
    return Logs(tmp_path, clock, DeploymentEvent)


def texts(events: object) -> list[str]:
    return [event.text for event in events]  # type: ignore[attr-defined]


def test_a_line_says_when_during_which_step_and_what(logs: Logs[DeploymentEvent], clock: FakeClock) -> None:
    log = logs.writer("shop-1")
    log.state(DeploymentState.RUNNING, "shop-1 begins")
    clock.advance(2)
    log.begin(Step.BUILD)
    log.output("Collecting flask")
    log.note("done")
    started = FakeClock().now()
    assert logs.read("shop-1") == (
        DeploymentEvent(started, EventKind.STATE, None, "shop-1 begins", DeploymentState.RUNNING),
        DeploymentEvent(clock.now(), EventKind.STEP, Step.BUILD, "build"),
        DeploymentEvent(clock.now(), EventKind.OUTPUT, Step.BUILD, "Collecting flask"),
        DeploymentEvent(clock.now(), EventKind.NOTE, Step.BUILD, "done"),
    )


@pytest.mark.parametrize("text", ["a\u2028b", "a\x85b", "a\nb", "a\r\nb", "\x1b[31mred\x1b[0m", "", "🎉", "\x00"])
def test_a_line_may_hold_any_text(logs: Logs[DeploymentEvent], text: str) -> None:
    logs.writer("shop-1").output(text)
    logs.writer("shop-1").state(DeploymentState.LIVE, "the end")
    assert texts(logs.read("shop-1")) == [text, "the end"]
    assert texts(logs.follow("shop-1", lambda: True)) == [text, "the end"]


def test_a_deployment_without_a_log_has_no_lines(logs: Logs[DeploymentEvent]) -> None:
    assert logs.read("shop-1") == ()
    logs.remove("shop-1")


def test_a_torn_line_hides_no_other(logs: Logs[DeploymentEvent]) -> None:
    """What a machine that lost its power has left."""
    logs.writer("shop-1").note("before")
    with open(logs.path("shop-1"), "a") as file:
        file.write('{"time": "2026-01-0\n\x00\x00\x00\n')
    logs.writer("shop-1").note("after")
    assert texts(logs.read("shop-1")) == ["before", "after"]


def test_a_removed_log_is_gone(logs: Logs[DeploymentEvent]) -> None:
    logs.writer("shop-1").note("x")
    logs.remove("shop-1")
    assert logs.read("shop-1") == ()


def test_a_follower_reads_what_was_and_what_comes_until_the_end(logs: Logs[DeploymentEvent]) -> None:
    state = [DeploymentState.RUNNING]
    log = logs.writer("shop-1")
    log.note("first")
    seen: list[str] = []
    reader = threading.Thread(target=lambda: seen.extend(texts(logs.follow("shop-1", lambda: state[0].ended))))
    reader.start()
    log.note("second")
    state[0] = DeploymentState.LIVE
    log.state(DeploymentState.LIVE, "shop-1 is live")
    reader.join(5)
    assert seen == ["first", "second", "shop-1 is live"]


def test_a_follower_may_come_before_the_first_line(logs: Logs[DeploymentEvent]) -> None:
    state = [DeploymentState.QUEUED]
    follower = logs.follow("shop-1", lambda: state[0].ended)
    seen: list[str] = []
    reader = threading.Thread(target=lambda: seen.extend(texts(follower)))
    reader.start()
    logs.writer("shop-1").note("first")
    state[0] = DeploymentState.FAILED
    logs.writer("shop-1").state(DeploymentState.FAILED, "it failed")
    reader.join(5)
    assert seen == ["first", "it failed"]


def test_a_follower_waits_for_the_line_that_tells_the_end(logs: Logs[DeploymentEvent]) -> None:
    """The record says so a moment before the log does, and the pusher must read why."""
    over = threading.Event()
    seen: list[str] = []

    def ended() -> bool:
        over.set()
        return True

    reader = threading.Thread(target=lambda: seen.extend(texts(logs.follow("shop-1", ended))))
    logs.writer("shop-1").note("first")
    reader.start()
    over.wait(5)
    logs.writer("shop-1").output("the last words of the container")
    logs.writer("shop-1").state(DeploymentState.FAILED, "shop-1 failed: and this is why")
    reader.join(5)
    assert seen == ["first", "the last words of the container", "shop-1 failed: and this is why"]


def test_a_follower_of_what_has_long_ended_waits_for_nothing(
    logs: Logs[DeploymentEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_POLL", 60.0)
    logs.writer("shop-1").state(DeploymentState.LIVE, "shop-1 is live")
    begun = time.monotonic()
    assert texts(logs.follow("shop-1", lambda: True)) == ["shop-1 is live"]
    assert time.monotonic() - begun < 30


def test_the_end_is_noticed_at_once_when_it_comes_between_a_look_and_a_read(
    logs: Logs[DeploymentEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_POLL", 60.0)
    answers = iter([False, True])
    logs.writer("shop-1").state(DeploymentState.LIVE, "shop-1 is live")
    begun = time.monotonic()
    assert texts(logs.follow("shop-1", lambda: next(answers, True))) == ["shop-1 is live"]
    assert time.monotonic() - begun < 30


def test_a_log_without_an_end_does_not_hold_a_follower_for_ever(
    logs: Logs[DeploymentEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_POLL", 0.01)
    logs.writer("shop-1").note("first")
    assert texts(logs.follow("shop-1", lambda: True)) == ["first"]
    assert texts(logs.follow("shop-2", lambda: True)) == []


def test_closing_lets_every_follower_go(logs: Logs[DeploymentEvent]) -> None:
    reader = threading.Thread(target=lambda: list(logs.follow("shop-1", lambda: False)))
    reader.start()
    logs.close()
    reader.join(5)
    assert not reader.is_alive()


def test_many_writers_never_mix_their_lines(logs: Logs[DeploymentEvent]) -> None:
    log = logs.writer("shop-1")

    def write(digit: str) -> None:
        for _ in range(10):
            log.output(digit * 9000)

    threads = [threading.Thread(target=write, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    lines = texts(logs.read("shop-1"))
    assert len(lines) == 40
    assert all(len(set(line)) == 1 for line in lines)


def test_what_others_wrote_is_redacted_on_the_way_in_and_our_own_words_are_not(logs: Logs[DeploymentEvent]) -> None:
    log = logs.writer("shop-1", Redactor([Secret("hunter22"), Secret("live")]))
    log.output("password=hunter22")
    log.quote("the engine says: hunter22")
    log.note("live at live")
    log.state(DeploymentState.LIVE, "shop-1 is live")
    assert texts(logs.read("shop-1")) == [
        "password=••••••",
        "the engine says: ••••••",
        "live at live",
        "shop-1 is live",
    ]
    assert "hunter22" not in logs.path("shop-1").read_text()


def test_what_is_hidden_later_is_redacted_from_then_on_and_what_was_hidden_stays_so(
    logs: Logs[DeploymentEvent],
) -> None:
    log = logs.writer("shop-1", Redactor([Secret("old-value")]))
    log.hide([Secret("new-value")])
    log.output("old-value new-value")
    assert texts(logs.read("shop-1")) == ["•••••• ••••••"]


def test_a_failure_is_redacted_but_for_its_hint_and_the_names_of_ours(logs: Logs[DeploymentEvent]) -> None:
    log = logs.writer("shop-1", Redactor([Secret("hunter22"), Secret("shop")], own=["shop"]))
    kept = log.redacted(Failure("failed", "shop said hunter22", "Ask shop.", ("hunter22 of shop",)))
    assert kept == Failure("failed", "shop said ••••••", "Ask shop.", ("•••••• of shop",))


def test_warnings_that_stand_far_above_are_repeated_at_the_end(logs: Logs[DeploymentEvent]) -> None:
    log = logs.writer("shop-1", Redactor([Secret("hunter22")]))
    log.warn("early")
    log.build_output("sh0: early as well")
    log.warn("early with hunter22")
    for number in range(20):
        log.output(f"line {number}")
    log.warn("late")
    log.build_output("sh0: late as well")
    before = len(logs.read("shop-1"))
    log.repeat_warnings()
    said = ["early", "early as well", f"early with {REDACTED}"]
    assert texts(logs.read("shop-1"))[before:] == [f"warning: {text}" for text in said]
    assert log.warnings == [*said, "late", "late as well"]


def test_where_a_line_was_cut_no_beginning_of_a_secret_is_shown(logs: Logs[DeploymentEvent]) -> None:
    log = logs.writer("shop-1", Redactor([Secret("a-secret-of-29-characters-X9y")]))
    cut = f"{'b' * (LONGEST_LINE - 10)}a-secret-o"
    log.output(cut)
    log.output(cut[1:])
    kept = log.redacted(Failure("code", "it failed", log=(cut, cut, "a-secret-of-29-characters-X9y")))
    shown = f"{'b' * (LONGEST_LINE - 10)}… (the line is longer)"
    assert texts(logs.read("shop-1")) == [shown, cut[1:]]
    assert kept.log == (shown, shown, REDACTED)
    log.explain([cut])
    assert len(logs.read("shop-1")) == 2, "it was printed while it ran"


def test_a_build_that_prints_without_end_fills_no_disk(
    logs: Logs[DeploymentEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LARGEST", 1 << 20)
    log = logs.writer("shop-1")
    for _ in range(20_000):
        log.output("y")
    log.output("x" * 5000)
    assert logs.path("shop-1").stat().st_size < 3 << 20
    assert texts(logs.read("shop-1"))[-1] == "what is printed from here on is not kept: it is more than 1 MiB"
    log.explain(["the reason"])
    log.note("it failed")
    assert texts(logs.read("shop-1"))[-2:] == ["the reason", "it failed"]
