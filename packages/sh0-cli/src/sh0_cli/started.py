"""Changes of an app that start a deployment: their commands see it through to its end.

What programs ask of ``sh0 deployments`` and ``sh0 stacks`` answers at once; those have a command ``wait``.
"""

from typing import get_args

from sh0 import ConfiguredApp, Deployment, DeploymentFailed, DeploymentState
from sh0.frontend import Effect, Operation
from sh0_cli import progress, records
from sh0_cli.session import Session

_STARTED = frozenset({Deployment, ConfiguredApp})
_WITH_WAIT = ("deployments", "stacks")


def starts_work(operation: Operation) -> bool:
    """Whether an operation answers with what it has started."""
    kinds = {operation.returns, *get_args(operation.returns)}
    return operation.effect is Effect.WRITE and operation.domain not in _WITH_WAIT and bool(kinds & _STARTED)


def show_started(session: Session, result: object, *, wait: bool) -> None:
    """Show the answer of such an operation, and what it started until its end.

    Raises:
        DeploymentFailed: It did not go live.
    """
    output = session.output
    if isinstance(result, Deployment):
        progress.finish(session, result, wait=wait)
    elif isinstance(result, ConfiguredApp):
        deployment = result.deployment
        if deployment is not None and wait:
            progress.follow(session, deployment)
        elif deployment is not None and not output.json:
            progress.finish(session, deployment, wait=False)
        app = session.platform.apps.get(result.name)
        records.show(output, result if output.json and not wait else app)
        if deployment is None and (app.stopped or app.live is None):
            when = "deployed or started" if app.stopped else "deployed"
            output.say(f"Noted: it counts from the next time {app.name} is {when}.")
    elif isinstance(result, tuple):
        _show_all(session, result, wait=wait)
    elif output.json:
        output.document(None)
    else:
        output.say("Noted: it counts from the next deployment.")


def _show_all(session: Session, started: tuple[Deployment, ...], *, wait: bool) -> None:
    """Show what a change of several apps has started, to the end of the last; those that fail are told together."""
    output, failed = session.output, list[str]()
    for each in started:
        if not wait:
            output.say(f"{each.id} waits for its turn. Follow it: sh0 logs {each.app} -d {each.id}")
            continue
        try:
            follow_all(session, (each,))
        except DeploymentFailed as error:
            output.warn(error.message, "red")
            failed.append(each.id)
    if output.json:
        get = session.platform.deployments.get
        output.document([get(each.app, each.id) for each in started])
    elif not started:
        output.say("Noted: it counts from the next deployment of each app.")
    if failed:
        raise DeploymentFailed(
            f"{len(failed)} of {len(started)} deployments failed: {', '.join(failed)}",
            hint="The variables are set: those apps go on with what they had, and get them with their next deployment.",
        )


def follow_all(session: Session, started: tuple[Deployment, ...]) -> None:
    """See several deployments through, but for those that a later one has taken along.

    Raises:
        DeploymentFailed: One did not go live.
    """
    deployments = session.platform.deployments
    for each in started:
        if deployments.get(each.app, each.id).state is not DeploymentState.SUPERSEDED:
            progress.follow(session, each)
