"""Lines as JSON, one object a line (NDJSON). Pure."""

import json

from sh0.logs.fields import fields_of
from sh0.logs.stored import stamp
from sh0.ports.runtime import LogLine

__all__ = ["json_line"]


def json_line(line: LogLine, app: str) -> bytes:
    """A line as a JSON object, with its end; the fields of one that is an object itself are below ``fields``.

    Args:
        line: The line.
        app: Name of the app.
    """
    found: dict[str, object] = {
        "time": stamp(line.time).decode(),
        "app": app,
        "process": line.process,
        "replica": line.replica,
        "deployment": line.deployment,
        "container": line.instance,
        "stream": line.stream,
        "level": line.level,
        "message": line.text,
    }
    if line.cut:
        found["cut"] = True
    if fields := fields_of(line.text):
        found["fields"] = dict(fields)
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode(errors="replace") + b"\n"
