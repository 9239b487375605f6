"""A process that is killed between sending a batch and noting that: nothing is lost, and the batch comes again."""

import json
import signal
import subprocess
import sys
from pathlib import Path

from tests.core.adapters.sinks.receivers import HttpReceiver, closing
from tests.core.drains.crashing_process import LINES

ROOT = Path(__file__).parents[3]


def run(folder: Path, url: str, batch: int) -> int:
    command = [sys.executable, "-m", "tests.core.drains.crashing_process", str(folder), url, str(batch)]
    return subprocess.run(command, cwd=ROOT, timeout=60).returncode


def test_nothing_is_lost_and_one_batch_at_most_comes_again(tmp_path: Path) -> None:
    receiver = HttpReceiver()
    with closing(receiver):
        for batch in (1, 4):
            assert run(tmp_path, receiver.url, batch) == -signal.SIGKILL
        assert run(tmp_path, receiver.url, 0) == 0
    batches = [[json.loads(line)["message"] for line in body.splitlines()] for _, _, body in receiver.requests]
    assert batches[0] == batches[1]  # the first one, again
    assert batches[4] == batches[5]
    del batches[5], batches[1]
    assert [line for batch in batches for line in batch] == [f"line {number}" for number in range(LINES)]
