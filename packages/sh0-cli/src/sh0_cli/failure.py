"""How an error looks on stderr: what happened, what to do, and never a traceback."""

import os
from collections.abc import Mapping

import click

from sh0 import Kind, Sh0Error, Unauthenticated
from sh0_cli.exit_codes import OF_KIND
from sh0_cli.output import Output

_NO_TOKEN = (
    "Give a token that is valid there: log in with 'sh0 login URL', set SH0_TOKEN, or use --token. "
    "'sh0 tokens create NAME' makes one there."
)


def show(error: BaseException, *, as_json: bool) -> int:
    """Print an error and return the exit code."""
    if isinstance(error, Sh0Error):
        if as_json:
            _print_problem(error.to_problem())
        else:
            log = error.details.get("log")
            hint = _NO_TOKEN if isinstance(error, Unauthenticated) else error.hint
            _print(error.message.removeprefix("$."), hint, log if isinstance(log, list | tuple) else ())
        return OF_KIND[error.kind]
    if isinstance(error, click.ClickException):
        if as_json:
            _print_problem({"type": "urn:sh0:usage", "code": "usage", "detail": error.format_message()})
        else:
            _usage(error)
        return OF_KIND[Kind.INVALID]
    if os.environ.get("SH0_DEBUG"):
        raise error
    from sh0.frontend import internal_error

    said = internal_error(error, hint="Please report it; SH0_DEBUG=1 shows where it happened.")
    if as_json:
        _print_problem({"type": "urn:sh0:internal", "code": "internal", "detail": said.message, "hint": said.hint})
    else:
        _print(said.message, said.hint)
    return OF_KIND[Kind.INTERNAL]


def _print(message: str, hint: str, log: list[object] | tuple[object, ...] = ()) -> None:
    output = Output()
    for line in log:
        output.warn(f"  {line}", "bright_black")
    first, *more = message.splitlines() or [""]
    output.warn_parts(("sh0:", "bold red"), (f" {first}", ""))
    for line in (*more, *hint.splitlines()):
        output.warn(f"     {line}", "")


def _usage(error: click.ClickException) -> None:
    output, context = Output(), error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        for line in context.get_usage().splitlines():
            output.warn(line, "")
        names = context.help_option_names
        path = " ".join(context.command_path.split())
        output.warn(f"Try '{path} {names[-1]}' for help." if names else "", "")
        output.warn("", "")
    for line in f"Error: {error.format_message()}".splitlines():
        output.warn(line, "")


def _print_problem(problem: Mapping[str, object]) -> None:
    Output().problem(problem)
