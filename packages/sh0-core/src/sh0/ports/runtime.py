"""Running containers, as desired state: networks, images, workloads and what is observed of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import attrs

from sh0.ports.container import ContainerSpec
from sh0.ports.log_lines import LogFeed as LogFeed
from sh0.ports.log_lines import LogLine as LogLine
from sh0.ports.terminal import Terminal
from sh0.ports.usage import Usage
from sh0.values import ByteSize


@attrs.frozen
class Network:
    """A project's network.

    Attributes:
        name: The engine's name of it.
        subnet: Address range in CIDR form.
    """

    name: str
    subnet: str


@attrs.frozen
class Volume:
    """A named volume.

    Attributes:
        name: The engine's name of it.
        labels: Its labels.
        created: When it was made, or None if the engine does not say so.
    """

    name: str
    labels: Mapping[str, str] = attrs.field(factory=dict)
    created: datetime | None = attrs.field(default=None, eq=False)


@attrs.frozen
class DiskSpace:
    """Room on a disk.

    Attributes:
        total: Bytes of all of it.
        free: Bytes that are free.
    """

    total: ByteSize
    free: ByteSize


@attrs.frozen
class Workload(ContainerSpec):
    """One container as it should be.

    Attributes:
        name: Name of the container, unique on the engine.
        image: Image id or reference.
        labels: Labels; the runtime adds the home's own.
        network: Name of the network, or "host" for the host's own, or "none".
        address: Fixed address in that network.
        memory: Limit in bytes, or None for none.
        cpus: CPU cores' worth of time, or None for no limit.
    """

    name: str
    image: str
    labels: Mapping[str, str] = attrs.field(factory=dict)
    network: str = "host"
    address: str | None = None
    memory: ByteSize | None = None
    cpus: float | None = None


class InstanceState(StrEnum):
    """What a container is doing.

    Attributes:
        CREATED: It has not been started.
        RUNNING: Its program runs.
        RESTARTING: It has ended, and the engine starts it again.
        EXITED: It has ended.
    """

    CREATED = "created"
    RUNNING = "running"
    RESTARTING = "restarting"
    EXITED = "exited"


class InstanceHealth(StrEnum):
    """What the engine's own test of a container says.

    Attributes:
        STARTING: It has not passed yet, and may take its time.
        HEALTHY: It passes.
        UNHEALTHY: It fails.
    """

    STARTING = "starting"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


@attrs.frozen
class Instance:
    """One container as it is.

    Attributes:
        name: Name of the container.
        id: The engine's id.
        image: Content id of its image.
        labels: Its labels.
        state: What it is doing.
        exit_code: Exit code of its last end, or None while it never ended.
        out_of_memory: Whether its last end was a kill at its memory limit.
        restarts: How often the engine has restarted it.
        address: Its address in its network, or None.
        health: What the engine's test of it says, or None if it is not tested.
        memory: What it may use, in bytes, or None: it has no limit, or it is one of many that were observed at once.
        since: When it was started, or has ended if it does not run, UTC; None if it was never started.
    """

    name: str
    id: str
    image: str
    labels: Mapping[str, str]
    state: InstanceState
    exit_code: int | None = None
    out_of_memory: bool = False
    restarts: int = 0
    address: str | None = None
    health: InstanceHealth | None = None
    memory: ByteSize | None = None
    since: datetime | None = None


@attrs.frozen
class ImageFacts:
    """An image on the engine.

    Attributes:
        id: Content id.
        tags: Its names.
        labels: Its labels.
        size: Bytes on disk, shared layers included.
        ports: TCP ports it exposes, lowest first.
        created: When it was made, UTC.
        volumes: Paths at which it wants a volume.
        platform: What it runs on, such as ``linux/amd64``.
        triggers: Instructions that run in every build that starts from it (``ONBUILD``).
    """

    id: str
    tags: tuple[str, ...]
    labels: Mapping[str, str]
    size: int
    ports: tuple[int, ...]
    created: datetime
    volumes: tuple[str, ...] = ()
    platform: str = ""
    triggers: tuple[str, ...] = ()


@attrs.frozen
class EngineFacts:
    """The engine itself.

    Attributes:
        version: Its version.
        api_version: Version of the API that is spoken.
        cpus: Cores of the machine.
        memory: Memory of the machine in bytes.
        architecture: As the engine names it, e.g. "x86_64".
    """

    version: str
    api_version: str
    cpus: int
    memory: int
    architecture: str


@attrs.frozen
class EngineEvent:
    """Something happened to a container of this home.

    Attributes:
        action: "start", "die", "oom" or "destroy".
        name: Name of the container.
        labels: Its labels.
    """

    action: str
    name: str
    labels: Mapping[str, str]


@attrs.frozen
class Completed:
    """A command that ended inside a container: exit code and what it printed."""

    exit_code: int
    stdout: bytes
    stderr: bytes


class ByteSource(Protocol):
    """Something that bytes are read from, once."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most so many; empty at the end."""
        ...


