"""``sh0 mcp``."""

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sh0 import Platform


@click.command("mcp", epilog="Example: sh0 mcp --home /var/lib/sh0")
@click.option("--home", metavar="PATH", help="Home of a platform on this machine (SH0_HOME).")
@click.option("--url", metavar="URL", help="Address of a platform's panel and API (SH0_URL).")
@click.option("--token", metavar="TOKEN", help="Token to come in with (SH0_TOKEN).")
@click.pass_context
def mcp(context: click.Context, home: str | None, url: str | None, token: str | None) -> None:
    """Serve the platform's operations as tools for language models.

    The tools only read. They are served over standard input and output, as programs expect that start a server of the
    Model Context Protocol themselves; tell such a program to run 'sh0 mcp'.
    """
    if url and home:
        raise click.UsageError("--url and --home name two platforms; give one of them")
    with _platform(context, home, url, token) as platform:
        from sh0_mcp.server import serve_stdio

        serve_stdio(platform)


def _platform(context: click.Context, home: str | None, url: str | None, token: str | None) -> "Platform":
    """The platform that the options name, else the one of the command line, which has the same options before us."""
    import sh0

    if not (home or url or token):
        given = getattr(context.obj, "platform", None)
        if isinstance(given, sh0.Platform):
            return given
    if home is None:
        url = url or os.environ.get("SH0_URL")
    return sh0.connect(url, token=token or os.environ.get("SH0_TOKEN"), home=None if url else home)
