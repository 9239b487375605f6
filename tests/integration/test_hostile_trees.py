"""Whatever trees, archives and files are sent, everybody else is answered, and the daemon ends when it is asked to."""

import contextlib
import io
import signal
import tarfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping

import attrs
import httpx
import pytest

import sh0
from tests.integration.world import Daemon, until

pytestmark = pytest.mark.docker

MIB = 1 << 20
WORST = 1.0
"""Seconds that another request may wait for its answer: half of it for the daemon, half for a machine at work."""
TRIES = 3
"""A tree that holds others up does so each time; a machine that is busy does not."""
CLOSING = 10.0
"""Seconds that the daemon may take to end."""
PROGRAM = "FROM scratch\nCOPY . /\n"


def of(piece: str) -> str:
    """The longest text that is looked at, of one piece again and again."""
    return piece * (MIB // len(piece))


TREES: Mapping[str, Mapping[str, str]] = {
    "a pattern that backtracks": {"Dockerfile": PROGRAM, "a" * 60: "", ".dockerignore": "*a" * 40 + "*b\n"},
    "many patterns": {
        "Dockerfile": PROGRAM,
        ".dockerignore": "\n".join(f"**/{'*a' * 20}{n}" for n in range(200)),
        **{"a" * 50 + str(number): "" for number in range(500)},
    },
    "many files": {"Dockerfile": PROGRAM, **{f"{n % 90}/{n}": "" for n in range(15_000)}},
    "nested JSON": {"package.json": '{"a":' * (MIB // 5)},
    "numbers in JSON": {"package.json": '{"a": [' + of("1,") + "1]}"},
    "a table of one key": {"pyproject.toml": of("a.") + "a = 1"},
    "nested TOML": {"pyproject.toml": "a = " + of("[")},
    "a program of one call": {"requirements.txt": "flask\n", "app.py": of("f(")},
    "a program of sums": {"requirements.txt": "flask\n", "app.py": "a = " + of("a+") + "a\n"},
    "programs that are just parsed": {
        "requirements.txt": "flask\n",
        **{f"m{number}/app.py": "[a,[b]]\n" * 30_000 for number in range(20)},
    },
    "markup": {"pom.xml": of("<a>")},
    "a build of comments": {"build.gradle": of("/*")},
    "a build of plugins": {"build.gradle": of("id '")},
    "modules": {"go.mod": of("require (\n"), "main.go": of("\n")},
    "a Dockerfile of comments": {"Dockerfile": of("#\n")},
    "a Dockerfile of one instruction": {"Dockerfile": "FROM a\nRUN " + of("a \\\n")},
    "a Dockerfile of addresses": {"Dockerfile": "FROM a\nRUN curl " + of("http://a.bb/")},
    "a setting of one line": {"sh0.yaml": "a: " + of("[")},
    "aliases": {"sh0.yaml": "a: &a [1]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(9000))},
}
STACK = {
    "compose.yaml": "services: {a: {build: .}}\n",
    "Dockerfile": PROGRAM,
    **{f"{n % 90}/{n}": "" for n in range(40_000)},
}


def archive(files: Mapping[str, str]) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz", compresslevel=1) as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    return written.getvalue()


@attrs.define
class Neighbour:
    """Somebody else, who asks the panel all the time.

    Attributes:
        client: Asks.
        waited: What the answers took, in seconds.
    """

    client: httpx.Client
    waited: list[float] = attrs.field(factory=list)

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """Ask until the block ends; every answer must be a good one."""
        over, wrong = threading.Event(), list[str]()

        def ask() -> None:
            while not over.wait(0.02) or not self.waited:
                begun = time.monotonic()
                try:
                    self.client.get("/api/v1/apps").raise_for_status()
                except httpx.HTTPError as error:
                    wrong.append(repr(error))
                self.waited.append(time.monotonic() - begun)

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            yield
        finally:
            over.set()
            asking.join()
        assert not wrong, wrong[:3]


@attrs.frozen
class Scene:
    """A daemon with its web process, and a token for it."""

    daemon: Daemon
    platform: sh0.Platform
    token: str

    def client(self) -> httpx.Client:
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.daemon.settings.panel_port}",
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=30,
        )

    def upload(self, client: httpx.Client, app: str, content: bytes) -> str:
        """Send a tree, and return the deployment that was made of it."""
        kind = {"Content-Type": "application/octet-stream"}
        made = client.post(f"/api/v1/apps/{app}/deployments/upload", content=content, headers=kind)
        made.raise_for_status()
        return str(made.json()["id"])


@pytest.fixture(scope="module")
def scene(daemons: Callable[..., Daemon]) -> Scene:
    daemon = daemons().start()
    platform = daemon.connect()
    made = Scene(daemon, platform, platform.tokens.create("attacker", grants=("*:write",)).token)
    until(lambda: answers(made), what="the web process answers")
    return made


def answers(scene: Scene) -> bool:
    with contextlib.suppress(httpx.HTTPError), scene.client() as client:
        return client.get("/api/v1/apps").is_success
    return False


@pytest.mark.parametrize("tree", TREES)
def test_an_upload_delays_nobody(scene: Scene, tree: str) -> None:
    content, app = archive(TREES[tree]), f"app{list(TREES).index(tree)}"
    scene.platform.apps.create(app)
    worst = list[float]()
    while len(worst) < TRIES and min(worst, default=WORST) >= WORST:
        with scene.client() as client, scene.client() as other:
            neighbour = Neighbour(other)
            with neighbour.asking():
                deployment = scene.upload(client, app, content)
                with contextlib.suppress(sh0.Sh0Error):
                    scene.platform.deployments.wait(app, deployment, timeout=120)
        assert scene.platform.deployments.get(app, deployment).finished is not None
        worst.append(max(neighbour.waited))
    assert min(worst) < WORST, worst


@pytest.mark.parametrize("tree", ["many patterns", "many files", "programs that are just parsed", "markup"])
def test_the_daemon_ends_while_a_tree_is_unpacked_and_looked_at(daemons: Callable[..., Daemon], tree: str) -> None:
    daemon = daemons().start()
    platform = daemon.connect()
    platform.apps.create("app")
    deployment = platform.deployments.upload("app", io.BytesIO(archive(TREES[tree])))
    until(lambda: platform.deployments.get("app", deployment.id).state is not sh0.DeploymentState.QUEUED)
    begun = time.monotonic()
    assert daemon.kill(signal.SIGTERM) == 0, daemon.log()
    assert time.monotonic() - begun < CLOSING


def test_the_daemon_ends_while_the_files_of_a_stack_are_unpacked(daemons: Callable[..., Daemon]) -> None:
    daemon = daemons().start()
    platform = daemon.connect()
    sent = platform.stacks.receive(io.BytesIO(archive(STACK)))
    errors = list[sh0.Sh0Error]()

    def plan() -> None:
        try:
            platform.stacks.plan(sent, stack="stack")
        except sh0.Sh0Error as error:
            errors.append(error)

    asking = threading.Thread(target=plan)
    asking.start()
    until(lambda: list(daemon.home.work.glob("*.stack/*")), what="it is being unpacked")
    begun = time.monotonic()
    assert daemon.kill(signal.SIGTERM) == 0, daemon.log()
    assert time.monotonic() - begun < CLOSING
    asking.join()
    assert errors
