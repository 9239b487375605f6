"""Running git: argument lists, no terminal, and nobody's configuration but ours."""

import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sh0.errors import DiskFull, GitFailed
from sh0.sensitive import without_credentials

DEFAULT_TIMEOUT = 120.0  # seconds; what works on this machine only
Proceed = Callable[[], None]
"""Is called again and again, and raises if the work is to stop."""
_PAUSE = 0.1  # seconds between two such calls
_PIECE = 1 << 16  # bytes that are read at once
_TAIL = 4000  # characters of git's own words that an error keeps
_MOST = 256 << 20  # bytes that a command may print: a list of files, a list of references
_INHERITED = (
    "PATH",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "no_proxy",
    "NO_PROXY",
    "all_proxy",
    "ALL_PROXY",
)
_SETTINGS: Mapping[str, str] = {
    "safe.directory": "*",
    "protocol.allow": "never",
    "protocol.http.allow": "always",
    "protocol.https.allow": "always",
    "protocol.ssh.allow": "always",
    "protocol.git.allow": "always",
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "credential.helper": "",
    "gc.auto": "0",
    "submodule.recurse": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
    "core.filesRefLockTimeout": "5000",
    "core.packedRefsTimeout": "5000",
}


def environment(extra: Mapping[str, str] | None = None, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """The whole environment of a git process: little of ours, nothing of the user's or the machine's.

    Args:
        extra: Further variables.
        settings: Configuration on top of what always holds (GIT_CONFIG_COUNT, git 2.31).
    """
    variables = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    variables |= {
        "LC_ALL": "C.UTF-8",
        "HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",  # a commit's id says what it holds, whatever refs/replace says
        "SSH_ASKPASS_REQUIRE": "never",
    }
    pairs = {**_SETTINGS, **(settings or {})}
    variables["GIT_CONFIG_COUNT"] = str(len(pairs))
    for number, (name, value) in enumerate(pairs.items()):
        variables[f"GIT_CONFIG_KEY_{number}"] = name
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables | dict(extra or {})


def run(
    arguments: Sequence[str | Path],
    *,
    doing: str,
    extra: Mapping[str, str] | None = None,
    given: bytes = b"",
    timeout: float = DEFAULT_TIMEOUT,
    hints: Iterable[tuple[str, str]] = (),
    proceed: Proceed = lambda: None,
) -> bytes:
    """Run git and return what it printed.

    Args:
        arguments: What follows ``git``.
        doing: What it is run for, as in "read the tree of 3f2a"; begins the message of an error.
        extra: Further variables of its environment.
        given: What it reads from its standard input.
        timeout: Seconds.
        hints: Pairs of a text in git's own words and what to do about it.
        proceed: Called again and again; raises if the work is to stop, which ends git.

    Raises:
        GitFailed: Git is missing, failed, or took too long; ``details["stderr"]`` holds its words.
        DiskFull: There is no room.
    """
    proceed()
    with _input(given) as stdin:
        try:
            process = subprocess.Popen(
                ["git", *map(str, arguments)],
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment(extra),
                start_new_session=True,
                umask=0o022,  # what it writes has the same modes wherever the daemon was started
            )
        except FileNotFoundError:
            raise GitFailed(f"could not {doing}: git is not installed", hint="Install the package git.") from None
    with process:
        try:
            output, errors = _communicate(process, time.monotonic() + timeout, proceed)
        except BaseException as error:
            _kill(process)
            if isinstance(error, TimeoutError):
                raise GitFailed(
                    f"could not {doing}: git had not ended after {timeout:.0f} seconds",
                    hint="Try again; if it stays slow, look at the network and the size of the repository.",
                ) from None
            if isinstance(error, OverflowError):
                raise GitFailed(
                    f"could not {doing}: git printed more than {_MOST >> 20} MiB",
                    hint="The repository has more files or references than sh0 reads.",
                ) from None
            raise
    if process.returncode == 0:
        return output
    said = without_credentials(errors.decode(errors="replace")).strip()[-_TAIL:]
    if "No space left on device" in said or "Disk quota exceeded" in said:
        raise DiskFull(f"could not {doing}: the disk is full", hint="Make room, then try again.", stderr=said)
    hint = next((advice for text, advice in hints if text in said), "")
    raise GitFailed(f"could not {doing}: {_reason(said, process.returncode)}", hint=hint, stderr=said)


def stream(
    arguments: Sequence[str | Path],
    *,
    doing: str,
    extra: Mapping[str, str] | None = None,
    proceed: Proceed = lambda: None,
) -> Iterator[bytes]:
    """Run git and yield what it prints as it comes, however much that is; closing the iterator ends git.

    Args:
        arguments: What follows ``git``.
        doing: What it is run for; begins the message of an error.
        extra: Further variables of its environment.
        proceed: Called at each piece; raises if the work is to stop.

    Raises:
        GitFailed: Git is missing or failed.
    """
    try:
        process = subprocess.Popen(
            ["git", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(extra),
            start_new_session=True,
        )
    except FileNotFoundError:
        raise GitFailed(f"could not {doing}: git is not installed", hint="Install the package git.") from None
    with process:
        try:
            while piece := os.read(process.stdout.fileno(), _PIECE) if process.stdout else b"":
                proceed()
                yield piece
        except BaseException:
            _kill(process)
            raise
    if process.returncode != 0:
        raise GitFailed(f"could not {doing}: git ended with exit code {process.returncode}")


@contextmanager
def _input(given: bytes) -> Iterator[int]:
    """A descriptor to read from: of a file, since a pipe is not filled any more by whoever stops waiting in between."""
    if not given:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile() as file:
        file.write(given)
        file.seek(0)
        yield file.fileno()


def _communicate(process: subprocess.Popen[bytes], end: float, proceed: Proceed) -> tuple[bytes, bytes]:
    """What git prints, and the end of its own words: a server may send words without end, which git passes on."""
    assert process.stdout is not None
    assert process.stderr is not None
    output, errors = bytearray(), bytearray()
    due = time.monotonic() + _PAUSE
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ, output)
        waiting.register(process.stderr, selectors.EVENT_READ, errors)
        while waiting.get_map() or process.poll() is None:
            for key, _ in waiting.select(_PAUSE) if waiting.get_map() else ():
                if piece := os.read(key.fd, _PIECE):
                    key.data.extend(piece)
                else:
                    waiting.unregister(key.fileobj)
            del errors[: -2 * _TAIL]
            if len(output) > _MOST:
                raise OverflowError
            if not waiting.get_map():
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_PAUSE)
            if time.monotonic() > due:
                proceed()
                due = time.monotonic() + _PAUSE
            if time.monotonic() > end:
                raise TimeoutError
    return bytes(output), bytes(errors)


def _kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.communicate()


def _reason(said: str, code: int) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    for line in lines:
        if line.startswith(("fatal: ", "error: ")):
            return line.partition(": ")[2]
    return lines[-1] if lines else f"git ended with exit code {code}"
