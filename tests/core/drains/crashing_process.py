"""A process that sends a kept log over HTTP, and kills itself after sending and before noting that.

    python -m tests.core.drains.crashing_process FOLDER URL BATCH

BATCH is the number of the batch that is sent and not noted; 0 for none: then it ends when all of it is sent.
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sh0.adapters.sinks import RealSinks
from sh0.drains import delivery
from sh0.drains.delivery import Delivery, DeliveryParts
from sh0.drains.json_lines import json_line
from sh0.drains.progress import DrainProgress, ProgressFile
from sh0.logs.app_log import AppLog
from sh0.ports.clock import SystemClock
from sh0.ports.runtime import LogLine
from sh0.ports.sinks import Destination
from sh0.records.drain import LogDrain

LINES = 1000


class DeadlyFile(ProgressFile):
    """Kills the process instead of noting a batch."""

    def __init__(self, path: Path, batch: int) -> None:
        super().__init__(path)
        self._left = batch

    def write(self, progress: DrainProgress) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        super().write(progress)


async def work(folder: Path, url: str, batch: int) -> None:
    log = AppLog(folder / "log")
    if not log.size:
        now = datetime.now(UTC)
        log.append([LogLine(now, "stdout", f"line {number}", "web") for number in range(LINES)], 1 << 20)
    parts = DeliveryParts(
        SystemClock(),
        log,
        DeadlyFile(folder / "drain.json", batch),
        partial(json_line, app="shop"),
        lambda: RealSinks(refuses=lambda _: False).open(Destination(url)),
        lambda *_: None,
        lambda: 0.0,
    )
    sending = Delivery(LogDrain("shop", "http", url, "0123", datetime.now(UTC)), parts)
    task = asyncio.ensure_future(sending.run())
    while sending.progress.sent < LINES:
        await asyncio.sleep(0.01)
    task.cancel()


if __name__ == "__main__":
    delivery._LARGEST = 4 << 10
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
