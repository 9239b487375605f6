"""``sh0 logs``."""

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.session import Session, pass_session


@command("logs")
@app_argument
@click.option("--follow", "-f", is_flag=True, help="Go on until the container ends.")
@click.option("--lines", "-n", default=100, show_default=True, metavar="N", help="The last so many lines.")
@click.option("--replica", default=1, show_default=True, metavar="N", help="Which of its containers, from 1.")
@click.option("--process", default="web", show_default=True, metavar="NAME", help="Of which of its processes.")
@click.option("--times", "-t", is_flag=True, help="Begin each line with its time (UTC).")
@click.option("--deployment", "-d", metavar="ID", help="The log of a deployment instead, followed to its end.")
@pass_session
def logs(
    session: Session,
    app: str,
    follow: bool,
    lines: int,
    replica: int,
    process: str,
    times: bool,
    deployment: str | None,
) -> None:
    """Read what APP printed, or how one of its deployments went."""
    output, platform = session.output, session.platform
    if deployment is not None:
        events = platform.deployments.follow(app, deployment)
        if not output.json:
            from sh0_cli.progress import show_events

            show_events(output, events)
            return
        for event in events:
            output.item(event)
        return
    for line in platform.apps.logs(app, tail=lines, follow=follow, replica=replica, process=process):
        if output.json:
            output.item(line)
        else:
            stamp = f"{line.time:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z " if times else ""
            output.printed(line.text, (stamp, "dim"))
