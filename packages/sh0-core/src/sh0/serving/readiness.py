"""Whether a container is ready: it must answer, and "started" is never "ready"."""

import re
import socket
import time
from collections.abc import Callable, Sequence

from sh0.errors import ContainerExited, NotReady, ServerUnreachable, Sh0Error
from sh0.ports.link import ServerLink
from sh0.ports.runtime import Instance, InstanceState, Runtime
from sh0.records.app import HealthCheck
from sh0.records.deployment import Placement
from sh0.serving.diagnosis import Listener, diagnose, killed_at, listeners, more_memory, named, why_it_ended
from sh0.serving.exposed_ports import Alternatives

_INTERVALS = (0.02, 0.03, 0.05, 0.1, 0.2)  # seconds; the last one repeats
_TRY = 5.0  # seconds that one request may take
_DOWN = 1.5  # seconds; the engine waits between 0.1 s and that before each of the first few restarts
_STEADY = 3.0  # seconds that a process which answers nobody has to run
_LOG_LINES = 30
_HTTP2 = 2  # what is no status of HTTP/1.1
_LOOK = 4.0  # seconds between two looks at where a container listens
_DEFAULT_BELOW, _CONFIGURED_BELOW = 500, 400


def probe(
    link: ServerLink,
    placement: Placement,
    check: HealthCheck,
    host: str,
    *,
    port: int | None = None,
    below: int | None = None,
) -> str | None:
    """Ask a container once over HTTP. Returns what is wrong, or None when it is ready.

    Args:
        link: How it is reached.
        placement: Which container.
        check: Which path is asked for.
        host: Host name to ask for.
        port: Port that is asked; its own when left out.
        below: Statuses below this are good; told from the check when left out.
    """
    path, port = check.path or "/", port or placement.port
    if port is None:
        raise TypeError(f"{placement.container} listens on no port")
    try:
        with link.dial_tcp(placement.address, port, timeout=_TRY) as connection:
            connection.settimeout(_TRY)
            request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: sh0-check\r\nConnection: close\r\n\r\n"
            connection.sendall(request.encode("ascii", "replace"))
            status = _status(connection)
    except (ServerUnreachable, OSError):
        return f"nothing accepts connections on port {port}"
    if status == _HTTP2:
        return f"port {port} speaks HTTP/2 without TLS, as gRPC does, and sh0 speaks HTTP/1.1 to apps"
    if status is None:
        return f"port {port} accepts connections and does not answer HTTP"
    if status >= (below or (_CONFIGURED_BELOW if check.path else _DEFAULT_BELOW)):
        return f"GET {path} on port {port} answers {status}"
    return None


def _status(connection: socket.socket) -> int | None:
    received = b""
    deadline = time.monotonic() + _TRY  # of the whole answer: one that trickles would hold the check up for ever
    while b"\r\n" not in received and received[3:4] != b"\x04" and len(received) < 4096:
        try:
            connection.settimeout(max(deadline - time.monotonic(), 0.001))
            chunk = connection.recv(4096)
        except OSError:
            break
        if not chunk:
            break
        received += chunk
    if received[3:4] == b"\x04" and received[5:9] == bytes(4):  # SETTINGS, RFC 9113, section 3.4
        return _HTTP2
    match = re.match(rb"HTTP/1\.[01] (\d{3})", received)
    return int(match[1]) if match else None


