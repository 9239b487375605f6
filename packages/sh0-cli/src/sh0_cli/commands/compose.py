"""``sh0 compose``: stacks of services out of Compose files."""

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sh0_cli.app_names import complete_stacks, stack_argument
from sh0_cli.command import command
from sh0_cli.compose_files import ComposeFiles, compose_options, read_options
from sh0_cli.guessing import GuessingGroup
from sh0_cli.output import ask, confirm
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import StackPlan

_YES = click.option("--yes", "-y", is_flag=True, help="Do not ask.")


@command("plan")
@compose_options
@click.option("--offline", is_flag=True, help="Ask no platform; the plan says what that leaves open.")
@pass_session
def plan(
    session: Session,
    paths: tuple[Path, ...],
    name: str,
    profiles: tuple[str, ...],
    env: tuple[str, ...],
    allow: tuple[str, ...],
    offline: bool,
) -> None:
    """Show what 'sh0 compose up' would do with FILE (the usual names in this folder if left out). Nothing is touched.

    Several files are merged in order. Where no platform answers, the files alone are looked at.
    """
    from sh0 import DaemonUnreachable
    from sh0_cli.stack_plan import show_plan

    given = read_options(paths, name, profiles, env, allow)
    try:
        found = _offline(given) if offline else _online(session, given)
    except DaemonUnreachable as error:
        session.output.warn(f"{error.message}. The files alone are looked at.", "")
        found = _offline(given)
    session.output.document(found) if session.output.json else show_plan(session.output, found)


def _online(session: Session, given: ComposeFiles) -> "StackPlan":
    with given.sent(session) as arguments:
        return session.platform.stacks.plan(**arguments)


def _offline(given: ComposeFiles) -> "StackPlan":
    import sh0

    return sh0.plan_compose(
        given.folder,
        given.files,
        variables=given.variables,
        profiles=given.profiles,
        name=given.name,
        allow=given.allow,
    )


@command("up")
@compose_options
@_YES
@click.option("--no-wait", is_flag=True, help="Return once it has begun.")
@pass_session
def up(
    session: Session,
    paths: tuple[Path, ...],
    name: str,
    profiles: tuple[str, ...],
    env: tuple[str, ...],
    allow: tuple[str, ...],
    yes: bool,
    no_wait: bool,
) -> None:
    """Bring a stack to what FILE says (the usual names in this folder if left out): all of it, or nothing.

    Shows the plan first, and asks when a person is there to answer. Services behind host names are replaced without a
    gap; what cannot run twice is recreated, as the plan says.
    """
    from sh0_cli.stack_plan import show_plan
    from sh0_cli.stack_progress import finish

    output, given = session.output, read_options(paths, name, profiles, env, allow)
    with given.sent(session) as arguments:
        if not output.json:
            show_plan(output, session.platform.stacks.plan(**arguments))
            if not yes and sys.stdin.isatty():
                confirm("Do it?")
        finish(session, session.platform.stacks.up(**arguments), wait=not no_wait)


@command("ps")
@click.argument("stack", required=False, shell_complete=complete_stacks)
@pass_session
def ps(session: Session, stack: str | None) -> None:
    """Show the stacks, or the services of one STACK."""
    output, stacks = session.output, session.platform.stacks
    if stack is None:
        found = [stacks.status(each.name) for each in stacks.list()]
        if output.json:
            return output.document(found)
        rows = [(s.stack, s.live or "–", s.running or "–", str(len(s.services))) for s in found]
        columns = ["stack", "release", "in progress", "services"]
        return output.table(columns, rows, empty="No stacks yet. Bring one up: sh0 compose up FILE")
    status = stacks.status(stack)
    if output.json:
        return output.document(status)
    if output.pretty:
        output.say(
            f"{stack}  {status.live or 'never live'}{f', {status.running} is running' * bool(status.running)}", "bold"
        )
    output.table(
        ["service", "state", "app", "image", "containers", "urls"],
        [(s.service, s.state.value, s.app, s.image, str(s.containers), " ".join(s.urls)) for s in status.services],
    )
    return None


