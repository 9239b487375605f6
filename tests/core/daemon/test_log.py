"""What the daemon writes about itself repeats no credentials of a URL, in a traceback neither."""

import logging
import sys

from sh0.daemon.main import _Formatter

URL = "https://joe:hunter22-secret@example.net/x"


def test_lines_and_tracebacks_hold_no_credentials() -> None:
    try:
        raise ValueError(f"cannot read {URL}")
    except ValueError:
        record = logging.LogRecord("sh0", logging.ERROR, __file__, 1, "fetching %s", (URL,), sys.exc_info())
    written = _Formatter("%(levelname)s %(message)s").format(record)
    assert "hunter22" not in written
    assert written.startswith("ERROR fetching https://joe:••••••@example.net/x\n")
    assert "ValueError: cannot read https://joe:••••••@example.net/x" in written
