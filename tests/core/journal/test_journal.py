"""What happened, and who did what."""

import threading

import pytest

from sh0.journal import journal as module
from sh0.journal.journal import Journal
from sh0.operations import SYSTEM, AuditRecord, Call
from sh0.records.event_payloads import AppPayload, ServerPayload, StackPayload
from sh0.records.event_types import EventType
from sh0.records.journal import AUDIT, EVENTS, Event
from sh0.store import Records
from sh0.testing.clock import FakeClock


@pytest.fixture
def journal(records: Records, clock: FakeClock) -> Journal:
    return Journal(records, clock)


def happen(journal: Journal) -> Event:
    return journal.emit(EventType.APP_CREATED, AppPayload("shop"), "")


def test_an_event_is_written_down_with_its_time(journal: Journal, records: Records, clock: FakeClock) -> None:
    clock.advance(60)
    event = journal.emit(EventType.APP_CREATED, AppPayload("shop"), "shop was created")
    assert records[EVENTS].where() == [event]
    assert (event.id, event.time) == (1, clock.now())


def test_a_follower_hears_everything_from_when_it_asked(journal: Journal) -> None:
    happen(journal)
    follower = journal.follow()
    events = [happen(journal) for _ in range(2)]
    journal.close()
    assert list(follower) == events


def test_every_follower_hears_every_event(journal: Journal) -> None:
    followers = [journal.follow() for _ in range(3)]
    event = happen(journal)
    assert [next(follower) for follower in followers] == [event] * 3


def test_closing_ends_followers_that_wait_and_those_that_come_later(journal: Journal) -> None:
    heard: list[Event] = []
    follower = journal.follow()
    thread = threading.Thread(target=lambda: heard.extend(follower))
    thread.start()
    journal.close()
    thread.join(5)
    assert not thread.is_alive()
    assert list(journal.follow()) == heard == []


def test_a_follower_that_does_not_read_misses_nothing_and_is_kept_nowhere(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 3)
    follower = journal.follow()
    events = [happen(journal) for _ in range(10)]
    journal.close()
    assert list(follower) == events


def test_following_since_an_event_goes_on_after_it_however_many_there_are(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 3)
    events = [happen(journal) for _ in range(10)]
    follower = journal.follow(since=2)
    events.append(happen(journal))
    journal.close()
    assert list(follower) == events[2:]


def test_following_since_an_event_that_is_still_to_come_begins_with_the_next(journal: Journal) -> None:
    """A home that was restored from a backup counts on from an earlier number."""
    happen(journal)
    follower = journal.follow(since=1000)
    event = happen(journal)
    journal.close()
    assert list(follower) == [event]


def test_followers_miss_and_repeat_nothing_that_threads_emit_at_the_same_time(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 4)
    follower = journal.follow()
    seen: list[int] = []
    reader = threading.Thread(target=lambda: seen.extend(event.id for event in follower))
    emitters = [threading.Thread(target=lambda: [happen(journal) for _ in range(50)]) for _ in range(4)]
    for thread in (reader, *emitters):
        thread.start()
    for thread in emitters:
        thread.join(30)
    journal.close()
    reader.join(30)
    assert seen == list(range(1, 201))


def test_an_event_carries_the_record_of_its_kind_and_no_other(journal: Journal) -> None:
    with pytest.raises(TypeError, match=r"app\.created carries AppPayload, not StackPayload"):
        journal.emit(EventType.APP_CREATED, StackPayload("shop"), "")


def test_neither_sentence_nor_payload_repeats_a_password_of_a_url(journal: Journal, records: Records) -> None:
    text = "https://me:hunter2@example.org does not answer"
    journal.emit(EventType.PLATFORM_DEGRADED, ServerPayload("local", text), text)
    row = records.database.query("select * from events")[0]
    assert "hunter2" not in str(row)


def test_a_listener_hears_of_an_event_that_is_already_written(journal: Journal, records: Records) -> None:
    heard: list[bool] = []
    journal.listen(lambda event: heard.append(records[EVENTS].find(event.id) == event))
    happen(journal)
    assert heard == [True]


def test_old_events_are_dropped(journal: Journal, records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT_EVENTS", 50)
    for _ in range(100):
        happen(journal)
    assert [event.id for event in records[EVENTS].where(order="id")] == list(range(51, 101))


def test_an_audit_entry_says_who_called_what_and_how_it_ended(journal: Journal, records: Records) -> None:
    journal.audit(AuditRecord(SYSTEM, Call("apps.create", {"name": "shop"}), "ok"))
    entry = records[AUDIT].get(1)
    assert (entry.caller, entry.operation, entry.arguments, entry.outcome) == (
        "system",
        "apps.create",
        {"name": "shop"},
        "ok",
    )
