"""``sh0 cron``: jobs of apps, for people."""

from typing import TYPE_CHECKING

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.foreign_command import foreign_command
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import CronRun, JobDetails, ListedJob


@command("list")
@click.argument("app", required=False)
@pass_session
def list_(session: Session, app: str | None) -> None:
    """List the jobs of APP, or those of all apps and of the platform: when they run next, and how they went."""
    from sh0_cli.words import word

    output, found = session.output, session.platform.cron.list(app=app)
    if output.json:
        output.document(found)
        return
    rows = [
        (
            each.app or "the platform",
            each.name,
            each.when,
            "suspended" if each.suspended else word(each.next, human=output.pretty),
            word(each.last, human=output.pretty),
            _state(each),
            _source(each),
        )
        for each in found
    ]
    empty = f"{app} has no jobs. Add one: sh0 cron add {app} NAME '0 3 * * *' -- COMMAND" if app else "None."
    output.table(("app", "job", "when", "next", "last", "state", "from"), rows, empty=empty, least=["from", "state"])


def _state(job: "ListedJob") -> str:
    if job.running:
        return "running"
    return "" if job.state is None else job.state.value


def _source(job: "ListedJob") -> str:
    if job.origin.value == "version":
        return "the live version"
    if job.origin.value == "platform":
        return "the platform"
    return "an operator, over the live version's" if job.hides else "an operator"


@foreign_command("add")
@app_argument
@click.argument("name")
@click.argument("schedule")
@click.option("--process", metavar="NAME", help="Run the command of this process where none is given.")
@click.option("--timezone", metavar="ZONE", help="By whose clocks, as in Europe/Berlin; UTC when left out.")
@click.option("--timeout", type=float, metavar="SECONDS", help="Stop a run after this time; an hour when left out.")
@click.option(
    "--concurrency",
    type=click.Choice(["allow", "forbid", "replace"]),
    help="Where a run goes on at the next time: begin another, begin none (forbid, the default), or replace it.",
)
@click.option(
    "--missed",
    type=click.Choice(["skip", "once"]),
    help="Times at which the platform was not running: skip them (the default), or run once for all of them.",
)
@click.option("--retries", type=int, metavar="N", help="Try a run that fails again, so many times.")
@click.option("--jitter", type=float, metavar="SECONDS", help="Begin up to so much later than the time.")
@click.option("--memory", metavar="SIZE", help="What a run may use, as in 512m; 0 for no limit.")
@click.option("--ping", metavar="URL", help="Call it when a run begins (/start), succeeds, and fails (/fail).")
@pass_session
def add(session: Session, /, app: str, name: str, schedule: str, words: tuple[str, ...], **options: object) -> None:
    """Add the job NAME to APP: COMMAND runs at the times of SCHEDULE, each time in a new container.

    Options stand before COMMAND, or before the -- that begins it. One word with spaces in it is a line for a shell in
    the container; several words are a program and its arguments, which no shell reads.
    """
    line = len(words) == 1 and any(each.isspace() for each in words[0])
    given = {key: value for key, value in options.items() if value is not None}
    added = session.platform.cron.add(
        app,
        name,
        schedule,
        words[0] if line else "",
        arguments=() if line else words,
        **given,  # type: ignore[arg-type]
    )
    _show(session, added)


@command("get")
@app_argument
@click.argument("name")
@pass_session
def get(session: Session, app: str, name: str) -> None:
    """Show the job NAME of APP: what is set, its next five times, and how its last run went."""
    _show(session, session.platform.cron.get(app, name))


def _show(session: Session, found: "JobDetails") -> None:
    from sh0_cli.words import word

    output, job = session.output, found.job
    if output.json:
        output.document(found)
        return
    rows = [
        ("job", f"{found.app}/{job.name}"),
        ("runs", job.command or " ".join(job.arguments) or f"the command of the process {job.process}"),
        ("when", f"{job.schedule} ({job.timezone})" + (", suspended" if found.suspended else "")),
        ("time limit", f"{job.timeout:g} s"),
        ("while a run goes on", job.concurrency.value),
        ("missed times", job.missed.value),
    ]
    if job.retries:
        rows.append(("retries", f"{job.retries}, the first after {job.retry_delay:g} s"))
    if job.jitter:
        rows.append(("jitter", f"{job.jitter:g} s"))
    if job.memory is not None:
        rows.append(("memory", job.memory.words if job.memory else "no limit"))
    if job.ping is not None:
        rows.append(("ping", job.ping))
    if found.hides:
        rows.append(("in place of", "the job of that name in the live version"))
    if found.last is not None:
        rows.append(("last", _ended(found.last)))
    if found.problem is not None:
        rows.append(("problem", found.problem))
    output.pairs(rows)
    if found.next:
        output.heading("next times")
        for moment in found.next:
            output.say(f"{moment.isoformat(sep=' ', timespec='minutes')}  {word(moment, human=True)}")


def _ended(run: "CronRun") -> str:
    from sh0_cli.words import ago, seconds

    when = run.started or run.instant
    took = "" if run.seconds is None else f" in {seconds(run.seconds)}"
    said = f"{run.state.value}{took}" + (f", {ago(when)}" if when is not None else "")
    return f"{said}: {run.reason}" if run.reason else said


@command("history")
@app_argument
@click.argument("name")
@click.option("--limit", type=int, default=20, show_default=True, metavar="N", help="At most so many.")
@pass_session
def history(session: Session, app: str, name: str, limit: int) -> None:
    """List the runs of the job NAME of APP, newest first, and the times at which there was none."""
    from sh0_cli.words import seconds, word

    output, found = session.output, session.platform.cron.history(app, name, limit=limit)
    if output.json:
        output.document(found)
        return
    rows = [
        (
            word(each.started or each.instant, human=output.pretty),
            each.state.value + (f" ({each.times} times)" if each.times > 1 else ""),
            str(each.attempt) if each.run else "",
            "" if each.seconds is None else seconds(each.seconds),
            "" if each.exit_code is None else str(each.exit_code),
            each.run or "",
            each.reason,
        )
        for each in found
    ]
    headings = ("when", "state", "attempt", "took", "exit code", "run", "reason")
    output.table(headings, rows, empty=f"{name} has not run yet.", least=["attempt"])


@command("run")
@app_argument
@click.argument("name")
@click.option("--detach", "-d", is_flag=True, help="Return once it has begun; its output is kept.")
@pass_session
def run(session: Session, app: str, name: str, detach: bool) -> None:
    """Run the job NAME of APP now, and show what it prints. Its times stay as they are."""
    from sh0_cli.run_output import follow

    begun = session.platform.cron.run(app, name)
    if begun.run is not None and not detach:
        click.get_current_context().exit(follow(session, session.platform.runs.get(app, begun.run)))
    if session.json:
        session.output.document(begun)
    else:
        session.output.say(f"{begun.run} runs. Its output: sh0 runs follow {app} {begun.run}")


@command("logs")
@app_argument
@click.argument("name")
@pass_session
def logs(session: Session, app: str, name: str) -> None:
    """Show what the last run of the job NAME of APP printed; it is followed while it goes on."""
    from sh0_cli.run_output import show

    latest = next((each.run for each in session.platform.cron.history(app, name) if each.run is not None), None)
    if latest is None:
        raise click.ClickException(f"{name} has not run yet")
    show(session.output, session.platform.runs.follow(app, latest))
