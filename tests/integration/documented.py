"""A place to run what the documentation shows: a daemon with apps, a person's home, a working copy."""

import os
import pty
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import attrs

import sh0
from tests.documentation import Block, words
from tests.integration import world

BIN = Path(sys.executable).parent
COMPOSE = """
services:
  web:
    build: web
    ports: ["8080:8080"]
    environment: {TAG: "${TAG:-1.3}"}
    depends_on: {db: {condition: service_started}, migrate: {condition: service_completed_successfully}}
  db: {image: "python:3.13-slim", command: [sleep, infinity], volumes: ["data:/data"], stop_signal: SIGKILL}
  migrate: {image: "python:3.13-slim", command: ["true"], restart: "no"}
  worker: {image: "python:3.13-slim", command: [sleep, infinity], stop_signal: SIGKILL}
volumes: {data: {}}
"""
PRIVILEGED = 'services: {x: {image: "python:3.13-slim", privileged: true, command: [sleep, infinity]}}\n'
MANIFEST = "app: planned\nport: 3000\nresources: {memory: 512m}\n"
DJANGO = "docs/tutorial/django.md"
"""The page whose example is deployed as it is, and whose sessions print what it shows."""
EVERYDAY = ("commands", "cron", "logs", "migrations")
"""Pages below docs/howto whose app has a worker, a job, and programs to run."""
PROCESSES = """
processes:
  worker: {command: "trap exit TERM; while true; do date; sleep 1; done", replicas: 2}
cron:
  - {name: nightly, schedule: "0 3 * * *", command: date}
"""
ORIGINAL = """
services:
  web: {image: "nginx:1.28", ports: ["8000:80"], environment: {PASSWORD: secret}}
"""


