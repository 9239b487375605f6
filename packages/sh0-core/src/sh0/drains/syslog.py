"""Lines as messages of syslog (RFC 5424), framed by their lengths (RFC 5425, section 4.3). Pure."""

import re
from typing import Final

from sh0.logs.stored import stamp
from sh0.ports.runtime import LogLine

__all__ = ["framed", "message"]

_FACILITY: Final = 16  # local use 0
_INFORMATIONAL: Final = 6
_SEVERITIES: Final = {"trace": 7, "debug": 7, "info": 6, "warning": 4, "error": 3, "fatal": 2}
_NOT_PRINTED = re.compile(r"[^!-~]")


def message(line: LogLine, app: str, host: str) -> bytes:
    """A line as a message: it names the app, and the process and its container as in ``web.1``.

    Args:
        line: The line.
        app: Name of the app.
        host: What this machine is called.
    """
    priority = _FACILITY * 8 + _SEVERITIES.get(line.level, _INFORMATIONAL)
    process = f"{line.process}.{line.replica}" if line.process else line.stream
    head = f"<{priority}>1 {stamp(line.time).decode()} {_name(host, 255)} {_name(app, 48)} {_name(process, 128)} - - "
    return head.encode() + line.text.encode(errors="replace")


def framed(line: LogLine, app: str, host: str) -> bytes:
    """The same with its length before it."""
    said = message(line, app, host)
    return b"%d %b" % (len(said), said)


def _name(text: str, longest: int) -> str:
    return _NOT_PRINTED.sub("_", text)[:longest] or "-"
