"""The folder that a platform keeps everything in."""

import os
import secrets
from pathlib import Path

import attrs

from sh0.errors import Unavailable

ENVIRONMENT = "SH0_HOME"
_LONGEST_SOCKET = 107  # bytes; sun_path has 108 with the zero at its end, unix(7)


def default_home() -> Path:
    """``$SH0_HOME``, else ``/var/lib/sh0`` for root and ``~/.local/share/sh0`` for others."""
    if named := os.environ.get(ENVIRONMENT):
        return Path(named)
    return Path("/var/lib/sh0") if os.geteuid() == 0 else Path.home() / ".local/share/sh0"


def _absolute(path: str | Path) -> Path:
    return Path(path).expanduser().absolute()


@attrs.frozen
class Home:
    """Paths of a home.

    Attributes:
        path: The folder itself.
    """

    path: Path = attrs.field(converter=_absolute)

    @property
    def database(self) -> Path:
        """Records of everything, in SQLite."""
        return self.path / "sh0.db"

    @property
    def master_key(self) -> Path:
        """The key that secrets are sealed under."""
        return self.path / "master.key"

    @property
    def repositories(self) -> Path:
        """A bare git repository per app."""
        return self.path / "repos"

    @property
    def logs(self) -> Path:
        """A log per deployment and release, and the daemon's; below it, what apps print."""
        return self.path / "logs"

    @property
    def app_logs(self) -> Path:
        """What apps print: a folder an app."""
        return self.path / "logs" / "apps"

    @property
    def drains(self) -> Path:
        """How far each log drain has come."""
        return self.path / "logs" / "drains"

    @property
    def work(self) -> Path:
        """Trees and archives while they are worked on."""
        return self.path / "work"

    @property
    def proxy(self) -> Path:
        """Files of the proxy."""
        return self.path / "proxy"

    @property
    def authority(self) -> Path:
        """The local certificate authority."""
        return self.path / "authority"

    @property
    def run(self) -> Path:
        """Folder of the sockets."""
        return self.path / "run"

    @property
    def socket(self) -> Path:
        """Socket of the daemon, for the owner of the home."""
        return self.path / "run" / "sh0.sock"

    @property
    def web_socket(self) -> Path:
        """Socket of the daemon that needs a token."""
        return self.path / "run" / "web.sock"

    @property
    def known_hosts(self) -> Path:
        """Keys of the git hosts that were fetched from."""
        return self.path / "known_hosts"

    @property
    def host_key(self) -> Path:
        """Key of the git server."""
        return self.path / "ssh_host_key"

    @property
    def daemon_log(self) -> Path:
        """What the daemon prints when it runs in the background."""
        return self.path / "logs" / "sh0d.log"

    def prepare(self) -> None:
        """Make the folders. Others may pass through the home and `run`, to the web socket, and read nothing.

        Raises:
            Unavailable: The folder cannot be made, or its path is too long.
        """
        if len(os.fsencode(self.web_socket)) > _LONGEST_SOCKET:
            raise Unavailable(
                f"the path of the home {self.path} is too long for its sockets",
                hint=f"Choose another with --home: {_LONGEST_SOCKET - len('/run/web.sock')} bytes are the most.",
            )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            for folder, mode in (
                (self.path, 0o711),
                (self.repositories, 0o700),
                (self.logs, 0o700),
                (self.work, 0o700),
                (self.proxy, 0o711),
                (self.run, 0o711),
            ):
                folder.mkdir(mode=mode, exist_ok=True)
                folder.chmod(mode)  # whatever the umask is
        except OSError as error:
            raise Unavailable(
                f"the home {self.path} cannot be made: {error.strerror}",
                hint="Choose another with --home, or correct its permissions.",
            ) from None


def new_id() -> str:
    """An id for a home: part of the names and labels of everything that it makes in Docker."""
    return secrets.token_hex(4)
