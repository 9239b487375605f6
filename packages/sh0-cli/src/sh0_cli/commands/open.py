"""``sh0 open``."""

import os
import sys

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.session import Session, pass_session


@command("open")
@app_argument
@pass_session
def open_(session: Session, app: str) -> None:
    """Print the URL of APP; on a desktop, open it in a browser too."""
    from sh0 import NotFound

    found = session.platform.apps.status(app)
    urls = found.urls
    if found.deployment and not urls and "web" not in {each.process for each in found.processes if each.replicas}:
        raise NotFound(
            f"no process web of {app} runs, so no requests are led to it",
            hint=f"'sh0 ps {app}' shows what runs, 'sh0 logs {app}' what it prints.",
        )
    if not urls:
        raise NotFound(f"{app} has no host name", hint=f"Give it one: sh0 domains add {app} HOST")
    if session.json:
        session.output.document(urls)
        return
    session.output.say(urls[0])
    on_desktop = sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if on_desktop and sys.stdout.isatty():
        click.launch(urls[0])
