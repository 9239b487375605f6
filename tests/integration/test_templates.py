"""Templates are really started, out of stand-ins of their images, and what was made for them is used.

An image that this machine has already under the name that a template gives is used as it is; a stand-in has that name
for the test only.
"""

import contextlib
import re
import secrets
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

import sh0
import sh0_plugins
from sh0.templates.catalogue import BOOTED, Catalogue
from sh0.templates.demands.images import tag_of
from tests.integration import world
from tests.integration.conftest import Embedded

pytestmark = [pytest.mark.docker, pytest.mark.slow]

STAND_INS = Path(__file__).parent / "stand_ins"
FOLDER = Path(sh0_plugins.__file__).parent / "templates"
CATALOGUE = Catalogue([FOLDER])


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
    credentials: dict[str, str]

    def run(self, service: str, *argv: str) -> str:
        """Run a program in a container of a service."""
        (container,) = self.world.containers(f"{self.stack}-{service}")
        return world.docker("exec", container, *argv)

    def get(self, service: str, path: str = "/") -> str:
        """Ask for a page through the proxy."""
        answer = self.world.get(f"{self.stack}-{service}", path)
        assert answer.status == 200, answer
        return answer.text

    def ask(self, service: str, port: int, text: str) -> str:
        """Send a service a text, and return what it answers until it closes or falls silent."""
        (container,) = self.world.containers(f"{self.stack}-{service}")
        form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        with socket.create_connection((world.docker("inspect", "--format", form, container).strip(), port), 5) as link:
            link.settimeout(1)
            link.sendall(text.replace("\n", "\r\n").encode())
            parts = []
            with contextlib.suppress(TimeoutError):
                while part := link.recv(65536):
                    parts.append(part.decode())
        return "".join(parts)


def postgresql(stack: Booted) -> None:
    address = f"postgresql://app:{stack.credentials['DB_PASSWORD']}@127.0.0.1/app"
    assert stack.run("postgresql", "psql", address, "-Atc", "select 6 * 7").strip() == "42"


def mariadb(stack: Booted) -> None:
    password = f"--password={stack.credentials['DB_PASSWORD']}"
    query = ("mariadb", "--host=127.0.0.1", "--user=app", password, "app", "-Ne", "select 6 * 7")
    assert stack.run("mariadb", *query).strip() == "42"


def redis(stack: Booted) -> None:
    assert "-NOAUTH" in stack.ask("redis", 6379, "PING\n")
    assert "+OK" in stack.ask("redis", 6379, f"AUTH {stack.credentials['REDIS_PASSWORD']}\nQUIT\n")


def mosquitto(stack: Booted) -> None:
    publish = ("mosquitto_pub", "-u", "mqtt", "-t", "a", "-m", "b", "-P")
    stack.run("mosquitto", *publish, stack.credentials["MQTT_PASSWORD"])
    with pytest.raises(AssertionError):
        stack.run("mosquitto", *publish, "another")


def memcached(stack: Booted) -> None:
    assert "STAT maxbytes 67108864" in stack.ask("memcached", 11211, "stats settings\nquit\n")


def adminer(stack: Booted) -> None:
    page = stack.get("adminer")
    assert "Adminer" in page
    assert 'value="db"' in page


def docker_registry(stack: Booted) -> None:
    assert "{}" in stack.ask("registry", 5000, "GET /v2/ HTTP/1.1\nHost: x\nConnection: close\n\n")


def nats(stack: Booted) -> None:
    connect = 'CONNECT {"user": "nats", "pass": "%s", "verbose": true}\nPING\n'
    assert "PONG" in stack.ask("nats", 4222, connect % stack.credentials["NATS_PASSWORD"])
    assert "Authorization Violation" in stack.ask("nats", 4222, connect % "another")


def prometheus(stack: Booted) -> None:
    request = "GET /api/v1/status/config HTTP/1.1\nHost: x\nConnection: close\n\n"
    assert "job_name: prometheus" in stack.ask("prometheus", 9090, request)


