"""How an error looks on stderr: what happened, what to do, and never a traceback."""

import json
import os
import sys
from collections.abc import Mapping

import click

from sh0.errors import Kind, Sh0Error
from sh0_cli.exit_codes import OF_KIND


def show(error: BaseException, *, as_json: bool) -> int:
    """Print an error and return the exit code."""
    if isinstance(error, Sh0Error):
        if as_json:
            _print_problem(error.to_problem())
        else:
            log = error.details.get("log")
            _print(error.message.removeprefix("$."), error.hint, log if isinstance(log, list | tuple) else ())
        return OF_KIND[error.kind]
    if isinstance(error, click.ClickException):
        if as_json:
            _print_problem({"type": "urn:sh0:usage", "code": "usage", "detail": error.format_message()})
        else:
            error.show()
        return OF_KIND[Kind.INVALID]
    if os.environ.get("SH0_DEBUG"):
        raise error
    message = f"a fault in sh0: {type(error).__name__}: {error}"
    hint = "Please report it; SH0_DEBUG=1 shows where it happened."
    if as_json:
        _print_problem({"type": "urn:sh0:internal", "code": "internal", "detail": message, "hint": hint})
    else:
        _print(message, hint)
    return OF_KIND[Kind.INTERNAL]


def _print(message: str, hint: str, log: list[object] | tuple[object, ...] = ()) -> None:
    for line in log:
        click.secho(f"  {line}", fg="bright_black", err=True)
    click.echo(click.style("sh0:", fg="red", bold=True) + f" {message}", err=True)
    if hint:
        click.echo(f"     {hint}", err=True)


def _print_problem(problem: Mapping[str, object]) -> None:
    print(json.dumps(problem, ensure_ascii=False, default=str), file=sys.stderr)
