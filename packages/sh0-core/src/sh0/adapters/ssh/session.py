"""One session of the git server: git's own program, and a client at the other end of an SSH channel."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

import asyncssh

_CHUNK = 1 << 16
_TERMINATION = 5.0  # seconds that git gets to clean up after itself
T = TypeVar("T")
Process = asyncssh.SSHServerProcess[bytes]
_HUNG_UP = (OSError, asyncssh.Error, asyncssh.BreakReceived, asyncssh.SignalReceived)


class Gone(Exception):
    """The client has hung up."""


async def unless_gone(process: Process, work: Coroutine[Any, Any, T]) -> T:
    """The result of some work; it is cancelled when the client hangs up.

    Raises:
        Gone: The client hung up first.
    """
    task = asyncio.ensure_future(work)
    closed = asyncio.ensure_future(process.wait_closed())
    try:
        await asyncio.wait({task, closed}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Gone
        return task.result()
    finally:
        await _cancel(task, closed)


async def converse(process: Process, arguments: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run a program with a client's channel for its input and output; its exit code.

    The pumps are our own: asyncssh's redirection closes the channel before everything is sent.

    Raises:
        Gone: The client hung up; the program and all it started are ended.
    """
    child = await asyncio.create_subprocess_exec(
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=dict(variables),
        start_new_session=True,
    )
    given, output, errors = child.stdin, child.stdout, child.stderr
    if given is None or output is None or errors is None:
        raise RuntimeError("a program was started without its pipes")
    inward = asyncio.ensure_future(_feed(process, given))
    try:
        await unless_gone(process, _relay(process, output, errors))
        return await child.wait()
    except _HUNG_UP:
        raise Gone from None
    finally:
        await asyncio.shield(_end(child))
        await _cancel(inward)


async def _relay(process: Process, output: asyncio.StreamReader, errors: asyncio.StreamReader) -> None:
    async def pump(source: asyncio.StreamReader, sink: asyncssh.SSHWriter[bytes]) -> None:
        while piece := await source.read(_CHUNK):
            sink.write(piece)
            await sink.drain()

    await asyncio.gather(pump(output, process.stdout), pump(errors, process.stderr))


async def _feed(process: Process, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(*_HUNG_UP):
        while piece := await process.stdin.read(_CHUNK):
            sink.write(piece)
            await sink.drain()
    sink.close()
    with contextlib.suppress(OSError):
        await sink.wait_closed()


async def _end(child: asyncio.subprocess.Process) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        if child.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), _TERMINATION)


async def _cancel(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