def victoriametrics(stack: Booted) -> None:
    request = "GET /api/v1/query?query=42 HTTP/1.1\nHost: x\nConnection: close\n\n"
    assert '"42"' in stack.ask("victoriametrics", 8428, request)


def wordpress(stack: Booted) -> None:
    page = stack.get("wordpress", "/wp-admin/install.php")
    assert "WordPress" in page
    assert "database connection" not in page


BOOTS: dict[str, Callable[[Booted], None]] = {
    "adminer": adminer,
    "docker-registry": docker_registry,
    "mariadb": mariadb,
    "memcached": memcached,
    "mosquitto": mosquitto,
    "nats": nats,
    "postgresql": postgresql,
    "prometheus": prometheus,
    "redis": redis,
    "victoriametrics": victoriametrics,
    "wordpress": wordpress,
}


def test_what_the_list_says_is_booted_is_what_is_booted_here() -> None:
    assert (FOLDER / BOOTED).read_text(encoding="utf-8").split() == sorted(BOOTS)


@pytest.fixture
def stand_ins(request: pytest.FixtureRequest) -> Iterator[None]:
    """Stand-ins under the names that the template has."""
    named = []
    for image in CATALOGUE.get(request.param).images:
        if world.docker("image", "ls", "--quiet", image):
            continue
        world.docker("tag", _stand_in(image), image)
        named.append(image)
    yield
    for image in named:
        world.docker("rmi", image, check=False)


def _stand_in(image: str) -> str:
    """Build the stand-in of an image; after the first time its layers are there."""
    kind = image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    major = re.match(r"\d+", tag_of(image))
    argument = []
    if kind == "postgres" and major and int(major[0]) >= 18:
        argument = ["--build-arg", f"PGDATA=/var/lib/postgresql/{major[0]}/docker"]
    name = f"sh0-test/stand-in-{kind}:{'later' if argument else 'usual'}"
    world.docker("build", "--quiet", "--label", "sh0.test=1", *argument, "--tag", name, str(STAND_INS / kind))
    return name


@pytest.fixture
def booted(request: pytest.FixtureRequest, stand_ins: None, shared: Embedded) -> Iterator[Booted]:
    """A stack of a template, live."""
    name = request.param
    stack = f"{name[:12]}-{secrets.token_hex(2)}"
    platform = shared.platform
    plan = platform.templates.plan(name, stack=stack).plan
    assert plan is not None
    needed = tuple(dict.fromkeys(need.leave for need in plan.needs))
    made = platform.templates.deploy(name, stack=stack, allow=needed)
    try:
        platform.stacks.wait(stack, made.release.id, timeout=120)
        yield Booted(shared, stack, dict(made.credentials))
    finally:
        platform.stacks.delete(stack, volumes=True)


def of(*names: str) -> pytest.MarkDecorator:
    """Run a test with a stack of each of these templates."""
    pairs = [(name, name) for name in names]
    return pytest.mark.parametrize(("stand_ins", "booted"), pairs, indirect=True, ids=names)


@of(*BOOTS)
def test_it_boots_and_what_was_made_for_it_is_in_use(booted: Booted, request: pytest.FixtureRequest) -> None:
    BOOTS[request.node.callspec.id](booted)


@of("memcached")
def test_an_app_in_the_project_of_a_stack_reaches_its_services(
    booted: Booted, images: Callable[[str], sh0.RegistryImage]
) -> None:
    platform = booted.world.platform
    app = platform.apps.create(f"app-{secrets.token_hex(2)}", project=booted.stack)
    try:
        booted.world.deployed(platform.deployments.create(app.name, images("1")))
        (container,) = booted.world.containers(app.name)
        program = "import socket; socket.create_connection(('memcached', 11211), 5)"
        world.docker("exec", container, "python3", "-c", program)
    finally:
        platform.apps.delete(app.name)
