"""``sh0 events``."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from sh0_cli.command import command
from sh0_cli.moments import IdOrMoment
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import Event

_KEPT = 100_000  # more than a platform keeps


@command("events")
@click.option("--follow", "-f", is_flag=True, help="Go on as they happen, until Ctrl-C.")
@click.option(
    "--since",
    type=IdOrMoment(),
    metavar="ID|TIME",
    help="Only what came after: the id of an event, 10m ago, 2h, or a time (UTC).",
)
@click.option("--lines", "-n", default=50, show_default=True, metavar="N", help="Without --since: the last so many.")
@pass_session
def events(session: Session, follow: bool, since: int | datetime | None, lines: int) -> None:
    """Show what happened, oldest first, and go on with what happens.

    After an interruption, --since with the id of the last event goes on without a gap; --json shows the ids.
    """
    from sh0_cli.records import show_item

    for event in _followed(session, since) if follow else _listed(session, since, lines):
        show_item(session.output, event)


def _followed(session: Session, since: int | datetime | None) -> "Iterator[Event]":
    follow = session.platform.events.follow
    if not isinstance(since, datetime):
        yield from follow(since=since)
        return
    for event in follow(since=0):
        if event.time > since:
            yield event


def _listed(session: Session, since: int | datetime | None, lines: int) -> "Iterator[Event]":
    found = session.platform.events.list(limit=lines if since is None else _KEPT)
    for event in reversed(found):
        if since is None or (event.time > since if isinstance(since, datetime) else event.id > since):
            yield event