class Runtime(Protocol):
    """One engine. Only what carries this home's label is ever listed, changed or removed.

    Every method raises EngineUnavailable when the engine does not answer, ServerUnreachable when its server does not.
    """

    def facts(self) -> EngineFacts:
        """Version and size of the engine."""
        ...

    def ensure_network(self, name: str, labels: Mapping[str, str], candidates: Iterator[str]) -> Network:
        """The network of that name; made with the first of the candidate subnets that clashes with nothing."""
        ...

    def remove_network(self, name: str) -> None:
        """Remove a network of ours; a missing one is no error."""
        ...

    def networks(self) -> Sequence[Network]:
        """Our networks."""
        ...

    def ensure_volume(self, name: str, labels: Mapping[str, str]) -> Volume:
        """The volume of that name; made if it is not there.

        Raises:
            Conflict: A volume of that name is not ours.
        """
        ...

    def volumes(self) -> Sequence[Volume]:
        """Our volumes that have a name."""
        ...

    def remove_volume(self, name: str) -> None:
        """Remove a volume of ours and everything in it; a missing one is no error.

        Raises:
            Conflict: A container uses it.
        """
        ...

    def read_volume(self, name: str) -> Iterator[bytes]:
        """A tar archive of all that is in a volume of ours, in pieces; whoever reads it closes it.

        Raises:
            NotFound: There is no such volume of ours.
        """
        ...

    def write_volume(self, name: str, archive: ByteSource) -> None:
        """Put what a tar archive holds into a volume of ours, with its owners and modes; no entry leaves the volume.

        Raises:
            NotFound: There is no such volume of ours.
            DiskFull: There is no room for it.
        """
        ...

    def fit_volume(self, name: str, image: str, path: str) -> None:
        """Let the user of an image write to a volume of ours: an empty one becomes theirs.

        What the image has at the path is copied into an empty volume first, with its owners.

        Args:
            name: The volume.
            image: The image whose containers will have it.
            path: Where they will have it.

        Raises:
            NotFound: There is no such volume of ours.
        """
        ...

    def volume_sizes(self) -> Mapping[str, int]:
        """Bytes in each of our volumes. The engine looks at every file, so this takes its time."""
        ...

    def clear_contents(self) -> None:
        """Remove what an earlier process has left that was reading or writing volumes when it ended."""
        ...

    def free_space(self) -> DiskSpace | None:
        """Room on the disk that volumes are on, or None if nobody can tell."""
        ...

    def apply(self, workload: Workload) -> Instance:
        """Make the container as described and start it.

        A container of ours with the same name and the same description is kept (and started if it is not running);
        one with another description is replaced. When it ends, the engine does with it as the description says.

        Raises:
            ImageUnavailable: The image is not on the engine and cannot be pulled.
            Conflict: A container of that name is not ours.
        """
        ...

    def attached(self, workload: Workload, *, columns: int = 80, rows: int = 24) -> Terminal:
        """Make a new container as described, attach to it, and start it: nothing that it prints is missed.

        With a terminal of its own (``tty``) the bytes are those of the terminal. Without, each piece of what it prints
        comes after eight bytes: 1 for standard output or 2 for standard error, three of zero, and the length of the
        piece (big-endian).

        Raises:
            ImageUnavailable: The image is not on the engine and cannot be pulled.
            Conflict: There is a container of that name.
        """
        ...

    def inspect(self, name: str) -> Instance | None:
        """The container of that name, if it is ours."""
        ...

    def observe(self, labels: Mapping[str, str] | None = None) -> Sequence[Instance]:
        """Our containers that carry all the given labels, running or not."""
        ...

    def usage(self, names: Sequence[str]) -> Mapping[str, Usage]:
        """What containers use now, all of them measured at once.

        Those that are missing or do not run, and those of which the engine does not say it within 5 seconds, are left
        out.
        """
        ...

    def stop(self, name: str, timeout: int = 10) -> None:
        """Stop a container; a missing or stopped one is no error."""
        ...

    def restart(self, name: str, timeout: int = 10) -> None:
        """Restart a container in place; it keeps its address."""
        ...

    def remove(self, name: str, timeout: int = 10) -> None:
        """Stop and remove a container; a missing one is no error."""
        ...

    def before_removal(self, listener: Callable[[Instance], None]) -> None:
        """Call somebody with each container of ours that has ended, before it is removed by whatever method.

        Args:
            listener: Is waited for, so it has bounds of its own; it does not raise.
        """
        ...

    def logs(
        self, name: str, *, tail: int | None = None, follow: bool = False, since: datetime | None = None
    ) -> Iterator[LogLine]:
        """What the container printed, oldest first; `follow` goes on until it ends."""
        ...

    def log_feed(self, name: str, *, since: datetime | None = None) -> LogFeed:
        """What the container printed, oldest first, and what it prints until it ends.

        Args:
            name: Its name.
            since: Nothing that was printed before; what was printed at that microsecond is included.

        Raises:
            NotFound: There is no such container.
        """
        ...

    def execute(self, name: str, argv: Sequence[str], *, timeout: float = 60.0) -> Completed:
        """Run a command inside a container."""
        ...

    def terminal(self, name: str, argv: Sequence[str], *, columns: int = 80, rows: int = 24) -> Terminal:
        """Run a command inside a container on a terminal."""
        ...

    def events(self) -> Iterator[EngineEvent]:
        """Events of our containers as they happen, until the connection ends."""
        ...

    def image(self, reference: str) -> ImageFacts | None:
        """The image of that id or name, whoever made it, or None."""
        ...

    def images(self) -> Sequence[ImageFacts]:
        """The images that carry this home's label."""
        ...

    def pull(self, reference: str, *, platform: str = "", proceed: Callable[[], None] = lambda: None) -> ImageFacts:
        """Fetch an image from its registry.

        Args:
            reference: Its name.
            platform: What it is to run on, such as ``linux/arm64``; the server's own when left out.
            proceed: Called again and again while something arrives; raises if the work is to stop.

        Raises:
            ImageUnavailable: The registry does not have it, or does not answer.
        """
        ...

    def tag(self, reference: str, name: str) -> None:
        """Give an image another name."""
        ...

    def remove_image(self, reference: str) -> None:
        """Remove an image of ours; one in use or missing is left alone."""
        ...

    def prune_build_cache(self, keep: int) -> int:
        """Shrink what interrupted builds of this home have left; returns the bytes freed."""
        ...