@attrs.frozen
class Stage:
    """What the blocks of all pages run on.

    Attributes:
        daemon: The platform.
        person: Home of the person who types.
        token: A token with every grant.
        printed: What the commands of a session have printed.
    """

    daemon: world.Daemon
    person: Path
    token: str
    printed: list[str] = attrs.field(factory=list)

    def environment(self) -> dict[str, str]:
        """The variables of the person's shell."""
        options = "-o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
        names = {
            f"GIT_{who}_{what}": "dev@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SH0_", "GIT_", "PYTEST"))}
        return {
            **kept,
            **names,
            **{f"GIT_{who}_DATE": "2026-01-01T00:00:00Z" for who in ("AUTHOR", "COMMITTER")},
            "HOME": str(self.person),
            "XDG_CACHE_HOME": str(self.person / "cache"),
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "SH0_HOME": str(self.daemon.home.path),
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_SSH_COMMAND": f"ssh -F /dev/null -i {self.person}/.ssh/id_ed25519 {options}",
        }

    def meant(self, text: str) -> str:
        """A text of the documentation with what is this machine's own put in."""
        settings = self.daemon.settings
        for shown, real in {
            "git@server:2222": f"git@127.0.0.1:{settings.git_port}",
            "git@my-server:2222": f"git@127.0.0.1:{settings.git_port}",
            "http://album.localhost": f"http://album.localhost:{settings.http_port}",
            "http://127.0.0.1:8700": f"http://127.0.0.1:{settings.panel_port}",
            "sh0_…": self.token,
            "ssh-ed25519 AAAA…": (self.person / ".ssh/other.pub").read_text().strip(),
            'sh0.open("/var/lib/sh0")': f'sh0.connect(home="{self.daemon.home.path}")',
            "~/": f"{self.person}/",
        }.items():
            text = text.replace(shown, real)
        return text

    def run(self, block: Block, folder: Path) -> list[str]:
        """Run a block in a folder; returns what went wrong."""
        if block.language == "python":
            return self._run([sys.executable, "-W", "error", "-c", self.meant(block.text)], folder, 0)
        wrong: list[str] = []
        self.printed.clear()
        runnable = [command for command, reason in block.commands if not reason]
        for command in runnable:
            for argv in words(self.meant(command)):
                if argv[0] == "cd":
                    folder = folder / argv[1]
                else:
                    wrong += self._run(argv, folder, block.code if command == runnable[-1] else 0)
        return wrong or self._missing(block)

    def _missing(self, block: Block) -> list[str]:
        """Lines that a session of the tutorial shows and that none of its commands printed."""
        printed = " ".join("".join(self.printed).split())
        shown = (line.partition("…")[0].split() for line in block.text.splitlines() if not line.startswith("$ "))
        lines = [self.meant(" ".join(words)) for words in shown if block.page == DJANGO]
        return [f"no command prints: {line}\n{printed}" for line in lines if line not in printed]

    def _run(self, argv: list[str], folder: Path, code: int) -> list[str]:
        target = None
        if ">" in argv:
            target = folder / argv[-1]
            argv = argv[: argv.index(">")]
        master, terminal = pty.openpty()
        answer = argv[-1] if argv[1:3] in (["compose", "down"], ["volumes", "delete"]) else "y"  # they ask for the name
        os.write(master, f"{answer}\n".encode() * 3)
        if argv[0] == "curl":
            argv = [*argv, "--fail", "--silent", "--show-error"]
        program = [str(BIN / argv[0]) if (BIN / argv[0]).exists() else argv[0], *argv[1:]]
        process = subprocess.Popen(
            program,
            cwd=folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL if argv[1:2] == ["mcp"] else terminal,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        os.close(terminal)
        try:
            if {"-f", "--follow"} & set(argv):
                assert process.stdout is not None
                select.select([process.stdout], [], [], 30)  # the first of what it follows
                process.send_signal(signal.SIGINT)
                code = 130
            said = process.communicate(timeout=120)[0].decode()
        finally:
            process.kill()
            process.wait()
            os.close(master)
        if target is not None:
            target.write_text(said)
        self.printed.append(said)
        allowed = {code, 1} if argv[:2] == ["sh0", "check"] else {code}
        if process.returncode in allowed:
            return []
        return [f"$ {' '.join(argv)}\n(exit code {process.returncode})\n{said}"]


def prepare(stage: Stage, page: str, folder: Path) -> Path:
    """Files of a working copy for a page, and the apps that it takes for granted. Returns where its blocks run."""
    if page == DJANGO:
        return _django(stage, folder)
    for place in (".", "shop", "hello", "my-flask-app", "apps/web"):
        world.write_tree(folder / place)
    world.write_tree(folder / "examples" / "hello")
    for name in (".env.production", "shared.env"):
        (folder / name).write_text("LEVEL=info\n")
    for name in ("old", "photos"):
        (folder / name).mkdir()
    (stage.person / "old").mkdir(exist_ok=True)
    (stage.person / "old" / "docker-compose.yml").write_text(ORIGINAL)
    if page in ("README.md", "docs/reference/compose.md"):
        (folder / "compose.yaml").write_text(PRIVILEGED.replace("privileged: true, ", "").replace("x:", "web:"))
    if page in ("README.md", "docs/howto/app-as-code.md"):
        (folder / "sh0.yaml").write_text(MANIFEST)
    if page == "docs/howto/compose.md":
        shutil.rmtree(folder / "shop")
        world.write_tree(folder / "shop" / "web")
        (folder / "shop" / "compose.yaml").write_text(COMPOSE)
        (folder / "monitor").mkdir()
        (folder / "monitor" / "compose.yaml").write_text(PRIVILEGED)
    for copy in (folder, folder / "my-flask-app"):
        for argv in (("init", "-qb", "main"), ("add", "Dockerfile", "app.py"), ("commit", "-qm", "first")):
            subprocess.run(["git", *argv], cwd=copy, env=stage.environment(), check=True, timeout=60)
    with stage.daemon.connect() as platform:
        _reset(platform, without=("hello", "shop") if page == "README.md" else ("hello",))
        if page == "docs/howto/compose.md":
            _stack(platform, folder / "shop")
        elif page != "README.md":
            _shop(platform, folder / "shop")
        if page in {f"docs/howto/{name}.md" for name in EVERYDAY}:
            _everyday(platform, folder / "everyday")
        if page == "docs/howto/deploy.md":
            _let_in(platform, stage)
    return folder


def _django(stage: Stage, folder: Path) -> Path:
    """The example that the tutorial deploys, and what its readers have besides."""
    tree = folder / "examples" / "django"
    shutil.copytree(world.ROOT / "examples" / "django", tree, ignore=shutil.ignore_patterns("__pycache__", "data"))
    (tree / ".env.production").write_text("SECRET_KEY=any-long-random-text\nALLOWED_HOSTS=album.localhost\n")
    for picture in ("sunset", "harbour"):
        (tree / f"{picture}.jpg").write_bytes(os.urandom(1 << 12))
    with stage.daemon.connect() as platform:
        _reset(platform, without=("album",))
        _let_in(platform, stage)
    return tree


def _let_in(platform: sh0.Platform, stage: Stage) -> None:
    platform.keys.add("laptop", (stage.person / ".ssh/id_ed25519.pub").read_text())


def _reset(platform: sh0.Platform, without: tuple[str, ...]) -> None:
    for key in platform.keys.list():
        platform.keys.remove(key.name)
    for variable in platform.shared.list("default"):
        platform.shared.unset("default", variable.name, deploy=False)
    for app in platform.apps.list():
        if app.name in without:
            platform.apps.delete(app.name)


def _stack(platform: sh0.Platform, tree: Path) -> None:
    """The stack shop, whose first release serves."""
    with sh0.pack_compose(tree) as archive:
        received = platform.stacks.receive(archive)
    release = platform.stacks.up(received, stack="shop")
    platform.stacks.wait("shop", release.id)


def _shop(platform: sh0.Platform, tree: Path) -> None:
    """The app shop with three versions, the last of which serves."""
    if "shop" not in {app.name for app in platform.apps.list()}:
        platform.apps.create("shop")
    platform.apps.configure("shop", root="", target="", health_timeout=20.0, checks=sh0.ChecksMode.WARN)
    if platform.apps.get("shop").replicas != 1 and (scaled := platform.apps.scale("shop", 1)) is not None:
        platform.deployments.wait("shop", scaled.id)
    first = len(list(platform.deployments.list("shop")))
    if platform.apps.get("shop").declared.processes:  # of a page whose app has a worker
        first = 2
    for version in range(first, 3):
        world.write_tree(tree, str(version + 1))
        with sh0.pack(tree) as archive:
            deployment = platform.deployments.upload("shop", archive)
        platform.deployments.wait("shop", deployment.id)


def _everyday(platform: sh0.Platform, tree: Path) -> None:
    """A version of the app shop with a worker, a job that has run, and programs for one-off commands."""
    world.write_tree(tree)
    (tree / "sh0.yaml").write_text(PROCESSES)
    (tree / "manage.py").write_text("import sys\nprint(sys.argv)\n")
    (tree / "report").write_text("#!/bin/sh\nexec date\n")
    (tree / "report").chmod(0o755)
    with open(tree / "Dockerfile", "a") as dockerfile:
        dockerfile.write("COPY manage.py report ./\n")
    with sh0.pack(tree) as archive:
        deployment = platform.deployments.upload("shop", archive)
    platform.deployments.wait("shop", deployment.id)
    begun = platform.cron.run("shop", "nightly").run
    assert begun is not None
    platform.runs.wait("shop", begun)
