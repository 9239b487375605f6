"""A pretended terminal with a pretended shell on it."""

import queue
import struct

from sh0.ports.runtime import InstanceState
from sh0.testing.engine import FakeContainer
from sh0.testing.script import run

_PIECE = struct.Struct(">BxxxL")


class FakeTerminal:
    """Echoes what is typed, and runs each line; ``exit N`` ends it.

    Attributes:
        size: Columns and rows.
        signals: Names of signals that were sent.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self.size = (columns, rows)
        self.signals: list[str] = []
        self._output: queue.Queue[bytes] = queue.Queue()
        self._typed = ""
        self._code: int | None = None

    def read(self) -> bytes:
        """The next bytes; empty at the end."""
        data = self._output.get()
        if not data:
            self._output.put(b"")
        return data

    def write(self, data: bytes) -> None:
        """Type something."""
        self._output.put(data)
        *lines, self._typed = (self._typed + data.decode()).split("\n")
        for line in lines:
            if line == "stty size":
                self._output.put(f"{self.size[1]} {self.size[0]}\r\n".encode())
                continue
            program = run(["sh", "-c", line])
            for _, text in program.prints:
                self._output.put(f"{text}\r\n".encode())
            if "exit" in line:
                self._code = program.exit_code
                self._output.put(b"")

    def resize(self, columns: int, rows: int) -> None:
        """Remember the new size."""
        self.size = (columns, rows)

    def signal(self, name: str) -> None:
        """Remember a signal."""
        self.signals.append(name)

    def exit_code(self) -> int:
        """How the shell ended."""
        return self._code if self._code is not None else 129  # 128 + SIGHUP

    def close(self) -> None:
        """End the session."""
        self._output.put(b"")


class FakeAttachment:
    """Attached to a pretended container: what it printed, and then its end; the input is kept in `typed`.

    Attributes:
        size: Columns and rows.
        typed: What was sent to it.
        input_ended: Whether its input has ended.
        signals: Names of signals that were sent.
    """

    def __init__(self, container: FakeContainer, columns: int, rows: int) -> None:
        self.size = (columns, rows)
        self.typed, self.input_ended = b"", False
        self.signals: list[str] = []
        self._container, self._read, self._closed = container, 0, False

    def read(self) -> bytes:
        """The next bytes; empty at the end."""
        container = self._container
        with container.changed:
            container.changed.wait_for(
                lambda: self._closed or self._read < len(container.log) or container.state is InstanceState.EXITED
            )
            if self._closed or self._read >= len(container.log):
                return b""
            line = container.log[self._read]
            self._read += 1
        data = f"{line.text}\n".encode()
        if container.workload.tty:
            return data
        return _PIECE.pack(2 if line.stream == "stderr" else 1, len(data)) + data

    def write(self, data: bytes) -> None:
        """Type something; nothing ends the input."""
        self.typed += data
        self.input_ended = self.input_ended or not data

    def resize(self, columns: int, rows: int) -> None:
        """Remember the new size."""
        self.size = (columns, rows)

    def signal(self, name: str) -> None:
        """Remember a signal."""
        self.signals.append(name)

    def exit_code(self) -> int:
        """How the program ended."""
        return self._container.exit_code or 0

    def close(self) -> None:
        """End the session."""
        with self._container.changed:
            self._closed = True
            self._container.changed.notify_all()
