"""Following a deployment: its steps with their seconds, what the build prints, and how it ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sh0 import Deployment, DeploymentEvent, DeploymentFailed, DeploymentState, EventKind, Sh0Error
from sh0_cli.output import Output
from sh0_cli.session import Session
from sh0_cli.words import seconds

_UNSAID = (DeploymentState.QUEUED, DeploymentState.RUNNING)


def finish(session: Session, deployment: Deployment, *, wait: bool = True) -> None:
    """See a deployment through to its end and say where the app is; or only say that it was asked for.

    Raises:
        DeploymentFailed: It did not go live.
    """
    output = session.output
    if wait:
        deployment = follow(session, deployment)
    if output.json:
        output.document(deployment)
    elif not wait:
        output.say(f"{deployment.id} waits for its turn. Follow it: sh0 logs {deployment.app} -d {deployment.id}")
    else:
        found = session.platform.apps.status(deployment.app)
        for url in found.urls:
            output.say(f"  {url}" if output.pretty else url, "bold")
        if output.pretty and not found.urls and found.deployment == deployment.id:
            output.say("  No process web runs, so no requests are led to it.")


def follow(session: Session, deployment: Deployment) -> Deployment:
    """Show a deployment until it has ended. Returns it as it is then.

    Raises:
        DeploymentFailed: It did not go live.
    """
    output, platform = session.output, session.platform
    output.say(f"{deployment.id}  {deployment.reason.value}", "bold")
    try:
        show_events(output, platform.deployments.follow(deployment.app, deployment.id), reasons=False)
        ended = platform.deployments.wait(deployment.app, deployment.id)
    except KeyboardInterrupt:
        output.warn("", "")
        output.warn(f"{deployment.id} goes on without you. Follow it: sh0 logs {deployment.app} -d {deployment.id}", "")
        output.warn(f"Or cancel it: sh0 deployments cancel {deployment.app} {deployment.id}", "")
        raise
    except DeploymentFailed as error:
        raise (error if output.json else _without_log(error)) from None
    if ended.started and ended.finished:
        output.say(f"✓ live after {seconds((ended.finished - ended.created).total_seconds())}", "bold green")
    return ended


def show_events(output: Output, events: Iterator[DeploymentEvent], *, reasons: bool = True) -> None:
    """Show the lines of a deployment's log as they come, until it has ended.

    Args:
        output: Where to.
        events: The lines.
        reasons: Whether to say how it ended; whoever raises the error, or says where the app is, says it there.
    """
    steps = _Steps(output, reasons)
    with steps.spinner():
        for event in events:
            steps.show(event)


class _Steps:
    def __init__(self, output: Output, reasons: bool) -> None:
        self._output, self._reasons = output, reasons
        self._step = ""
        self._begun: datetime | None = None

    @contextmanager
    def spinner(self) -> Iterator[None]:
        """What goes on, at the bottom of a terminal."""
        with self._output.spinner("waiting") as self._now:
            yield

    def show(self, event: DeploymentEvent) -> None:
        if event.kind is EventKind.STEP:
            self._end(event.time)
            self._step, self._begun = event.text, event.time
            self._now(event.text)
        elif event.kind is EventKind.STATE:
            failed = event.state not in (*_UNSAID, DeploymentState.LIVE)
            self._end(event.time, failed=failed)
            if event.state not in _UNSAID and self._reasons:
                for line in event.text.splitlines():
                    self._output.say(line, "red" if failed else "bold green")
        elif not self._output.json:
            self._output.printed(event.text, ("  ", ""), style="dim" if event.kind is EventKind.OUTPUT else "")

    def _end(self, now: datetime, *, failed: bool = False) -> None:
        if self._begun is None:
            return
        mark, style = ("✗", "red") if failed else ("✓", "green")
        took = seconds((now - self._begun).total_seconds())
        self._output.say(f"{mark} {self._step:<8} {took:>8}", style)
        self._begun = None


def _without_log(error: Sh0Error) -> DeploymentFailed:
    """The error without the lines of the log, which stand above it already."""
    return DeploymentFailed(
        error.message, hint=error.hint, **{name: value for name, value in error.details.items() if name != "log"}
    )
