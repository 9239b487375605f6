"""A small platform behind a real socket, and both ways to reach it."""

import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO, ClassVar

import attrs
import pytest

from sh0 import codec
from sh0.audited import for_audit
from sh0.errors import (
    BadArchive,
    BuildFailed,
    NotFound,
    Unauthenticated,
)
from sh0.operations import (
    Caller,
    CallerKind,
    Effect,
    Gate,
    Operations,
    Registry,
    Scope,
    current_caller,
    operation,
)
from sh0.operations.caller import ALL, ANONYMOUS
from sh0.ports.terminal import Terminal
from sh0.testing.terminal import FakeTerminal
from sh0.values import AppName, ByteSize, Secret, Words
from sh0.wire.callers import Callers
from sh0.wire.client import Client
from sh0.wire.remote import remote
from sh0.wire.server import WireServer


@attrs.frozen
class Wheel:
    kind: ClassVar[str] = "wheel"
    spokes: int


@attrs.frozen
class Wing:
    kind: ClassVar[str] = "wing"
    span: float


@attrs.frozen
class Part:
    """A part.

    Attributes:
        name: Its name.
        size: Its size.
        secret: What nobody may know.
    """

    name: str
    size: ByteSize
    secret: Secret
    shape: Wheel | Wing
    note: str | None = None


class Parts(Operations, domain="parts"):
    """Values and errors."""

    def __init__(self) -> None:
        self.deleted: list[str] = []
        self.known: dict[str, str] = {}

    @operation("POST /parts", effect=Effect.WRITE, scope=Scope.APPS)
    def make(
        self,
        name: AppName,
        shape: Wheel | Wing,
        *,
        size: ByteSize = ByteSize(1),
        secret: Secret | None = None,
        note: str | None = None,
    ) -> Part:
        """Make a part."""
        self.known[name] = secret.reveal() if secret else ""
        return Part(name, size, secret or Secret(""), shape, note)

    @operation("GET /parts", effect=Effect.READ, scope=Scope.APPS)
    def list(self, *, names: tuple[str, ...] = (), limit: int = 10, big: bool = False) -> tuple[str, ...]:
        """List parts."""
        return (*names, str(limit), str(big))

    @operation("DELETE /parts/{name}", effect=Effect.DESTROY, scope=Scope.APPS)
    def delete(self, name: AppName) -> None:
        """Delete a part."""
        self.deleted.append(name)

    @operation("DELETE /parts/{name}/notes/{note}", effect=Effect.DESTROY, scope=Scope.APPS)
    def delete_note(self, name: AppName, note: Words) -> str:
        """Delete a note of a part."""
        return f"{name}: {note}"

    @operation("POST /parts/{name}/fail", effect=Effect.WRITE, scope=Scope.APPS)
    def fail(self, name: str) -> None:
        """Fail in some way."""
        errors: Mapping[str, Callable[[], Exception]] = {
            "not-found": lambda: NotFound("no such part", hint="Look again.", noun="part"),
            "build": lambda: BuildFailed("it broke", log=["one", "two \u2028 three"], path="$.x"),
            "os": lambda: PermissionError(13, "Permission denied", "/etc/shadow"),
            "fault": lambda: ZeroDivisionError("by zero"),
        }
        raise errors[name]()

    @operation("GET /parts/who", effect=Effect.READ, scope=Scope.APPS)
    def who(self) -> str:
        """Say who calls."""
        return str(current_caller())

    @operation("POST /parts/upload", effect=Effect.WRITE, scope=Scope.APPS)
    def upload(self, archive: BinaryIO, *, label: str = "", limit: int = 1 << 40) -> str:
        """Count bytes."""
        count = 0
        while chunk := archive.read(1 << 16):
            count += len(chunk)
            if count > limit:
                raise BadArchive("too large", hint="Send less.")
        return f"{label}:{count}"


class Flow(Operations, domain="flow"):
    """Streams and terminals."""

    def __init__(self) -> None:
        self.left = threading.Event()
        self.made = 0
        self.terminals: list[FakeTerminal] = []

    @operation("GET /flow/count", effect=Effect.READ, scope=Scope.APPS)
    def count(self, to: int) -> Iterator[int]:
        """Count."""
        yield from range(to)

    @operation("GET /flow/say", effect=Effect.READ, scope=Scope.APPS)
    def say(self, texts: tuple[Words, ...]) -> Iterator[str]:
        """Say texts, and who asked."""
        yield from texts
        yield str(current_caller())

    @operation("GET /flow/break", effect=Effect.READ, scope=Scope.APPS)
    def break_off(self, how: str) -> Iterator[int]:
        """Break off after two."""
        yield from (1, 2)
        if how == "fault":
            raise ZeroDivisionError("by zero")
        raise NotFound("the third is missing", hint="Stop at two.", number=3)

    @operation("GET /flow/endless", effect=Effect.READ, scope=Scope.APPS)
    def endless(self) -> Iterator[int]:
        """Go on until the reader leaves."""
        try:
            for number in itertools.count():
                self.made = number
                yield number
        finally:
            self.left.set()

    @operation("GET /flow/silent", effect=Effect.READ, scope=Scope.APPS)
    def silent(self) -> Iterator[int]:
        """Wait for what does not come."""
        threading.Event().wait(20)
        yield 1

    @operation("POST /flow/terminal", effect=Effect.WRITE, scope=Scope.APPS)
    def terminal(self, *, columns: int = 80, rows: int = 24) -> Terminal:
        """Open a terminal."""
        if columns < 1:
            raise NotFound("no such terminal", hint="Give it room.")
        self.terminals.append(FakeTerminal(columns, rows))
        return self.terminals[-1]


REGISTRY = Registry.of(Parts, Flow)
TOKENS = {
    "reader": Caller(CallerKind.TOKEN, "reader", frozenset({"apps:read"})),
    "writer": Caller(CallerKind.TOKEN, "writer", frozenset({"apps:destroy"})),
}


def identify(token: str | None, user: int) -> Caller:
    if token is None:
        return Caller(CallerKind.OPERATOR, str(user), ALL) if user == os.geteuid() else ANONYMOUS
    if token == "nobody":
        return ANONYMOUS
    if token not in TOKENS:
        raise Unauthenticated("the token is unknown")
    return TOKENS[token]


class World(SimpleNamespace):
    """The platform, its socket, and a platform of the same face at the other end."""

    socket: Path
    parts: Parts
    flow: Flow
    server: WireServer
    audit: list[object]

    def client(self, token: str | None = None) -> tuple[Parts, Flow]:
        client = Client(socket_path=self.socket, token=token)
        self.clients.append(client)
        return remote(Parts, REGISTRY.domain("parts"), client), remote(Flow, REGISTRY.domain("flow"), client)  # type: ignore[return-value]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    audit: list[object] = []
    gate = Gate(codec.check_arguments, for_audit, audit.append)
    platform = SimpleNamespace(parts=Parts().behind(gate), flow=Flow().behind(gate))
    server = WireServer(tmp_path / "s.sock", 0o600, platform, REGISTRY, Callers(identify))
    server.start()
    made = World(
        socket=tmp_path / "s.sock", parts=platform.parts, flow=platform.flow, server=server, audit=audit, clients=[]
    )
    yield made
    for client in made.clients:
        client.close()
    server.stop()


@pytest.fixture
def parts(world: World) -> Parts:
    return world.client()[0]


@pytest.fixture
def flow(world: World) -> Flow:
    return world.client()[1]


def eventually(condition: Callable[[], object], timeout: float = 5.0) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.005)
