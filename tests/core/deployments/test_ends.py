"""The same failure ends a deployment of an app and a release of a stack in the same way."""

import errno
import shutil
from collections import namedtuple
from collections.abc import Callable

import attrs
import pytest

from sh0.deployments.model import DeploymentState, Failure, RegistryImage
from sh0.errors import Cancelled, DatabaseLocked, DiskFull, EngineUnavailable
from tests.core.deployments.shop import Shop
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
