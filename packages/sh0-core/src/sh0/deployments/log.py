"""The log of a deployment: an append-only file of JSON lines, redacted on the way in, that can be followed."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sh0 import codec
from sh0.deployments.model import DeploymentEvent, DeploymentState, EventKind, Step
from sh0.errors import InvalidValue
from sh0.ports.clock import Clock
from sh0.sensitive import REDACTED
from sh0.values import Secret

_SHORTEST = 4  # a value of three characters or fewer would blot out half of every log
_POLL = 1.0  # seconds after which a follower looks again even if nobody woke it


class Redactor:
    """Blots out secret values in text.

    Args:
        secrets: Values that must not appear; each line of one that has several.
    """

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        values = {part.strip() for secret in secrets for part in [secret.reveal(), *secret.reveal().splitlines()]}
        self._values = sorted((value for value in values if len(value) >= _SHORTEST), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for value in self._values:
            if value in text:
                text = text.replace(value, REDACTED)
        return text


class DeploymentLog:
    """Writes the log of one deployment."""

    def __init__(self, path: Path, clock: Clock, wake: Callable[[], None], redact: Redactor) -> None:
        self._path, self._clock, self._wake, self._redact = path, clock, wake, redact
        self._lock = threading.Lock()
        self.step: Step | None = None

    def output(self, text: str) -> None:
        """A line that a build or a container printed."""
        self._write(EventKind.OUTPUT, text)

    def note(self, text: str) -> None:
        """A sentence of ours."""
        self._write(EventKind.NOTE, text)

    def begin(self, step: Step) -> None:
        """A step begins."""
        self.step = step
        self._write(EventKind.STEP, step.value)

    def state(self, state: DeploymentState, text: str) -> None:
        """The deployment has a new state."""
        self._write(EventKind.STATE, text, state)

    def _write(self, kind: EventKind, text: str, state: DeploymentState | None = None) -> None:
        event = DeploymentEvent(self._clock.now(), kind, self.step, self._redact(text), state)
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

    def writer(self, deployment: str, redact: Redactor | None = None) -> DeploymentLog:
        """The log of a deployment, to be written."""
        return DeploymentLog(self.path(deployment), self._clock, self._wake, redact or Redactor())

    def read(self, deployment: str) -> tuple[DeploymentEvent, ...]:
        """Every line so far."""
        try:
            lines = self.path(deployment).read_bytes().split(b"\n")
        except FileNotFoundError:
            return ()
        return tuple(_events(lines))

    def follow(self, deployment: str, ended: Callable[[], bool]) -> Iterator[DeploymentEvent]:
        """Every line so far and every one to come, until the deployment has ended."""
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
