"""Trees that are made to hold others up, and somebody who asks all the time and notices."""

import contextlib
import io
import tarfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping

import attrs
import httpx

import sh0
from tests.integration.world import Daemon, until

MIB = 1 << 20
WORST = 0.5
"""Seconds that another request may wait for its answer."""
TRIES = 3
"""A tree that holds others up does so each time; a machine that is busy does not."""
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


def scene_of(daemon: Daemon) -> Scene:
    """A scene once its web process answers."""
    platform = daemon.connect()
    scene = Scene(daemon, platform, platform.tokens.create("attacker", grants=("*:write",)).token)
    until(lambda: answers(scene), what="the web process answers")
    return scene


def answers(scene: Scene) -> bool:
    with contextlib.suppress(httpx.HTTPError), scene.client() as client:
        return client.get("/api/v1/apps").is_success
    return False


def demand_nobody_waits(scene: Scene, work: Callable[[httpx.Client, int], object]) -> None:
    """Do something several times, until nobody else has waited for long while it was done.

    Args:
        scene: Where.
        work: What is done, with a client and the number of the try.
    """
    worst = list[float]()
    while len(worst) < TRIES and min(worst, default=WORST) >= WORST:
        with scene.client() as client, scene.client() as other:
            neighbour = Neighbour(other)
            with neighbour.asking():
                work(client, len(worst))
        worst.append(max(neighbour.waited))
    assert min(worst) < WORST, worst
