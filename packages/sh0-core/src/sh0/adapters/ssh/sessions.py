"""What clients of the git server may do: with a known key they push to apps and fetch from them, and nothing else."""

import asyncio
import contextlib
import logging
import socket
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

import asyncssh
import attrs

from sh0.adapters.ssh import algorithms
from sh0.adapters.ssh.access import GitAccess, Pusher
from sh0.adapters.ssh.host_key import HostKey
from sh0.adapters.ssh.limits import Connections
from sh0.adapters.ssh.request import Request, Service, parse, protocol
from sh0.adapters.ssh.session import Gone, Process, converse, unless_gone
from sh0.errors import InvalidValue, NotFound, Sh0Error, internal_error
from sh0.peers import from_container
from sh0.repositories.command import environment as git_environment
from sh0.repositories.repository import SERVING, Repositories

log = logging.getLogger(__name__)

_SESSIONS = 32  # processes of git at the same time
_LOGIN_TIMEOUT = 20.0  # seconds
_KEYS_OFFERED = 6  # unknown keys that a client may show before it is cut off
_KEEPALIVE = 15.0  # seconds between signs of life; a client that misses three is cut off
_SILENCE = 600  # seconds after which a client that fetches and says nothing is cut off
_FAREWELL = 3.0  # seconds that a client gets to read the last words
_PUSHER = "sh0_pusher"
_KEY = "sh0_key"


class Sessions:
    """The connections of clients, and the processes of git that answer them.

    Args:
        repositories: What is served.
        access: Who may push and fetch what.
        hooks: Folder of the hooks.
    """

    def __init__(self, repositories: Repositories, access: GitAccess, hooks: Path) -> None:
        self._repositories, self._hooks = repositories, hooks
        self.access = access
        self.connections: Connections[asyncssh.SSHServerConnection] = Connections()
        self._listener: asyncssh.SSHAcceptor | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def listen(self, listening: socket.socket, key: HostKey) -> None:
        """Answer the clients of a socket.

        Args:
            listening: The socket.
            key: The server's own key.
        """
        self._listener = await asyncssh.listen(
            sock=listening,
            server_factory=lambda: _Connection(self),
            process_factory=self._open,
            server_host_keys=[asyncssh.import_private_key(key.private)],
            server_version="sh0",
            encoding=None,
            public_key_auth=True,
            password_auth=False,
            kbdint_auth=False,
            host_based_auth=False,
            gss_host=None,
            allow_pty=False,
            agent_forwarding=False,
            x11_forwarding=False,
            compression_algs=None,
            kex_algs=algorithms.KEY_EXCHANGE,
            encryption_algs=algorithms.ENCRYPTION,
            mac_algs=algorithms.INTEGRITY,
            signature_algs=algorithms.SIGNATURES,
            login_timeout=_LOGIN_TIMEOUT,
            keepalive_interval=_KEEPALIVE,
            keepalive_count_max=3,
            config=None,
        )

    async def close(self, grace: float) -> None:
        """Stop listening, let sessions end for `grace` seconds, and cut those that are left."""
        if self._listener is not None:
            self._listener.close()
        if self._running:
            await asyncio.wait(self._running, timeout=grace)
        left = tuple(self._running)
        for session in left:
            session.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        connections = self.connections.all()
        for connection in connections:
            connection.close()
        await asyncio.gather(*(connection.wait_closed() for connection in connections), return_exceptions=True)
        if self._listener is not None:
            await self._listener.wait_closed()
            self._listener = None

    def _open(self, process: Process) -> None:
        task = asyncio.ensure_future(self._serve(process))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _serve(self, process: Process) -> None:
        try:
            code = await self._answer(process)
        except Gone:
            return
        except asyncio.CancelledError:
            _say(process, "sh0: the daemon is stopping; try again in a moment.")
            code = 1
        except Sh0Error as error:
            _say(process, f"sh0: {error.message}", error.hint)
            code = 1
        except Exception as error:
            log.exception("a session failed")
            said = internal_error(error, hint="See the daemon's log.")
            _say(process, f"sh0: {said.message}", said.hint)
            code = 1
        process.exit(code)
        with contextlib.suppress(TimeoutError):  # what was printed last must be sent before a stop cuts the connection
            await asyncio.wait_for(process.wait_closed(), _FAREWELL)

    async def _answer(self, process: Process) -> int:
        pusher: Pusher = process.get_extra_info(_PUSHER)
        known = await asyncio.to_thread(self.access.authorise, process.get_extra_info(_KEY))
        if known is None:
            _say(process, f"sh0: the key {pusher.name} was removed or has expired.")
            return 1
        pusher = attrs.evolve(pusher, name=known.name, identity=known.identity)
        if process.command is None and process.subsystem is None:
            _say(process, f"Hello {pusher.name}! This is sh0's git server: your key works, and there is no shell.")
            _say(process, "Deploy with 'git push ssh://git@HOST:PORT/APP'; 'sh0 ssh APP' opens a terminal in an app.")
            return 1
        request = parse(process.command or "")
        if request is None:
            _say(process, "sh0: only git push and git fetch are served here; there is no shell.")
            _say(process, "'sh0 ssh APP' opens a terminal in an app.")
            return 1
        if len(self._running) > _SESSIONS:
            _say(process, "sh0: too many pushes and fetches are under way; try again in a moment.")
            return 1
        return await self._git(process, pusher, request)

    async def _git(self, process: Process, pusher: Pusher, request: Request) -> int:
        app, write = request.app, request.service is Service.PUSH
        try:
            repository = self._repositories.path(app)
        except InvalidValue:
            raise NotFound(
                f"there is no app {app[:80]!r}", hint="Check the end of the URL; 'sh0 apps list' names them."
            ) from None
        await asyncio.to_thread(self.access.demand, pusher, app, write)
        if not repository.exists():
            await asyncio.to_thread(self._repositories.create, app)
        variables = git_environment(settings={**SERVING, "core.hooksPath": str(self._hooks)})
        asked = process.env.get("GIT_PROTOCOL", "")
        if version := protocol(asked):
            variables["GIT_PROTOCOL"] = version
        if not write:
            options = ["--strict", f"--timeout={_SILENCE}"]
            return await converse(process, ["git", "upload-pack", *options, str(repository)], variables)
        return await self._push(process, pusher, app, repository, variables)

    async def _push(
        self, process: Process, pusher: Pusher, app: str, repository: Path, variables: Mapping[str, str]
    ) -> int:
        # A push is told first where the branches stand, and fails at its very end if they have moved since. So the
        # next one to the same app is told only when this one is over: what is live and what is stored stay the same.
        turn = self._turns[app]
        if turn.locked():
            _say(process, f"sh0: another push to {app} is under way; waiting for it to end.")
        await unless_gone(process, turn.acquire())
        try:
            extra = await asyncio.to_thread(self.access.environment, pusher, app)
            try:
                return await converse(process, ["git", "receive-pack", str(repository)], {**variables, **extra})
            finally:
                # Git leaves its quarantine behind when it is ended by a signal.
                self._repositories.sweep(app)
                self.access.ended(extra)
        finally:
            turn.release()


