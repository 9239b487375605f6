"""The names of apps, for completion in a shell."""

import threading

import click

from sh0_cli.session import Session

_PATIENCE = 1.5  # seconds; nobody waits longer for a completion


def complete_apps(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Names of apps that begin like this; none when the platform does not answer soon."""
    found: list[str] = []
    session = context.ensure_object(Session)

    def ask() -> None:
        try:
            found.extend(app.name for app in session.platform.apps.list() if app.name.startswith(incomplete))
        except Exception:
            pass

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_PATIENCE)
    return list(found)


app_argument = click.argument("app", shell_complete=complete_apps)
