"""A stand-in for the daemon on a unix socket: it remembers what hooks ask, and answers as a test wants."""

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

Answer = Callable[[dict[str, object]], Iterator[bytes]]


def line(text: str, done: bool = False, accepted: bool = False) -> bytes:
    """An event that carries a line of the answer to a push."""
    return b"data: " + json.dumps({"text": text, "done": done, "accepted": accepted}).encode() + b"\n\n"


def accept(question: dict[str, object]) -> Iterator[bytes]:
    """Let every push through."""
    yield line("", done=True, accepted=True)


class StubDaemon:
    """Listens until its block ends.

    Attributes:
        questions: The requests so far: path, token and body.
        answer: Gives the events of the answer.
        status: Status of the answer; other than 200, the events are its body.
        cut: Hang up after the events instead of ending the body.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.questions: list[dict[str, object]] = []
        self.answer: Answer = accept
        self.status, self.cut = 200, False

    def __enter__(self) -> "StubDaemon":
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                try:
                    outer._handle(self)
                except OSError:
                    pass

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True
            block_on_close = False

        self._server = Server(str(self.path), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handle(self, connection: socketserver.StreamRequestHandler) -> None:
        path = connection.rfile.readline().split()[1].decode()
        headers = {}
        while field := connection.rfile.readline().strip().decode():
            name, _, value = field.partition(": ")
            headers[name.lower()] = value
        body = json.loads(connection.rfile.read(int(headers["content-length"])))
        question = {"path": path, "token": headers["authorization"], **body}
        self.questions.append(question)
        write = connection.wfile.write
        write(f"HTTP/1.1 {self.status} X\r\ntransfer-encoding: chunked\r\n\r\n".encode())
        for event in self.answer(question):
            write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
        if not self.cut:
            write(b"0\r\n\r\n")
