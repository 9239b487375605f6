"""A pretended terminal with a pretended shell on it."""

import queue

from sh0.testing.script import run


class FakeTerminal:
    """Echoes what is typed, and runs each line; ``exit N`` ends it.

    Attributes:
        size: Columns and rows.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self.size = (columns, rows)
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

    def exit_code(self) -> int:
        """How the shell ended."""
        return self._code if self._code is not None else 129  # 128 + SIGHUP

    def close(self) -> None:
        """End the session."""
        self._output.put(b"")
