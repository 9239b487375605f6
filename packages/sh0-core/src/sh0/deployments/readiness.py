"""Whether a container is ready: it must answer, and "started" is never "ready"."""

import re
import socket
import time
from collections.abc import Callable, Sequence

from sh0.apps.model import HealthCheck
from sh0.deployments.model import Placement
from sh0.errors import ContainerExited, NotReady, ServerUnreachable, Sh0Error
from sh0.ports.link import ServerLink
from sh0.ports.runtime import Instance, InstanceState, Runtime

_INTERVALS = (0.02, 0.03, 0.05, 0.1, 0.2)  # seconds; the last one repeats
_TRY = 5.0  # seconds that one request may take
_DOWN = 1.5  # seconds; the engine waits between 0.1 s and that before each of the first few restarts
_STEADY = 3.0  # seconds that a process which answers nobody has to run
_LOG_LINES = 30
_HTTP2 = 2  # what is no status of HTTP/1.1
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
            return None
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
) -> None:
    """Ask a container until it is ready.

    Args:
        runtime: Where it runs, to notice that it ended.
        link: How it is reached.
        placement: Which container.
        check: When it counts as ready.
        host: Host name to ask for.
        proceed: Called between tries; raises to stop waiting.

    Raises:
        ContainerExited: It stopped before it was ready.
        NotReady: It did not become ready in time; the message says what was seen instead.
    """
    deadline = time.monotonic() + check.timeout
    tries = 0
    while True:
        wrong = probe(link, placement, check, host)
        if wrong is None:
            return
        proceed()
        late = time.monotonic() > deadline
        instance = runtime.inspect(placement.container) if late or tries % 2 == 1 else None
        if instance is not None and (instance.state is not InstanceState.RUNNING or instance.restarts > 0):
            raise exited(runtime, _caught_ended(runtime, instance))
        if late:
            raise NotReady(
                f"{placement.container} was not ready after {check.timeout:g} s: {wrong}{_seen(runtime, placement)}",
                hint="HTTP/2 backends are not supported yet: let the app answer HTTP/1.1 on this port, as gRPC-Web and "
                "JSON gateways do."
                if "HTTP/2 without TLS" in wrong
                else f"The app must listen on 0.0.0.0, on the port in $PORT ({placement.port}). "
                f"Tell sh0 another port with 'sh0 apps configure {placement.app} --port N', "
                "or allow more time with --health-timeout.",
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
    how = "ended" if instance.exit_code is None else f"exited with code {instance.exit_code}"
    hint = "Its last lines say why; an app must keep running in the foreground."
    if instance.out_of_memory:
        how, hint = "was killed at its memory limit", "Give it more memory: sh0 apps configure … --memory 512m"
    message = f"{instance.name} {how} before it was ready"
    return ContainerExited(message, hint=hint, log=last_lines(runtime, instance.name))


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


def _seen(runtime: Runtime, placement: Placement) -> str:
    """Where the container listens instead, read from its kernel tables; nothing if they cannot be read."""
    try:
        done = runtime.execute(placement.container, ["cat", "/proc/net/tcp", "/proc/net/tcp6"], timeout=5)
    except Sh0Error:
        return ""
    found = listening(done.stdout.decode("ascii", "replace"))
    if (placement.port, False) in found:
        return ""
    local = sorted({port for port, loopback in found if loopback and port == placement.port})
    others = sorted({port for port, loopback in found if not loopback and port != placement.port})
    if local:
        return f"; it listens on 127.0.0.1:{local[0]} only, where nobody outside the container can reach it"
    if others:
        return f"; it listens on port {', '.join(map(str, others))} instead"
    return "; it does not listen on any port"


def listening(table: str) -> list[tuple[int, bool]]:
    """Ports in Linux's ``/proc/net/tcp`` that are listened on, each with whether that is on loopback only."""
    found = []
    for line in table.splitlines():
        match = re.match(r"\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A ", line)  # 0A is TCP_LISTEN
        if match:
            loopback = match[1].endswith("7F") or match[1] == "00000000000000000000000001000000"
            if not (len(match[1]) == 8 and match[1] == "0B00007F"):  # Docker's own resolver
                found.append((int(match[2], 16), loopback))
    return found
