"""What happened, and who did what."""

import threading

import pytest

from sh0.journal import journal as module
from sh0.journal.journal import Journal
from sh0.operations import SYSTEM, AuditRecord, Call
from sh0.records.journal import AUDIT, EVENTS, Event
from sh0.store import Records
from sh0.testing.clock import FakeClock


@pytest.fixture
def journal(records: Records, clock: FakeClock) -> Journal:
    return Journal(records, clock)


def test_an_event_is_written_down_with_its_time(journal: Journal, records: Records, clock: FakeClock) -> None:
    clock.advance(60)
    event = journal.note("app.created", "app/shop", "shop was created")
    assert records[EVENTS].where() == [event]
    assert (event.id, event.time) == (1, clock.now())


def test_a_follower_hears_everything_from_when_it_asked(journal: Journal) -> None:
    journal.note("before", "x", "")
    follower = journal.follow()
    events = [journal.note(kind, "x", "") for kind in ("one", "two")]
    journal.close()
    assert list(follower) == events


def test_every_follower_hears_every_event(journal: Journal) -> None:
    followers = [journal.follow() for _ in range(3)]
    event = journal.note("one", "x", "")
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


def test_a_follower_that_left_is_forgotten(journal: Journal) -> None:
    follower = journal.follow()
    journal.note("one", "x", "")
    next(follower)
    follower.close()  # type: ignore[attr-defined]
    assert journal._followers == set()


def test_a_follower_that_does_not_read_costs_no_more_than_so_many_events(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PENDING", 3)
    follower = journal.follow()
    for number in range(10):
        journal.note(str(number), "x", "")
    journal.close()
    assert [event.kind for event in follower] == ["0", "1", "2"]


def test_a_listener_hears_of_an_event_that_is_already_written(journal: Journal, records: Records) -> None:
    heard: list[bool] = []
    journal.listen(lambda event: heard.append(records[EVENTS].find(event.id) == event))
    journal.note("one", "x", "")
    assert heard == [True]


def test_old_events_are_dropped(journal: Journal, records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT_EVENTS", 50)
    for number in range(100):
        journal.note(str(number), "x", "")
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
