"""The log of a deployment: an append-only file of JSON lines, redacted on the way in, that can be followed."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
from pathlib import Path

import attrs

from sh0 import codec
from sh0.deployments.redactor import Redactor
from sh0.errors import InvalidValue
from sh0.ports.clock import Clock
from sh0.records.deployment import DeploymentEvent, DeploymentState, EventKind, Failure, Step
from sh0.values import Secret

_POLL = 1.0  # seconds after which a follower looks again even if nobody woke it
_RECIPE = "sh0: "  # begins a line that a generated Dockerfile prints
_TAIL = 200  # lines that are remembered, so that none is printed twice
_WARNINGS = 50  # kept of a deployment


class DeploymentLog:
    """Writes the log of one deployment.

    What it composes itself is written as it is (`note`, `state`, `begin`): states, steps, names and addresses are no
    secrets. What others wrote, or a sentence that quotes them, is redacted on the way in (`output`, `quote`).

    Args:
        path: The file.
        clock: Tells the time.
        wake: Called after each line.
        redact: Takes secret values out of what others wrote.
    """

    def __init__(self, path: Path, clock: Clock, wake: Callable[[], None], redact: Redactor) -> None:
        self._path, self._clock, self._wake, self._redact = path, clock, wake, redact
        self._lock = threading.Lock()
        self.step: Step | None = None
        self.warnings: list[str] = []
        self._printed: deque[str] = deque(maxlen=_TAIL)

    def hide(self, secrets: Iterable[Secret]) -> None:
        """From now on these values must not appear either. Nothing that was hidden is shown again."""
        self._redact.hide(secrets)

    def redacted(self, failure: Failure) -> Failure:
        """A failure that can be kept and shown: its texts quote programs, the first line perhaps not from its start."""
        lines = tuple((self._redact if at else self._redact.rest)(line) for at, line in enumerate(failure.log))
        return attrs.evolve(failure, message=self._redact(failure.message), log=lines)

    def output(self, text: str) -> None:
        """A line that a build or a container printed. What a build of a recipe of sh0 warns of counts as a warning."""
        self._printed.append(self._redact(text))
        self._write(EventKind.OUTPUT, self._redact(text))
        if self.step is Step.BUILD and text.startswith(_RECIPE):
            self._remember(text.removeprefix(_RECIPE))

    def explain(self, lines: Iterable[str]) -> None:
        """The last lines of what has failed, unless they were printed while it ran."""
        for line in [line for line in lines if self._redact(line) not in self._printed]:
            self.output(line)

    def quote(self, text: str) -> None:
        """A sentence of ours that quotes what others wrote: an error of the engine, a finding in a file."""
        self._write(EventKind.NOTE, self._redact(text))

    def warn(self, text: str) -> None:
        """Something that the reader should know, though it stops nothing. It is said here, and again at the end."""
        if self._remember(text):
            self.quote(f"warning: {text}")

    def repeat_warnings(self) -> None:
        """Say at the end what was warned of on the way, where it may have been passed over."""
        for text in self.warnings:
            self.note(f"warning: {text}")

    def _remember(self, text: str) -> bool:
        text = self._redact(text)
        if text in self.warnings or len(self.warnings) >= _WARNINGS:
            return False
        self.warnings.append(text)
        return True

    def note(self, text: str) -> None:
        """A sentence of ours, out of names and numbers of ours."""
        self._write(EventKind.NOTE, text)

    def begin(self, step: Step) -> None:
        """A step begins."""
        self.step = step
        self._write(EventKind.STEP, step.value)

    def state(self, state: DeploymentState, text: str) -> None:
        """The deployment has a new state. What the text quotes of a failure is `redacted` before."""
        self._write(EventKind.STATE, text, state)

    def _write(self, kind: EventKind, text: str, state: DeploymentState | None = None) -> None:
        event = DeploymentEvent(self._clock.now(), kind, self.step, text, state)
        line = json.dumps(codec.unstructure(event), ensure_ascii=False) + "\n"
        with self._lock, open(self._path, "a", encoding="utf-8") as file:
            file.write(line)
        self._wake()


class Logs:
    """The logs of all deployments of a home.

    Args:
        folder: Where the files are.
        clock: Tells the time.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock
        self._news = threading.Condition()
        self._written = 0
        self._closed = False

    def path(self, deployment: str) -> Path:
        """File of a deployment's log."""
        return self._folder / f"{deployment}.jsonl"

    def writer(self, deployment: str, secrets: Iterable[Secret] = (), own: Iterable[str] = ()) -> DeploymentLog:
        """The log of a deployment, to be written.

        Args:
            deployment: Id of the deployment, or of the release.
            secrets: Values that must not appear; `DeploymentLog.hide` adds to them.
            own: Names that may always appear.
        """
        return DeploymentLog(self.path(deployment), self._clock, self._wake, Redactor(secrets, own))

    def read(self, deployment: str) -> tuple[DeploymentEvent, ...]:
        """Every line so far."""
        try:
            lines = self.path(deployment).read_bytes().split(b"\n")
        except FileNotFoundError:
            return ()
        return tuple(_events(lines))

    def follow(self, deployment: str, ended: Callable[[], bool], since: int = 0) -> Iterator[DeploymentEvent]:
        """Every line so far and every one to come, until the deployment has ended; but for the first so many."""
        lines = self._lines(deployment, ended)
        try:
            yield from islice(lines, since, None)
        finally:
            lines.close()

    def _lines(self, deployment: str, ended: Callable[[], bool]) -> Generator[DeploymentEvent, None, None]:
        file, rest, patience = None, b"", 0.0
        try:
            while not self._closed:
                seen, over = self._written, ended()
                lines: list[bytes] = []
                if file is None and self.path(deployment).exists():
                    file = open(self.path(deployment), "rb")  # noqa: SIM115 - closed below
                if file is not None:
                    *lines, rest = (rest + file.read()).split(b"\n")
                    for event in _events(lines):
                        yield event
                        if event.state is not None and event.state.ended and (over or ended()):
                            return
                if lines or not over:  # the lines that tell the end come a moment after the record says so
                    patience = time.monotonic() + _POLL
                elif time.monotonic() >= patience:
                    return
                self._await_news(seen)
        finally:
            if file is not None:
                file.close()

    def _await_news(self, seen: int) -> None:
        with self._news:
            self._news.wait_for(lambda: self._written != seen, _POLL)

    def remove(self, deployment: str) -> None:
        """Remove a log."""
        self.path(deployment).unlink(missing_ok=True)

    def close(self) -> None:
        """Let every follower go."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        with self._news:
            self._written += 1
            self._news.notify_all()


def _events(lines: Iterable[bytes]) -> Iterator[DeploymentEvent]:
    """Lines that are whole. A machine that lost its power may have left a torn one."""
    for line in lines:
        try:
            yield codec.structure(json.loads(line), DeploymentEvent)
        except (ValueError, InvalidValue):
            continue
