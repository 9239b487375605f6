"""One build, from the first byte of its context to its image, under watch."""

import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import IO, Any

import attrs

from sh0.adapters.docker import context, dockerfile
from sh0.adapters.docker.client import Engine, documents
from sh0.adapters.docker.failures import translated
from sh0.adapters.docker.progress import Progress
from sh0.adapters.docker.refusal import Refused
from sh0.adapters.docker.registry import build_headers
from sh0.adapters.docker.transport import Exchange
from sh0.adapters.docker.verdict import LOG_LINES, verdict
from sh0.errors import BuildTimeout, Cancelled, EngineUnavailable, Sh0Error
from sh0.ports.builder import BuildRequest
from sh0.ports.registries import RegistryLogins

_RUNNING = re.compile(r"^ ---> Running in ([0-9a-f]{12,64})$", re.MULTILINE)

POLL = 0.1
"""Seconds between two looks at whether a build was cancelled or is out of time."""


@attrs.define
class BuildRun:
    """One request to build, watched by a thread that cuts its connection: the engine then stops the build."""

    engine: Engine
    request: BuildRequest
    output: Callable[[str], None]
    cancelled: threading.Event
    deadline: float
    progress: Progress
    logins: RegistryLogins
    limited: bool = True
    added: tuple[int, ...] = ()
    log: deque[str] = attrs.field(factory=lambda: deque(maxlen=LOG_LINES))

    def run(self, text: str, query: dict[str, object]) -> str:
        self._stop_if_due()
        given = self.request
        with context.pack(
            given.context, text, given.ignore, ignore_file=given.ignore_file, proceed=self._stop_if_due
        ) as archive:
            self._stop_if_due()
            exchange = self.engine.exchange()
            done = threading.Event()
            watch = threading.Thread(target=self._watch, args=(exchange, done), name="build-watch", daemon=True)
            watch.start()
            try:
                return self._converse(exchange, archive, query)
            finally:
                done.set()
                watch.join()
                exchange.release()

    def _converse(self, exchange: Exchange, archive: IO[bytes], query: dict[str, object]) -> str:
        try:
            self._send(exchange, archive, query)
            for document in self._documents(exchange):
                if "error" in document:
                    self._print(self.progress.rest())
                    raise self._failed(str(document["error"]))
                self._limit(str(document.get("stream") or ""))
                self._print(self.progress.lines(document))
        except Sh0Error:
            self._stop_if_due()
            raise
        self._stop_if_due()
        self._print(self.progress.rest())
        if not self.progress.image:
            raise EngineUnavailable(
                "the Docker Engine broke off the build",
                hint="Look at `journalctl -u docker`.",
                log=list(self.log),
            )
        return self.progress.image

    def _limit(self, said: str) -> None:
        """Bound the processes of the step that begins: the request for a build cannot, its container can."""
        if (running := _RUNNING.search(said)) is None or self.request.limits.pids is None:
            return
        body = json.dumps({"PidsLimit": self.request.limits.pids}).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        exchange = self.engine.exchange()
        try:
            self.engine.begin(exchange, "POST", f"/containers/{running[1]}/update", None, body, headers)
        except (Refused, OSError):  # the step is over already
            return
        finally:
            exchange.release()

    def _documents(self, exchange: Exchange) -> Iterator[dict[str, Any]]:
        found = documents(exchange.chunks())
        while True:
            with translated("build"):
                document = next(found, None)
            if document is None:
                return
            yield document

    def _send(self, exchange: Exchange, archive: IO[bytes], query: dict[str, object]) -> None:
        headers = {
            "Content-Type": "application/x-tar",
            "Content-Length": str(context.size_of(archive)),
            **build_headers(self.logins),
        }
        with translated("start the build"):
            try:
                self.engine.begin(exchange, "POST", "/build", query, archive, headers)
            except Refused as error:
                raise self._failed(error.explanation) from error

    def _print(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.log.append(line)
            self.output(line)

    def _failed(self, said: str) -> Sh0Error:
        return verdict(
            dockerfile.original_lines(said, self.added),
            step=self.progress.step,
            log=self.log,
            limits=self.request.limits,
            limited=self.limited,
        )

    def _watch(self, exchange: Exchange, done: threading.Event) -> None:
        while not done.wait(POLL):
            if self.cancelled.is_set() or time.monotonic() > self.deadline:
                exchange.close()
                return

    def _stop_if_due(self) -> None:
        if self.cancelled.is_set():
            raise Cancelled("the build was cancelled", log=list(self.log))
        if time.monotonic() > self.deadline:
            raise BuildTimeout(
                f"the build did not end within {self.request.limits.timeout:g} seconds",
                hint="Raise the time limit of builds, or look at what the last step waits for.",
                log=list(self.log),
                step=self.progress.step,
            )
