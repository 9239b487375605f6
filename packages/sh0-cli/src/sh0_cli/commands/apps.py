"""``sh0 apps rename`` and ``sh0 apps clone``: what changes is shown, and what comes next."""

import sys
from typing import TYPE_CHECKING

import click

from sh0_cli.addresses import git_url
from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.output import Output, confirm
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import RenamePlan


@command("rename")
@app_argument
@click.argument("name", metavar="NEW")
@click.option("--drop-host", is_flag=True, help="The host name made from the present name leads nowhere any more.")
@click.option("--plan", "only_plan", is_flag=True, help="Only show what would change.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def rename(session: Session, app: str, name: str, drop_host: bool, only_plan: bool, yes: bool) -> None:
    """Give APP the name NEW. What serves it goes on serving, in the same containers.

    Variables, volumes, host names, history, logs and the repository go with it. Deployments and commands that there are
    keep their ids. Shows first what changes, and asks when a person is there.
    """
    from sh0_cli import records

    apps, output = session.platform.apps, session.output
    plan = apps.plan_rename(app, name, keep_host=not drop_host)
    if only_plan:
        records.show(output, plan) if output.json else _show(output, session, plan)
        return
    if not output.json:
        _show(output, session, plan)
        if not yes and sys.stdin.isatty():
            confirm("Rename it?")
    renamed = apps.rename(app, name, keep_host=not drop_host)
    if output.json:
        output.document(renamed)
    else:
        output.say(f"{app} is called {name} now.")
        output.say(f"In clones of its repository: git remote set-url REMOTE {git_url(session.platform, name)}")


def _show(output: Output, session: Session, plan: "RenamePlan") -> None:
    rows = [("app", plan.app, plan.name)]
    if plan.host is not None:
        rows.append(("host name", plan.given_up or "", plan.host))
    rows.append(("git", git_url(session.platform, plan.app), git_url(session.platform, plan.name)))
    rows += [(each, plan.app, plan.name) for each in plan.credentials]
    output.table(["what", "is", "becomes"], rows)
    if plan.kept is not None:
        output.say(f"{plan.kept} goes on leading to it, until: sh0 domains remove {plan.kept}")
    for note in plan.notes:
        output.say(note, "dim")


@command("clone")
@app_argument
@click.argument("name", metavar="NEW")
@click.option("--variables", is_flag=True, help="With its variables, those of its builds too.")
@pass_session
def clone(session: Session, app: str, name: str, variables: bool) -> None:
    """Make an app NEW with the settings of APP: its processes, limits, health checks, jobs and volumes.

    Its jobs are suspended and its volumes empty, and it has a host name, repository and history of its own. It runs
    nothing until it is deployed to.
    """
    output = session.output
    made = session.platform.apps.clone(app, name, variables=variables)
    if output.json:
        output.document(made)
        return
    rows = [("settings", "as those of " + app), *((each, "copied") for each in made.copied)]
    output.table(["what", "in " + name], [*rows, *((each, "none of " + app) for each in made.left_out)])
    first = made.first.replace(f"ssh://git@HOST:PORT/{name}", git_url(session.platform, name))
    output.say(f"Bring its first version: {first}")
