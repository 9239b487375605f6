"""Attached to a container: what it prints as it comes, and its input."""

import socket
import time
from typing import TYPE_CHECKING

from sh0.adapters.docker.client import Engine
from sh0.adapters.docker.failures import translated
from sh0.errors import Failed, Sh0Error

_WANTED = {"stream": 1, "stdin": 1, "stdout": 1, "stderr": 1}
_RESIZES = 20


class DockerAttachment:
    """Attached to a container that is not started yet; reading and writing may happen in different threads."""

    def __init__(self, engine: Engine, container: str) -> None:
        self._engine, self._container = engine, container
        self._exchange = engine.exchange()
        try:
            with translated("attach to a container"):
                # As with commands: without the upgrade the engine keeps both directions open all the same.
                engine.begin(self._exchange, "POST", f"/containers/{container}/attach", _WANTED)
        except BaseException:
            self._exchange.release()
            raise
        self._output = self._exchange.chunks()

    def read(self) -> bytes:
        """The next bytes; empty at the end. Blocks."""
        with translated("read what a container prints"):
            return next(self._output, b"")

    def write(self, data: bytes) -> None:
        """Send input; nothing ends it."""
        with translated("write to a container"):
            if data:
                self._exchange.socket.sendall(data)
            else:
                self._exchange.socket.shutdown(socket.SHUT_WR)

    def resize(self, columns: int, rows: int) -> None:
        """Tell the program the new size of the window; one that has ended needs to know no more."""
        for _ in range(_RESIZES):
            try:
                with translated("resize a terminal"):
                    self._engine.api.resize(self._container, height=rows, width=columns)
                return
            except Sh0Error:  # it is refused a moment before the program has begun, and after its end
                time.sleep(0.02)

    def signal(self, name: str) -> None:
        """Send the program a signal; one that has ended needs none."""
        try:
            with translated("send a container a signal"):
                self._engine.api.kill(self._container, signal=f"SIG{name}")
        except Sh0Error:
            pass

    def exit_code(self) -> int:
        """How the program ended."""
        with translated("read how a container ended"):
            state = self._engine.api.wait(self._container)
        if state.get("Error"):
            raise Failed(f"a container could not be waited for: {state['Error']}")
        return int(state["StatusCode"])

    def close(self) -> None:
        """Let go of it; the program goes on."""
        self._exchange.close()

    def __del__(self) -> None:
        self._exchange.release()


if TYPE_CHECKING:
    from sh0.ports.terminal import Terminal

    def _conforms(attachment: DockerAttachment) -> Terminal:
        return attachment
