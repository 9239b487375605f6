"""``sh0 scale``."""

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.session import Session, pass_session

_MOST = 50


@command("scale")
@app_argument
@click.argument("counts", nargs=-1, required=True, metavar="N | PROCESS=N...")
@click.option("--no-wait", is_flag=True, help="Return once it is in the queue.")
@pass_session
def scale(session: Session, app: str, counts: tuple[str, ...], no_wait: bool) -> None:
    """Run processes of APP in other numbers of containers.

    Without a name, N is the number of containers that get its requests, those of the process web. With 0, a process is
    declared and does not run.
    """
    from sh0_cli.progress import finish

    processes = dict(_count(each) for each in counts)
    if len(processes) < len(counts):
        raise click.UsageError("a process is named twice")
    deployment = session.platform.apps.scale(app, processes=processes)
    if deployment is not None:
        finish(session, deployment, wait=not no_wait)
    elif session.json:
        session.output.document(None)
    else:
        named = ", ".join(f"{count} of {name}" for name, count in processes.items())
        session.output.say(f"Noted: {app} has {named} from the next time it is deployed or started.")


def _count(text: str) -> tuple[str, int]:
    name, _, number = text.rpartition("=")
    if not number.isdecimal() or len(number) > len(str(_MOST)) or int(number) > _MOST:
        raise click.UsageError(f"{text} is no number of containers: give 0 to {_MOST}, as in 3 or worker=2")
    return name or "web", int(number)
