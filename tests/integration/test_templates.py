"""Templates are really started, out of stand-ins of their images, and what was made for them is used."""

import base64
import functools
import re
import secrets
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Network

import httpx
import pytest

import sh0
from sh0.templates.catalogue import BOOTED
from tests.integration import world
from tests.integration.booting import FOLDER, Booted, Boots, stand_in
from tests.integration.conftest import Embedded

# Together on one worker, so that what is booted ahead is what is asked for next. The first time, stand-ins are built.
pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.xdist_group("templates"), pytest.mark.timeout(900)]


def basic(user: str, password: str) -> str:
    """The header that signs in by name and password."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


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


def rabbitmq(stack: Booted) -> None:
    password = stack.credentials["RABBITMQ_PASSWORD"]
    assert '"management_version"' in stack.get("rabbitmq", "/api/overview", Authorization=basic("admin", password))
    assert stack.answer("rabbitmq", "/api/overview", Authorization=basic("guest", "guest")).status == 401


def phpmyadmin(stack: Booted) -> None:
    page = stack.get("phpmyadmin")
    assert "phpMyAdmin" in page
    assert 'name="pma_servername"' in page


def mediawiki(stack: Booted) -> None:
    database = ("--dbserver=database", "--dbname=my_wiki", "--dbuser=wikiuser")
    password = f"--dbpass={stack.credentials['DB_PASSWORD']}"
    server = ("--server=http://x.localhost", "--scriptpath=", "--pass=correct horse battery")
    stack.run("mediawiki", "php", "maintenance/install.php", *database, password, *server, "Wiki", "Admin")
    assert "MediaWiki has been installed" in stack.get("mediawiki", "/index.php?title=Main_Page")


def mumble(stack: Booted) -> None:
    def joined(password: str) -> bool:
        """Whether a client gets in: messages are two bytes of kind, four of length, and a protocol buffer."""
        trusting = ssl._create_unverified_context()
        plain = socket.create_connection((stack.address("mumble"), 64738), 5)
        with trusting.wrap_socket(plain) as link, link.makefile("rb") as stream:
            name = b"\x0a\x05guest\x12" + bytes([len(password)]) + password.encode()
            version = b"\x08\x80\x86\x04"
            for kind, body in ((0, version), (2, name)):
                link.sendall(kind.to_bytes(2) + len(body).to_bytes(4) + body)
            while True:
                kind, length = int.from_bytes(stream.read(2)), int.from_bytes(stream.read(4))
                stream.read(length)
                if kind in (4, 5):  # Reject, ServerSync
                    return kind == 5

    assert joined(stack.credentials["SERVER_PASSWORD"])
    assert not joined("another")


def roundcube(stack: Booted) -> None:
    page = stack.get("roundcube")
    assert 'id="rcmloginuser"' in page
    assert "skins/elastic" in page


def jupyterlab(stack: Booted) -> None:
    assert '"kernels"' in stack.get("jupyterlab", f"/api/status?token={stack.credentials['TOKEN']}")
    assert stack.answer("jupyterlab", "/api/status").status == 403


def matomo(stack: Booted) -> None:
    assert "Matomo" in stack.get("matomo", "/index.php")
    told = ", ".join(f'getenv("MATOMO_DATABASE_{each}")' for each in ("HOST", "USERNAME", "PASSWORD", "DBNAME"))
    program = f'echo (new mysqli({told}))->query("select 6 * 7")->fetch_row()[0];'
    assert stack.run("matomo", "php", "-r", program) == "42"


def miniflux(stack: Booted) -> None:
    password = stack.credentials["ADMIN_PASSWORD"]
    assert '"is_admin":true' in stack.get("miniflux", "/v1/me", Authorization=basic("admin", password))
    assert stack.answer("miniflux", "/v1/me", Authorization=basic("admin", "another")).status == 401


def valkey(stack: Booted) -> None:
    assert "-NOAUTH" in stack.ask("valkey", 6379, "PING\n")
    assert "+OK" in stack.ask("valkey", 6379, f"AUTH {stack.credentials['VALKEY_PASSWORD']}\nQUIT\n")


def ntfy(stack: Booted) -> None:
    admin = basic("admin", stack.credentials["ADMIN_PASSWORD"])
    assert '"message"' in stack.get("ntfy", "/alerts/publish?message=hello", Authorization=admin)
    assert stack.answer("ntfy", "/alerts/publish?message=hello").status == 403


def chroma(stack: Booted) -> None:
    request = "GET /api/v2/heartbeat HTTP/1.1\nHost: x\nConnection: close\n\n"
    assert "heartbeat" in stack.ask("chroma", 8000, request)


def clickhouse(stack: Booted) -> None:
    query = "/?user=app&database=app&query=select+6*7&password="
    assert stack.get("clickhouse", query + stack.credentials["DB_PASSWORD"]) == "42\n"
    assert "Wrong password" in stack.answer("clickhouse", query + "another").text


def kiwix(stack: Booted) -> None:
    assert "Shells on the shore." in stack.get("kiwix", "/page/A/index.html")


def unleash(stack: Booted) -> None:
    assert '"GOOD"' in stack.get("unleash", "/health")


def pgadmin(stack: Booted) -> None:
    def signed_in(password: str) -> bool:
        with httpx.Client(base_url=f"http://{stack.address('pgadmin')}") as browser:
            token = re.findall(r'"csrfToken": "([^"]+)"', browser.get("/login").text)[0]
            form = {"email": "admin@example.org", "password": password, "csrf_token": token, "internal_button": "Login"}
            return browser.post("/authenticate/login", data=form).headers["location"] == "/browser/"

    assert signed_in(stack.credentials["ADMIN_PASSWORD"])
    assert not signed_in("another")


# The templates that are booted here, and how each is used.
USES: dict[str, Callable[[Booted], None]] = {
    "adminer": adminer,
    "chroma": chroma,
    "clickhouse": clickhouse,
    "docker-registry": docker_registry,
    "jupyterlab": jupyterlab,
    "kiwix": kiwix,
    "mariadb": mariadb,
    "matomo": matomo,
    "mediawiki": mediawiki,
    "memcached": memcached,
    "miniflux": miniflux,
    "mosquitto": mosquitto,
    "mumble": mumble,
    "nats": nats,
    "ntfy": ntfy,
    "pgadmin": pgadmin,
    "phpmyadmin": phpmyadmin,
    "postgresql": postgresql,
    "prometheus": prometheus,
    "rabbitmq": rabbitmq,
    "redis": redis,
    "roundcube": roundcube,
    "unleash": unleash,
    "valkey": valkey,
    "victoriametrics": victoriametrics,
    "wordpress": wordpress,
}

# What the operator is asked for.
ANSWERS = {
    "pgadmin": {"ADMIN_EMAIL": "admin@example.org"},
    "roundcube": {"IMAP_SERVER": "tls://mail.example.org", "SMTP_SERVER": "tls://mail.example.org"},
}


def test_what_the_list_says_is_booted_is_what_is_booted_here() -> None:
    assert (FOLDER / BOOTED).read_text(encoding="utf-8").split() == sorted(USES)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address, as containers see it, of a file for Kiwix with one page."""
    folder = tmp_path_factory.mktemp("library")
    container = world.docker("create", "--label", "sh0.test=1", stand_in("kiwix-serve"))
    world.docker("cp", f"{container}:/srv/page.zim", str(folder))
    world.docker("rm", container)
    with ThreadingHTTPServer(("", 0), functools.partial(SimpleHTTPRequestHandler, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        # The engine names the gateway of its own bridge only after its first restart; it is the first address.
        bridge = world.docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Subnet}}")
        here = next(IPv4Network(bridge).hosts())
        yield f"http://{here}:{server.server_port}/page.zim"
        server.shutdown()


@pytest.fixture(scope="module")
def boots(request: pytest.FixtureRequest, embed: Callable[..., Embedded], library: str) -> Iterator[Boots]:
    """Boots templates ahead, in the order of the tests."""
    tests = [item for item in request.session.items if item.path == request.path and hasattr(item, "callspec")]
    platform = embed(isolate_host=False)  # the library is served by the server itself
    ahead = Boots(platform, {**ANSWERS, "kiwix": {"ZIM": library}})
    ahead.begin({test.nodeid: test.callspec.params["booted"] for test in tests})
    yield ahead
    ahead.close()


@pytest.fixture
def booted(request: pytest.FixtureRequest, boots: Boots) -> Iterator[Booted]:
    """A stack of a template, live."""
    with boots.live(request.node.nodeid) as stack:
        yield stack


def of(*names: str) -> pytest.MarkDecorator:
    """Run a test with a stack of each of these templates."""
    return pytest.mark.parametrize("booted", names, indirect=True)


@of(*USES)
def test_it_boots_and_what_was_made_for_it_is_in_use(booted: Booted, request: pytest.FixtureRequest) -> None:
    USES[request.node.callspec.id](booted)


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
