"""The processes that look at foreign files, from the side of the one that must not be held up by them."""

import logging
import os
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final, NoReturn, ParamSpec, TypeVar

from sh0.adapters.confined.calls import Call, unreadable

__all__ = ["WorkerProcess", "WorkerProcesses"]

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE: Final = 8
"""Calls that are carried out at the same time; others wait for their turn."""
LARGEST: Final = 8 << 20
"""Bytes of an answer."""
_PAUSE = 0.05  # seconds between two looks at whether to stop
_CHUNK = 1 << 16
_SAID = 8000  # bytes of what a process printed that are logged
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")

log = logging.getLogger("sh0.confined")


class WorkerProcesses:
    """Starts a process of `sh0.adapters.confined.worker` for each tree."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(AT_ONCE)

    @contextmanager
    def open(self, proceed: Callable[[], None]) -> "Iterator[WorkerProcess]":
        process = WorkerProcess(proceed, self._places)
        try:
            yield process
        finally:
            process.close()


class WorkerProcess:
    """One process, which is started anew if a call has ended it.

    Args:
        proceed: Called again and again; raises if the work is to stop.
        places: How many may work at the same time.
    """

    def __init__(self, proceed: Callable[[], None], places: threading.Semaphore) -> None:
        self._proceed, self._places = proceed, places
        self._process: subprocess.Popen[bytes] | None = None
        self._words: IO[bytes] | None = None

    def begin(self) -> None:
        self._started()

    def run(self, seconds: float, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        call = Call.to(function, seconds, *args, **kwargs)
        while not self._places.acquire(timeout=_PAUSE):
            self._proceed()
        try:
            line = self._exchange(call.line(), seconds)
        except BaseException:
            self.close()
            raise
        finally:
            self._places.release()
        found: T = call.result(function, line)
        return found

    def close(self) -> None:
        """End it, whatever it does."""
        if self._process is not None:
            with self._process as process:
                process.kill()
            self._process = None
        if self._words is not None:
            if said := self._printed().strip():
                log.warning("a process that looked at files printed: %s", said)
            self._words.close()
            self._words = None

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            self._words = tempfile.TemporaryFile(prefix="sh0-confined-")  # noqa: SIM115  # lives as long as the process
            environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "sh0.adapters.confined.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._words,
                cwd="/",
                env={**environment, "MALLOC_ARENA_MAX": "2"},
            )
        return self._process

    def _exchange(self, request: bytes, seconds: float) -> bytes:
        """Send a line and read the one that answers it, neither of which may hold this process up."""
        process, end, got = self._started(), time.monotonic() + seconds, bytearray()
        if process.stdin is None or process.stdout is None:
            raise TypeError("the process was started without pipes")
        os.set_blocking(process.stdin.fileno(), False)
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            selector.register(process.stdin, selectors.EVENT_WRITE)
            while not got.endswith(b"\n"):
                for key, events in selector.select(_PAUSE):
                    if events & selectors.EVENT_WRITE:
                        request = self._sent(request, process.stdin)
                        if not request:
                            selector.unregister(process.stdin)
                    elif chunk := os.read(key.fd, _CHUNK):
                        got += chunk
                    else:
                        self._ended(process)
                if len(got) > LARGEST:
                    raise unreadable(f"what it found has more than {LARGEST >> 20} MiB")
                if time.monotonic() > end:
                    raise unreadable(f"it took more than {seconds:g} seconds")
                self._proceed()
        return bytes(got)

    def _sent(self, request: bytes, to: IO[bytes]) -> bytes:
        """What is left of a request once as much of it is sent as there is room for; nothing if nobody reads it."""
        try:
            return request[os.write(to.fileno(), request[:_CHUNK]) :]
        except BlockingIOError:
            return request
        except BrokenPipeError:
            return b""

    def _ended(self, process: "subprocess.Popen[bytes]") -> NoReturn:
        code = process.wait()
        raise unreadable((self._printed().strip().splitlines() or [f"it ended with {code}"])[-1])

    def _printed(self) -> str:
        if self._words is None:
            return ""
        self._words.seek(max(0, os.fstat(self._words.fileno()).st_size - _SAID))
        return self._words.read().decode(errors="replace")


if TYPE_CHECKING:
    from sh0.ports.confinement import Confined, Confinement

    def _conforms(processes: WorkerProcesses, process: WorkerProcess) -> tuple[Confinement, Confined]:
        return processes, process
