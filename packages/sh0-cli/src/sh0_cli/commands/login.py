"""``sh0 login`` and ``sh0 logout``: the platform that commands talk to from here on."""

import sys
from urllib.parse import urlsplit

import click

from sh0_cli import saved_login
from sh0_cli.command import command
from sh0_cli.output import ask
from sh0_cli.saved_login import SavedLogin
from sh0_cli.session import Session, pass_session

_LOCAL = ("localhost", "127.0.0.1", "::1")


@command("login")
@click.argument("address", metavar="URL")
@pass_session
def login(session: Session, address: str) -> None:
    """Remember the URL of a platform and a token for it, for every command from here on.

    The token is asked for, or read from standard input. 'sh0 tokens create NAME' makes one on the platform.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise click.UsageError(f"{address!r} is no URL: it begins with https:// or http://")
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        session.output.warn("warning: over plain http the token can be read on its way")
    token = session.token or _asked()
    url = address.rstrip("/")
    version = _visit(session, url, token)
    saved_login.save(SavedLogin(url, token))
    if session.json:
        session.output.document({"url": url, "version": version})
    else:
        session.output.say(f"Logged in to {url}" + (f" (sh0 {version})." if version else "."))


def _asked() -> str:
    token = ask("Token", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    if not str(token).strip():
        raise click.UsageError("there is no token on standard input")
    return str(token).strip()


def _visit(session: Session, url: str, token: str) -> str | None:
    """The version of the platform there; None when the token may not ask for it.

    Raises:
        Unauthenticated: Nobody there knows the token.
    """
    from sh0 import Forbidden

    session.url, session.token, session.home = url, token, None
    try:
        return session.platform.system.status().version
    except Forbidden:
        return None


@command("logout")
@pass_session
def logout(session: Session) -> None:
    """Forget the saved URL and token. The token itself stays valid: 'sh0 tokens revoke NAME' ends it."""
    forgotten = saved_login.forget()
    if session.json:
        session.output.document({"forgotten": forgotten})
    else:
        session.output.say("Logged out." if forgotten else "There was no saved login.")
