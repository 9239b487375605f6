"""Boots templates out of stand-ins of their images.

An image that this machine has already under the name that a template gives is used as it is; a stand-in has that name
for as long as it is wanted only.
"""

import contextlib
import re
import secrets
import socket
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import attrs

import sh0_plugins
from sh0.templates.catalogue import Catalogue
from sh0.templates.demands.images import tag_of
from sh0.values import Secret
from tests.integration import web, world
from tests.integration.conftest import Embedded

STAND_INS = Path(__file__).parent / "stand_ins"
FOLDER = Path(sh0_plugins.__file__).parent / "templates"
CATALOGUE = Catalogue([FOLDER])
AHEAD = 4


@attrs.frozen
class Booted:
    """A stack that a template made.

    Attributes:
        world: The platform.
        stack: Its name.
        credentials: What was made for it.
    """

    world: Embedded
    stack: str
    credentials: Mapping[str, str]

    def run(self, service: str, *argv: str) -> str:
        """Run a program in a container of a service."""
        (container,) = self.world.containers(f"{self.stack}-{service}")
        return world.docker("exec", container, *argv)

    def answer(self, service: str, path: str = "/", **headers: str) -> web.Answer:
        """Ask for a page through the proxy."""
        return self.world.get(f"{self.stack}-{service}", path, **headers)

    def get(self, service: str, path: str = "/", **headers: str) -> str:
        """Ask for a page through the proxy; it must be there."""
        answer = self.answer(service, path, **headers)
        assert answer.status == 200, answer
        return answer.text

    def address(self, service: str) -> str:
        """The address of the container of a service."""
        (container,) = self.world.containers(f"{self.stack}-{service}")
        form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        return world.docker("inspect", "--format", form, container)

    def ask(self, service: str, port: int, text: str) -> str:
        """Send a service a text, and return what it answers until it closes or falls silent."""
        with socket.create_connection((self.address(service), port), 5) as link:
            link.settimeout(1)
            link.sendall(text.replace("\n", "\r\n").encode())
            parts = []
            with contextlib.suppress(TimeoutError):
                while part := link.recv(65536):
                    parts.append(part.decode())
        return "".join(parts)


def stand_in(kind: str, tag: str = "") -> str:
    """Build the stand-in of an image, and return its name; after the first time its layers are there."""
    major = re.match(r"\d+", tag)
    argument = []
    if kind == "postgres" and major and int(major[0]) >= 18:
        argument = ["--build-arg", f"PGDATA=/var/lib/postgresql/{major[0]}/docker"]
    name = f"sh0-test/stand-in-{kind}:{'later' if argument else 'usual'}"
    world.docker("build", "--quiet", "--label", "sh0.test=1", *argument, "--tag", name, str(STAND_INS / kind))
    return name


def _has(image: str) -> bool:
    """Whether this machine has an image of that name, other than a stand-in that a run which was cut off has left."""
    listed = ("image", "ls", "--quiet", "--filter", f"reference={image}")
    return world.docker(*listed) != world.docker(*listed, "--filter", "label=sh0.test=1")


class StandIns:
    """Stand-ins under the names that templates give, made when first wanted."""

    def __init__(self) -> None:
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._named: list[str] = []

    def provide(self, image: str) -> None:
        """Make an image of that name, if there is none."""
        kind = image.partition("@")[0].rpartition("/")[2].partition(":")[0]
        with self._locks[kind]:
            if not _has(image):
                world.docker("tag", stand_in(kind, tag_of(image)), image)
                self._named.append(image)

    def remove(self) -> None:
        """Take the names back."""
        for image in self._named:
            world.docker("rmi", image, check=False)


class Boots:
    """Boots templates ahead of the tests that use them, a few at a time: most of a boot is waiting.

    Args:
        world: The platform.
        answers: What the operator is asked for, by template.
    """

    def __init__(self, world: Embedded, answers: Mapping[str, Mapping[str, str]]) -> None:
        self._world = world
        self._answers = answers
        self._stand_ins = StandIns()
        self._room = threading.Semaphore(AHEAD)
        self._over = threading.Event()
        self._pool = ThreadPoolExecutor(AHEAD)
        self._begun: dict[str, Future[Booted]] = {}

    def begin(self, wanted: Mapping[str, str]) -> None:
        """Boot these templates, in this order; the keys are what they are asked for by."""
        self._begun = {key: self._pool.submit(self._boot, template) for key, template in wanted.items()}

    @contextlib.contextmanager
    def live(self, key: str) -> Iterator[Booted]:
        """A stack of a template; it is gone afterwards, and the next boot begins."""
        try:
            booted = self._begun[key].result(timeout=900)
            try:
                yield booted
            finally:
                self._world.platform.stacks.delete(booted.stack, volumes=True)
        finally:
            self._room.release()

    def close(self) -> None:
        """Give up what nobody asked for, and take the names of the stand-ins back."""
        self._over.set()
        self._room.release(len(self._begun) + 1)
        self._pool.shutdown()
        self._stand_ins.remove()

    def _boot(self, template: str) -> Booted:
        self._room.acquire()
        assert not self._over.is_set(), "nobody waits for it any more"
        for image in CATALOGUE.get(template).images:
            self._stand_ins.provide(image)
        platform, stack = self._world.platform, f"{template[:12]}-{secrets.token_hex(2)}"
        answers = {name: Secret(value) for name, value in self._answers.get(template, {}).items()}
        plan = platform.templates.plan(template, stack=stack, variables=answers).plan
        assert plan is not None
        needed = tuple(dict.fromkeys(need.allow for need in plan.needs))
        made = platform.templates.deploy(template, stack=stack, variables=answers, allow=needed)
        platform.stacks.wait(stack, made.release.id, timeout=180)
        return Booted(self._world, stack, dict(made.credentials))
