"""What a path of the host gives to a container that mounts it. Pure: links are for the caller to follow."""

import posixpath
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

__all__ = ["Reach", "canonical", "reach"]

_LINKS: Final = {"/var/run": "/run", "/var/lock": "/run/lock"}
"""Links that every Linux has, by which the same folder is written in two ways."""
_SOCKETS: Final = (
    "docker.sock",
    "podman.sock",
    "containerd.sock",
    "crio.sock",
    "buildkitd.sock",
    "containerd.sock.ttrpc",
)
_ENGINE: Final = (
    "/run/docker.sock",
    "/run/docker",
    "/run/containerd",
    "/run/podman",
    "/run/crio",
    "/run/buildkit",
    "/var/lib/docker",
    "/var/lib/containerd",
    "/var/lib/containers",
    "/var/lib/sh0",
)
"""Where engines listen and keep what containers run on, and where the platform keeps its keys by default."""
_OF_PEOPLE: Final = re.compile(r"/run/user(?:/\d+)?")
"""Where engines listen that run without root."""
_KERNEL: Final = ("/proc", "/sys")
_MEASURED: Final = frozenset(
    f"/proc/{name}" for name in ("cpuinfo", "diskstats", "loadavg", "meminfo", "stat", "swaps", "uptime", "version")
)
_PLAIN_DEVICES: Final = frozenset(
    f"/dev/{name}" for name in ("full", "log", "null", "random", "shm", "urandom", "zero")
)
_HOLDING_DEVICES: Final = (
    "/dev/fd",
    "/dev/core",
    "/dev/mem",
    "/dev/kmem",
    "/dev/port",
    "/dev/stdin",
    "/dev/stdout",
    "/dev/stderr",
)
"""The memory of the machine, and links into /proc."""


class Reach(StrEnum):
    """What somebody gets with a path: everything on the host, a device of it, or what lies there."""

    EVERYTHING = "everything"
    DEVICE = "device"
    PATH = "path"


def canonical(path: str) -> str:
    """A path of the host without detours, as it is judged, remembered and mounted; another one stays as it is."""
    if not path.startswith("/"):
        return path
    path = posixpath.normpath("/" + path.lstrip("/"))
    for link, target in _LINKS.items():
        if _below(path, link):
            return target + path[len(link) :]
    return path


def reach(path: str, guarded: Iterable[str] = ()) -> Reach:
    """What a mounted path gives.

    Args:
        path: The path; one that is not absolute lies somewhere in a folder of a person.
        guarded: Further paths that give everything away: the platform's home, the engine's socket.
    """
    path = canonical(path)
    if not path.startswith("/"):
        return Reach.PATH
    for secret in (*_ENGINE, *_HOLDING_DEVICES, *map(canonical, guarded)):
        if _below(path, secret) or _below(secret, path):
            return Reach.EVERYTHING
    if path.endswith(_SOCKETS) or _OF_PEOPLE.fullmatch(path):
        return Reach.EVERYTHING
    if any(_below(path, kernel) for kernel in _KERNEL) and path not in _MEASURED:
        return Reach.EVERYTHING
    if _below(path, "/dev") and not any(_below(path, plain) for plain in _PLAIN_DEVICES):
        return Reach.DEVICE
    return Reach.PATH


def _below(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies in it."""
    return path == folder or folder == "/" or path.startswith(f"{folder}/")
