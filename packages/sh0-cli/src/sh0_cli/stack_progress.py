"""Following a release of a stack to its end."""

from sh0 import DeploymentFailed, Release
from sh0_cli.progress import show_events
from sh0_cli.session import Session
from sh0_cli.words import seconds


def finish(session: Session, release: Release, *, wait: bool = True) -> None:
    """See a release through to its end and say where its services are; or only say that it has begun.

    Raises:
        DeploymentFailed: It did not go live.
    """
    output, stacks = session.output, session.platform.stacks
    if not wait:
        if output.json:
            output.document(release)
        output.say(f"{release.id} has begun. Follow it: sh0 compose logs {release.stack} -r {release.id}")
        return
    output.say(f"{release.id}  {release.reason.value}", "bold")
    try:
        if not output.json:
            show_events(output, stacks.follow(release.stack, release.id), reasons=False)
        ended = stacks.wait(release.stack, release.id)
    except KeyboardInterrupt:
        output.warn("", "")
        output.warn(
            f"{release.id} goes on without you. Follow it: sh0 compose logs {release.stack} -r {release.id}", ""
        )
        output.warn(f"Or cancel it: sh0 stacks cancel {release.stack} {release.id}", "")
        raise
    except DeploymentFailed as error:
        if output.json:
            raise
        details = {name: value for name, value in error.details.items() if name != "log"}  # it stands above already
        raise DeploymentFailed(error.message, hint=error.hint, **details) from None
    if output.json:
        output.document(ended)
        return
    if ended.finished:
        output.say(f"✓ live after {seconds((ended.finished - ended.created).total_seconds())}", "bold green")
    for each in stacks.status(release.stack).services:
        for url in each.urls:
            output.say(f"  {url}" if output.pretty else url, "bold")


def show_release_events(session: Session, stack: str, release: str) -> None:
    """Show the log of a release, and go on until it has ended."""
    events = session.platform.stacks.follow(stack, release)
    if not session.output.json:
        show_events(session.output, events)
        return
    for event in events:
        session.output.item(event)
