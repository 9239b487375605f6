"""Remove from Docker what homes of sh0 have made, and nothing else.

With ``--home``: one home. With ``--tests``: every home under ``.sh0-test/``, everything whose home is called
``test…``, and everything with the label ``sh0.test``: what a run of the tests leaves when it is killed. Images of
that label stay while they have a name, because the next run builds upon their layers.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEST_HOMES = ROOT / ".sh0-test"
GRACE_SECONDS = 10

# For each kind: how to list it, and how to remove what was listed.
KINDS = {
    "container": (["ps", "--all"], ["rm", "--force", "--volumes"]),
    "network": (["network", "ls"], ["network", "rm"]),
    "volume": (["volume", "ls"], ["volume", "rm"]),
    "image": (["image", "ls", "--all", "--no-trunc"], ["image", "rm", "--force"]),
}
# A container inherits the labels of its image: only these show that sh0 itself started it.
STARTED_BY_US = ("sh0.spec", "sh0.kind=build", "sh0.test")


def docker(arguments: list[str]) -> str:
    """What a docker command prints; what it cannot do is left for the next run."""
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False).stdout


def home_id(home: Path) -> str | None:
    """The identity of a home, from its database; None when there is none."""
    if not (home / "sh0.db").exists():
        return None
    try:
        connection = sqlite3.connect(f"file:{home / 'sh0.db'}?mode=ro", uri=True)
        try:
            row = connection.execute("SELECT value FROM facts WHERE name = 'id'").fetchone()
        finally:
            connection.close()
    except sqlite3.Error:
        return None
    return str(row[0]) if row else None


def stop_holder(home: Path) -> None:
    """End the process that holds a home's lock, first politely."""
    for sign, seconds in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, 2)):
        deadline = time.monotonic() + seconds
        if (process := holder(home)) is None:
            return
        os.kill(process, sign)
        while holder(home) is not None and time.monotonic() < deadline:
            time.sleep(0.05)


def holder(home: Path) -> int | None:
    """The process that holds a home's lock, if one does."""
    try:
        with (home / "lock").open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return int(file.read().strip() or 0) or None
    except (FileNotFoundError, ValueError):
        pass
    return None


def listed(kind: str, *labels: str, also: str = "") -> set[str]:
    """Ids of all of a kind that carry every one of these labels, and pass another filter."""
    wanted = [f"label={label}" for label in labels] + ([also] if also else [])
    filters = [part for each in wanted for part in ("--filter", each)]
    return set(docker([*KINDS[kind][0], "--quiet", *filters]).split())


def remove_labelled(label: str, *, images: str = "") -> int:
    """Remove all that carries a label (``key`` or ``key=value``); return how much that was.

    Of the images, only those that pass the filter go, if one is given.
    """
    count = 0
    for kind, (_, removal) in KINDS.items():
        if kind == "container":
            names = {name for proof in STARTED_BY_US for name in listed(kind, label, proof)}
        else:
            names = listed(kind, label, also=images if kind == "image" else "")
        if names:
            docker([*removal, *sorted(names)])
        count += len(names)
    return count


def remove_chain(identity: str) -> None:
    """Remove the chain of the packet filter that kept a home's containers from this server, where we may."""
    if os.geteuid() != 0 or shutil.which("iptables") is None:
        return
    chain = f"SH0-{identity}"
    for hook in ("INPUT", "DOCKER-USER", "FORWARD"):
        while packet_filter("-D", hook, "!", "-i", "lo", "-j", chain):
            pass
    packet_filter("-F", chain)
    packet_filter("-X", chain)


def packet_filter(*arguments: str) -> bool:
    """Whether a command to the kernel's packet filter did something."""
    command = ["iptables", "--wait", "5", *arguments]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_ids() -> set[str]:
    """Identities that only tests use, as far as the engine knows any."""
    found: set[str] = set()
    for kind, (listing, _) in KINDS.items():
        if kind == "image":
            # 'docker image ls' cannot print labels.
            inspect = ["image", "inspect", "--format", '{{index .Config.Labels "sh0.home"}}']
            ids = sorted(listed(kind, "sh0.home"))
            printed = docker([*inspect, *ids]) if ids else ""
        else:
            printed = docker([*listing, "--filter", "label=sh0.home", "--format", '{{.Label "sh0.home"}}'])
        found |= {line for line in printed.split() if line.startswith("test")}
    return found


def main() -> None:
    """Clear what was asked for."""
    parser = argparse.ArgumentParser(description="Remove from Docker what homes of sh0 have made.")
    parser.add_argument("--home", type=Path, help="clear after this home")
    parser.add_argument("--tests", action="store_true", help="clear after the tests")
    options = parser.parse_args()
    count = 0
    if options.home:
        stop_holder(options.home)
        if identity := home_id(options.home):
            count += remove_labelled(f"sh0.home={identity}")
            remove_chain(identity)
    if options.tests:
        homes = [file.parent for file in TEST_HOMES.rglob("lock")] if TEST_HOMES.is_dir() else []
        for home in homes:
            stop_holder(home)
        identities = {identity for home in homes if (identity := home_id(home))} | test_ids()
        for identity in sorted(identities):
            count += remove_labelled(f"sh0.home={identity}")
            remove_chain(identity)
        count += remove_labelled("sh0.test", images="dangling=true")
        shutil.rmtree(TEST_HOMES, ignore_errors=True)
    if count:
        print(f"  removed {count} containers, networks, volumes and images", flush=True)


if __name__ == "__main__":
    main()
