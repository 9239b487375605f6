"""Why an app has no such container, and what to do. Pure."""

from collections.abc import Sequence

from sh0.errors import NotFound, Sh0Error, WrongState
from sh0.records.app import App
from sh0.records.deployment import Placement


def absence(app: App, containers: Sequence[Placement], process: str, replica: int) -> Sh0Error:
    """The error for a container that is asked for and is not there.

    Args:
        app: The app.
        containers: Those of its live deployment.
        process: Process that is asked for.
        replica: Which of its containers.
    """
    name = app.name
    if app.stopped:
        hint = f"Start it: sh0 start {name}. What it printed before: sh0 logs {name} --previous"
        return WrongState(f"{name} is stopped", hint=hint)
    if app.live is None:
        hint = f"See 'sh0 status {name}'. What a version that failed printed: sh0 logs {name} --previous"
        return WrongState(f"{name} has never been live", hint=hint)
    of_process = sorted(each.replica for each in containers if each.process == process)
    if not of_process and (others := sorted({each.process for each in containers})):
        return NotFound(f"{name} has no process {process}", hint=f"It has {', '.join(others)}.")
    message = f"{name} has no running container {process} {replica}"
    if of_process:
        return NotFound(message, hint=f"It has {', '.join(f'{process} {number}' for number in of_process)}.")
    return NotFound(message, hint=f"See 'sh0 status {name}'; what ran before: sh0 logs {name} --previous")
