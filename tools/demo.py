"""The demonstration: start sh0 here, deploy examples/hello with a git push, fetch it through the proxy."""

from __future__ import annotations

import http.client
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".sh0"
WORK = ROOT / ".sh0-demo"
SH0 = [str(ROOT / ".venv/bin/sh0"), "--home", str(HOME)]
APP = "hello"
KEY_NAME = "demo"
PORTS = {"http": 8080, "https": 8443, "panel": 8700, "git": 2222}
FETCH_SECONDS = 10


def run(arguments: list[str], *, cwd: Path | None = None, ssh: str | None = None) -> None:
    """Run a program with its output in sight; end the demonstration when it fails."""
    variables = {**os.environ, **({"GIT_SSH_COMMAND": ssh} if ssh else {})}
    done = subprocess.run(arguments, cwd=cwd, env=variables, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        sys.exit(f"demo: {shlex.join(arguments)} ended with {done.returncode}")


def answer(arguments: list[str]) -> str | None:
    """What a program prints, or None when it fails."""
    done = subprocess.run(arguments, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    return done.stdout if done.returncode == 0 else None


def ports() -> dict[str, int]:
    """The ports of this demonstration: told by the environment, as before, the usual, or free ones."""
    file = WORK / "ports.json"
    chosen: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    for name, usual in PORTS.items():
        told = os.environ.get(f"SH0_{name.upper()}_PORT")
        if told:
            chosen[name] = int(told)
        elif name not in chosen:
            chosen[name] = usual if is_free(usual) else free_port()
    WORK.mkdir(exist_ok=True)
    file.write_text(json.dumps(chosen))
    return chosen


def is_free(port: int) -> bool:
    """Whether nothing listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        return int(probe.getsockname()[1])


def up_command(chosen: dict[str, int], *more: str) -> list[str]:
    """The command that starts sh0 here; this machine only, unless ``--bind`` is given."""
    flags = [part for name, port in chosen.items() for part in (f"--{name}-port", str(port))]
    return [*SH0, "up", *flags, *([] if "--bind" in more else ["--bind", "127.0.0.1"]), *more]


def key() -> Path:
    """The key pair of the demonstration, made once and known to sh0."""
    private = WORK / "id_ed25519"
    if not private.exists():
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "sh0 demo", "-f", str(private)])
    if KEY_NAME not in (answer([*SH0, "keys", "list", "--json"]) or ""):
        run([*SH0, "keys", "add", KEY_NAME, private.with_suffix(".pub").read_text().strip()])
    return private


def repository() -> tuple[Path, int]:
    """A repository with a copy of the example and one more commit than before, and the version in it."""
    folder = WORK / APP
    if not (folder / ".git").is_dir():
        shutil.copytree(ROOT / "examples" / APP, folder, dirs_exist_ok=True)
        run(["git", "init", "--quiet", "--initial-branch", "main"], cwd=folder)
    file = folder / "version.txt"
    version = int(file.read_text()) + 1 if file.exists() else 1
    file.write_text(f"{version}\n")
    run(["git", "add", "--all"], cwd=folder)
    identity = ["-c", "user.name=sh0 demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false"]
    run(["git", *identity, "commit", "--quiet", "--message", f"Version {version}"], cwd=folder)
    return folder, version


def push(folder: Path, private: Path, port: int) -> None:
    """Deploy a repository the way a developer does."""
    options = {
        "IdentitiesOnly": "yes",
        "StrictHostKeyChecking": "accept-new",
        "UserKnownHostsFile": str(WORK / "known_hosts"),
    }
    ssh = ["ssh", "-F", "/dev/null", "-i", str(private)]
    ssh += [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    address = f"ssh://git@127.0.0.1:{port}/{APP}"
    run(["git", "push", address, "main:main"], cwd=folder, ssh=shlex.join(ssh))


def fetch(host: str, port: int, expected: str) -> str:
    """The app's page through the proxy, once it holds what is expected."""
    deadline = time.monotonic() + FETCH_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=FETCH_SECONDS)
        try:
            connection.request("GET", "/", headers={"Host": host})
            response = connection.getresponse()
            page = response.read().decode(errors="replace")
            if response.status == 200 and expected in page:
                return page.strip()
            found = f"{response.status}: {page[:200]}"
        except OSError as error:
            found = str(error)
        finally:
            connection.close()
        if time.monotonic() > deadline:
            sys.exit(f"demo: {host} does not answer with {expected!r} but {found}")
        time.sleep(0.1)


def deploy() -> None:
    """Do it all and say what came of it."""
    started = time.monotonic()
    chosen = ports()
    if answer([*SH0, "status", "--json"]) is None:
        run(up_command(chosen, "--detach"))
    private = key()
    if APP not in (answer([*SH0, "apps", "list", "--json"]) or ""):
        run([*SH0, "apps", "create", APP])
    folder, version = repository()
    pushed = time.monotonic()
    push(folder, private, chosen["git"])
    host = f"{APP}.localhost"
    page = fetch(host, chosen["http"], f"version {version}")
    now = time.monotonic()
    print(f"\n  {page}\n")
    print(f"  app     http://{host}:{chosen['http']}/")
    print(f"  panel   http://127.0.0.1:{chosen['panel']}/")
    print(f"  git     ssh://git@127.0.0.1:{chosen['git']}/{APP}   (working copy: {folder.relative_to(ROOT)})")
    print(f"  took    {now - pushed:.1f} s from push to live, {now - started:.1f} s in all\n")


if __name__ == "__main__":
    if sys.argv[1] == "up":
        command = up_command(ports(), *sys.argv[2:])
        os.execv(command[0], command)
    deploy()
