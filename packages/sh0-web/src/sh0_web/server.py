"""gunicorn's threaded worker, set up for the web process.

gunicorn's own master process is left out: the daemon listens, watches this process and starts it again, and a second
process that does the same would take as much memory as the web process itself.
"""

import io
import os
import socket
import sys
from collections.abc import Iterator
from typing import NoReturn

from flask import Flask
from gunicorn.app.base import BaseApplication

from sh0_web.worker import GuardedWorker, QuietLogger

THREADS = 128
"""Each stream and each terminal that is open takes one."""
OPEN_AT_ONCE = THREADS - 16
"""Requests that may be passed on at the same time; the rest of the threads turns others away."""
OF_ONE_CLIENT = OPEN_AT_ONCE // 2
"""Of those, from one address."""
_GRACE = 1  # seconds that requests may take to end after SIGTERM; gunicorn looks at the clock once a second


class Server(BaseApplication):  # type: ignore[misc]
    """Serves the application on a socket that is listening already.

    Args:
        app: The application.
        descriptor: The socket's number.
    """

    def __init__(self, app: Flask, descriptor: int) -> None:
        self._app, self._descriptor = app, descriptor
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn how to run."""
        settings = {
            "threads": THREADS,
            "worker_connections": 1024,
            "graceful_timeout": _GRACE,
            "keepalive": 15,
            "limit_request_fields": 64,
            "limit_request_line": 8190,
            "loglevel": "error",
            "proc_name": "sh0-web",
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application."""
        return self._app

    def serve(self) -> NoReturn:
        """Serve until SIGTERM, or until the daemon is gone; then end this process."""
        self.cfg.set("user", os.geteuid())
        self.cfg.set("group", os.getegid())
        listener = socket.socket(fileno=self._descriptor)
        worker = GuardedWorker(1, os.getppid(), [listener], self, self.cfg.timeout, self.cfg, QuietLogger(self.cfg))
        worker.init_process()
        sys.stderr.flush()
        os._exit(0)  # an ordinary end would wait for the threads of streams that are still open


def warm_up(app: Flask) -> None:
    """Use everything once, so that nothing is imported later.

    Args:
        app: The application.
    """
    for path in ("/", "/healthz", "/nothing", "/api/nothing", "/api/v1/openapi.json"):
        _discard(app, path)


def _discard(app: Flask, path: str) -> None:
    environment = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "RAW_URI": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    answer = app(environment, lambda *_: lambda _: None)
    try:
        for _ in _until_broken(iter(answer)):
            pass
    finally:
        if (close := getattr(answer, "close", None)) is not None:
            close()


def _until_broken(pieces: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from pieces
    except OSError:
        return
