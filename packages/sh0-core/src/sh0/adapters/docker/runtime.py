"""The Runtime port on one Docker Engine."""

import http.client
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sh0.adapters.docker import logs, translate, usage
from sh0.adapters.docker.attachment import DockerAttachment
from sh0.adapters.docker.client import Engine, documents
from sh0.adapters.docker.commands import Commands, DockerTerminal
from sh0.adapters.docker.containers import Containers
from sh0.adapters.docker.failures import translated
from sh0.adapters.docker.feed import Feed
from sh0.adapters.docker.images import Images
from sh0.adapters.docker.log_feed import DockerLogFeed
from sh0.adapters.docker.networks import Networks
from sh0.adapters.docker.volume_contents import VolumeArchive, VolumeContents
from sh0.adapters.docker.volumes import Volumes
from sh0.ports.link import ServerLink
from sh0.ports.registries import RegistryLogins
from sh0.ports.runtime import (
    ByteSource,
    Completed,
    DiskSpace,
    EngineEvent,
    EngineFacts,
    ImageFacts,
    Instance,
    LogLine,
    Network,
    Volume,
    Workload,
)
from sh0.ports.usage import Usage
from sh0.values import ByteSize

WATCHED = ("start", "die", "oom", "destroy")


class DockerRuntime:
    """One Docker Engine, seen by one home; nothing is contacted before the first call.

    Args:
        home_id: Identity of the home, the value of the label ``sh0.home``.
        link: How the engine's server is reached.
        socket_path: The engine's socket on that server.
        networks_changed: Called with all subnets of this home whenever one of its networks was looked for.
        disk: Bytes of the disk of a folder, and how many of them are free; None where its disk is not to be seen.
    """

    def __init__(
        self,
        home_id: str,
        link: ServerLink,
        socket_path: str = "/var/run/docker.sock",
        networks_changed: Callable[[Sequence[str]], object] | None = None,
        disk: Callable[[str], tuple[int, int]] | None = None,
        logins: RegistryLogins | None = None,
    ) -> None:
        self._engine = Engine(link, socket_path)
        self._home, self._networks_changed = home_id, networks_changed
        self._images = Images(self._engine, home_id, logins)
        self._networks = Networks(self._engine, link, home_id)
        self._volumes = Volumes(self._engine, home_id)
        self._contents = VolumeContents(self._engine, home_id)
        self._disk = disk
        self._containers = Containers(self._engine, self._images, home_id)
        self._commands = Commands(self._engine)

    def facts(self) -> EngineFacts:
        """Version and size of the engine."""
        with translated("say what it is"):
            api = self._engine.api
            return translate.engine(api.version(), api.info(), api.api_version)

    def ensure_network(self, name: str, labels: Mapping[str, str], candidates: Iterator[str]) -> Network:
        """The network of that name; made with the first candidate subnet that clashes with nothing."""
        network = self._networks.ensure(name, labels, candidates)
        if self._networks_changed is not None:
            self._networks_changed([one.subnet for one in self.networks()])
        return network

    def remove_network(self, name: str) -> None:
        """Remove a network of ours; a missing one is no error."""
        self._networks.remove(name)

    def networks(self) -> Sequence[Network]:
        """Our networks."""
        return self._networks.all()

    def ensure_volume(self, name: str, labels: Mapping[str, str]) -> Volume:
        """The volume of that name; made if it is not there."""
        return self._volumes.ensure(name, labels)

    def volumes(self) -> Sequence[Volume]:
        """Our volumes that have a name."""
        return self._volumes.all()

    def remove_volume(self, name: str) -> None:
        """Remove a volume of ours and everything in it; a missing one is no error."""
        self._volumes.remove(name)

    def read_volume(self, name: str) -> VolumeArchive:
        """A tar archive of all that is in a volume of ours, in pieces."""
        self._volumes.require(name)
        return self._contents.read(name)

    def write_volume(self, name: str, archive: ByteSource) -> None:
        """Put what a tar archive holds into a volume of ours; no entry leaves it."""
        self._volumes.require(name)
        self._contents.write(name, archive)

    def fit_volume(self, name: str, image: str, path: str) -> None:
        """Let the user of an image write to a volume of ours: an empty one becomes theirs."""
        self._volumes.require(name)
        self._contents.fit(name, image, path)

    def volume_sizes(self) -> Mapping[str, int]:
        """Bytes in each of our volumes."""
        return self._contents.sizes()

    def clear_contents(self) -> None:
        """Remove what an earlier process has left that was reading or writing volumes."""
        self._contents.clear()

    def free_space(self) -> DiskSpace | None:
        """Room on the disk that volumes are on, if that is a disk of this machine."""
        if self._disk is None:
            return None
        with translated("say where it keeps its files"):
            root = str(self._engine.api.info()["DockerRootDir"])
        try:
            total, free = self._disk(root)
        except OSError:  # an engine in a namespace of its own has folders that are not here
            return None
        return DiskSpace(ByteSize(total), ByteSize(free))

    def apply(self, workload: Workload) -> Instance:
        """Make the container as described and start it."""
        return self._containers.apply(workload)

    def attached(self, workload: Workload, *, columns: int = 80, rows: int = 24) -> DockerAttachment:
        """Make a new container as described, attach to it, and start it: nothing that it prints is missed."""
        made = self._containers.make(workload, columns, rows)
        attachment = DockerAttachment(self._engine, made)
        try:
            self._containers.start(made, workload.name)
        except BaseException:
            attachment.close()
            raise
        if workload.tty:
            attachment.resize(columns, rows)
        return attachment

    def inspect(self, name: str) -> Instance | None:
        """The container of that name, if it is ours."""
        return self._containers.inspect(name)

    def observe(self, labels: Mapping[str, str] | None = None) -> Sequence[Instance]:
        """Our containers that carry all the given labels, running or not."""
        return self._containers.observe(labels or {})

    def usage(self, names: Sequence[str]) -> Mapping[str, Usage]:
        """What containers use now, all of them measured at once."""
        return usage.measure(self._engine, self._containers, names)

    def stop(self, name: str, timeout: int = 10) -> None:
        """Stop a container; a missing or stopped one is no error."""
        self._containers.stop(name, timeout)

    def restart(self, name: str, timeout: int = 10) -> None:
        """Restart a container in place; it keeps its address."""
        self._containers.restart(name, timeout)

    def remove(self, name: str, timeout: int = 10) -> None:
        """Stop and remove a container; a missing one is no error."""
        self._containers.remove(name, timeout)

    def before_removal(self, listener: Callable[[Instance], None]) -> None:
        """Call somebody with each container of ours that has ended, before it is removed."""
        self._containers.before_removal(listener)

    def logs(
        self, name: str, *, tail: int | None = None, follow: bool = False, since: datetime | None = None
    ) -> "Feed[LogLine]":
        """What the container printed, oldest first; `follow` goes on until it ends or the feed is closed."""
        found, terminal = self._containers.printing(name)
        path = f"/containers/{found}/logs"
        wanted = logs.query(tail=tail, follow=follow, since=since)
        pieces = logs.unframed if terminal else logs.frames

        def read(chunks: Iterator[bytes]) -> Iterator[LogLine]:
            return logs.lines(pieces(chunks), name)

        return self._feed(path, wanted, read, f"read the log of {name}")

    def log_feed(self, name: str, *, since: datetime | None = None) -> DockerLogFeed:
        """What the container printed, oldest first, and what it prints until it ends."""
        found, terminal = self._containers.printing(name)
        path = f"/containers/{found}/logs"
        with translated(f"read the log of {name}"):
            target = self._engine.target(path, logs.query(tail=None, follow=True, since=since))
            return DockerLogFeed(self._engine.connect(), target, name, terminal=terminal)

    def execute(self, name: str, argv: Sequence[str], *, timeout: float = 60.0) -> Completed:
        """Run a command inside a container."""
        return self._commands.execute(self._containers.require(name), argv, timeout)

    def terminal(self, name: str, argv: Sequence[str], *, columns: int = 80, rows: int = 24) -> DockerTerminal:
        """Run a command inside a container on a terminal."""
        return self._commands.terminal(self._containers.require(name), argv, columns, rows)

    def events(self) -> "Feed[EngineEvent]":
        """Events of our containers from this call on, until the connection ends or the feed is closed."""
        return self._feed("/events", translate.event_query(self._home, WATCHED), _events, "report its events")

    def _feed(self, path: str, query: Mapping[str, object], read: Any, doing: str) -> Feed[Any]:
        exchange = self._engine.exchange()
        try:
            with translated(doing):
                self._engine.begin(exchange, "GET", path, query)
        except BaseException:
            exchange.release()
            raise
        return Feed(exchange, read, doing)

    def image(self, reference: str) -> ImageFacts | None:
        """The image of that id or name, whoever made it, or None."""
        return self._images.find(reference)

    def images(self) -> Sequence[ImageFacts]:
        """The images that carry this home's label."""
        return self._images.all()

    def pull(self, reference: str, *, platform: str = "", proceed: Callable[[], None] = lambda: None) -> ImageFacts:
        """Fetch an image from its registry."""
        return self._images.pull(reference, platform, proceed)

    def tag(self, reference: str, name: str) -> None:
        """Give an image another name."""
        self._images.tag(reference, name)

    def remove_image(self, reference: str) -> None:
        """Remove an image of ours; one in use or missing is left alone."""
        self._images.remove(reference)

    def prune_build_cache(self, keep: int) -> int:
        """Remove unnamed images of ours, oldest first, beyond ``keep`` bytes; returns the bytes freed.

        BuildKit's own cache carries no labels, so nobody can tell whose it is: it is left to the engine.
        """
        return self._images.prune(keep)

    def close(self) -> None:
        """Close the idle connections to the engine."""
        self._engine.close()


def _events(chunks: Iterator[bytes]) -> Iterator[EngineEvent]:
    # The end of the connection is the end of the feed, however it came; the caller connects again and looks around.
    with suppress(OSError, http.client.HTTPException):
        for document in documents(chunks):
            yield translate.event(document)


if TYPE_CHECKING:
    from sh0.ports.runtime import Runtime

    def _conforms(runtime: DockerRuntime) -> Runtime:
        return runtime
