"""Stacks on the real engine: a site built from source, a worker, a cache and a database with a volume."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

import sh0
from sh0.errors import DeploymentFailed, Forbidden, Invalid
from tests.free_ports import free_ports
from tests.integration import web, world
from tests.integration.conftest import Embedded
from tests.integration.world import docker

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("stacks")]

# A store behind a raw TCP socket that keeps what it is told in its volume: it answers with all lines so far.
DATABASE = """
import os, socketserver
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        with open("/data/lines", "ab+") as file:
            file.write(line if line.strip() else b"")
            file.seek(0)
            self.wfile.write(file.read())
socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("0.0.0.0", 7000), Handler).serve_forever()
"""

COMPOSE = """
services:
  web:
    build: ./web
    environment: {GREETING: hello}
    x-sh0: {expose: [8080, {port: 8080, host: second.localhost}]}
    depends_on:
      db: {condition: service_healthy}
      prepare: {condition: service_completed_successfully}
  worker:
    image: python:3.13-slim
    command: [python, -u, -c, "import time; print('working'); time.sleep(1e6)"]
    init: true
  prepare:
    image: python:3.13-slim
    command: [python, -c, "import socket; s = socket.create_connection(('db', 7000)); s.sendall(b'prepared\\\\n')"]
    depends_on: {db: {condition: service_healthy}}
  db:
    image: python:3.13-slim
    command: [python, -u, /db.py]
    init: true
    volumes: ["data:/data", "./db.py:/db.py:ro"]
    ports: ["127.0.0.1:PORT:7000"]
    stop_grace_period: 2s
    healthcheck:
      test: [CMD, python, -c, "import socket; socket.create_connection(('127.0.0.1', 7000)).close()"]
      interval: 0.3s
