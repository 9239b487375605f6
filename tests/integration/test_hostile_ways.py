"""Files of somebody else hold nobody up, whichever way they come: a push, a check, a Compose file or a template."""

import contextlib
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs
import httpx
import pytest

import sh0
from tests.integration.neighbour import PROGRAM, TREES, Scene, archive, demand_nobody_waits, of, scene_of
from tests.integration.world import Daemon

pytestmark = pytest.mark.docker

SSH = "ssh -F /dev/null -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"

CHECKED: Mapping[str, Mapping[str, str]] = {
    # Detected at once, and looked at by many rules.
    "a Dockerfile of addresses": {"Dockerfile": "FROM a\nRUN curl " + of("http://a.bb/")},
    "a Dockerfile of quotes": {"Dockerfile": "FROM a\nRUN " + of("\"'")},
    "a Dockerfile of stages": {"Dockerfile": of("FROM a AS b\nCOPY --from=b . .\n")},
    "keys": {"Dockerfile": PROGRAM, **{f"{n}.txt": of("password=AKIAIOSFODNN7EXAMPLE ") for n in range(20)}},
    "a program of one call": {"Dockerfile": PROGRAM, "app.py": of("f(")},
    "packages": {"Dockerfile": PROGRAM, "package.json": '{"a":[' + of('"b",') + '"c"]}'},
    "services": {
        "Dockerfile": PROGRAM,
        "compose.yaml": "services:\n" + "".join(f" a{n}: {{image: b}}\n" for n in range(9000)),
    },
}
COMPOSE: Mapping[str, str] = {
    "nested": "services: " + of("["),
    "nested mappings": "services: " + of("{a: "),
    "aliases": "x-a: &a [1]\n"
    + "".join(f"x-b{n}: &b{n} [*a, *a]\n" for n in range(9000))
    + "services: {a: {image: b}}\n",
    "services": "services:\n" + "".join(f" a{n}: {{image: b}}\n" for n in range(9000)),
    "dependencies": "services:\n"
    + "".join(f" a{n}: {{image: b, depends_on: [a{n + 1}]}}\n" for n in range(900))
    + " a900: {image: b}\n",
    "variables": "services: {a: {image: b, command: '" + of("${A:-") + "'}}\n",
    "one line": "services: {a: {image: b, command: '" + of("a ") + "'}}\n",
    "mounts": "services:\n" + "".join(f" a{n}: {{image: b, volumes: ['.:/a']}}\n" for n in range(2000)),
    "a Dockerfile": "services: {a: {build: {context: ., dockerfile_inline: '" + of("RUN a ") + "'}}}\n",
}
IMPORTED: Mapping[str, Mapping[str, str]] = {
    "nested": {"compose.yaml": "services: " + of("[")},
    "JSON": {"template.json": '{"services":' * 80_000},
    "TOML": {"docker-compose.yml": "services: {a: {image: b}}\n", "template.toml": "a = " + of("[")},
    "variables": {"docker-compose.yml": "services: {a: {image: '" + of("${A:-") + "'}}\n"},
    "services": {"docker-compose.yml": COMPOSE["services"]},
}


@attrs.frozen
class Pusher:
    """A working copy of which anything can be pushed.

    Attributes:
        scene: Where to.
        folder: The working copy.
        key: A private key that may push.
    """

    scene: Scene
    folder: Path
    key: Path

    def git(self, *arguments: str, check: bool = True) -> None:
        author = {f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        plain = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_SSH_COMMAND": f"{SSH} -i {self.key}"}
        subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={**os.environ, **author, **plain},
            check=check,
            capture_output=True,
        )

    def commit(self, files: Mapping[str, str]) -> None:
        """Replace what is there by other files."""
        self.git("rm", "-rqf", "--ignore-unmatch", ".")
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)
        self.git("add", "-A", "-f")
        self.git("commit", "-qm", "other files")

    def push(self, app: str) -> None:
        """Push what is committed, whatever becomes of it."""
        port = self.scene.daemon.settings.git_port
        self.git("push", "-qf", f"ssh://git@127.0.0.1:{port}/{app}", "HEAD:refs/heads/main", check=False)


@pytest.fixture(scope="module")
def scene(daemons: Callable[..., Daemon]) -> Scene:
    return scene_of(daemons().start())


@pytest.fixture(scope="module")
def pusher(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Pusher:
    folder = tmp_path_factory.mktemp("pusher")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "key")], check=True)
    scene.platform.keys.add("laptop", (folder / "key.pub").read_text())
    (folder / "work").mkdir()
    made = Pusher(scene, folder / "work", folder / "key")
    made.git("init", "-q", "-b", "main")
    return made


@pytest.mark.parametrize("tree", ["many files", "programs that are just parsed", "a program of one call", "modules"])
def test_a_push_delays_nobody(scene: Scene, pusher: Pusher, tree: str) -> None:
    app = f"pushed{list(TREES).index(tree)}"
    scene.platform.apps.create(app)

    def push(_: httpx.Client, number: int) -> None:
        pusher.commit({**TREES[tree], "number": str(number)})
        pusher.push(app)
        assert scene.platform.deployments.list(app)[0].finished is not None

    demand_nobody_waits(scene, push)


@pytest.mark.parametrize("tree", CHECKED)
def test_a_check_delays_nobody(scene: Scene, tree: str) -> None:
    app = f"checked{list(CHECKED).index(tree)}"
    scene.platform.apps.create(app)
    scene.platform.apps.configure(app, checks=sh0.ChecksMode.ENFORCE)

    def upload(client: httpx.Client, number: int) -> None:
        deployment = scene.upload(client, app, archive({**CHECKED[tree], "number": str(number)}))
        with contextlib.suppress(sh0.Sh0Error):
            scene.platform.deployments.wait(app, deployment, timeout=120)
        assert scene.platform.deployments.get(app, deployment).finished is not None

    demand_nobody_waits(scene, upload)


@pytest.mark.parametrize("file", COMPOSE)
def test_planning_a_stack_delays_nobody(scene: Scene, file: str) -> None:
    content = archive({"compose.yaml": COMPOSE[file], **{f"{n % 90}/{n}": "" for n in range(2000)}})

    def plan(client: httpx.Client, _: int) -> None:
        kind = {"Content-Type": "application/octet-stream"}
        sent = client.post("/api/v1/stacks/files", content=content, headers=kind).raise_for_status().json()
        asked = client.post("/api/v1/stacks/plan", json={"archive": sent, "stack": "stack"}, timeout=120)
        assert asked.status_code in (200, 422), asked.text

    demand_nobody_waits(scene, plan)


@pytest.mark.parametrize("file", COMPOSE)
def test_a_template_of_somebody_delays_nobody(scene: Scene, file: str) -> None:
    text = "x-sh0: {format: 1}\n" + COMPOSE[file]

    def ask(client: httpx.Client, _: int) -> None:
        for path, body in (
            ("/api/v1/templates/lint", {"text": text}),
            ("/api/v1/templates/mine/plan", {"text": text}),
            ("/api/v1/templates/import", {"files": {"docker-compose.yml": COMPOSE[file]}}),
        ):
            assert client.post(path, json=body, timeout=120).status_code in (200, 413, 422)

    demand_nobody_waits(scene, ask)


@pytest.mark.parametrize("files", IMPORTED)
def test_importing_a_template_delays_nobody(scene: Scene, files: str) -> None:
    def ask(client: httpx.Client, _: int) -> None:
        asked = client.post("/api/v1/templates/import", json={"files": IMPORTED[files]}, timeout=120)
        assert asked.status_code in (200, 413, 422), asked.text

    demand_nobody_waits(scene, ask)
