"""``sh0 stop``, ``start`` and ``restart``."""

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.session import Session, pass_session

_no_wait = click.option("--no-wait", is_flag=True, help="Return once it is in the queue.")


@command("stop")
@app_argument
@pass_session
def stop(session: Session, app: str) -> None:
    """Stop APP. Its host names answer 503 until it is started again; nothing is lost."""
    session.platform.apps.stop(app)
    status = session.platform.apps.status(app)
    if session.json:
        session.output.document(status)
    elif status.problem:
        session.output.say(f"{app} is stopped, and cannot be started: {status.problem}")
    else:
        session.output.say(f"{app} is stopped. Start it again: sh0 start {app}")


@command("start")
@app_argument
@_no_wait
@pass_session
def start(session: Session, app: str, no_wait: bool) -> None:
    """Start APP, which was stopped, with the version that served last."""
    from sh0_cli.progress import finish

    finish(session, session.platform.apps.start(app), wait=not no_wait)


@command("restart")
@app_argument
@click.argument("process", required=False)
@_no_wait
@pass_session
def restart(session: Session, app: str, process: str | None, no_wait: bool) -> None:
    """Replace the containers of APP by fresh ones of the same version, without a gap.

    With PROCESS, only those of this process: the others go on.
    """
    from sh0_cli.progress import finish

    finish(session, session.platform.apps.restart(app, process=process), wait=not no_wait)
