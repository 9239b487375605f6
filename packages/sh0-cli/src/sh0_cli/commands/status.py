"""``sh0 status``: the platform and its apps at a glance, or one app closely."""

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from sh0 import Forbidden
from sh0_cli.absent import NO_PANEL
from sh0_cli.addresses import reachable
from sh0_cli.app_names import complete_apps
from sh0_cli.command import command
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import AppStatus, PlatformStatus

_RECENT = 5
_COLUMNS = ("app", "state", "deployment", "containers", "urls")


@command("status")
@click.argument("app", required=False, shell_complete=complete_apps)
@pass_session
def status(session: Session, app: str | None) -> None:
    """Show the platform and its apps, or one APP with its containers and latest deployments."""
    if app is None:
        _platform(session)
    else:
        _app(session, app)


def _platform(session: Session) -> None:
    output, platform = session.output, session.platform
    found: PlatformStatus | None = None
    with suppress(Forbidden):  # a credential for apps alone sees those
        found = platform.system.status()
    apps = [(app, platform.apps.status(app.name)) for app in platform.apps.list()]
    if output.json:
        output.document({"platform": found, "apps": [state for _, state in apps]})
        return
    if output.pretty and found:
        output.say(f"sh0 {found.version}, {found.apps} app{'' if found.apps == 1 else 's'}", "bold")
    if found:
        output.pairs([*([] if output.pretty else [("sh0", found.version)]), *addresses(found)])
        if found.unguarded:
            output.warn(f"warning  {found.unguarded}")
        if found.problem:
            output.warn(f"problem  {found.problem}", "bold red")
        output.say()
    rows = [
        (app.name, state.state.value, state.deployment or "", _short(state), " ".join(state.urls))
        for app, state in apps
    ]
    if rows and not output.pretty:
        rows.insert(0, _COLUMNS)
    output.table(_COLUMNS, rows, empty="No apps yet. Deploy a folder: sh0 push PATH", least=["containers"])
    for app, state in apps:
        if state.problem:
            output.warn(f"{app.name}: {state.problem}")


def _short(status: "AppStatus") -> str:
    """Its processes in short: how many containers there are of each, and how many there should be if that differs."""
    if not status.processes or status.state.value == "stopped":
        return str(len(status.instances))
    counts = [
        f"{each.process} {each.healthy if each.healthy == each.replicas else f'{each.healthy}/{each.replicas}'}"
        for each in status.processes
        if each.replicas or each.healthy
    ]
    return ", ".join(counts) or "0"


def addresses(found: "PlatformStatus") -> list[tuple[str, str]]:
    """Where a platform is reached; what is not installed has no address."""
    host = reachable(found.bind)
    return [
        (
            "panel",
            NO_PANEL if found.panel_bind is None else f"http://{reachable(found.panel_bind)}:{found.panel_port}/",
        ),
        ("git", f"ssh://git@{host}:{found.git_port}/APP"),
        ("http", f"port {found.http_port}, https on port {found.https_port}"),
    ]


def _app(session: Session, app: str) -> None:
    from sh0_cli import records

    output, platform = session.output, session.platform
    found, recent = platform.apps.status(app), platform.deployments.list(app, limit=_RECENT)
    if output.json:
        output.document({"app": found, "deployments": recent})
        return
    urls = [("url", url) for url in found.urls]
    limit = (
        [] if found.memory is None else [("memory", f"{found.memory.words} at most" if found.memory else "no limit")]
    )
    state = [("app", app), ("state", found.state.value), ("deployment", found.deployment or "")]
    idle = [each.process for each in found.processes if not each.replicas]
    processes = [("processes", _short(found))] if found.processes else []
    if idle:
        processes.append(("not running", f"{', '.join(idle)} (sh0 scale {app} {idle[0]}=1)"))
    if found.deployment and not found.urls and found.state.value != "stopped":
        processes.append(("requests", "none: it has no process web that runs"))
    output.pairs([*state, *urls, *processes, *limit, *([("problem", found.problem)] if found.problem else [])])
    for heading, rows in (("containers", found.instances), ("deployments", recent)):
        if rows:
            output.heading(heading)
            records.show(output, rows)
