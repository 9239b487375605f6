"""What the library logs while a command runs: a line on standard error each, with a traceback only for debugging."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sh0_cli.output import Output


class Lines(logging.Handler):
    """Prints warnings and errors. A plugin that fails is left out, so its line says that the command goes on."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one."""
        text, error = record.getMessage(), record.exc_info[1] if record.exc_info else None
        if error is not None and record.name == "sh0.plugins":
            words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            text += f" ({words}). It is left out; SH0_DEBUG=1 shows where it failed"
        output = Output()
        output.warn(f"sh0: {text}")
        if record.exc_info and os.environ.get("SH0_DEBUG"):
            for line in logging.Formatter().formatException(record.exc_info).splitlines():
                output.warn(line, "bright_black")


@contextmanager
def told_elsewhere() -> Iterator[None]:
    """What plugins do wrong is not printed within the block: what it makes says so itself."""
    log = logging.getLogger("sh0.plugins")
    if not os.environ.get("SH0_DEBUG"):
        log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(logging.NOTSET)


def installed() -> logging.Handler:
    """Have what the library logs from here on printed that way. Returns what does it, to be removed again."""
    log, handler = logging.getLogger("sh0"), Lines(logging.WARNING)
    log.addHandler(handler)
    return handler


def removed(handler: logging.Handler) -> None:
    """Leave the log to others again."""
    logging.getLogger("sh0").removeHandler(handler)
