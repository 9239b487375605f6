"""The queue of deployments."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, cast

import attrs
import pytest

from sh0.deployments.kind import DeploymentKind
from sh0.deployments.queue import DeploymentQueue
from sh0.deployments.snapshots import Snapshots
from sh0.errors import WrongState
from sh0.jobs.log import Logs
from sh0.jobs.recovery import unfinished
from sh0.operations import Caller, CallerKind, acting_as
from sh0.records.app import APPS, App, HealthCheck, Resources
from sh0.records.deployment import (
    DEPLOYMENTS,
    Deployment,
    DeploymentEvent,
    DeploymentState,
    PushedRevision,
    Reason,
    RegistryImage,
    SameImage,
    Source,
    UploadedArchive,
)
from sh0.records.domain import HOST_NAMES, Domain, Https
from sh0.records.journal import EVENTS
from sh0.records.project import PROJECTS
from sh0.records.variable import VARIABLES, Variable
from sh0.servers.fleet import Fleet
from sh0.serving.limits import DefaultMemory
from sh0.settings import Settings
from sh0.store import Records
from sh0.testing.clock import FakeClock
from sh0.values import ByteSize, Secret
from tests.core.contexts import context_of
from tests.core.examples import NOON, PROJECT, SNAPSHOT, app, deployment

if TYPE_CHECKING:
    from sh0.deployments.work import DeploymentParts

QUEUED, RUNNING, SUPERSEDED, CANCELLED, LIVE = (
    DeploymentState.QUEUED,
    DeploymentState.RUNNING,
    DeploymentState.SUPERSEDED,
    DeploymentState.CANCELLED,
    DeploymentState.LIVE,
)
PUSH, RESTART, IMAGE = PushedRevision("c" * 40, "main"), SameImage(), RegistryImage("nginx")


NO_LIMIT = DefaultMemory(Settings(default_memory=ByteSize(0)), Fleet([]))


class Desk:
    """A queue with two apps, and short ways to use it."""

    def __init__(self, records: Records, clock: FakeClock, folder: Path) -> None:
        self.records, self.clock, self.context = records, clock, context_of(records, clock, folder)
        self.work, self.journal = self.context.work.path, self.context.journal
        self.logs = Logs(folder, clock, DeploymentEvent)
        self.kind = DeploymentKind(self.context, self.logs, cast("DeploymentParts", None))
        self.queue = self.another()
        records[PROJECTS].insert(PROJECT)
        self.shop: App = records[APPS].insert(app("shop", 1))
        self.blog: App = records[APPS].insert(app("blog", 2))

    def another(self) -> DeploymentQueue:
        """The queue, as another process has it."""
        return DeploymentQueue(self.context, self.kind, Snapshots(self.records, NO_LIMIT))

    def close(self) -> None:
        self.context.shutdown.begin()
        self.queue.close()

    def ask(self, source: Source = PUSH, reason: Reason = Reason.PUSH, app: App | None = None) -> Deployment:
        self.clock.advance(1)
        return self.queue.enqueue(app or self.shop, reason, source, "r")

    def states(self) -> dict[str, DeploymentState]:
        return {d.id: d.state for d in self.records[DEPLOYMENTS].where(order="id")}

    def take(self, *busy: str) -> str | None:
        taken = self.queue.take(lambda: frozenset(busy))
        return taken.id if taken else None

    def end(self, deployment: str) -> None:
        self.records[DEPLOYMENTS].change(deployment, state=LIVE)
        self.queue.ended(deployment)

    def log(self, deployment: Deployment) -> list[str]:
        return [event.text for event in self.logs.read(deployment.id)]


@pytest.fixture
def desk(records: Records, clock: FakeClock, tmp_path: Path) -> Desk:
    return Desk(records, clock, tmp_path)


def test_a_deployment_gets_the_next_number_of_its_app(desk: Desk) -> None:
    assert [desk.ask(app=a).id for a in (desk.shop, desk.blog, desk.shop)] == ["shop-1", "blog-1", "shop-2"]


def test_what_was_asked_for_is_written_down_before_anything_happens(desk: Desk) -> None:
    with acting_as(Caller(CallerKind.KEY, "me")):
        asked = desk.ask()
    assert desk.records[DEPLOYMENTS].get("shop-1") == asked
    assert (asked.state, asked.requested_by, asked.created) == (QUEUED, "key:me", desk.clock.now())
    assert desk.log(asked) == ["shop-1 waits for its turn"]


def test_a_snapshot_holds_what_the_app_would_run_with_now(desk: Desk) -> None:
    records = desk.records
    records[VARIABLES].insert(Variable("shop", "TOKEN", Secret("hunter22"), NOON))
    records[VARIABLES].insert(Variable("blog", "OTHER", Secret("x"), NOON))
    records[HOST_NAMES].insert(Domain("shop.localhost", "shop", True, Https.OFF, NOON))
    records[HOST_NAMES].insert(Domain("shop.example.org", "shop", False, Https.OFF, NOON))
    changed = records[APPS].change(
        "shop", replicas=2, port=3000, resources=Resources(ByteSize(1), 0.5), health=HealthCheck("/up")
    )
    snapshot = desk.queue.enqueue(changed, Reason.PUSH, PUSH, "r").snapshot
    assert snapshot.environment == {"TOKEN": Secret("hunter22")}
    assert snapshot.hosts == ("shop.example.org", "shop.localhost")
    assert (snapshot.replicas, snapshot.port) == (2, 3000)
    assert (snapshot.resources, snapshot.health) == (changed.resources, changed.health)


def test_a_snapshot_does_not_change_with_its_app(desk: Desk) -> None:
    asked = desk.ask()
    desk.records[APPS].change("shop", replicas=5)
    assert desk.records[DEPLOYMENTS].get(asked.id).snapshot.replicas == 1


def test_a_rollback_brings_its_own_snapshot(desk: Desk) -> None:
    old = attrs.evolve(SNAPSHOT, replicas=7)
    asked = desk.queue.enqueue(desk.shop, Reason.ROLLBACK, SameImage("shop-1"), "r", old)
    assert asked.snapshot == old


def test_deployments_are_handed_out_in_the_order_they_came(desk: Desk) -> None:
    desk.ask(app=desk.shop)
    desk.ask(app=desk.blog)
    assert [desk.take(), desk.take("shop")] == ["shop-1", "blog-1"]
    assert desk.states() == {"shop-1": RUNNING, "blog-1": RUNNING}


def test_what_is_handed_out_is_marked_as_running_with_its_time(desk: Desk) -> None:
    desk.ask()
    desk.clock.advance(9)
    desk.take()
    taken = desk.records[DEPLOYMENTS].get("shop-1")
    assert (taken.state, taken.started) == (RUNNING, desk.clock.now())


def test_one_deployment_at_a_time_runs_per_app(desk: Desk) -> None:
    desk.ask()
    desk.take()
    desk.ask()
    got: list[str | None] = []
    busy = {"shop"}
    thread = threading.Thread(target=lambda: got.append(getattr(desk.queue.take(lambda: frozenset(busy)), "id", None)))
    thread.start()
    thread.join(0.05)
    assert thread.is_alive()
    busy.clear()
    desk.end("shop-1")
    thread.join(5)
    assert got == ["shop-2"]


def test_whoever_waits_for_work_is_woken_by_it(desk: Desk) -> None:
    got: list[str | None] = []
    thread = threading.Thread(target=lambda: got.append(desk.take()))
    thread.start()
    desk.ask()
    thread.join(5)
    assert got == ["shop-1"]


def test_a_push_supersedes_the_push_that_waits_and_its_pusher_is_told(desk: Desk) -> None:
    older, newer = desk.ask(), desk.ask()
    assert desk.states() == {"shop-1": SUPERSEDED, "shop-2": QUEUED}
    assert desk.log(older)[-1] == "shop-1 was superseded by shop-2"
    assert desk.records[DEPLOYMENTS].get(older.id).finished == newer.created
    assert [event.kind for event in desk.records[EVENTS].where()] == ["deployment.superseded"]


def test_a_push_does_not_touch_what_runs(desk: Desk) -> None:
    desk.ask()
    desk.take()
    desk.ask()
    assert desk.states() == {"shop-1": RUNNING, "shop-2": QUEUED}


def test_a_push_of_another_app_supersedes_nothing(desk: Desk) -> None:
    desk.ask(app=desk.shop)
    desk.ask(app=desk.blog)
    assert set(desk.states().values()) == {QUEUED}


def test_a_restart_never_supersedes_a_push_that_waits(desk: Desk) -> None:
    desk.ask(PUSH, Reason.PUSH)
    desk.ask(RESTART, Reason.RESTART)
    desk.ask(RESTART, Reason.ENVIRONMENT)
    assert desk.states() == {"shop-1": QUEUED, "shop-2": SUPERSEDED, "shop-3": QUEUED}
    assert desk.take() == "shop-1"
    desk.end("shop-1")
    assert desk.take() == "shop-3"


def test_a_push_supersedes_a_restart_that_waits(desk: Desk) -> None:
    desk.ask(RESTART, Reason.RESTART)
    desk.ask(IMAGE, Reason.IMAGE)
    assert desk.states() == {"shop-1": SUPERSEDED, "shop-2": QUEUED}


def test_the_archive_of_a_superseded_upload_is_removed(desk: Desk) -> None:
    (desk.work / "a.upload").touch()
    desk.ask(UploadedArchive("a.upload"), Reason.UPLOAD)
    desk.ask()
    assert list(desk.work.iterdir()) == []


def test_a_waiting_deployment_is_cancelled_at_once(desk: Desk) -> None:
    (desk.work / "a.upload").touch()
    asked = desk.ask(UploadedArchive("a.upload"), Reason.UPLOAD)
    with acting_as(Caller(CallerKind.TOKEN, "ci")):
        desk.queue.cancel(asked)
    assert desk.states() == {"shop-1": CANCELLED}
    assert desk.log(asked)[-1] == "shop-1 was cancelled by token:ci"
    assert list(desk.work.iterdir()) == []
    desk.close()
    assert desk.take() is None


def test_a_running_deployment_is_told_that_it_is_cancelled(desk: Desk) -> None:
    asked = desk.ask()
    desk.take()
    told = desk.queue.cancellation(asked.id)
    assert not told.is_set()
    desk.queue.cancel(asked)  # as the caller saw it: still waiting
    assert told.is_set()
    assert desk.states() == {"shop-1": RUNNING}


def test_what_has_ended_cannot_be_cancelled(desk: Desk) -> None:
    asked = desk.ask()
    desk.queue.cancel(asked)
    with pytest.raises(WrongState, match="was cancelled: there is nothing to cancel"):
        desk.queue.cancel(desk.records[DEPLOYMENTS].get(asked.id))


def test_a_deployment_is_either_cancelled_or_handed_out_and_never_both(desk: Desk) -> None:
    for _ in range(20):
        asked = desk.ask()
        taken: list[str | None] = []
        thread = threading.Thread(
            target=lambda taken=taken: taken.append(getattr(desk.queue.take(lambda: frozenset()), "id", None))
        )
        thread.start()
        desk.queue.cancel(asked)
        state = desk.records[DEPLOYMENTS].get(asked.id).state
        if state is CANCELLED:
            asked = desk.ask()
        thread.join(5)
        assert taken == [asked.id]
        assert desk.records[DEPLOYMENTS].get(asked.id).state is RUNNING
        desk.end(asked.id)


def test_waiting_ends_with_the_deployment(desk: Desk) -> None:
    asked = desk.ask()
    got: list[Deployment] = []
    thread = threading.Thread(target=lambda: got.append(desk.queue.wait(asked.id, 5)))
    thread.start()
    desk.end(asked.id)
    thread.join(5)
    assert got[0].state is LIVE


def test_waiting_ends_with_its_time(desk: Desk) -> None:
    assert desk.queue.wait(desk.ask().id, 0.01).state is QUEUED


def test_what_waits_is_there_for_the_next_process(desk: Desk) -> None:
    desk.ask()
    taken = desk.another().take(lambda: frozenset())
    assert taken is not None
    assert taken.id == "shop-1"


def test_a_closed_queue_hands_out_nothing_and_stops_what_runs(desk: Desk) -> None:
    desk.ask()
    told = desk.queue.cancellation("shop-1")
    desk.close()
    assert desk.take() is None
    assert told.is_set()
    assert desk.states() == {"shop-1": QUEUED}


@pytest.mark.parametrize(
    ("state", "reason", "live", "decision"),
    [
        (RUNNING, Reason.PUSH, "shop-1", "standing"),
        (RUNNING, Reason.ROLLBACK, "shop-1", "standing"),
        (RUNNING, Reason.PUSH, None, "cut_off"),
        (RUNNING, Reason.UPLOAD, None, "cut_off"),
        (QUEUED, Reason.PUSH, None, "cut_off"),
        (QUEUED, Reason.UPLOAD, None, "waiting"),
        (QUEUED, Reason.RESTART, None, "waiting"),
        (QUEUED, Reason.GIT, None, "waiting"),
    ],
)
def test_what_a_crash_cut_off_is_finished_kept_or_interrupted(
    desk: Desk, state: DeploymentState, reason: Reason, live: str | None, decision: str
) -> None:
    desk.records[DEPLOYMENTS].insert(deployment(1, state=state, reason=reason))
    desk.records[APPS].change("shop", live=live)
    found = unfinished(desk.kind, desk.records[DEPLOYMENTS].where())
    assert {name: [each.id for each in getattr(found, name)] for name in ("standing", "waiting", "cut_off")} == {
        "standing": [],
        "waiting": [],
        "cut_off": [],
        decision: ["shop-1"],
    }
