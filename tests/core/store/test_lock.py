"""One process per home."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sh0.errors import HomeInUse
from sh0.store import HomeLock
from sh0.store.lock import holder

HOLD = """
import sys, pathlib
from sh0.store import HomeLock
lock = HomeLock(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_process_learns_who_holds_the_home_and_may_have_it_when_that_one_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(HomeInUse, match=f"in use by process {process.pid}") as refusal:
            HomeLock(tmp_path)
        assert refusal.value.details == {"process": str(process.pid)}
        assert holder(tmp_path) == process.pid
        process.send_signal(signal.SIGKILL)
        process.wait(5)
        HomeLock(tmp_path).release()


def test_the_same_process_cannot_open_a_home_twice(tmp_path: Path) -> None:
    lock = HomeLock(tmp_path)
    with pytest.raises(HomeInUse):
        HomeLock(tmp_path)
    lock.release()
    lock.release()
    HomeLock(tmp_path).release()


def test_nobody_holds_a_home_that_is_closed_or_missing(tmp_path: Path) -> None:
    assert holder(tmp_path) is None
    lock = HomeLock(tmp_path)
    assert holder(tmp_path) == os.getpid()
    lock.release()
    assert holder(tmp_path) is None


def test_the_lock_is_not_handed_to_children(tmp_path: Path) -> None:
    """A container engine or a frontend that outlives the daemon must not keep the home."""
    lock = HomeLock(tmp_path)
    with subprocess.Popen(["sleep", "30"], close_fds=False) as child:
        lock.release()
        try:
            HomeLock(tmp_path).release()
        finally:
            child.kill()
