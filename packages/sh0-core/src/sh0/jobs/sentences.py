"""How a run stands, in a sentence. Pure."""

from collections.abc import Mapping
from typing import Final

from sh0.records.run import Failure, State

__all__ = ["end_of", "stands"]

_VERBS: Final[Mapping[str, str]] = {
    "queued": "waits for its turn",
    "running": "is running",
    "done": "is done",
    "live": "is live",
    "replaced": "was replaced",
    "stopped": "is stopped",
    "failed": "failed",
    "cancelled": "was cancelled",
    "superseded": "was superseded",
    "interrupted": "was interrupted",
}
"""What is said of each state; a test holds them against the states of every kind."""


def stands(what: str, state: State) -> str:
    """How a run stands: ``shop-3 failed``.

    Args:
        what: Its id, or a word for it.
        state: Its state.
    """
    return f"{what} {_VERBS[state.value]}"


def end_of(what: str, state: State, failure: Failure | None) -> str:
    """How a run has ended, and why, each said once: ``shop-3 failed: the build failed``."""
    reason = failure.message if failure is not None else ""
    if reason.startswith(f"{what} "):  # the reason is a sentence about the run already
        return reason
    return f"{stands(what, state)}: {reason}" if reason else stands(what, state)