volumes: {data: {}}
"""


@attrs.define
class Shop:
    """A stack under a name of its own, on the shared platform."""

    shared: Embedded
    folder: Path
    name: str
    port: int

    def write(self, version: str, compose: str = COMPOSE, **environment: str) -> None:
        world.write_tree(self.folder / "web", version, **environment)
        (self.folder / "db.py").write_text(DATABASE)
        text = compose.replace("PORT", str(self.port)).replace("second.localhost", f"{self.name}-two.localhost")
        (self.folder / "compose.yaml").write_text(text)

    def begin(self, *, allow: tuple[str, ...] = ("published-port",)) -> sh0.Release:
        with sh0.pack_compose(self.folder) as archive:
            received = self.shared.platform.stacks.receive(archive)
        try:
            return self.shared.platform.stacks.up(received, stack=self.name, allow=allow)
        finally:  # what was refused would be kept for another try, where other tests look at the folder
            (self.shared.core.context.home.work / received).unlink(missing_ok=True)

    def up(self, *, allow: tuple[str, ...] = ("published-port",)) -> sh0.Release:
        release = self.begin(allow=allow)
        return self.shared.platform.stacks.wait(self.name, release.id, timeout=90)

    def containers(self) -> dict[str, str]:
        """Id of each container that runs, by service."""
        listed = docker("ps", "--format", "{{.Names}} {{.ID}}", "--filter", f"label=sh0.project={self.name}")
        pairs = (line.split() for line in listed.splitlines())
        return {name.split(f"-{self.name}-")[1].rsplit("-", 2)[0]: id_ for name, id_ in pairs}

    def say(self, line: str = "") -> str:
        """Tell the database a line, and hear all lines."""
        import socket

        with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
            connection.sendall(line.encode() + b"\n")
            connection.shutdown(socket.SHUT_WR)
            return connection.makefile().read()

    def version(self) -> str:
        return self.shared.version(f"{self.name}-web")

    def log(self, release: sh0.Release) -> str:
        return "\n".join(e.text for e in self.shared.platform.stacks.follow(self.name, release.id))


@pytest.fixture
def shop(shared: Embedded, tmp_path: Path) -> Iterator[Shop]:
    [port] = free_ports(1)
    made = Shop(shared, tmp_path / "shop", f"s{port}", port)
    yield made
    if any(stack.name == made.name for stack in shared.platform.stacks.list()):
        for release in shared.platform.stacks.releases(made.name):
            if not release.state.ended:
                shared.platform.stacks.cancel(made.name, release.id)
                world.until(lambda: shared.platform.stacks.status(made.name).running is None, 20)
        shared.platform.stacks.delete(made.name, volumes=True)


def test_a_stack_is_updated_under_load_without_losing_a_request_and_its_database_is_not_touched(shop: Shop) -> None:
    shop.write("1")
    shop.up()
    before = shop.containers()
    assert set(before) == {"web", "worker", "db"}
    assert shop.say("first") == "prepared\nfirst\n"
    port = shop.shared.core.context.settings.http_port
    with web.Load(port, f"{shop.name}-web.localhost") as one, web.Load(port, f"{shop.name}-two.localhost") as two:
        for version in ("2", "3"):
            shop.write(version)
            release = shop.up()
            world.until(lambda v=version: shop.version() == v, 5, "the new version serves")  # type: ignore[misc]
            assert {s.service: s.action.value for s in release.services} == {
                "web": "start-first",
                "worker": "unchanged",
                "prepare": "unchanged",
                "db": "unchanged",
            }
        back = shop.shared.platform.stacks.rollback(shop.name)
        shop.shared.platform.stacks.wait(shop.name, back.id, timeout=60)
        assert shop.version() == "2"
    assert one.failures == []
    assert two.failures == []
    assert {answer.split()[1] for answer in one.answers} == {"1", "2", "3"}
    after = shop.containers()
    assert (after["db"], after["worker"]) == (before["db"], before["worker"])
    assert after["web"] != before["web"]
    assert shop.say() == "prepared\nfirst\n"


def test_what_a_volume_holds_outlives_a_recreation_a_rollback_and_the_stack(shop: Shop) -> None:
    shop.write("1")
    shop.up()
    before = shop.containers()
    shop.say("kept")
    shop.write("1", COMPOSE.replace("init: true\n    volumes", "init: true\n    environment: {A: b}\n    volumes"))
    release = shop.up()
    assert {s.service: s.action.value for s in release.services}["db"] == "recreate"
    assert shop.containers()["db"] != before["db"]
    assert shop.containers()["web"] == before["web"]
    assert "kept" in shop.say("more")
    back = shop.shared.platform.stacks.rollback(shop.name)
    shop.shared.platform.stacks.wait(shop.name, back.id, timeout=60)
    assert shop.say() == "prepared\nkept\nmore\n"
    shop.shared.platform.stacks.delete(shop.name)
    assert shop.containers() == {}
    shop.up()
    assert "kept\nmore" in shop.say()


def test_a_release_that_fails_leaves_the_stack_as_it_was(shop: Shop) -> None:
    """Its database, recreated on the way, runs again with what it held, and no request was lost."""
    shop.write("1")
    shop.up()
    before, domains = shop.containers(), shop.shared.platform.domains.list()
    shop.say("kept")
    broken = COMPOSE.replace("stop_grace_period", "environment: {A: b}\n    stop_grace_period")
    shop.write("2", broken, MODE="exit")
    with web.Load(shop.shared.core.context.settings.http_port, f"{shop.name}-web.localhost") as load:
        release = shop.begin()
        with pytest.raises(DeploymentFailed) as caught:
            shop.shared.platform.stacks.wait(shop.name, release.id, timeout=90)
    assert "cannot find the configuration" in str(caught.value.details["log"])
    assert "db: the old container is stopped first" in shop.log(release)
    assert load.failures == []
    assert shop.containers() == before
    assert shop.version() == "1"
    assert "kept" in shop.say()
    assert shop.shared.platform.domains.list() == domains
    assert shop.shared.platform.stacks.get(shop.name).live == f"{shop.name}.1"


def test_a_restart_of_the_database_alone_works_like_that_of_any_app(shop: Shop) -> None:
    shop.write("1")
    shop.up()
    shop.say("kept")
    before = shop.containers()
    shop.shared.deployed(shop.shared.platform.apps.restart(f"{shop.name}-db"))
    assert shop.containers()["db"] != before["db"]
    assert "kept" in shop.say()


def test_a_database_that_is_killed_or_removed_comes_back_with_its_volume(shop: Shop) -> None:
    shop.write("1")
    shop.up()
    shop.say("kept")
    docker("rm", "-f", shop.containers()["db"])

    def back() -> bool:
        try:
            return "kept" in shop.say()
        except OSError:
            return False

    world.until(back, 20, "the database answers")


def test_dangerous_keys_are_refused_without_a_permission(shop: Shop) -> None:
    for key, allow in (
        ("privileged: true", "privileged"),
        ("network_mode: host", "host-network"),
        ("volumes: ['/var/run/docker.sock:/s']", "docker-socket"),
        ("volumes: ['/etc:/etc2']", "host-path"),
        ("ports: ['7000:5432']", "published-port"),
    ):
        shop.folder.mkdir(exist_ok=True)
        text = f"services: {{x: {{image: 'python:3.13-slim', {key}}}}}"
        (shop.folder / "compose.yaml").write_text(text)
        with pytest.raises(Forbidden, match=allow):
            shop.begin(allow=())
    assert not [stack for stack in shop.shared.platform.stacks.list() if stack.name == shop.name]
    shutil.rmtree(shop.folder)


def test_what_was_allowed_is_what_the_engine_gets(shop: Shop) -> None:
    shop.folder.mkdir(exist_ok=True)
    theirs, data = f"{shop.name}-theirs", shop.folder / "data"
    data.mkdir()
    (shop.folder / "compose.yaml").write_text(f"""
services:
  x:
    image: python:3.13-slim
    command: [sleep, "600"]
    init: true
    uts: host
    userns_mode: host
    security_opt: [systempaths=unconfined]
    sysctls: {{net.ipv4.ip_forward: 1}}
    ulimits: {{nofile: 512}}
    volumes: ["theirs:/theirs", "{data}/../data/:/data:ro", "own:/own"]
volumes: {{own: {{}}, theirs: {{external: true, name: {theirs}}}}}
""")
    kinds = ("host-namespace", "unconfined", "kernel-settings", "host-path", "external")
    docker("volume", "create", theirs)
    try:
        shop.up(allow=kinds)
        shop.up(allow=())
        [id_] = shop.containers().values()
        [found] = json.loads(docker("inspect", id_))
        host = found["HostConfig"]
        assert (host["UTSMode"], host["UsernsMode"], host["MaskedPaths"]) == ("host", "host", [])
        assert host["Sysctls"] == {"net.ipv4.ip_forward": "1"}
        mounts = {each["Destination"]: (each["Type"], each.get("Name") or each["Source"]) for each in found["Mounts"]}
        assert mounts["/theirs"] == ("volume", theirs)
        assert mounts["/data"] == ("bind", str(data.resolve()))
        assert mounts["/own"][0] == "volume"
        (shop.folder / "compose.yaml").write_text(
            "services: {x: {image: 'python:3.13-slim', volumes: ['v:/host']}}\nvolumes: {v: {external: true, name: /}}"
        )
        with pytest.raises(Invalid, match="must be a name on the engine"):
            shop.begin(allow=kinds)
    finally:
        shop.shared.platform.stacks.delete(shop.name, volumes=True)
        docker("volume", "rm", theirs)
