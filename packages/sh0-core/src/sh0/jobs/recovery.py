"""What becomes of runs that had not ended when the platform was last there. Pure."""

from collections.abc import Iterable
from typing import Generic

import attrs

from sh0.jobs.kind import Kind, R
from sh0.records.run import RunState


@attrs.frozen
class Unfinished(Generic[R]):
    """Runs that had not ended when the platform was last there.

    Attributes:
        standing: Their result stands; what is left is done.
        waiting: They go on waiting.
        cut_off: They are over; what they left behind is cleared away.
    """

    standing: tuple[R, ...] = ()
    waiting: tuple[R, ...] = ()
    cut_off: tuple[R, ...] = ()


def unfinished(kind: Kind[R], found: Iterable[R]) -> Unfinished[R]:
    """Decide about each run that was found running or waiting at start."""
    standing, waiting, cut_off = [], [], []
    for each in found:
        if kind.stands(each):
            standing.append(each)
        elif each.state.value == RunState.QUEUED and kind.waits(each):
            waiting.append(each)
        else:
            cut_off.append(each)
    return Unfinished(tuple(standing), tuple(waiting), tuple(cut_off))
