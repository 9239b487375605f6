"""``sh0 scale``."""

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.session import Session, pass_session


@command("scale")
@app_argument
@click.argument("replicas", type=int, metavar="N")
@click.option("--no-wait", is_flag=True, help="Return once it is in the queue.")
@pass_session
def scale(session: Session, app: str, replicas: int, no_wait: bool) -> None:
    """Serve APP with N containers."""
    from sh0_cli.progress import finish

    if replicas == 0:
        raise click.UsageError(f"an app is served by one container at least; to serve it by none: sh0 stop {app}")
    deployment = session.platform.apps.scale(app, replicas)
    if deployment is not None:
        finish(session, deployment, wait=not no_wait)
    elif session.json:
        session.output.document(None)
    else:
        containers = "1 container" if replicas == 1 else f"{replicas} containers"
        session.output.say(f"Noted: {app} has {containers} from the next time it is deployed or started.")
