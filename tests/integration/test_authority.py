"""Authority on real parts: it ends at once, wherever it is in use, and every call is known by where it comes from."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import httpx
import pytest

import sh0
from tests.integration import world

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("push")]

AT_ONCE = 2.0  # seconds; it takes a quarter, and the machine may be busy
PLAIN = (
    "-F",
    "/dev/null",
    "-o",
    "StrictHostKeyChecking=no",
    "-o",
    "UserKnownHostsFile=/dev/null",
    "-o",
    "LogLevel=ERROR",
)
NOBODY = 65534


@attrs.define
class Scene:
    """A daemon, two apps, and a working copy."""

    daemon: world.Daemon
    platform: sh0.Platform
    folder: Path
    images: Callable[[str], sh0.RegistryImage]

    @property
    def port(self) -> int:
        return self.daemon.settings.git_port

    @property
    def panel(self) -> str:
        return f"http://127.0.0.1:{self.daemon.settings.panel_port}"

    def key(self, name: str) -> Path:
        """A new pair of keys."""
        file = self.folder / name
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)], check=True)
        return file

    def admit(self, name: str, **more: object) -> Path:
        """A new key that may push."""
        file = self.key(name)
        self.platform.keys.add(name, file.with_suffix(".pub").read_text(), **more)  # type: ignore[arg-type]
        return file

    def ssh(self, key: Path, *more: str) -> list[str]:
        return ["ssh", *PLAIN, "-o", "IdentitiesOnly=yes", "-i", str(key), "-p", str(self.port), *more]

    def push(self, key: Path, app: str, ref: str, *more: str) -> "subprocess.Popen[str]":
        command = " ".join(["ssh", *PLAIN, "-o", "IdentitiesOnly=yes", "-i", str(key), *more])
        url = f"ssh://git@127.0.0.1:{self.port}/{app}"
        return subprocess.Popen(
            ["git", "push", url, f"HEAD:refs/heads/{ref}"],
            cwd=self.folder / "work",
            env={**os.environ, "GIT_SSH_COMMAND": command, "GIT_CONFIG_GLOBAL": "/dev/null"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def pushed(self, key: Path, app: str, ref: str, *more: str) -> tuple[bool, str]:
        """Whether a push was taken, and what it printed."""
        pushing = self.push(key, app, ref, *more)
        out, _ = pushing.communicate(timeout=60)
        return pushing.returncode == 0, out

    def git(self, *arguments: str) -> None:
        author = {f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        subprocess.run(["git", *arguments], cwd=self.folder / "work", env={**os.environ, **author}, check=True)


@pytest.fixture(scope="module")
def scene(
    daemons: Callable[..., world.Daemon],
    tmp_path_factory: pytest.TempPathFactory,
    images: Callable[[str], sh0.RegistryImage],
) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("authority")
    daemon = daemons().start()
    with daemon.connect() as platform:
        made = Scene(daemon, platform, folder, images)
        for app in ("mine", "theirs"):
            platform.apps.create(app)
        world.write_tree(folder / "work", "1", run="sleep 60")
        made.git("init", "-q", "-b", "main")
        made.git("add", "-A")
        made.git("commit", "-qm", "1")
        world.until(lambda: httpx.get(f"{made.panel}/healthz").status_code == 200, 20, "the panel answers")
        yield made


@pytest.fixture(scope="module")
def live(scene: Scene) -> str:
    deployment = scene.platform.deployments.create("mine", scene.images("1"))
    scene.platform.deployments.wait("mine", deployment.id, timeout=120)
    return "mine"


@pytest.mark.parametrize("how", ["removed", "added again with other grants"])
def test_an_open_ssh_connection_ends_with_its_key(scene: Scene, how: str) -> None:
    name = f"k{abs(hash(how)) % 1000}"
    key = scene.admit(name)
    control = f"/tmp/sh0-{os.getpid()}-{name}"
    master = subprocess.Popen(scene.ssh(key, "-M", "-N", "-S", control, "git@127.0.0.1"))
    try:
        world.until(lambda: os.path.exists(control), 20, "the connection is open")
        assert scene.pushed(key, "mine", f"{name}-before", "-S", control)[0]
        assert master.poll() is None
        scene.platform.keys.remove(name)
        if how != "removed":
            scene.platform.keys.add(name, key.with_suffix(".pub").read_text(), grants=("apps:read",))
        taken, said = scene.pushed(key, "mine", f"{name}-after", "-S", control)
        assert not taken, said
        world.until(lambda: master.poll() is not None, AT_ONCE, "the connection is closed")
    finally:
        master.kill()
        master.wait()
    calls = [e for e in scene.platform.audit.list(limit=20) if e.operation in ("git.receive", "keys.remove")]
    assert calls[0].operation == "keys.remove", "nothing was received after the key was gone"


def test_a_push_under_way_ends_with_its_key(scene: Scene) -> None:
    """What the hook of a push shows to the daemon dies with the key that the push came with."""
    key = scene.admit("pusher")
    pushing = scene.push(key, "theirs", "main")
    world.until(lambda: scene.platform.deployments.list("theirs"), 60, "the push deploys")
    scene.platform.keys.remove("pusher")
    out, _ = pushing.communicate(timeout=60)
    assert pushing.returncode != 0, out
    found = scene.platform.deployments.list("theirs")[0]
    world.until(lambda: scene.platform.deployments.get("theirs", found.id).state.ended, 60, "the deployment ends")
    assert scene.platform.apps.get("theirs").live is None


def test_a_key_that_is_confined_pushes_to_its_app_only(scene: Scene) -> None:
    key = scene.admit("confined", app="mine")
    taken, said = scene.pushed(key, "mine", "confined")
    assert taken, said
    taken, said = scene.pushed(key, "theirs", "confined")
    assert not taken
    assert "confined to the app mine" in said
    listed = subprocess.run(
        scene.ssh(key, "git@127.0.0.1", "git-upload-pack '/theirs'"), capture_output=True, text=True, check=False
    )
    assert listed.returncode != 0
    assert "confined to the app mine" in listed.stderr


@pytest.mark.parametrize("what", ["events", "logs"])
def test_a_stream_through_the_panel_ends_with_its_token(scene: Scene, live: str, what: str) -> None:
    issued = scene.platform.tokens.create(f"s-{what}", grants=("apps:read", "audit:read"))
    ended: list[BaseException | None] = []
    begun = threading.Event()

    def read() -> None:
        with sh0.connect(scene.panel, token=issued.token) as platform:
            stream: Iterator[object] = (
                platform.events.follow() if what == "events" else platform.apps.logs(live, follow=True)
            )
            begun.set()
            try:
                for _ in stream:
                    pass
                ended.append(None)
            except sh0.Sh0Error as error:
                ended.append(error)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    assert begun.wait(20)
    reader.join(1)
    assert reader.is_alive(), ended
    scene.platform.tokens.revoke(f"s-{what}")
    reader.join(AT_ONCE)
    assert not reader.is_alive()
    assert "was revoked" in str(ended[0])


def test_a_terminal_through_the_panel_ends_with_its_token(scene: Scene, live: str) -> None:
    issued = scene.platform.tokens.create("term", grants=("apps:write",))
    with sh0.connect(scene.panel, token=issued.token) as platform:
        terminal = platform.apps.terminal(live, command=("sh",))
        terminal.write(b"echo re''ady\n")
        received = b""
        while b"ready" not in received:
            received += terminal.read()
        scene.platform.tokens.revoke("term")
        began = time.monotonic()
        with pytest.raises(sh0.Unauthenticated, match="was revoked"):
            list(iter(terminal.read, b""))
        assert time.monotonic() - began < AT_ONCE


CLAIMS = {
    "X-Forwarded-For": "203.0.113.7",
    "Forwarded": "for=203.0.113.7",
    "X-Real-IP": "203.0.113.7",
    "X-Sh0-Client-Address": "203.0.113.7",
    "X_Sh0_Client_Address": "203.0.113.7",
}


def addresses(scene: Scene, operation: str) -> list[str]:
    return [entry.address for entry in scene.platform.audit.list(limit=50) if entry.operation == operation]


def test_the_audit_log_has_the_address_of_the_client_whatever_it_claims(scene: Scene) -> None:
    issued = scene.platform.tokens.create("web", grants=("apps:write",))
    transport = httpx.HTTPTransport(local_address="127.0.0.3")
    with httpx.Client(transport=transport, headers={**CLAIMS, "Authorization": f"Bearer {issued.token}"}) as http:
        http.patch(f"{scene.panel}/api/v1/apps/mine", json={"branch": "main"})
    assert addresses(scene, "apps.configure")[0] == "127.0.0.3"
    scene.pushed(scene.admit("addressed"), "mine", "addressed")
    assert addresses(scene, "git.receive")[0] == "127.0.0.1"


def test_another_user_of_the_machine_cannot_claim_an_address(scene: Scene) -> None:
    issued = scene.platform.tokens.create("local", grants=("apps:write",))
    said = (
        "PATCH /api/v1/apps/mine HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 17\r\n"
        f"X-Sh0-Client-Address: 203.0.113.7\r\nAuthorization: Bearer {issued.token}\r\nConnection: close\r\n\r\n"
        '{"branch":"main"}'
    )
    program = (
        "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(sys.argv[2].encode());"
        "print(s.recv(100).decode())"
    )
    before = len(addresses(scene, "apps.configure"))
    short = f"/tmp/sh0-web-{os.getpid()}"  # folders above the home may be closed to others
    os.link(scene.daemon.home.web_socket, short)
    try:
        done = subprocess.run(
            ["/usr/bin/python3", "-c", program, short, said],
            user=NOBODY,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.unlink(short)
    assert " 200 " in done.stdout, done
    found = addresses(scene, "apps.configure")
    assert (len(found), found[0]) == (before + 1, "local")


def test_a_wrong_ssh_key_is_reported_with_its_address(scene: Scene) -> None:
    taken, said = scene.pushed(scene.key("wrong"), "mine", "wrong")
    assert not taken
    assert "Permission denied" in said

    def refusals() -> list[sh0.Event]:
        return [event for event in scene.platform.events.list() if event.kind is sh0.EventType.ACCESS_REFUSED]

    world.until(lambda: bool(refusals()), 10, "the refusal is among the events")
    assert refusals()[0].message.startswith("127.0.0.1 showed an SSH key that is unknown")
