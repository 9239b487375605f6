"""Commands and terminals inside a container."""

import json
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sh0.adapters.docker.client import Engine
from sh0.adapters.docker.failures import translated
from sh0.adapters.docker.logs import frames
from sh0.adapters.docker.transport import Exchange
from sh0.errors import Failed, Sh0Error
from sh0.ports.runtime import Completed

HANG_UP = (b"\x03", b"\x04")
"""Ctrl-C and Ctrl-D. The engine leaves the program of a terminal running when its connection ends."""

_RESIZES = 50  # a second


class Commands:
    """Runs programs inside containers of one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def execute(self, container: str, argv: Sequence[str], timeout: float) -> Completed:
        """Run a command to its end.

        Raises:
            Failed: It did not end in time; it may still be running inside the container.
        """
        doing = f"run {argv[0]} in a container"
        with translated(doing):
            made = self._engine.api.exec_create(container, list(argv))["Id"]
            exchange = self._engine.exchange()
            timer = threading.Timer(timeout, exchange.close)
            timer.daemon = True
            timer.start()
            try:
                output: dict[str, bytearray] = {"stdout": bytearray(), "stderr": bytearray()}
                self._engine.begin(exchange, "POST", f"/exec/{made}/start", **_start(tty=False))
                for stream, payload in frames(exchange.chunks()):
                    output[stream] += payload
            except Exception:
                if not exchange.closed:
                    raise
            finally:
                timer.cancel()
                late = exchange.closed
                exchange.release()
            if late:
                raise Failed(
                    f"{argv[0]} did not end within {timeout:g} seconds",
                    hint="It may still be running inside the container; a restart of the app ends it.",
                )
            return Completed(self._ended(made), bytes(output["stdout"]), bytes(output["stderr"]))

    def _ended(self, made: str) -> int:
        """The exit code; the engine closes the output a moment before it knows."""
        for _ in range(100):
            code = self._engine.api.exec_inspect(made)["ExitCode"]
            if code is not None:
                return int(code)
            time.sleep(0.02)
        raise Failed("a command closed its output and did not end")

    def terminal(self, container: str, argv: Sequence[str], columns: int, rows: int) -> "DockerTerminal":
        """Start a command on a terminal."""
        with translated(f"open a terminal for {argv[0]}"):
            made = self._engine.api.exec_create(
                container, list(argv), stdin=True, tty=True, environment={"TERM": "xterm-256color"}
            )["Id"]
            exchange = self._engine.exchange()
            try:
                self._engine.begin(exchange, "POST", f"/exec/{made}/start", **_start(tty=True))
                terminal = DockerTerminal(self._engine, exchange, made)
                terminal.resize(columns, rows)
            except BaseException:
                exchange.release()
                raise
        return terminal


def _start(tty: bool) -> dict[str, Any]:
    # Without the upgrade the engine answers plainly and keeps both directions of the connection open all the
    # same.
    return {
        "body": json.dumps({"Detach": False, "Tty": tty}).encode(),
        "headers": {"Content-Type": "application/json"},
    }


class DockerTerminal:
    """A program on a terminal; reading and writing may happen in different threads."""

    def __init__(self, engine: Engine, exchange: Exchange, made: str) -> None:
        self._engine = engine
        self._exchange = exchange
        self._id = made
        self._output = exchange.chunks()

    def read(self) -> bytes:
        """The next bytes; empty at the end. Blocks."""
        with translated("read from a terminal"):
            return next(self._output, b"")

    def write(self, data: bytes) -> None:
        """Send what was typed."""
        with translated("write to a terminal"):
            self._exchange.socket.sendall(data)

    def resize(self, columns: int, rows: int) -> None:
        """Tell the program the new size of the window; one that has ended needs to know no more.

        Raises:
            Failed: The engine refuses, and the program runs.
        """
        for left in reversed(range(_RESIZES)):
            try:
                with translated("resize a terminal"):
                    self._engine.api.exec_resize(self._id, height=rows, width=columns)
                return
            except Sh0Error:
                # It is refused before the program has begun, too, and a moment before its end is known.
                if self._has_ended():
                    return
                if not left:
                    raise
            time.sleep(0.02)

    def signal(self, name: str) -> None:
        """Do nothing: the engine sends no signals to a program that was started in a container later."""

    def _has_ended(self) -> bool:
        with translated("read how a program ended"):
            return self._engine.api.exec_inspect(self._id)["ExitCode"] is not None

    def exit_code(self) -> int:
        """How the program ended."""
        with translated("read how a program ended"):
            return Commands(self._engine)._ended(self._id)

    def close(self) -> None:
        """End the session, and the program as far as keys can end it."""
        if not self._exchange.closed:
            try:
                for key in HANG_UP:
                    self._exchange.socket.sendall(key)
                    time.sleep(0.05)  # The terminal throws away what it holds when it sees the first one.
            except OSError:
                pass
        self._exchange.close()

    def __del__(self) -> None:
        self._exchange.release()


if TYPE_CHECKING:
    from sh0.ports.terminal import Terminal

    def _conforms(terminal: DockerTerminal) -> Terminal:
        return terminal