@command("logs")
@stack_argument
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("--follow", "-f", is_flag=True, help="Go on, with the next versions as well, until Ctrl-C.")
@click.option("--lines", "-n", default=50, show_default=True, metavar="N", help="The last so many lines of each.")
@click.option("--release", "-r", metavar="ID", help="The log of a release instead, followed to its end.")
@pass_session
def logs(
    session: Session, stack: str, services: tuple[str, ...], follow: bool, lines: int, release: str | None
) -> None:
    """Read what the services of STACK printed, or how one of its releases went."""
    from sh0_cli.stack_progress import show_release_events

    if release is not None:
        show_release_events(session, stack, release)
        return
    known = {each.service: each.app for each in session.platform.stacks.status(stack).services}
    if unknown := [service for service in services if service not in known]:
        raise click.UsageError(f"{stack} has no service {unknown[0]}; it has {', '.join(known)}")
    wanted = services or tuple(known)
    width = max(map(len, wanted), default=0)
    lock = threading.Lock()

    def show(service: str) -> None:
        from sh0 import NotFound, WrongState

        try:
            for line in session.platform.apps.logs(known[service], tail=lines, follow=follow):
                with lock:
                    if session.output.json:
                        session.output.item(line)
                    else:
                        session.output.printed(line.text, (f"{service.ljust(width)} │ ", "dim"))
        except (NotFound, WrongState) as error:
            session.output.warn(f"{service}: {error.message}", "")

    if not follow:
        for service in wanted:
            show(service)
        return
    readers = [threading.Thread(target=show, args=(service,), daemon=True) for service in wanted]
    for reader in readers:
        reader.start()
    for reader in readers:
        while reader.is_alive():
            reader.join(0.2)


@command("rollback")
@stack_argument
@click.option("--to", metavar="ID", help="Release to return to; the one that served before if left out.")
@_YES
@click.option("--no-wait", is_flag=True, help="Return once it has begun.")
@pass_session
def rollback(session: Session, stack: str, to: str | None, yes: bool, no_wait: bool) -> None:
    """Bring an earlier release of STACK back: images, settings, variables and host names of all services together.

    Shows what differs first, and asks when a person is there to answer. Volumes stay as they are.
    """
    from sh0_cli.stack_progress import finish

    stacks, output = session.platform.stacks, session.output
    if not output.json:
        rows = []
        for each in stacks.compare(stack, to=to):
            rows.append((each.service, each.action.value, "", "", ""))
            rows += [("", "", change.what, change.before, change.after) for change in each.changes]
        output.table(["service", "action", "change", "now", "then"], rows)
        if not yes and sys.stdin.isatty():
            confirm(f"Roll {stack} back?")
    finish(session, stacks.rollback(stack, to=to), wait=not no_wait)


@command("down")
@stack_argument
@click.option("--volumes", is_flag=True, help="Delete its volumes as well, with everything in them.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask for the name.")
@pass_session
def down(session: Session, stack: str, volumes: bool, yes: bool) -> None:
    """Delete STACK: its services, host names and history. Its volumes stay unless they are asked for."""
    stacks, output = session.platform.stacks, session.output
    kept = stacks.volumes(stack)
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("nobody is there to confirm it; give --yes")
        names = ", ".join(volume.name for volume in kept) or "none"
        fate = f"Its volumes ({names}) {'ARE DELETED TOO' if volumes else 'stay'}."
        output.say(f"This deletes {stack} with its services and history. {fate} There is no way back.")
        if ask("Type its name to go on", default="", show_default=False) != stack:
            raise click.ClickException("that is not its name; nothing was deleted")
    stacks.delete(stack, volumes=volumes)
    if output.json:
        output.document({"deleted": stack, "volumes": volumes})
    else:
        output.say(f"{stack} is deleted.")
        for volume in () if volumes else kept:
            output.say(f"kept  {volume.name}", "dim")


compose = GuessingGroup(
    "compose", commands=[plan, up, ps, logs, rollback, down], help="Stacks of services out of Compose files."
)
