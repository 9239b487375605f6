"""The same failure ends a deployment of an app and a release of a stack in the same way."""

import contextlib
import errno
import shutil
import threading
import time
from collections import namedtuple
from collections.abc import Callable, Iterator

import attrs
import pytest

from sh0.bootstrap import Core, compose
from sh0.errors import Cancelled, DatabaseLocked, DiskFull, EngineUnavailable
from sh0.jobs import retry
from sh0.jobs.log import RunLog
from sh0.outside import Ports
from sh0.records.deployment import DEPLOYMENTS, PLACEMENTS, DeploymentState, RegistryImage
from sh0.records.run import Failure
from sh0.records.stack import RELEASES
from sh0.settings import Settings
from sh0.store import Records
from sh0.testing.clock import FakeClock
from sh0.testing.confinement import FakeConfinement
from tests.core.shop import Shop
from tests.core.stacks.parts import Stage

FILE = "services:\n  web:\n    image: web:1\n    expose: ['80']\n"


@attrs.frozen
class End:
    """How something ended."""

    state: DeploymentState
    failure: Failure | None


def deploy_app(stage: Stage) -> End:
    shop = Shop(stage)
    ended = shop.ended(stage.core.platform.deployments.create("shop", RegistryImage("web:1")))
    return End(ended.state, ended.failure)


def release_stack(stage: Stage) -> End:
    ended = stage.fails(FILE)
    return End(ended.state, ended.failure)


KINDS: dict[str, Callable[[Stage], End]] = {"app": deploy_app, "stack": release_stack}
both = pytest.mark.parametrize("work", KINDS.values(), ids=KINDS)


@both
@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "failed", "disk-full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "failed", "disk-full"),
        (DiskFull("no room", hint="Free some space."), "failed", "disk-full"),
        (OSError(errno.EACCES, "Permission denied", "/x"), "failed", "error"),
        (DatabaseLocked("locked"), "failed", "database-locked"),
        (EngineUnavailable("away"), "failed", "engine-unavailable"),
        (Cancelled("cancelled"), "cancelled", "cancelled"),
        (ZeroDivisionError("oh"), "failed", "internal"),
    ],
    ids=lambda value: repr(value) if isinstance(value, Exception) else "",
)
def test_what_the_engine_raises_ends_both_alike(
    stage: Stage, work: Callable[[Stage], End], error: Exception, state: str, code: str
) -> None:
    def apply(workload: object) -> None:
        raise error

    stage.runtime.apply = apply  # type: ignore[assignment, method-assign]
    end = work(stage)
    assert end.failure is not None
    assert (end.state.value, end.failure.code) == (state, code)
    assert ("report" in end.failure.hint) == (code == "internal")
    if code == "disk-full":
        assert "Free some space" in end.failure.hint


@both
def test_a_disk_that_is_nearly_full_is_noticed_before_anything_begins(
    stage: Stage, work: Callable[[Stage], End], monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(100, 99, 1 << 20))
    end = work(stage)
    assert end.failure is not None
    assert (end.state.value, end.failure.code) == ("failed", "disk-full")
    assert "only 1 MiB are free" in end.failure.message
    assert not [call for call in stage.runtime.calls if call[0] in ("apply", "pull")]


@attrs.frozen
class Held:
    """A call of the engine that waits until it is let go."""

    reached: threading.Event = attrs.field(factory=threading.Event)
    let_go: threading.Event = attrs.field(factory=threading.Event)

    def __call__(self, call: Callable[..., object]) -> Callable[..., object]:
        def held(*arguments: object, **named: object) -> object:
            self.reached.set()
            assert self.let_go.wait(20)
            return call(*arguments, **named)

        return held


def begin_app(stage: Stage) -> str:
    shop = Shop(stage)
    return shop.platform.deployments.create("shop", RegistryImage("web:1")).id


def begin_stack(stage: Stage) -> str:
    return stage.begin(FILE.replace("expose:", "x-sh0: {expose: 80}\n    expose:")).id


