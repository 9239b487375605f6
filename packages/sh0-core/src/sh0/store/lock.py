"""One process per home."""

import fcntl
import os
import time
from pathlib import Path

from sh0.errors import HomeInUse


class HomeLock:
    """An exclusive lock on a home, held until `release` or the end of the process. The file holds the process id."""

    def __init__(self, home: Path) -> None:
        self.path = home / "lock"
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not self._locked():
            holder = os.read(self._descriptor, 32).decode(errors="replace").strip() or "unknown"
            os.close(self._descriptor)
            raise HomeInUse(
                f"the home {home} is in use by process {holder}",
                hint="Talk to it with sh0.connect(home=…) or the sh0 command, or stop it with 'sh0 down'.",
                process=holder,
            )
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def _locked(self) -> bool:
        for pause in (0.01, 0.02, 0.05, 0.0):  # `holder` may be looking just now
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                time.sleep(pause)
            else:
                return True
        return False

    def release(self) -> None:
        """Let go of the home."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def holder(home: Path) -> int | None:
    """Process that holds a home, or None."""
    try:
        with open(home / "lock", "rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return int(file.read().strip() or 0) or None
    except (FileNotFoundError, ValueError):
        pass
    return None
