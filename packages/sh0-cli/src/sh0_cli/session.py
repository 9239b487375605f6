"""Which platform a command talks to, and how it answers."""

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sh0 import Platform
    from sh0_cli.output import Output


class Session:
    """One run of the command line. Options may come before or after the command; the later one wins.

    Args:
        platform: The platform to talk to; None resolves it from options, environment and saved login.

    Attributes:
        home: The home given with ``--home``.
        url: The URL given with ``--url``.
        token: The token given with ``--token``.
        json: Whether to answer in JSON.
        given: The platform that a program has handed over, or None.
    """

    def __init__(self, platform: "Platform | None" = None) -> None:
        self.home: str | None = None
        self.url: str | None = None
        self.token: str | None = None
        self.json = False
        self.given = platform

    @cached_property
    def platform(self) -> "Platform":
        """The platform: ``--url`` or ``--home``, else SH0_URL, else SH0_HOME, else the saved login, else this machine.

        Raises:
            click.UsageError: Both a URL and a home are given.
        """
        if self.given is not None:
            return self.given
        import sh0

        url, token, socket = self.address()
        return sh0.connect(home=self.local_home, token=token) if socket else sh0.connect(url, token=token)

    def address(self) -> tuple[str | None, str | None, Path | None]:
        """URL, token and socket of the platform: the URL or the socket is None.

        Raises:
            click.UsageError: Both a URL and a home are given.
        """
        if self.url and self.home:
            raise click.UsageError("--url and --home name two platforms; give one of them")
        if self.url or (self.home is None and os.environ.get("SH0_URL")):
            url = self.url or os.environ["SH0_URL"]
            return url, self.token or os.environ.get("SH0_TOKEN") or _saved_token(url), None
        if self.home is None and not os.environ.get("SH0_HOME"):
            from sh0_cli import saved_login

            if saved := saved_login.load():
                return saved.url, self.token or saved.token, None
        from sh0.frontend import Home

        return None, self.token, Home(self.local_home).socket

    @property
    def local_home(self) -> Path:
        """The home on this machine: ``--home``, else SH0_HOME, else the usual place."""
        from sh0.frontend import default_home

        return Path(self.home).expanduser().absolute() if self.home else default_home().absolute()

    @cached_property
    def output(self) -> "Output":
        """Where answers go."""
        from sh0_cli.output import Output

        return Output(json=self.json)

    def close(self) -> None:
        """Let go of the platform, if one was reached for."""
        if "platform" in vars(self) and self.given is None:
            self.platform.close()


def _saved_token(url: str) -> str | None:
    from sh0_cli import saved_login

    saved = saved_login.load()
    return saved.token if saved and saved.url == url.rstrip("/") else None


pass_session = click.make_pass_decorator(Session)
