"""A Runtime that keeps everything in memory."""

import hashlib
import itertools
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from sh0.errors import Conflict, Failed, ImageUnavailable, NotFound, Sh0Error
from sh0.ports.runtime import (
    ByteSource,
    Completed,
    DiskSpace,
    EngineEvent,
    EngineFacts,
    ImageFacts,
    Instance,
    InstanceHealth,
    InstanceState,
    Network,
    Volume,
    Workload,
)
from sh0.ports.usage import Usage
from sh0.testing.engine import FakeContainer, FakeEvents, FakeFeed, FakeLogFeed, picture
from sh0.testing.script import Program, run
from sh0.testing.terminal import FakeAttachment, FakeTerminal
from sh0.values import ByteSize

EMPTY_ARCHIVE = bytes(1024)
_PIECE = 1 << 16


class FakeRuntime:
    """A pretended engine.

    Args:
        home_id: Identity of the home, the value of the label ``sh0.home``.
        images: Images that are there, by name.

    Attributes:
        home_id: Identity of the home.
        registry: Images that `pull` can fetch, by name.
        on_start: Says how a workload behaves when it is started; by default its command is interpreted
            (see `sh0.testing.script`), and one without a command keeps running.
        on_test: Says what the engine's test of a workload finds; by default everything that is tested is healthy.
        calls: Method and name of each change that was asked for, in order.
        containers: What runs, by name.
        contents: The archive of what is in a volume, by its name; a volume keeps the last one that was written to it.
        taken: Subnets that clash.
        usages: What containers use that run, by name; others use 1 MiB and no time.
    """

    def __init__(self, home_id: str = "fake", images: Mapping[str, ImageFacts] | None = None) -> None:
        self.registry: dict[str, ImageFacts] = {}
        self.on_start: Callable[[Workload], Program] = _behaviour
        self.on_test: Callable[[Workload], InstanceHealth] = lambda workload: InstanceHealth.HEALTHY
        self.calls: list[tuple[str, str]] = []
        self.containers: dict[str, FakeContainer] = {}
        self.usages: dict[str, Usage] = {}
        self.contents: dict[str, bytes] = {}
        self.taken: set[str] = set()
        self.home_id = home_id
        self._images: dict[str, ImageFacts] = {}
        self._networks: dict[str, Network] = {}
        self._volumes: dict[str, Volume] = {}
        self._foreign_networks: set[str] = set()
        self._failures: dict[str, list[Sh0Error]] = defaultdict(list)
        self._listeners: list[FakeEvents] = []
        self._leaving: list[Callable[[Instance], None]] = []
        self._ids = (f"{number:064x}" for number in itertools.count(1))
        self._lock = threading.RLock()
        for name, facts in (images or {}).items():
            self.add_image(attrs.evolve(facts, tags=tuple(sorted({*facts.tags, name}))))

    def fail_next(self, method: str, error: Sh0Error) -> None:
        """Make the next call of a method raise an error."""
        self._failures[method].append(error)

    def add_image(self, facts: ImageFacts) -> ImageFacts:
        """Put an image on the engine; its names are taken away from others."""
        with self._lock:
            for other in list(self._images.values()):
                if other.id != facts.id:
                    self._images[other.id] = attrs.evolve(
                        other, tags=tuple(tag for tag in other.tags if tag not in facts.tags)
                    )
            self._images[facts.id] = facts
        return facts

    def add_foreign(self, name: str) -> None:
        """Put a container on the engine that somebody else made."""
        container = FakeContainer(Workload(name, "other"), next(self._ids), "sha256:other", {}, ours=False)
        container.state = InstanceState.RUNNING
        self.containers[name] = container

    def end(self, name: str, exit_code: int = 1, *, out_of_memory: bool = False) -> None:
        """Make a container end; the pretended engine does not restart it before `restart` or `apply`."""
        container = self.containers[name]
        container.exit_code, container.out_of_memory = exit_code, out_of_memory
        container.enter(InstanceState.EXITED)
        self._tell("die", container)

    def facts(self) -> EngineFacts:
        self._called("facts", "")
        return EngineFacts("fake", "1.44", 2, 4 << 30, "x86_64")

    def ensure_network(self, name: str, labels: Mapping[str, str], candidates: Iterator[str]) -> Network:
        self._called("ensure_network", name)
        with self._lock:
            if name in self._foreign_networks:
                raise Conflict(f"a network called {name} exists, and sh0 did not make it")
            if name not in self._networks:
                used = {network.subnet for network in self._networks.values()} | self.taken
                subnet = next((candidate for candidate in candidates if candidate not in used), None)
                if subnet is None:
                    raise Conflict(f"no address range is free for the network {name}")
                self._networks[name] = Network(name, subnet)
            return self._networks[name]

    def remove_network(self, name: str) -> None:
        self._called("remove_network", name)
        with self._lock:
            if any(one.workload.network == name for one in self.containers.values()):
                raise Conflict(f"the network {name} has active endpoints")
            self._networks.pop(name, None)

    def networks(self) -> Sequence[Network]:
        self._called("networks", "")
        return sorted(self._networks.values(), key=lambda network: network.name)

    def ensure_volume(self, name: str, labels: Mapping[str, str]) -> Volume:
        self._called("ensure_volume", name)
        with self._lock:
            return self._volumes.setdefault(name, Volume(name, {**labels, "sh0.home": self.home_id}))

    def volumes(self) -> Sequence[Volume]:
        self._called("volumes", "")
        return sorted(self._volumes.values(), key=lambda volume: volume.name)

    def remove_volume(self, name: str) -> None:
        self._called("remove_volume", name)
        with self._lock:
            if any(mount.source == name for one in self.containers.values() for mount in one.workload.mounts):
                raise Conflict(f"the volume {name} is in use")
            self._volumes.pop(name, None)
            self.contents.pop(name, None)

    def read_volume(self, name: str) -> Iterator[bytes]:
        self._called("read_volume", name)
        content = self._content_of(name)
        return (content[at : at + _PIECE] for at in range(0, len(content), _PIECE))

    def write_volume(self, name: str, archive: ByteSource) -> None:
        self._called("write_volume", name)
        self._content_of(name)
        self.contents[name] = b"".join(iter(lambda: archive.read(_PIECE), b""))

    def fit_volume(self, name: str, image: str, path: str) -> None:
        self._called("fit_volume", name)
        self._content_of(name)

    def volume_sizes(self) -> Mapping[str, int]:
        self._called("volume_sizes", "")
        return {name: len(self.contents.get(name, b"")) for name in self._volumes}

    def clear_contents(self) -> None:
        self._called("clear_contents", "")

    def free_space(self) -> DiskSpace | None:
        self._called("free_space", "")
        return DiskSpace(ByteSize(100 << 30), ByteSize(60 << 30))

    def _content_of(self, name: str) -> bytes:
        if name not in self._volumes:
            raise NotFound(f"no volume of this platform is called {name} on the engine")
        return self.contents.get(name, EMPTY_ARCHIVE)

    def apply(self, workload: Workload) -> Instance:
        self._called("apply", workload.name)
        with self._lock:
            existing = self.containers.get(workload.name)
            if existing is not None and not existing.ours:
                raise Conflict(f"a container called {workload.name} exists, and sh0 did not make it")
            if existing is not None and existing.workload == workload:
                if existing.state is InstanceState.EXITED:
                    self._demand_ports(workload)
                    self._start(existing)
                return existing.instance()
            if workload.network not in (*self._networks, "host", "none"):
                raise NotFound(f"the network {workload.network} not found")
            facts = self.image(workload.image) or self.pull(workload.image)
            if existing is not None:
                self.remove(workload.name)
            self._demand_ports(workload)
            labels = {**facts.labels, **workload.labels, "sh0.home": self.home_id}
            for mount in workload.mounts:
                if not mount.source.startswith("/"):
                    self._volumes.setdefault(mount.source, Volume(mount.source, {"sh0.home": self.home_id}))
            container = FakeContainer(workload, next(self._ids), facts.id, labels)
            self.containers[workload.name] = container
            self._start(container)
            return container.instance()

    def _demand_ports(self, workload: Workload) -> None:
        for other in self.containers.values():
            if other.workload.name != workload.name and other.state is InstanceState.RUNNING:
                taken = {(port.host_port, port.protocol) for port in other.workload.published if port.host_port}
                for port in workload.published:
                    if (port.host_port, port.protocol) in taken:
                        raise Conflict(f"port {port.host_port} is already allocated")

    def attached(self, workload: Workload, *, columns: int = 80, rows: int = 24) -> FakeAttachment:
        if workload.name in self.containers:
            raise Conflict(f"a container called {workload.name} exists")
        self.apply(workload)
        return FakeAttachment(self.containers[workload.name], columns, rows)

    def inspect(self, name: str) -> Instance | None:
        self._called("inspect", name)
        container = self._ours(name)
        return container.instance() if container else None

    def observe(self, labels: Mapping[str, str] | None = None) -> Sequence[Instance]:
        self._called("observe", "")
        wanted = (labels or {}).items()
        ours = [one for name, one in sorted(self.containers.items()) if one.ours]
        return [one.instance() for one in ours if wanted <= one.labels.items()]

    def usage(self, names: Sequence[str]) -> Mapping[str, Usage]:
        self._called("usage", "")
        running = (name for name in names if (one := self._ours(name)) and one.state is InstanceState.RUNNING)
        return {name: self.usages.get(name, Usage(0.0, ByteSize(1 << 20))) for name in running}

    def stop(self, name: str, timeout: int = 10) -> None:
        self._called("stop", name)
        container = self._ours(name)
        if container is not None and container.state is not InstanceState.EXITED:
            container.exit_code = 143  # 128 + SIGTERM
            container.enter(InstanceState.EXITED)
            self._tell("die", container)

    def restart(self, name: str, timeout: int = 10) -> None:
        self._called("restart", name)
        self._start(self._require(name))

    def remove(self, name: str, timeout: int = 10) -> None:
        self._called("remove", name)
        container = self._ours(name)
        if container is not None:
            self.stop(name, timeout)
            for listener in self._leaving:
                listener(container.instance())
            self.containers.pop(name, None)
            self._tell("destroy", container)

    def before_removal(self, listener: Callable[[Instance], None]) -> None:
        self._leaving.append(listener)

    def logs(
        self, name: str, *, tail: int | None = None, follow: bool = False, since: datetime | None = None
    ) -> FakeFeed:
        self._called("logs", name)
        container = self._require(name)
        lines = [line for line in container.log if since is None or line.time >= since]
        return FakeFeed(container, lines if tail is None else lines[max(0, len(lines) - tail) :], follow)

    def log_feed(self, name: str, *, since: datetime | None = None) -> FakeLogFeed:
        self._called("log_feed", name)
        return FakeLogFeed(self._require(name), since)

    def execute(self, name: str, argv: Sequence[str], *, timeout: float = 60.0) -> Completed:
        self._called("execute", name)
        self._require(name)
        program = run(argv)
        if program.sleeps > timeout:
            raise Failed(f"{argv[0]} did not end within {timeout:g} seconds")
        printed = dict.fromkeys(("stdout", "stderr"), "")
        for stream, text in program.prints:
            printed[stream] += text + "\n"
        return Completed(program.exit_code or 0, printed["stdout"].encode(), printed["stderr"].encode())

    def terminal(self, name: str, argv: Sequence[str], *, columns: int = 80, rows: int = 24) -> FakeTerminal:
        self._called("terminal", name)
        self._require(name)
        return FakeTerminal(columns, rows)

    def events(self) -> FakeEvents:
        self._called("events", "")
        listener = FakeEvents()
        self._listeners.append(listener)
        return listener

    def image(self, reference: str) -> ImageFacts | None:
        self._called("image", reference)
        named = (facts for facts in self._images.values() if reference in (facts.id, *facts.tags))
        return next(named, None)

    def images(self) -> Sequence[ImageFacts]:
        self._called("images", "")
        return [facts for facts in self._images.values() if facts.labels.get("sh0.home") == self.home_id]

    def pull(self, reference: str, *, platform: str = "", proceed: Callable[[], None] = lambda: None) -> ImageFacts:
        self._called("pull", reference)
        proceed()
        if reference not in self.registry:
            raise ImageUnavailable(f"the image {reference} cannot be had", hint="Check its name.")
        return self.add_image(self.registry[reference])

    def tag(self, reference: str, name: str) -> None:
        self._called("tag", name)
        facts = self.image(reference)
        if facts is None:
            raise ImageUnavailable(f"the image {reference} is not there")
        self.add_image(attrs.evolve(facts, tags=tuple(sorted({*facts.tags, name}))))

    def remove_image(self, reference: str) -> None:
        self._called("remove_image", reference)
        facts = self.image(reference)
        if facts is None or facts.labels.get("sh0.home") != self.home_id:
            return
        if reference != facts.id and len(facts.tags) > 1:
            self._images[facts.id] = attrs.evolve(facts, tags=tuple(tag for tag in facts.tags if tag != reference))
        elif all(one.image != facts.id for one in self.containers.values()):
            del self._images[facts.id]

    def prune_build_cache(self, keep: int) -> int:
        self._called("prune_build_cache", "")
        freed = 0
        loose = [facts for facts in self.images() if not facts.tags]
        while loose and sum(facts.size for facts in loose) > keep:
            oldest = loose.pop(0)
            del self._images[oldest.id]
            freed += oldest.size
        return freed

    def _called(self, method: str, name: str) -> None:
        if method in _CHANGES:
            self.calls.append((method, name))
        if self._failures[method]:
            raise self._failures[method].pop(0)

    def _start(self, container: FakeContainer) -> None:
        container.play(self.on_start(container.workload))
        container.test(self.on_test)
        self._tell("start", container)
        if container.exit_code is not None:
            self._tell("die", container)

    def _tell(self, action: str, container: FakeContainer) -> None:
        for listener in self._listeners:
            listener.queue.put(EngineEvent(action, container.workload.name, dict(container.labels)))

    def _ours(self, name: str) -> FakeContainer | None:
        container = self.containers.get(name)
        return container if container is not None and container.ours else None

    def _require(self, name: str) -> FakeContainer:
        container = self._ours(name)
        if container is None:
            raise NotFound(f"no container of this platform is called {name}")
        return container


_CHANGES = {
    "ensure_network",
    "remove_network",
    "ensure_volume",
    "remove_volume",
    "write_volume",
    "apply",
    "stop",
    "restart",
    "remove",
    "pull",
    "tag",
    "remove_image",
}


def _behaviour(workload: Workload) -> Program:
    variables = {name: value.reveal() for name, value in workload.environment.items()}
    return run(workload.command, variables, service=True) if workload.command else Program()


def fake_image(name: str, *, ports: tuple[int, ...] = (), labels: dict[str, str] | None = None) -> ImageFacts:
    """Facts of a pretended image of that name."""
    return picture(hashlib.sha256(name.encode()).hexdigest(), name, labels=labels, ports=ports)


if TYPE_CHECKING:
    from sh0.ports.runtime import Runtime

    _: Runtime = FakeRuntime()
