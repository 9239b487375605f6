"""An engine that answers all but its version as it is told, on a socket of its own."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

NOT_FOUND = b'HTTP/1.1 404 Not Found\r\nContent-Length: 29\r\n\r\n{"message": "page not found"}'
_VERSION = b'{"ApiVersion": "1.41", "MinAPIVersion": "1.12"}'


def _serve(listener: socket.socket, answer: bytes, asked: list[bytes]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            head = b""
            while b"\r\n\r\n" not in head and (more := connection.recv(1 << 16)):
                head += more
            if b"/version" in head.split(b"\r\n")[0]:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(_VERSION), _VERSION))
            else:
                asked.append(head)
                connection.sendall(answer)


@contextlib.contextmanager
def stub_engine(path: Path, answer: bytes, asked: list[bytes] | None = None) -> Iterator[Path]:
    """Answer at a socket; yields its path.

    Args:
        path: Path of the socket.
        answer: What every request but that for the version is answered.
        asked: Receives the head of each of them.
    """
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        thread = threading.Thread(target=_serve, args=(listener, answer, [] if asked is None else asked), daemon=True)
        thread.start()
        yield path
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
