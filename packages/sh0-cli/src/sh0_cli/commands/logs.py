"""``sh0 logs``."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.moments import Moment
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import AppStatus, LogLine


@command("logs")
@app_argument
@click.option("--follow", "-f", is_flag=True, help="Go on, with the next versions as well, until Ctrl-C.")
@click.option("--lines", "-n", default=100, show_default=True, metavar="N", help="The last so many lines.")
@click.option("--replica", type=int, metavar="N", help="Only this container of each process, from 1.")
@click.option("--process", metavar="NAME", help="Only this one of its processes.")
@click.option(
    "--since", type=Moment(), metavar="TIME", help="Only what was printed after: 10m ago, 2h, or a time (UTC)."
)
@click.option("--previous", "-p", is_flag=True, help="What the containers printed last that were removed last.")
@click.option("--times", "-t", is_flag=True, help="Begin each line with its time (UTC).")
@click.option("--deployment", "-d", metavar="ID", help="The log of a deployment instead, followed to its end.")
@pass_session
def logs(
    session: Session,
    app: str,
    follow: bool,
    lines: int,
    replica: int | None,
    process: str | None,
    since: datetime | None,
    previous: bool,
    times: bool,
    deployment: str | None,
) -> None:
    """Read what APP printed, or how one of its deployments went.

    All of its containers are read. Where there are several, each line begins with the process and the number of its
    container.
    """
    output, platform = session.output, session.platform
    if deployment is not None:
        return _deployment(session, app, deployment, lines)
    options = {"replica": replica, "process": process, "since": since, "previous": previous}
    found: Iterable[LogLine] = platform.apps.logs(app, tail=lines, follow=follow, **options)  # type: ignore[arg-type]
    if previous:  # they are no instances any more
        found = list(found)
        seen = {(line.process, line.replica) for line in found}
        several = len(seen) > 1
    else:
        seen, several = set(), _several(platform.apps.status(app), process, replica)
    for line in found:
        if output.json:
            output.item(line)
            continue
        seen.add((line.process, line.replica))
        stamp = f"{line.time:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z " if times else ""
        source = f"{line.process} {line.replica} │ " if several or len(seen) > 1 else ""
        output.printed(line.text, (stamp, "dim"), (source, "dim"))


def _several(status: "AppStatus", process: str | None, replica: int | None) -> bool:
    """Whether more than one container is read."""
    of_it = [each.process for each in status.instances if each.deployment == status.deployment]
    wanted = [each for each in of_it if process in (None, each)]
    return len(wanted if replica is None else set(wanted)) > 1


def _deployment(session: Session, app: str, deployment: str, lines: int) -> None:
    """The log of a deployment: one that runs is followed, of one that has ended the last lines if that is asked."""
    output, platform = session.output, session.platform
    events = platform.deployments.follow(app, deployment)
    asked = click.get_current_context().get_parameter_source("lines") is not click.core.ParameterSource.DEFAULT
    if asked and platform.deployments.get(app, deployment).state.ended:
        events = iter(deque(events, maxlen=lines))
    if output.json:
        for event in events:
            output.item(event)
        return
    from sh0_cli.progress import show_events

    show_events(output, events)
