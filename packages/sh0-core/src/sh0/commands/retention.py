"""Which ended commands are kept. Pure."""

from collections import defaultdict
from collections.abc import Iterable

from sh0.records.command import CommandRun

KEPT = 100
"""Ended commands that are kept of an app, and of each of its jobs of cron."""


def superfluous(runs: Iterable[CommandRun], keep: int = KEPT) -> tuple[CommandRun, ...]:
    """The ended commands of an app that are kept no longer: of each job, and of all others, the newest stay."""
    groups: dict[str | None, list[CommandRun]] = defaultdict(list)
    for run in sorted(runs, key=lambda each: -each.number):
        if run.state.ended:
            groups[run.cron].append(run)
    return tuple(run for group in groups.values() for run in group[keep:])
