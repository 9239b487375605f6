"""Events in a file of their own, for programs that read logs.

Set ``SH0_EVENT_FILE`` to a path before the daemon starts; every event is appended to it as one line of JSON. The file
may be moved away at any time, and is made anew.
"""

import json
import os
from typing import TYPE_CHECKING

from sh0.plugin import hookimpl

if TYPE_CHECKING:
    from sh0.plugin import Event

VARIABLE = "SH0_EVENT_FILE"


@hookimpl
def sh0_event(event: "Event") -> None:
    """Append an event, if a file is named.

    Raises:
        OSError: It cannot be written; the platform names this plugin in its log and goes on.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        return
    from sh0.plugin import unstructure

    line = json.dumps(unstructure(event), ensure_ascii=False) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with open(descriptor, "a", encoding="utf-8") as file:
        file.write(line)
