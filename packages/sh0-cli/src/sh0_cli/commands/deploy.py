"""``sh0 deploy``: from elsewhere, or once more."""

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.session import Session, pass_session


@command("deploy")
@app_argument
@click.option("--git", metavar="URL", help="A Git repository; a private one opens with 'sh0 git deploy-key APP'.")
@click.option("--branch", metavar="NAME", help="Its branch. [default: main]")
@click.option("--image", metavar="REF", help="An image that is already built.")
@click.option("--no-wait", is_flag=True, help="Return once it is in the queue.")
@pass_session
def deploy(session: Session, app: str, git: str | None, branch: str | None, image: str | None, no_wait: bool) -> None:
    """Deploy a branch of a Git repository or an image to APP. With neither, deploy its live source again."""
    from sh0 import RegistryImage, RemoteRepository
    from sh0_cli.progress import finish

    if git and image:
        raise click.UsageError("give --git or --image, not both")
    if branch and not git:
        raise click.UsageError("--branch belongs to --git URL")
    deployments = session.platform.deployments
    if git:
        deployment = deployments.create(app, RemoteRepository(git, branch or "main"))
    elif image:
        deployment = deployments.create(app, RegistryImage(image))
    else:
        deployment = deployments.redeploy(app)
    finish(session, deployment, wait=not no_wait)
