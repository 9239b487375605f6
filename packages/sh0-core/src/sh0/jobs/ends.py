"""How work that takes time ends. The same failure has the same code and hint in every kind of it. Pure."""

from pathlib import Path

from sh0.errors import Cancelled, DiskFull, Sh0Error, internal_error
from sh0.os_errors import translated
from sh0.records.run import Failure, RunState
from sh0.shutdown import Interrupted
from sh0.values import ByteSize

_ROOM = "Free some space ('sh0 deployments clean' helps), then deploy again."
FREE_SPACE = 256 << 20  # bytes; below this a deployment would fail half way, and SQLite with it


def ended_by(error: BaseException, what: str, again: str, *, closing: bool, where: Path) -> tuple[RunState, Failure]:
    """The state and the failure of work that an exception has ended.

    Args:
        error: The exception.
        what: Id of the run.
        again: What to do when it was interrupted.
        closing: Whether the platform is closing: then nobody but it has cancelled.
        where: Folder that it works in, to be named when its disk is full.
    """
    if isinstance(error, Interrupted) or (closing and isinstance(error, Cancelled)):
        text = f"{what} was interrupted: the platform is closing"
        return RunState.INTERRUPTED, Failure("interrupted", text, again)
    if isinstance(error, Cancelled):
        return RunState.CANCELLED, _failure(error)
    if isinstance(error, OSError):
        error = translated(error, where)
    if isinstance(error, Sh0Error):
        return RunState.FAILED, _failure(error)
    said = internal_error(error)
    return RunState.FAILED, Failure("internal", said.message, said.hint)


def is_internal(error: BaseException) -> bool:
    """Whether an exception is one that nobody foresaw."""
    return not isinstance(error, Interrupted | Sh0Error | OSError)


def demand_space(free: int, where: Path) -> None:
    """Refuse to begin where the disk is nearly full.

    Raises:
        DiskFull: So little is free that the work would fail half way.
    """
    if free < FREE_SPACE:
        raise DiskFull(f"only {ByteSize(free).words} are free on the disk of {where}", hint=_ROOM)


def _failure(error: Sh0Error) -> Failure:
    lines = error.details.get("log")
    found = tuple(map(str, lines)) if isinstance(lines, list | tuple) else ()
    return Failure(error.code, error.message, error.hint, found)