class _Connection(asyncssh.SSHServer):
    """One connection: counts it, and tells whose key it shows."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._connection: asyncssh.SSHServerConnection | None = None
        self._address = ""
        self._unknown: set[str] = set()
        self._pusher: Pusher | None = None
        self._release: Callable[[], None] = lambda: None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._address = str(conn.get_extra_info("peername")[0])
        if from_container(self._address):
            conn.abort()
            return
        self._connection = conn
        surplus = self._sessions.connections.arrived(conn, self._address)
        if surplus is not None:
            surplus.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._release()
        if self._connection is None:
            return
        self._sessions.connections.left(self._connection)
        if self._unknown and self._pusher is None:
            asyncio.get_running_loop().run_in_executor(None, self._sessions.access.refused, self._address)

    def auth_completed(self) -> None:
        if self._connection is None or self._pusher is None:
            return
        if not self._sessions.connections.recognised(self._connection, self._pusher.name):
            self._connection.disconnect(asyncssh.DISC_TOO_MANY_CONNECTIONS, "too many connections with this key")
            return
        loop, connection = asyncio.get_running_loop(), self._connection
        pusher = self._pusher

        def cut() -> None:
            connection.disconnect(asyncssh.DISC_BY_APPLICATION, f"the authority of the key {pusher.name} has ended")

        def end() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended, and with it the connection
                loop.call_soon_threadsafe(cut)

        self._release = self._sessions.access.hold(pusher, end)

    def begin_auth(self, username: str) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        if self._connection is None:
            return False
        shown = _public(key)
        try:
            pusher = await asyncio.to_thread(self._sessions.access.authorise, shown)
        except Exception:
            log.exception("a key could not be looked up")
            return False
        if pusher is None:
            self._unknown.add(shown)
            if len(self._unknown) >= _KEYS_OFFERED:
                reason = "too many unknown keys; offer the right one with 'ssh -o IdentitiesOnly=yes -i FILE'"
                self._connection.disconnect(asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, reason)
            return False
        self._pusher = attrs.evolve(pusher, address=self._address)
        self._connection.set_extra_info(**{_PUSHER: self._pusher, _KEY: shown})
        return True


def _say(process: Process, *lines: str) -> None:
    try:
        process.stderr.write("".join(f"{line}\n" for line in lines if line).encode())
    except (OSError, asyncssh.Error):
        log.debug("nobody is left to read %s", lines)


def _public(key: asyncssh.SSHKey) -> str:
    return " ".join(key.export_public_key("openssh").decode().split()[:2])
