"""``sh0 deployments checks``: what the checks of a deployment found."""

import click

from sh0_cli.app_names import complete_apps, complete_deployments
from sh0_cli.command import command
from sh0_cli.session import Session, pass_session


@command("checks")
@click.argument("app", shell_complete=complete_apps)
@click.argument("deployment", shell_complete=complete_deployments)
@click.option("--suppressed", is_flag=True, help="List what is ignored as well, and why.")
@pass_session
def checks(session: Session, app: str, deployment: str, suppressed: bool) -> int:
    """Show what the checks of a deployment found, and what of it is ignored. Ends with 1 if no rules were installed."""
    from sh0 import Report
    from sh0.frontend import Checker
    from sh0_cli.findings import show

    found = session.platform.deployments.checks(app, deployment)
    if session.output.json:
        session.output.document(found)
    else:
        without = found.score is None
        report = Report(found.findings, found.suppressed, found.broken, found.files, found.notes, without_rules=without)
        show(session.output, report, Checker.installed().rules, suppressed=suppressed)
    return 1 if found.score is None else 0
