"""The log of a run: an append-only file of JSON lines, redacted on the way in, that can be followed."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import attrs

from sh0 import codec
from sh0.errors import InvalidValue
from sh0.jobs.redactor import Redactor
from sh0.ports.builder import LONGEST_LINE
from sh0.ports.clock import Clock
from sh0.records.run import EventKind, Failure, State
from sh0.values import Secret

_POLL = 1.0  # seconds after which a follower looks again even if nobody woke it
_RECIPE = "sh0: "  # begins a line that a generated Dockerfile prints
_TAIL = 200  # lines that are remembered, so that none is printed twice
_WARNINGS = 50  # kept of a run
_LARGEST = 16 << 20  # characters of output of a run that are kept; who prints more fills a disk
_OVERHEAD = 100  # characters of a line in the file besides its text
_IN_SIGHT = 20  # lines; what stands among the last of them needs no repetition


class Line(Protocol):
    """A line of a log, as a kind of run has it: made of time, kind, step, text and state, in that order."""

    @property
    def state(self) -> State | None:
        """The new state, in lines that say one."""
        ...


L = TypeVar("L", bound=Line)


class RunLog:
    """Writes the log of one run.

    What it composes itself is written as it is (`note`, `state`, `begin`): states, steps, names and addresses are no
    secrets. What others wrote, or a sentence that quotes them, is redacted on the way in (`output`, `quote`).

    Args:
        path: The file.
        clock: Tells the time.
        line: Makes a line.
        wake: Called after each line.
        redact: Takes secret values out of what others wrote.
    """

    def __init__(
        self, path: Path, clock: Clock, line: Callable[..., object], wake: Callable[[], None], redact: Redactor
    ) -> None:
        self._path, self._clock, self._line, self._wake, self._redact = path, clock, line, wake, redact
        self._lock = threading.Lock()
        self._step: StrEnum | None = None
        self.warnings: list[str] = []
        self._printed: deque[str] = deque(maxlen=_TAIL)
        self._last: deque[str] = deque(maxlen=_IN_SIGHT)
        self._room = _LARGEST

    def hide(self, secrets: Iterable[Secret]) -> None:
        """From now on these values must not appear either. Nothing that was hidden is shown again."""
        self._redact.hide(secrets)

    def redacted(self, failure: Failure) -> Failure:
        """A failure that can be kept and shown: its texts quote programs, the first line perhaps not from its start."""
        lines = (self._bounded(line if at else self._redact.rest(line)) for at, line in enumerate(failure.log))
        return attrs.evolve(failure, message=self._redact(failure.message), log=tuple(lines))

    @property
    def is_full(self) -> bool:
        """Whether no more output is kept."""
        return self._room <= 0

    def output(self, text: str, time: datetime | None = None) -> None:
        """A line that a build or a container printed. What goes beyond 16 MiB of a run is left out.

        Args:
            text: The line.
            time: When it was printed; now when left out.
        """
        if self._room <= 0:
            return
        self._show(text, time)
        self._room -= len(text) + _OVERHEAD
        if self._room <= 0:
            self.note(f"what is printed from here on is not kept: it is more than {_LARGEST >> 20} MiB")

    def resumed(self) -> tuple[datetime, int] | None:
        """Go on with a log that was written before: the time of its last line of output, and how many bear it."""
        last: datetime | None = None
        same = 0
        with suppress(FileNotFoundError), open(self._path, "rb") as file:
            for text in file:
                with suppress(ValueError, KeyError, TypeError):  # a machine that lost its power leaves a torn line
                    line = json.loads(text)
                    if line["kind"] == EventKind.OUTPUT:
                        time = datetime.fromisoformat(line["time"])
                        last, same = time, same + 1 if time == last else 1
            self._room = _LARGEST - file.tell()
        return None if last is None else (last, same)

    def _show(self, text: str, time: datetime | None = None) -> None:
        shown = self._bounded(text)
        self._printed.append(shown)
        self._write(EventKind.OUTPUT, shown, time=time)

    def _bounded(self, text: str) -> str:
        """A line without secrets, and without the beginning of one where it was cut."""
        if len(text) < LONGEST_LINE:
            return self._redact(text)
        return f"{self._redact.split(text[:LONGEST_LINE])[0]}… (the line is longer)"

    def build_output(self, text: str) -> None:
        """A line that a build printed. What a recipe of sh0 warns of there counts as a warning."""
        self.output(text)
        if text.startswith(_RECIPE):
            self._remember(text.removeprefix(_RECIPE))

    def explain(self, lines: Iterable[str]) -> None:
        """The last lines of what has failed, unless they were printed while it ran."""
        for line in [line for line in lines if self._bounded(line) not in self._printed]:
            self._show(line)

    def quote(self, text: str) -> None:
        """A sentence of ours that quotes what others wrote: an error of the engine, a finding in a file."""
        self._write(EventKind.NOTE, self._redact(text))

    def warn(self, text: str) -> None:
        """Something that the reader should know, though it stops nothing. It is said here, and again at the end."""
        if self._remember(text):
            self.quote(f"warning: {text}")

    def repeat_warnings(self) -> None:
        """Say at the end what was warned of on the way, unless it stands right above."""
        in_sight = {*self._last}
        for text in self.warnings:
            if in_sight.isdisjoint((f"warning: {text}", f"{_RECIPE}{text}")):
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

    def begin(self, step: StrEnum) -> None:
        """A step begins."""
        self._step = step
        self._write(EventKind.STEP, step.value)

    def state(self, state: State, text: str) -> None:
        """The run has a new state. What the text quotes of a failure is `redacted` before."""
        self._write(EventKind.STATE, text, state)

    def _write(self, kind: EventKind, text: str, state: State | None = None, time: datetime | None = None) -> None:
        self._last.append(text)
        line = codec.unstructure(self._line(time or self._clock.now(), kind, self._step, text, state))
        with self._lock, open(self._path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._wake()


class Logs(Generic[L]):
    """The logs of all runs of a kind.

    Args:
        folder: Where the files are.
        clock: Tells the time.
        line: The class of their lines.
    """

    def __init__(self, folder: Path, clock: Clock, line: type[L]) -> None:
        self._folder, self._clock, self._line = folder, clock, line
        self._news = threading.Condition()
        self._written = 0
        self._closed = False

    def path(self, run: str) -> Path:
        """File of a run's log."""
        return self._folder / f"{run}.jsonl"

    def writer(self, run: str, redact: Redactor | None = None) -> RunLog:
        """The log of a run, to be written.

        Args:
            run: Its id.
            redact: Takes secret values out of what others wrote; `RunLog.hide` adds to them.
        """
        return RunLog(self.path(run), self._clock, self._line, self._wake, redact or Redactor())

    def read(self, run: str) -> tuple[L, ...]:
        """Every line so far."""
        try:
            lines = self.path(run).read_bytes().split(b"\n")
        except FileNotFoundError:
            return ()
        return tuple(self._whole(lines))

    def follow(self, run: str, ended: Callable[[], bool], since: int = 0) -> Iterator[L]:
        """Every line so far and every one to come, until the run has ended; but for the first so many."""
        lines = self._lines(run, ended)
        try:
            yield from islice(lines, since, None)
        finally:
            lines.close()

    def _lines(self, run: str, ended: Callable[[], bool]) -> Generator[L, None, None]:
        file, rest, patience = None, b"", 0.0
        try:
            while not self._closed:
                seen, over = self._written, ended()
                lines: list[bytes] = []
                if file is None and self.path(run).exists():
                    file = open(self.path(run), "rb")  # noqa: SIM115 - closed below
                if file is not None:
                    *lines, rest = (rest + file.read()).split(b"\n")
                    for line in self._whole(lines):
                        yield line
                        if line.state is not None and line.state.ended and (over or ended()):
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

    def remove(self, run: str) -> None:
        """Remove a log."""
        self.path(run).unlink(missing_ok=True)

    def close(self) -> None:
        """Let every follower go."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        with self._news:
            self._written += 1
            self._news.notify_all()

    def _whole(self, lines: Iterable[bytes]) -> Iterator[L]:
        """Lines that are whole. A machine that lost its power may have left a torn one."""
        for line in lines:
            try:
                yield codec.structure(json.loads(line), self._line)
            except (ValueError, InvalidValue):
                continue
