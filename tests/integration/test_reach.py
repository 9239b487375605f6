"""What the containers of an app reach: neither what the server offers, nor what another app is made of."""

import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

import sh0
from tests.integration import world
from tests.integration.conftest import Embedded

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("reach")]

PROBE = """
import socket, struct, sys
gateway = next(f[2] for f in map(str.split, open("/proc/net/route")) if f[1] == "00000000")
hosts = [socket.inet_ntoa(struct.pack("<L", int(gateway, 16))), *sys.argv[2:]]
for host in hosts:
    for port in map(int, sys.argv[1].split(",")):
        try:
            socket.create_connection((host, port), 2).close()
            print("reaches", host, port, flush=True)
        except OSError:
            print("misses", host, port, flush=True)
"""


@attrs.frozen
class Wide:
    """A daemon whose panel and git server listen on every address."""

    daemon: world.Daemon
    platform: sh0.Platform
    folder: Path

    @property
    def inner(self) -> tuple[int, int]:
        return self.daemon.settings.panel_port, self.daemon.settings.git_port

    def judge(self, printed: str) -> None:
        """The proxy is reached, on each of the server's addresses, and nothing else of it."""
        proxy = self.daemon.settings.http_port
        lines = [line.split() for line in printed.splitlines() if line.startswith(("reaches", "misses"))]
        assert len(lines) == 3 * (1 + len(own_addresses())), printed
        assert {line[0] for line in lines if int(line[2]) == proxy} == {"reaches"}, printed
        assert {line[0] for line in lines if int(line[2]) in self.inner} == {"misses"}, printed

    def tree(self, name: str, run: str = "") -> Path:
        tree = world.write_tree(self.folder / name, "1")
        (tree / "probe.py").write_text(PROBE)
        steps = world.dockerfile("1").replace("COPY app.py /app.py", "COPY app.py probe.py /")
        (tree / "Dockerfile").write_text(steps.replace("EXPOSE", f"RUN {run}\nEXPOSE") if run else steps)
        return tree

    def deploy(self, app: str, tree: Path) -> sh0.Deployment:
        with sh0.pack(tree) as archive:
            begun = self.platform.deployments.upload(app, archive)
        return self.platform.deployments.wait(app, begun.id, timeout=120)


def own_addresses() -> list[str]:
    """The first address of this machine that is not its loopback."""
    return subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=True).stdout.split()[:1]


@pytest.fixture(scope="module")
def wide(daemons: Callable[..., world.Daemon], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wide]:
    daemon = daemons(bind="0.0.0.0", panel_bind="0.0.0.0").start()
    with daemon.connect() as platform:
        assert platform.system.status().unguarded is None
        platform.apps.create("prober")
        yield Wide(daemon, platform, tmp_path_factory.mktemp("wide"))


def command(wide: Wide) -> list[str]:
    ports = ",".join(map(str, (wide.daemon.settings.http_port, *wide.inner)))
    return ["python", "/probe.py", ports, *own_addresses()]


def test_a_container_reaches_neither_panel_nor_git_server(wide: Wide) -> None:
    for port in wide.inner:
        with socket.create_connection((own_addresses()[0], port), 5):
            pass  # they do listen there
    wide.deploy("prober", wide.tree("container"))
    (container,) = world.containers(str(world.identity(wide.daemon.home)), app="prober")
    wide.judge(world.docker("exec", container, *command(wide)))


def test_a_build_step_reaches_neither_panel_nor_git_server(wide: Wide) -> None:
    deployment = wide.deploy("prober", wide.tree("build", run=" ".join(command(wide))))
    wide.judge("\n".join(event.text for event in wide.platform.deployments.follow("prober", deployment.id)))


@attrs.frozen
class Other:
    """The image of an app, by every name that leads to it."""

    id: str
    name: str
    tagged: str


