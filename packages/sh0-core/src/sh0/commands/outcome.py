"""What the end of a command's container means. Pure."""

from sh0.errors import Cancelled, CommandFailed, Sh0Error
from sh0.ports.runtime import Instance
from sh0.records.command import CommandEnd, CommandReason, CommandRun

_NOT_FOUND, _NOT_EXECUTABLE, _KILLED = 127, 126, 137


def end_of(instance: Instance | None, stopped: CommandEnd | None) -> tuple[CommandEnd, int | None]:
    """How a command came to its end, and its exit code.

    Args:
        instance: Its container as it is now; None if that is gone.
        stopped: Why it was stopped, if it was.
    """
    code = instance.exit_code if instance is not None else None
    if stopped is not None:
        return stopped, code
    if instance is None or code is None:
        return CommandEnd.LOST, None
    return (CommandEnd.OUT_OF_MEMORY if instance.out_of_memory else CommandEnd.EXITED), code


def error_of(run: CommandRun, printed: tuple[str, ...] = ()) -> Sh0Error | None:
    """The error that a command has ended with; None for one that ended well.

    Args:
        run: The command, with its end and its exit code.
        printed: The last lines that it printed.
    """
    id, code = run.id, run.exit_code
    match run.end:
        case CommandEnd.STOPPED:
            return Cancelled(f"{id} was stopped", exit_code=code)
        case CommandEnd.TIMED_OUT:
            text = f"{id} had not ended after {run.request.timeout:g} seconds, and was stopped"
            return CommandFailed(text, hint=_more_time(run), log=printed)
        case CommandEnd.OUT_OF_MEMORY:
            hint = "Give it more: --memory 1g"
            return CommandFailed(f"{id} was killed at its memory limit of {run.memory.words}", hint=hint, log=printed)
        case CommandEnd.LOST:
            text = f"the container of {id} was gone before anybody could read how it ended"
            return CommandFailed(text, hint="Look what it has done before you run it again.", log=printed)
    if code == 0:
        return None
    return CommandFailed(f"{id} ended with exit code {code}", hint=_hint(run), log=printed)


def _hint(run: CommandRun) -> str:
    if run.exit_code == _NOT_FOUND and not run.request.argv:
        return f"The program of the process {run.request.process} may not be in the image."
    program = "".join(run.request.argv[:1])
    if run.exit_code == _NOT_FOUND:
        return f"There may be no program {program} in the image."
    if program and run.exit_code == _NOT_EXECUTABLE:
        return f"{program} is no program that can be run."
    if run.exit_code == _KILLED:
        return "Something killed it (SIGKILL)."
    return f"Its output: sh0 runs logs {run.app} {run.number}"


def not_started(run: CommandRun) -> Sh0Error:
    """What is said of a command that the platform was stopped before."""
    return CommandFailed(f"{run.id} had not begun when the platform stopped", hint="Run it again.")


def _more_time(run: CommandRun) -> str:
    if run.reason in (CommandReason.RELEASE, CommandReason.HOOK):
        return f"Give it more time: the key timeout of its {run.reason.value} in sh0.yaml."
    return "Give it more time: --timeout SECONDS"
