"""``sh0 ps``."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import ByteSize, ProcessInstance

_COLUMNS = ("process", "container", "state", "since", "restarts", "cpu", "memory", "deployment")


@command("ps")
@app_argument
@pass_session
def ps(session: Session, app: str) -> None:
    """Show the processes of APP: each container, its state and what it uses now.

    CPU is cores' worth of time, measured over a moment; 0.50 is half of a core.
    """
    output, found = session.output, session.platform.apps.processes(app)
    if output.json:
        output.document(found)
        return
    rows = [_row(each, human=output.pretty) for each in found.containers]
    if rows and not output.pretty:
        rows.insert(0, _COLUMNS)
    empty = f"No container of {app} runs."
    output.table(_COLUMNS, rows, empty=empty, least=["container", "deployment", "cpu"])
    for each in found.processes:
        if not each.replicas:
            output.say(f"{each.process} is declared and not running: sh0 scale {app} {each.process}=1")


def _row(each: "ProcessInstance", *, human: bool) -> tuple[str, ...]:
    state = each.state.value
    if each.exit_code is not None and state != "running":
        state += f" ({each.exit_code})"
    used = "" if each.memory is None else each.memory.words
    limit = f" of {_short(each.memory_limit)}" if each.memory is not None and each.memory_limit else ""
    return (
        f"{each.process} {each.replica}",
        each.container,
        state,
        "" if each.since is None else _ago(each.since) if human else each.since.isoformat(),
        str(each.restarts),
        "" if each.cpu is None else f"{each.cpu:.2f}",
        used + limit,
        each.deployment,
    )


def _short(size: "ByteSize") -> str:
    """A size in few characters: what a container may use is often odd, as half of the machine."""
    return f"{size / 2**30:.1f} GiB" if size >= 10 << 30 else size.words


def _ago(moment: datetime) -> str:
    seconds = max(0, int((datetime.now(UTC) - moment).total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= 2 * size:
            return f"{seconds // size}{unit} ago"
    return f"{seconds}s ago"
