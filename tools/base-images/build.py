#!/usr/bin/env python3
"""Provide the base images that builds, the proxy and the tests start from.

They are pulled where a registry answers, and built from Debian's packages where none does. Needs Docker, and
for the second way debootstrap and root. Uses the standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import machine as surroundings

HERE = Path(__file__).resolve().parent
LABEL = "sh0.stand-in"
STAGE_LABEL = "sh0.stand-in.stage"
PROBE = "hello-world:latest"
PROBE_SECONDS = 20
BUILD_SECONDS = 1800


@dataclass(frozen=True)
class Image:
    """An image to provide: its folder here, its names, and the folders it builds upon."""

    folder: str
    tags: tuple[str, ...]
    needs: tuple[str, ...] = ()


IMAGES = (
    Image("debian", ("debian:bookworm-slim",)),
    Image("haproxy", ("haproxy:2.6",), ("debian",)),
    Image("nginx", ("nginx:1.30",), ("debian",)),
    Image("elixir", ("elixir:1.18-slim",), ("debian",)),
    Image("python", ("python:3.13-slim", "python:3.12-slim", "python:3.11-slim"), ("debian",)),
    Image("perl", ("perl:5.40-slim",), ("debian",)),
    Image("node", ("node:26-slim", "node:24-slim", "node:22-slim", "node:20-slim"), ("debian", "python")),
    Image("bun", ("oven/bun:1.3-slim",), ("node",)),
    Image("deno", ("denoland/deno:debian-2.9.1",), ("node",)),
    Image("ruby", ("ruby:3.4-slim", "ruby:3.1-slim"), ("debian",)),
    Image("php", ("php:8.4-apache-bookworm", "php:8.2-apache-bookworm"), ("debian",)),
    Image("composer", ("composer:2",), ("php",)),
    Image("temurin", ("eclipse-temurin:17-jre-noble",), ("debian",)),
    Image("clojure", ("clojure:temurin-17-lein-bookworm",), ("temurin",)),
    Image("maven", ("maven:3.9-eclipse-temurin-17-noble",), ("temurin",)),
    Image("gradle", ("gradle:8.14-jdk17-noble",), ("temurin",)),
    Image("crystal", ("crystallang/crystal:1.18-alpine",), ("debian",)),
    Image("golang", ("golang:1.27-bookworm",), ("debian", "python")),
    Image("rust", ("rust:1.100-slim-bookworm",), ("debian",)),
    Image("haskell", ("haskell:9.10-slim-bookworm",), ("debian",)),
)
"""The smallest first, each after those that it builds upon."""

# What Debian's own slim image leaves out as well.
LEFT_OUT = ("usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale", "usr/share/lintian")
EMPTIED = ("var/lib/apt/lists", "var/cache/apt", "var/cache/debconf", "var/log")
SETTINGS = {
    "etc/dpkg/dpkg.cfg.d/slim": "".join(f"path-exclude /{path}/*\n" for path in LEFT_OUT).encode(),
    "etc/apt/apt.conf.d/slim": (
        b'APT::Install-Recommends "false";\n'
        b'Acquire::Languages "none";\n'
        b'Dir::Cache::pkgcache "";\n'
        b'Dir::Cache::srcpkgcache "";\n'
        b'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };\n'
    ),
    "usr/sbin/policy-rc.d": b"#!/bin/sh\nexit 101\n",
}


class Failure(Exception):
    """A step that did not work, with the sentence to show."""


def run(arguments: list[str], *, seconds: float = BUILD_SECONDS, log: Path | None = None) -> str:
    """Run a program and return what it printed; with a log, what it printed goes there instead."""
    try:
        if log is None:
            done = subprocess.run(arguments, capture_output=True, text=True, timeout=seconds, check=False)
            output, problem = done.stdout, done.stderr
        else:
            with log.open("w") as file:
                done = subprocess.run(arguments, stdout=file, stderr=file, timeout=seconds, text=True)
            output, problem = "", "\n".join(log.read_text(errors="replace").splitlines()[-25:])
    except subprocess.TimeoutExpired as error:
        raise Failure(f"{arguments[0]} {arguments[1]} took longer than {seconds:.0f} s") from error
    except FileNotFoundError as error:
        raise Failure(f"{arguments[0]} is not installed: apt-get install {arguments[0]}") from error
    if done.returncode != 0:
        raise Failure(f"{' '.join(arguments[:3])} … ended with {done.returncode}:\n{problem.strip()}")
    return output


def present() -> dict[str, str | None]:
    """The names of our images that the engine has, each with its label, or None without one."""
    found: dict[str, str | None] = {}
    names = set(run(["docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]).split())
    wanted = [tag for image in IMAGES for tag in image.tags if tag in names]
    if wanted:
        records = json.loads(run(["docker", "image", "inspect", *wanted]))
        for tag, record in zip(wanted, records, strict=True):
            found[tag] = (record["Config"].get("Labels") or {}).get(LABEL)
    return found


def identity(tag: str) -> str:
    """The id of the image of that name, or nothing."""
    return run(["docker", "image", "ls", "--quiet", "--no-trunc", tag]).strip()


def registry_answers() -> bool:
    """Whether the engine can pull: asked once, with the smallest public image, which is removed again."""
    had = bool(run(["docker", "image", "ls", "--quiet", PROBE]).strip())
    try:
        run(["docker", "pull", "--quiet", PROBE], seconds=PROBE_SECONDS)
    except Failure:
        return False
    if not had:
        run(["docker", "image", "rm", PROBE])
    return True


def chosen(names: list[str]) -> list[Image]:
    """The images of those folders or names, after the ones that they build upon; all if none is named."""
    wanted = {image.folder for image in IMAGES if not names or {image.folder, *image.tags} & set(names)}
    for image in reversed(IMAGES):  # needs come first in IMAGES, so one pass from its end finds all of them
        if image.folder in wanted:
            wanted.update(image.needs)
    return [image for image in IMAGES if image.folder in wanted]


def digests(machine: surroundings.Machine) -> dict[str, str]:
    """A hash for each image over all that it is made from, the images below it included."""
    found: dict[str, str] = {}
    for image in IMAGES:
        ingredients: list[object] = [found[name] for name in image.needs]
        for path in sorted((HERE / image.folder).iterdir()):
            ingredients.append([path.name, path.read_text()])
        if image.folder == "debian":
            contents = {name: content.hex() for name, content in (machine.files | SETTINGS).items()}
            ingredients += [machine.mirror, surroundings.SUITE, LEFT_OUT, EMPTIED, contents]
            ingredients.append(machine.environment)
        listing = json.dumps(ingredients, sort_keys=True).encode()
        found[image.folder] = hashlib.sha256(listing).hexdigest()[:16]
    return found


def debian_context(context: Path, machine: surroundings.Machine) -> None:
    """Bootstrap Debian and lay it, with what this machine adds, into a build context."""
    root = context / "rootfs"
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    options = ["--variant=minbase"] + ([f"--keyring={keyring}"] if keyring.exists() else ["--no-check-gpg"])
    try:
        run(
            [*sudo, "debootstrap", *options, surroundings.SUITE, str(root), machine.mirror],
            log=context.parent / "debootstrap.log",
        )
        excluded = [f"--exclude=./{path}/*" for path in (*LEFT_OUT, *EMPTIED, "dev", "proc", "sys")]
        archive = str(context / "rootfs.tar")
        run([*sudo, "tar", "-C", str(root), "--numeric-owner", *excluded, "-cf", archive, "."])
    finally:
        if sudo:
            subprocess.run([*sudo, "rm", "-rf", str(root)], check=False)
        shutil.rmtree(root, ignore_errors=True)
    for name, content in (machine.files | SETTINGS).items():
        path = context / "machine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o755 if content.startswith(b"#!") else 0o644)
    with (context / "Dockerfile").open("a") as file:
        file.writelines(f"ENV {name}={json.dumps(value)}\n" for name, value in machine.environment.items())


def build(image: Image, digest: str, foreign: set[str], machine: surroundings.Machine) -> None:
    """Build one image under its label and give it those of its names that are not taken by others."""
    started = time.monotonic()
    ours = [tag for tag in image.tags if tag not in foreign]
    before = {identity(tag) for tag in ours} - {""}
    say(image.tags[0], "building")
    with tempfile.TemporaryDirectory(prefix="sh0-base-") as folder:
        context = Path(folder) / "context"
        shutil.copytree(HERE / image.folder, context)
        if image.folder == "debian":
            debian_context(context, machine)
        tags = [part for tag in ours for part in ("--tag", tag)]
        arguments = ["docker", "build", "--label", f"{LABEL}={digest}", *tags, str(context)]
        run(arguments, log=Path(folder) / "build.log")
    for outdated in before - {identity(ours[0])}:
        # Refused by the engine while a container or a child image uses it, which is right.
        subprocess.run(["docker", "image", "rm", outdated], capture_output=True, check=False)
    say(image.tags[0], f"built in {time.monotonic() - started:.0f} s")


def in_order(images: list[Image], work: Callable[[Image], None]) -> None:
    """Work on two images at a time, each after the ones it builds upon."""
    futures: dict[str, Future[None]] = {}

    def step(image: Image) -> None:
        for name in image.needs:
            if name in futures:
                futures[name].result()
        work(image)

    # The order of IMAGES puts needs first, so two workers never wait for one that has not begun.
    with ThreadPoolExecutor(max_workers=2) as pool:
        for image in images:
            futures[image.folder] = pool.submit(step, image)
        for future in futures.values():
            future.result()


def say(subject: str, words: str) -> None:
    """Print one line of progress."""
    print(f"  {subject:<22} {words}", flush=True)


def main() -> int:
    """Provide what is missing; return the process's exit status."""
    parser = argparse.ArgumentParser(description="Provide the base images, pulled or built.")
    parser.add_argument(
        "images",
        nargs="*",
        metavar="IMAGE",
        help="which (all if none is named), by folder or name, with what they need",
    )
    parser.add_argument("--list", action="store_true", help="say what there is and change nothing")
    parser.add_argument("--stand-ins", action="store_true", help="build even where a registry answers")
    options = parser.parse_args()
    known = [name for image in IMAGES for name in (image.folder, *image.tags)]
    if unknown := set(options.images).difference(known):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    images = chosen(options.images)
    have = present()
    if options.list:
        for tag in (tag for image in images for tag in image.tags):
            label = have.get(tag)
            say(tag, "missing" if tag not in have else f"stand-in {label}" if label else "as published")
        return 0
    machine = surroundings.inspect()
    wanted = digests(machine)
    foreign = {tag for tag, label in have.items() if label is None}
    missing = [
        image
        for image in images
        if any(tag not in foreign and have.get(tag) != wanted[image.folder] for tag in image.tags)
    ]
    stand_ins = options.stand_ins or any(have.values())
    if not missing or (not stand_ins and all(image.tags[0] in foreign for image in images)):
        return 0
    if not stand_ins and registry_answers():
        for tag in (image.tags[0] for image in missing if image.tags[0] not in foreign):
            say(tag, "pulling")
            run(["docker", "pull", "--quiet", tag])
        return 0
    print("No registry answers: building stand-ins of the base images (once, a few minutes).", flush=True)
    try:
        in_order(missing, lambda image: build(image, wanted[image.folder], foreign, machine))
    finally:
        # Only now: between its steps, the first stage of a build under way has no name either.
        run(["docker", "image", "prune", "--force", "--filter", f"label={STAGE_LABEL}"])
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"base images: {failure}")
