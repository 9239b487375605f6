"""What the end of a command's container means."""

import attrs
import pytest

from sh0.commands.outcome import end_of, error_of, not_started
from sh0.errors import Cancelled, CommandFailed
from sh0.ports.runtime import Instance, InstanceState
from sh0.records.command import CommandEnd, CommandRequest
from sh0.values import ByteSize
from tests.core.examples import RUN

ENDED = Instance("c", "1", "sha256:1", {}, InstanceState.EXITED, exit_code=0)


@pytest.mark.parametrize(
    ("instance", "stopped", "end"),
    [
        (ENDED, None, (CommandEnd.EXITED, 0)),
        (attrs.evolve(ENDED, exit_code=137, out_of_memory=True), None, (CommandEnd.OUT_OF_MEMORY, 137)),
        (attrs.evolve(ENDED, exit_code=143), CommandEnd.STOPPED, (CommandEnd.STOPPED, 143)),
        (None, CommandEnd.TIMED_OUT, (CommandEnd.TIMED_OUT, None)),
        (attrs.evolve(ENDED, exit_code=None), None, (CommandEnd.LOST, None)),
        (None, None, (CommandEnd.LOST, None)),
    ],
)
def test_an_end_is_read_off_the_container_unless_somebody_has_stopped_it(
    instance: Instance | None, stopped: CommandEnd | None, end: tuple[CommandEnd, int | None]
) -> None:
    assert end_of(instance, stopped) == end


def test_exit_code_0_is_no_error() -> None:
    assert error_of(attrs.evolve(RUN, end=CommandEnd.EXITED, exit_code=0)) is None


@pytest.mark.parametrize(
    ("end", "code", "message", "hint"),
    [
        (CommandEnd.EXITED, 3, "shop.run.1 ended with exit code 3", "Its output: sh0 runs logs shop 1"),
        (CommandEnd.EXITED, 127, "shop.run.1 ended with exit code 127", "There may be no program true in the image."),
        (CommandEnd.EXITED, 126, "shop.run.1 ended with exit code 126", "true is no program that can be run."),
        (CommandEnd.EXITED, 137, "shop.run.1 ended with exit code 137", "Something killed it (SIGKILL)."),
        (
            CommandEnd.OUT_OF_MEMORY,
            137,
            "shop.run.1 was killed at its memory limit of 64 MiB",
            "Give it more: --memory 1g",
        ),
        (
            CommandEnd.TIMED_OUT,
            143,
            "shop.run.1 had not ended after 2.5 seconds, and was stopped",
            "Give it more time: --timeout SECONDS",
        ),
        (
            CommandEnd.LOST,
            None,
            "the container of shop.run.1 was gone before anybody could read how it ended",
            "Look what it has done before you run it again.",
        ),
    ],
)
def test_every_other_end_says_what_happened_and_what_to_do(
    end: CommandEnd, code: int | None, message: str, hint: str
) -> None:
    request = CommandRequest(("true",), timeout=2.5)
    run = attrs.evolve(RUN, end=end, exit_code=code, request=request, memory=ByteSize(64 << 20))
    error = error_of(run, ("the last line",))
    assert isinstance(error, CommandFailed)
    assert (error.message, error.hint, error.details["log"]) == (message, hint, ("the last line",))


def test_a_process_whose_program_is_not_there_is_named() -> None:
    error = error_of(attrs.evolve(RUN, end=CommandEnd.EXITED, exit_code=127, request=CommandRequest(process="worker")))
    assert error is not None
    assert error.hint == "The program of the process worker may not be in the image."


def test_what_somebody_stopped_was_cancelled() -> None:
    error = error_of(attrs.evolve(RUN, end=CommandEnd.STOPPED, exit_code=143))
    assert isinstance(error, Cancelled)
    assert (error.message, error.details["exit_code"]) == ("shop.run.1 was stopped", 143)


def test_what_had_not_begun_can_be_run_again() -> None:
    error = not_started(RUN)
    assert (error.message, error.hint) == ("shop.run.1 had not begun when the platform stopped", "Run it again.")