def wait_until_ready(
    runtime: Runtime,
    link: ServerLink,
    placement: Placement,
    check: HealthCheck,
    host: str,
    proceed: Callable[[], None],
    *,
    pages: bool = False,
    others: Sequence[int] = (),
) -> int | None:
    """Ask a container until it is ready. Returns the port that answers: its own, or the only one of the others.

    Args:
        runtime: Where it runs, to notice that it ended.
        link: How it is reached.
        placement: Which container.
        check: When it counts as ready.
        host: Host name to ask for.
        proceed: Called between tries; raises to stop waiting.
        pages: Whether it serves files, so that "/" has to be one of them.
        others: Ports that it may listen on instead.

    Raises:
        ContainerExited: It stopped before it was ready.
        NotReady: It did not become ready in time; the message says what was seen instead.
    """
    begun = time.monotonic()
    deadline, looked, final = begun + check.timeout, begun, False
    tries, below = 0, _CONFIGURED_BELOW if pages else None
    elsewhere = Alternatives(others, lambda port: probe(link, placement, check, host, port=port, below=below) is None)
    while True:
        wrong = probe(link, placement, check, host, below=below)
        if wrong is None:
            return placement.port
        proceed()
        late = time.monotonic() > deadline
        instance = runtime.inspect(placement.container) if late or tries % 2 == 1 else None
        if instance is not None and (instance.state is not InstanceState.RUNNING or instance.restarts > 0):
            raise exited(runtime, _caught_ended(runtime, instance))
        if late or time.monotonic() - looked > _LOOK:
            port = elsewhere.look(wrong, last=late)
            if port is not None:
                return port
            looked, before = time.monotonic(), final
            diagnosis = diagnose(placement.app, placement.port, wrong, listeners_of(runtime, placement), pages=pages)
            final = diagnosis.final
            if late or (before and final):  # seen twice: nothing will change
                waited = check.timeout if late else round(looked - begun)
                raise NotReady(
                    f"{named(placement)} was not ready after {waited:g} s: {wrong}{diagnosis.seen}",
                    hint=diagnosis.hint,
                    log=last_lines(runtime, placement.container),
                )
        time.sleep(_INTERVALS[min(tries, len(_INTERVALS) - 1)])
        tries += 1


def wait_until_steady(runtime: Runtime, placements: Sequence[Placement], proceed: Callable[[], None]) -> None:
    """See whether containers that answer nobody keep running for a few seconds.

    Args:
        runtime: Where they run.
        placements: Which containers; none is steady at once.
        proceed: Called between looks; raises to stop waiting.

    Raises:
        ContainerExited: One stopped.
    """
    deadline = time.monotonic() + _STEADY
    while placements:
        proceed()
        for placement in placements:
            instance = runtime.inspect(placement.container)
            if instance is not None and (instance.state is not InstanceState.RUNNING or instance.restarts > 0):
                raise exited(runtime, _caught_ended(runtime, instance))
        if time.monotonic() > deadline:
            return
        time.sleep(_INTERVALS[-1])


def _caught_ended(runtime: Runtime, instance: Instance) -> Instance:
    """The container at a moment when it is down: while the engine tries it again, nothing tells how it ended."""
    deadline = time.monotonic() + _DOWN
    while instance.state is InstanceState.RUNNING and time.monotonic() < deadline:
        time.sleep(_INTERVALS[0])
        instance = runtime.inspect(instance.name) or instance
    return instance


def exited(runtime: Runtime, instance: Instance) -> Sh0Error:
    """The error for a container that ended."""
    labels, lines = instance.labels, last_lines(runtime, instance.name)
    app = labels.get("sh0.app", "")
    how = "ended" if instance.exit_code is None else f"exited with code {instance.exit_code}"
    hint = why_it_ended(app, instance.exit_code, lines)
    if instance.out_of_memory:
        how, hint = killed_at(instance.memory), more_memory(app, instance.memory)
    what = [labels.get(f"sh0.{part}", "") for part in ("deployment", "process", "instance")]
    message = f"{' '.join(what) if all(what) else instance.name} {how} before it was ready"
    return ContainerExited(message, hint=hint, log=lines)


def last_lines(runtime: Runtime, container: str) -> tuple[str, ...]:
    """What a container printed last, if it can still be read; lines that were cut are whole again, to be redacted."""
    texts: list[str] = []
    unfinished: dict[str, int] = {}
    try:
        for line in runtime.logs(container, tail=_LOG_LINES):
            at = unfinished.pop(line.stream, None)
            if at is None:
                at = len(texts)
                texts.append("")
            texts[at] += line.text
            if line.cut:
                unfinished[line.stream] = at
    except Sh0Error:
        return ()
    return tuple(texts)


def listeners_of(runtime: Runtime, placement: Placement) -> tuple[Listener, ...] | None:
    """What is listened on in a container, read from its kernel's tables; None if they cannot be read."""
    try:
        done = runtime.execute(placement.container, ["cat", "/proc/net/tcp", "/proc/net/tcp6"], timeout=5)
    except Sh0Error:
        return None
    return listeners(done.stdout.decode("ascii", "replace")) if done.stdout.strip() else None


def listening(table: str) -> list[tuple[int, bool]]:
    """Ports in Linux's ``/proc/net/tcp`` that are listened on, each with whether that is on loopback only."""
    return [(each.port, each.loopback) for each in listeners(table)]
