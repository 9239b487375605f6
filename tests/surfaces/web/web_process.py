"""The web process, as the daemon starts it."""

import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

UPLOAD_LIMIT = 64 << 20


def nobody() -> str:
    entry = pwd.getpwnam("nobody")
    return f"{entry.pw_uid}:{entry.pw_gid}"


class WebProcess:
    """Started on a port of its own; drops its rights if the tests run as root."""

    def __init__(
        self,
        daemon: Path,
        log: Path,
        argv: Sequence[str] = (sys.executable, "-m", "sh0_web"),
        **environment: str,
    ) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._log = log
        variables = {
            "PATH": os.environ["PATH"],
            "SH0_SOCKET": str(daemon),
            "SH0_LISTEN_FD": str(self._listener.fileno()),
            "SH0_UPLOAD_LIMIT": str(UPLOAD_LIMIT),
            "MALLOC_ARENA_MAX": "2",
        }
        if os.geteuid() == 0:
            variables["SH0_RUN_AS"] = nobody()
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=variables | environment,
                pass_fds=(self._listener.fileno(),),
                start_new_session=True,
            )
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = f"http://{self.address}"

    def ready(self) -> "WebProcess":
        """Wait until it answers."""
        answer = httpx.get(f"{self.url}/", timeout=30)
        assert answer.status_code == 200, self.log
        return self

    @property
    def log(self) -> str:
        return self._log.read_text()

    def stop(self) -> float:
        """End it as the daemon does; seconds that it took."""
        began = time.monotonic()
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        finally:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
            self._listener.close()
        return time.monotonic() - began
