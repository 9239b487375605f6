"""The ``sh0`` command: run it, and turn every end into an exit code."""

import os
import sys
from collections.abc import Sequence

import click

from sh0_cli.group import cli
from sh0_cli.session import Session


def main() -> None:
    """Entry point of the ``sh0`` script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str], session: Session | None = None) -> int:
    """Run a command line and return its exit code; see `sh0_cli.exit_codes`.

    Args:
        arguments: What follows ``sh0``.
        session: The platform to talk to, for programs that have one already.
    """
    from sh0_cli import logging_lines

    session = session or Session()
    handler = logging_lines.installed()
    try:
        code = cli.main(list(arguments), prog_name="sh0", standalone_mode=False, obj=session)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # Whoever read our output has enough; the interpreter must not trip over it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from sh0_cli.failure import show

        words = arguments[: arguments.index("--")] if "--" in arguments else arguments
        return show(error, as_json=session.json or "--json" in words)
    finally:
        session.close()
        logging_lines.removed(handler)
