"""What a one-off command prints, as it prints it, and how it ended."""

from collections.abc import Iterator

from sh0 import CommandFailed, CommandRun, EventKind, RunEvent
from sh0_cli.output import Output
from sh0_cli.session import Session


def follow(session: Session, run: CommandRun) -> int:
    """Show what a command prints until it has ended. Returns its exit code.

    Raises:
        CommandFailed: It ended without one.
    """
    runs = session.platform.runs
    show(session.output, runs.follow(run.app, run.id))
    try:
        ended = runs.wait(run.app, run.id)
    except CommandFailed:
        ended = runs.get(run.app, run.id)
        if ended.exit_code is None or ended.failure is None:
            raise
        session.output.warn(f"sh0: {ended.failure.message}", "")
    return ended.exit_code or 0


def show(output: Output, events: Iterator[RunEvent]) -> None:
    """Show the lines that a command prints; in JSON, every line of its log."""
    for event in events:
        if output.json:
            output.item(event)
        elif event.kind is EventKind.OUTPUT:
            output.printed(event.text)