@pytest.fixture(scope="module")
def other(shared: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Other]:
    shared.platform.apps.create("theirs")
    tree = world.write_tree(tmp_path_factory.mktemp("theirs"), "1", OWNER="theirs")
    shared.deployed(shared.upload("theirs", tree))
    label = ("--filter", f"label=sh0.home={shared.home_id}", "--filter", "label=sh0.app=theirs")
    listed = world.docker("images", "--no-trunc", *label, "--format", "{{.ID}} {{.Repository}}:{{.Tag}}").split()
    identity, name = listed[0].removeprefix("sha256:"), listed[1]
    tagged = f"localhost:1/sh0-test/innocent:{shared.home_id}"
    world.docker("tag", identity, tagged)
    yield Other(identity, name, tagged)
    world.docker("rmi", tagged, check=False)


def references(other: Other) -> dict[str, str]:
    return {
        "id": f"sha256:{other.id}",
        "bare id": other.id,
        "short id": other.id[:12],
        "name": other.name,
        "another name": other.tagged,
    }


LINES = {"from": "FROM {}", "copy": f"FROM {world.BASE}\nCOPY --from={{}} /app.py /theirs.py"}
REASON = "images are referred to by name|images that sh0 has built for its apps|was built for the app theirs"
HOWS = ("id", "bare id", "short id", "name", "another name")


def refused(shared: Embedded, app: str, begin: Callable[[], sh0.Deployment]) -> None:
    """It is refused at once, or its deployment fails."""
    with pytest.raises((sh0.Invalid, sh0.DeploymentFailed), match=REASON):
        shared.deployed(begin())
    assert shared.platform.apps.get(app).live is None
    assert shared.containers(app) == set()


@pytest.mark.parametrize("how", HOWS)
def test_the_image_of_one_app_is_not_deployed_as_another(shared: Embedded, app: str, other: Other, how: str) -> None:
    image = references(other)[how]
    refused(shared, app, lambda: shared.platform.deployments.create(app, sh0.RegistryImage(image)))


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize(
    "line", ["FROM {}", f"FROM {world.BASE}\nCOPY --from={{}} /app.py /theirs.py"], ids=["from", "copy"]
)
def test_the_image_of_one_app_is_not_built_upon_by_another(
    shared: Embedded, app: str, other: Other, how: str, line: str, tmp_path: Path
) -> None:
    tree = world.write_tree(tmp_path / "tree", "2")
    text = (
        line.format(references(other)[how]) + f'\nCOPY app.py /app.py\nEXPOSE {world.PORT}\nCMD ["python", "/app.py"]\n'
    )
    (tree / "Dockerfile").write_text(text)
    refused(shared, app, lambda: shared.upload(app, tree))


@pytest.mark.parametrize("how", ["short id", "name", "another name"])
def test_a_base_image_copies_nothing_of_another_app_into_a_build(
    shared: Embedded, app: str, other: Other, how: str, tmp_path: Path
) -> None:
    """What it brings for whoever starts from it is looked at before it runs."""
    trap, tree = f"localhost:1/sh0-test/trap:{shared.home_id}", tmp_path / "trap"
    tree.mkdir()
    text = f"FROM {world.BASE}\nONBUILD COPY --from={references(other)[how]} /app.py /theirs.py\n"
    (tree / "Dockerfile").write_text(text)
    world.docker("build", "-q", "-t", trap, str(tree))
    try:
        tree = world.write_tree(tmp_path / "tree", "2")
        (tree / "Dockerfile").write_text(f'FROM {trap}\nCOPY app.py /app.py\nCMD ["python", "/app.py"]\n')
        refused(shared, app, lambda: shared.upload(app, tree))
    finally:
        world.docker("rmi", trap, check=False)


@pytest.mark.parametrize("how", HOWS)
def test_the_image_of_an_app_is_no_service_of_a_stack(shared: Embedded, other: Other, how: str, tmp_path: Path) -> None:
    name = f"stack-{HOWS.index(how)}"
    (tmp_path / "compose.yaml").write_text(f"services:\n  web:\n    image: '{references(other)[how]}'\n")
    stacks = shared.platform.stacks
    with sh0.pack(tmp_path) as archive:
        sent = stacks.receive(archive)
    with pytest.raises((sh0.Invalid, sh0.DeploymentFailed), match=REASON):
        stacks.wait(name, stacks.up(sent, stack=name).id, timeout=60)
    for left in shared.core.context.home.work.glob(
        "*.upload"
    ):  # a refused archive may be sent again; this home is shared
        left.unlink()
    assert world.containers(shared.home_id, app=f"{name}-web") == set()
