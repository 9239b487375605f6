"""In which version of an app a command runs. Pure."""

from collections.abc import Sequence

from sh0.errors import NotFound, WrongState
from sh0.records.app import WEB, App
from sh0.records.deployment import Deployment, Snapshot

_DIGITS = 19  # no number of a deployment has so many


def version(app: App, deployments: Sequence[Deployment], wanted: str | None) -> Deployment:
    """The deployment whose version a command runs in.

    Args:
        app: The app.
        deployments: Its deployments, newest first.
        wanted: Id or number of one; None for the one that is live, else the newest that has an image.

    Raises:
        NotFound: There is no such deployment.
        WrongState: It has no image, or no deployment of the app has.
    """
    if wanted is None:
        candidates = (each for each in deployments if (each.image if app.live is None else each.id == app.live))
        if (found := next(candidates, None)) is None:
            raise WrongState(f"{app.name} has no version yet", hint="Push or upload one first.")
        return found
    number = int(wanted) if wanted.isdecimal() and len(wanted) < _DIGITS else None
    for each in deployments:
        if wanted == each.id or number == each.number:
            if each.image is None:
                raise WrongState(
                    f"{each.id} has no image: it ended before there was one",
                    hint=f"'sh0 deployments list {app.name}' shows those that were live.",
                )
            return each
    hint = f"'sh0 deployments list {app.name}' shows those that it has."
    raise NotFound(f"{app.name} has no deployment {wanted}", hint=hint)


def demand_process(snapshot: Snapshot, process: str | None, deployment: str) -> None:
    """Refuse a process that a version does not have.

    Raises:
        NotFound: It has none of that name.
    """
    known = {WEB, *snapshot.declared.processes}
    if process is not None and process not in known:
        raise NotFound(f"{deployment} has no process {process}", hint=f"It has: {', '.join(sorted(known))}.")
