"""Git over SSH: listens, and loads what speaks SSH when the first client comes."""

import errno
import selectors
import socket
import threading
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from sh0.adapters.ssh.access import GitAccess
from sh0.adapters.ssh.host_key import HostKey
from sh0.errors import Conflict, Unavailable
from sh0.repositories.repository import Repositories

if TYPE_CHECKING:
    from sh0.adapters.ssh.loop import LoopThread
    from sh0.adapters.ssh.sessions import Sessions

_BACKLOG = 100  # clients that the system keeps waiting


class GitServer:
    """Serves the apps' repositories. The user name of a client does not matter; its key does.

    A platform to which nobody pushes over SSH never loads the library, which would take 7 MiB.

    Args:
        bind: Address to listen on.
        port: Port to listen on; 0 for any that is free.
        host_key: File of the server's own key; made (Ed25519, 0600) when it is missing.
        repositories: What is served.
        access: Who may push and fetch what.
        hooks: Folder of the hooks; ``hooks`` beside the repositories when left out.
    """

    def __init__(
        self,
        bind: str,
        port: int,
        host_key: Path,
        repositories: Repositories,
        access: GitAccess,
        *,
        hooks: Path | None = None,
    ) -> None:
        self._bind, self._port, self._host_key = bind, port, host_key
        self._repositories, self._access = repositories, access
        self._hooks = (hooks or repositories.root / "hooks").absolute()
        self._serving: tuple[LoopThread, Sessions] | None = None
        self._waiting: threading.Thread | None = None
        self._end: socket.socket | None = None

    def start(self) -> int:
        """Start listening; the port.

        Raises:
            Conflict: The port is in use.
            Unavailable: The address cannot be listened on.
            Corrupt: The file of the host key holds no key.
        """
        key = HostKey.load(self._host_key)
        self._repositories.sweep()
        listening = self._bound()
        ended, self._end = socket.socketpair()
        self._waiting = threading.Thread(target=self._wait, args=(listening, ended, key), name="sh0-git", daemon=True)
        self._waiting.start()
        return int(listening.getsockname()[1])

    @property
    def host_public_key(self) -> str:
        """The server's public key in OpenSSH's form, for a known_hosts file."""
        return HostKey.load(self._host_key).public

    def stop(self, grace: float = 10.0) -> None:
        """Stop listening, let sessions end for `grace` seconds, and cut those that are left."""
        if self._waiting is None or self._end is None:
            return
        self._end.close()
        self._waiting.join()
        self._waiting = self._end = None
        if self._serving is not None:
            loop, sessions = self._serving
            loop.run(sessions.close(grace))
            loop.stop()
            self._serving = None

    def _bound(self) -> socket.socket:
        family = socket.AF_INET6 if isinstance(ip_address(self._bind), IPv6Address) else socket.AF_INET
        try:
            return socket.create_server((self._bind, self._port), family=family, backlog=_BACKLOG)
        except OSError as error:
            where = f"the git server cannot listen on {self._bind}:{self._port}: {error.strerror or error}"
            if error.errno == errno.EADDRINUSE:
                raise Conflict(where, hint="Stop what uses the port, or choose another with --git-port.") from None
            raise Unavailable(where, hint="Choose another address with --bind, or a port above 1023.") from None

    def _wait(self, listening: socket.socket, ended: socket.socket, key: HostKey) -> None:
        """Wait for the first client, or the end."""
        with ended, selectors.DefaultSelector() as either:
            for each in (listening, ended):
                either.register(each, selectors.EVENT_READ)
            ready = [chosen.fileobj for chosen, _ in either.select()]
        try:
            if ended not in ready:
                self._serving = self._serve(listening, key)
        finally:
            if self._serving is None:
                listening.close()

    def _serve(self, listening: socket.socket, key: HostKey) -> "tuple[LoopThread, Sessions]":
        from sh0.adapters.ssh.loop import LoopThread
        from sh0.adapters.ssh.sessions import Sessions

        loop, sessions = LoopThread("sh0-git-sessions"), Sessions(self._repositories, self._access, self._hooks)
        loop.start()
        loop.run(sessions.listen(listening, key))
        return loop, sessions
