"""``sh0 logs``."""

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.moments import Moment
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import AppStatus, LogLine

_LEVELS = ("trace", "debug", "info", "warning", "error", "fatal")


@command("logs")
@app_argument
@click.option("--follow", "-f", is_flag=True, help="Go on, with the next versions as well, until Ctrl-C.")
@click.option("--lines", "-n", default=100, show_default=True, metavar="N", help="The last so many lines.")
@click.option("--replica", type=int, metavar="N", help="Only this container of each process, from 1.")
@click.option("--process", metavar="NAME", help="Only this one of its processes; run for one-off commands.")
@click.option("--deployment", metavar="ID", help="Only what containers of this deployment printed.")
@click.option(
    "--since", type=Moment(), metavar="TIME", help="Only what was printed after: 10m ago, 2h, or a time (UTC)."
)
@click.option("--until", type=Moment(), metavar="TIME", help="Only what was printed before.")
@click.option("--grep", "-g", default="", metavar="TEXT", help="Only lines with this text in them.")
@click.option("--regex", "-E", is_flag=True, help="The text is a regular expression.")
@click.option("--level", type=click.Choice(_LEVELS), help="Only lines that are at least this severe.")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="NAME=VALUE",
    help="Only JSON lines with this field, as http.status=500.",
)
@click.option("--previous", "-p", is_flag=True, help="What the containers printed that were removed last.")
@click.option("--times", "-t", is_flag=True, help="Begin each line with its time (UTC).")
@click.option(
    "--deployment-log", "-d", "log_of", metavar="ID", help="How a deployment went instead, followed to its end."
)
@pass_session
def logs(
    session: Session,
    /,
    app: str,
    follow: bool,
    lines: int,
    replica: int | None,
    process: str | None,
    times: bool,
    log_of: str | None,
    **asked: Any,
) -> None:
    """Read what APP printed, or how one of its deployments went.

    What all of its containers printed is kept, those of earlier and of failed versions as well. Where there are
    several, each line begins with the process and the number of its container.
    """
    output, platform = session.output, session.platform
    if log_of is not None:
        return _deployment(session, app, log_of, lines)
    asked |= {"replica": replica, "process": process}
    found: Iterable[LogLine] = platform.apps.logs(app, tail=lines, follow=follow, **asked)
    if follow:
        seen, several = set(), _several(platform.apps.status(app), process, replica)
    else:
        found = list(found)
        seen = {(line.process, line.replica) for line in found}
        several = len(seen) > 1 or (not asked["previous"] and _several(platform.apps.status(app), process, replica))
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
