"""Where the daemon is."""

import os
import socket
from pathlib import Path

_CONNECT = 10.0  # seconds


class DaemonSocket:
    """The daemon's socket for frontends. It is found again after the folders above it were closed to us.

    Args:
        path: Path of the socket.

    Raises:
        OSError: Its folder is not there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)

    def connect(self) -> socket.socket:
        """A new connection.

        Raises:
            OSError: Nobody answers there.
        """
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(_CONNECT)
            connection.connect(f"/proc/self/fd/{self._folder}/{self.path.name}")
            connection.settimeout(None)
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Forget the folder."""
        os.close(self._folder)
