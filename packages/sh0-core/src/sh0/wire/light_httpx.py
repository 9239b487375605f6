"""httpx without its command line.

Where rich and pygments are installed, ``import httpx`` loads them for a command that nobody runs here: 3 MiB in every
process with a client, and a tenth of the time of a short command. It is prepared for that they cannot be imported.
"""

import sys

_COMMAND_LINE = "httpx._main"

if "httpx" not in sys.modules:
    sys.modules[_COMMAND_LINE] = None  # type: ignore[assignment]  # what is None here cannot be imported

import httpx  # noqa: E402  # after its command line is out of the way

if sys.modules.get(_COMMAND_LINE) is None:
    sys.modules.pop(_COMMAND_LINE, None)

__all__ = ["httpx"]