AGAIN = {
    "app": "Deploy it again: sh0 deploy shop --image web:1",
    "stack": "Bring the stack up again: sh0 compose up --name shop",
}
BEGIN: dict[str, Callable[[Stage], str]] = {"app": begin_app, "stack": begin_stack}


def cancel(stage: Stage, work: str) -> None:
    platform = stage.core.platform
    if "." in work:
        platform.stacks.cancel("shop", work)
    else:
        platform.deployments.cancel("shop", work)


def recorded(records: Records, work: str) -> End:
    ended = records[RELEASES].get(work) if "." in work else records[DEPLOYMENTS].get(work)
    return End(ended.state, ended.failure)


def last_line(core: Core, work: str) -> str:
    """The end of its log."""
    follow = core.platform.stacks.follow if "." in work else core.platform.deployments.follow
    return [event.text for event in follow("shop", work)][-1]


@contextlib.contextmanager
def opened_again(stage: Stage) -> Iterator[Core]:
    """A platform that was closed, as its next start finds it."""
    ports = Ports([stage.core.context.fleet.at("local")], FakeClock(), FakeConfinement())
    core = compose(stage.core.context.home, Settings(base_domain="example.org"), ports=lambda *_: ports)
    try:
        yield core
    finally:
        core.platform.close()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def reconcilers() -> int:
    """How many platforms of this process are open and not closing: what follows the engine goes first."""
    return sum(thread.name == "sh0-events-local" for thread in threading.enumerate())


@pytest.mark.parametrize("kind", BEGIN)
@pytest.mark.parametrize("at", ["apply", "dial_tcp"])
@pytest.mark.parametrize("asked", ["cancelled, then closed", "closed, then cancelled", "closed", "cancelled"])
def test_what_is_cancelled_while_the_platform_closes_ends_both_alike(
    stage: Stage, kind: str, at: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, records = Held(), stage.core.context.records
    part = stage.link if at == "dial_tcp" else stage.runtime
    monkeypatch.setattr(part, at, held(getattr(part, at)))
    work = BEGIN[kind](stage)
    assert held.reached.wait(20)
    closes = threading.Thread(target=stage.core.platform.close)
    if asked.startswith("cancelled"):
        cancel(stage, work)
    if "closed" in asked:
        opened = reconcilers()
        closes.start()
        until(lambda: reconcilers() < opened)
    if asked == "closed, then cancelled":
        cancel(stage, work)
    held.let_go.set()
    state, message, hint = "interrupted", f"{work} was interrupted: the platform is closing", AGAIN[kind]
    if asked == "cancelled":
        state, message, hint = "cancelled", f"{work} was cancelled", ""
        until(lambda: recorded(records, work).state.ended)
        closes.start()
    closes.join(20)
    assert asked != "cancelled" or not list(stage.core.context.home.work.iterdir())
    with opened_again(stage) as core:
        end = recorded(core.context.records, work)
        assert end.failure is not None
        assert (end.state.value, end.failure.code) == (state, state)
        assert (end.failure.message, end.failure.hint) == (message, hint)
        assert last_line(core, work).split("\n")[0] == message
        core.start()
        assert not list(core.context.home.work.iterdir())
        assert not core.context.records[PLACEMENTS].where()
        assert all(each.state.ended for each in core.context.records[DEPLOYMENTS].where())
    assert not stage.runtime.observe()


@both
def test_an_end_that_a_full_disk_keeps_from_being_recorded_is_recorded_later(
    stage: Stage, work: Callable[[Stage], End], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "INTERVAL", 0.01)
    stage.runtime.fail_next("apply", DiskFull("the disk is full", hint="Free some space."))
    kept = RunLog.state
    tries: list[str] = []

    def state(log: RunLog, now: DeploymentState, text: str) -> None:
        if now.ended and len(tries) < 3:
            tries.append(text)
            raise OSError(errno.ENOSPC, "No space left on device")
        kept(log, now, text)

    monkeypatch.setattr(RunLog, "state", state)
    end = work(stage)
    assert len(tries) == 3
    assert end.failure is not None
    assert (end.state.value, end.failure.code) == ("failed", "disk-full")
