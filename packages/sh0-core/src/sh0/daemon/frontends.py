"""Frontends: started, watched, started again, and never trusted with more than a socket."""

import json
import logging
import os
import pwd
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

from sh0.errors import Conflict
from sh0.home import Home
from sh0.hookspecs import Frontend

log = logging.getLogger("sh0d.frontends")

_BACKOFF = (0.5, 1.0, 2.0, 5.0, 15.0)  # seconds before the next start; the last one repeats
_SETTLED = 60.0  # seconds after which a process counts as having come up well
_PATIENCE = 5.0  # seconds between SIGTERM and SIGKILL
_RELEASE = 3.0  # seconds that a killed frontend may take to let go of its port
_LOOK = 0.02
_NOBODY = "nobody"


class Supervisor:
    """Runs the frontends of a platform.

    The daemon listens for them, so that a frontend that is being restarted loses no connection, only time.

    Args:
        home: Where their logs and process ids are kept.
        frontends: What to run.
    """

    def __init__(self, home: Home, frontends: list[Frontend]) -> None:
        self._home, self._frontends = home, frontends
        self._sockets: dict[str, socket.socket] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def bind(self) -> None:
        """Listen on every frontend's port.

        Raises:
            Conflict: A port is taken.
        """
        for frontend in self._frontends:
            patience = _RELEASE if kill_leftover(self._pid_file(frontend.name)) else 0.0
            if frontend.listen is None:
                continue
            address, port = frontend.listen
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            listener = socket.socket(family, socket.SOCK_STREAM)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                _bind(listener, address, port, patience)
            except OSError as error:
                listener.close()
                raise Conflict(
                    f"the {frontend.name} process cannot listen on {address}:{port}: {error.strerror}",
                    hint="Choose another port, as in 'sh0 up --panel-port 8701'.",
                ) from None
            listener.listen(512)
            self._sockets[frontend.name] = listener

    def start(self) -> None:
        """Start them all, each with a thread that watches."""
        for frontend in self._frontends:
            thread = threading.Thread(target=self._watch, args=(frontend,), name=f"sh0-{frontend.name}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """End them all."""
        self._stopping.set()
        for process in list(self._processes.values()):
            _signal_group(process.pid, signal.SIGTERM)
        for thread in self._threads:
            thread.join(_PATIENCE)
        for process in list(self._processes.values()):
            _signal_group(process.pid, signal.SIGKILL)
        for listener in self._sockets.values():
            listener.close()

    def runs(self, process: int) -> bool:
        """Whether a process is one of the frontends that run now."""
        return any(running.pid == process and running.poll() is None for running in list(self._processes.values()))

    def _watch(self, frontend: Frontend) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                process = self._spawn(frontend)
            except OSError as error:
                log.error("%s cannot be started: %s", frontend.name, error)
                self._stopping.wait(_BACKOFF[min(failures, len(_BACKOFF) - 1)])
                failures += 1
                continue
            self._processes[frontend.name] = process
            try:
                process.wait(_SETTLED)
            except subprocess.TimeoutExpired:
                failures = 0
                process.wait()
            self._processes.pop(frontend.name, None)
            self._pid_file(frontend.name).unlink(missing_ok=True)
            if self._stopping.is_set():
                return
            log.warning(
                "%s ended with code %s and is started again; see %s",
                frontend.name,
                process.returncode,
                self._log_file(frontend.name),
            )
            self._stopping.wait(_BACKOFF[min(failures, len(_BACKOFF) - 1)])
            failures += 1

    def _spawn(self, frontend: Frontend) -> "subprocess.Popen[bytes]":
        environment = {
            k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONDONTWRITEBYTECODE")
        }
        environment |= {**frontend.environment, "SH0_SOCKET": str(self._home.web_socket)}
        listener = self._sockets.get(frontend.name)
        if listener is not None:
            environment["SH0_LISTEN_FD"] = str(listener.fileno())
        if os.geteuid() == 0:
            nobody = pwd.getpwnam(_NOBODY)
            environment["SH0_RUN_AS"] = f"{nobody.pw_uid}:{nobody.pw_gid}"
        with open(self._log_file(frontend.name), "ab") as output:
            process = subprocess.Popen(
                frontend.argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment,
                pass_fds=(listener.fileno(),) if listener is not None else (),
                start_new_session=True,
            )
        self._pid_file(frontend.name).write_text(json.dumps({"pid": process.pid, "started": _start_time(process.pid)}))
        return process

    def _pid_file(self, name: str) -> Path:
        return self._home.run / f"{name}.pid"

    def _log_file(self, name: str) -> Path:
        return self._home.logs / f"{name}.log"


def _bind(listener: socket.socket, address: str, port: int, patience: float) -> None:
    """Bind, waiting a moment for somebody who is ending to let go of the port."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return listener.bind((address, port))
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_LOOK)


def kill_leftover(pid_file: Path) -> bool:
    """End a frontend that outlived a daemon that was killed, if its process is still the one that was noted.

    Returns:
        Whether there was one.
    """
    killed = False
    try:
        noted = json.loads(pid_file.read_text())
        if noted["started"] is not None and _start_time(int(noted["pid"])) == noted["started"]:
            _signal_group(int(noted["pid"]), signal.SIGKILL)
            killed = True
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        pass
    pid_file.unlink(missing_ok=True)
    return killed


def _start_time(pid: int) -> int | None:
    """When a process started, in clock ticks since boot: together with the id it names a process for good (proc(5))."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except (OSError, IndexError, ValueError):
        return None


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        pass
