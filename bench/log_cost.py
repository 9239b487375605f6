"""What keeping the lines of an app costs: CPU of the thread that collects them, at 1,000 and at 10,000 lines a second.

A thread speaks as Docker Engine does, to a platform over fakes: reading frames, redacting, levels and writing are real.
"""

import socket
import struct
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from sh0.adapters.docker.log_feed import DockerLogFeed
from sh0.records.deployment import RegistryImage
from sh0.testing import fake_image
from sh0.testing.platform import FakeWorld, fake_world
from sh0.values import Secret

SECONDS = 15.0
RATES = (1_000, 10_000)
LINE = '10.0.0.7 - - "POST /cart HTTP/1.1" 200 812 order {} took 17 ms "Mozilla/5.0 (X11; Linux)"\n'
_TICK = 0.02


def run() -> None:
    """Measure and print."""
    for rate in RATES:
        with (
            tempfile.TemporaryDirectory(prefix="sh0-bench-logs-") as folder,
            fake_world(Path(folder) / "home") as world,
        ):
            cpu, kept, printed = _measured(world, rate)
            print(f"{rate} lines a second: {cpu / SECONDS:.1%} of a core, {kept} of {printed} lines kept", flush=True)


def _measured(world: FakeWorld, rate: int) -> tuple[float, int, int]:
    """Seconds of CPU, and how many lines were kept and printed."""
    ours, theirs = socket.socketpair()
    world.runtime.log_feed = lambda name, since=None: DockerLogFeed(  # type: ignore[method-assign, assignment, misc]
        ours, "/", name, terminal=False
    )
    speaker = threading.Thread(target=_speak, args=(theirs, rate))
    speaker.start()
    world.runtime.add_image(fake_image("web:1", ports=(8080,)))
    platform = world.platform
    platform.apps.create("shop")
    platform.env.set("shop", {f"SECRET_{each}": Secret(f"value-of-secret-{each}") for each in range(10)})
    made = platform.deployments.create("shop", RegistryImage("web:1"))
    platform.deployments.wait("shop", made.id, timeout=20)
    [collector] = [each for each in threading.enumerate() if each.name == "sh0-logs-local"]
    clock = time.pthread_getcpuclockid(collector.ident or 0)
    begun = time.clock_gettime(clock)
    speaker.join()
    time.sleep(0.5)
    kept = sum(len(path.read_bytes().split(b" order ")) - 1 for path in world.core.context.home.app_logs.rglob("*.log"))
    return time.clock_gettime(clock) - begun, kept, int(rate * SECONDS)


def _speak(connection: socket.socket, rate: int) -> None:
    """Answer as an engine that is asked for a log, and print so many lines a second."""
    connection.recv(1 << 16)
    connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
    begun, number = time.monotonic(), 0
    while number < rate * SECONDS:
        due, frames = min(int((time.monotonic() - begun + _TICK) * rate), int(rate * SECONDS)), []
        stamp = datetime.now(UTC).isoformat(timespec="microseconds")[:26] + "000Z "
        for each in range(number, due):
            text = (stamp + LINE.format(each)).encode()
            frames.append(struct.pack(">BxxxL", 1, len(text)) + text)
        connection.sendall(b"".join(frames))
        number = due
        time.sleep(_TICK)
