"""How an exception ends work that takes time."""

import errno
from pathlib import Path

import pytest

from sh0.errors import BuildFailed, Cancelled, DiskFull, EngineUnavailable, internal_error
from sh0.jobs.ends import FREE_SPACE, demand_space, ended_by, is_internal
from sh0.records.run import Failure, RunState
from sh0.shutdown import Interrupted

WORK = Path("/srv/work")


def end(error: BaseException, *, closing: bool = False) -> tuple[RunState, Failure]:
    return ended_by(error, "shop-1", "Do it again: sh0 again", closing=closing, where=WORK)


@pytest.mark.parametrize(
    ("error", "closing", "state", "code"),
    [
        (Interrupted(), False, RunState.INTERRUPTED, "interrupted"),
        (Interrupted(), True, RunState.INTERRUPTED, "interrupted"),
        (Cancelled("cancelled"), False, RunState.CANCELLED, "cancelled"),
        (Cancelled("cancelled"), True, RunState.INTERRUPTED, "interrupted"),
        (EngineUnavailable("away"), False, RunState.FAILED, "engine-unavailable"),
        (EngineUnavailable("away"), True, RunState.FAILED, "engine-unavailable"),
        (OSError(errno.ENOSPC, "No space left on device"), False, RunState.FAILED, "disk-full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), False, RunState.FAILED, "disk-full"),
        (OSError(errno.EACCES, "Permission denied"), False, RunState.FAILED, "error"),
        (ZeroDivisionError("by zero"), False, RunState.FAILED, "internal"),
    ],
    ids=lambda value: repr(value) if isinstance(value, Exception) else None,
)
def test_an_exception_decides_the_state_and_the_code(
    error: Exception, closing: bool, state: RunState, code: str
) -> None:
    found, failure = end(error, closing=closing)
    assert (found, failure.code) == (state, code)


def test_an_error_of_sh0_is_told_as_it_is_with_the_lines_that_explain_it() -> None:
    _, failure = end(BuildFailed("it broke", hint="Look.", log=["one", 2]))
    assert failure == Failure("build-failed", "it broke", "Look.", ("one", "2"))
    _, failure = end(BuildFailed("it broke", log="no list"))
    assert failure == Failure("build-failed", "it broke")


def test_a_full_disk_is_named_with_what_helps() -> None:
    _, failure = end(OSError(errno.ENOSPC, "No space left on device"))
    assert str(WORK) in failure.message
    assert "sh0 deployments clean" in failure.hint


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.EACCES, "Permission denied", "/x"), "Permission denied: /x"),
        (OSError(errno.EACCES, "Permission denied"), "the operating system refused: Permission denied"),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), "a connection failed: Connection reset"),
        (OSError(errno.EMFILE, "Too many open files"), "this process has too many files and connections open at once"),
        (OSError("odd"), "the operating system refused: odd"),
    ],
)
def test_what_the_system_refuses_is_told_with_the_file_if_it_is_about_one(error: OSError, told: str) -> None:
    message = end(error)[1].message
    assert message.startswith(told)
    assert str(WORK) not in message


def test_an_internal_error_names_the_exception_and_where_to_look() -> None:
    failure = end(ZeroDivisionError("by zero"))[1]
    assert "ZeroDivisionError: by zero" in failure.message
    assert failure.hint == internal_error(ZeroDivisionError()).hint != ""


def test_what_was_interrupted_is_named() -> None:
    failure = end(Interrupted())[1]
    assert failure.message.startswith("shop-1 ")
    assert failure.hint == "Do it again: sh0 again"


@pytest.mark.parametrize(
    ("error", "internal"),
    [(Interrupted(), False), (Cancelled("x"), False), (OSError("x"), False), (KeyError("x"), True)],
)
def test_only_what_nobody_foresaw_is_internal(error: Exception, internal: bool) -> None:
    assert is_internal(error) is internal


def test_work_begins_only_where_there_is_space() -> None:
    demand_space(FREE_SPACE, WORK)
    with pytest.raises(DiskFull, match=r"only 1 MiB .*/srv/work") as caught:
        demand_space(1 << 20, WORK)
    assert "sh0 deployments clean" in caught.value.hint
