"""Turning a folder with a Dockerfile into an image."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Protocol

import attrs

from sh0.errors import BuildFailed
from sh0.source.outline import Outline
from sh0.values import ByteSize, Secret

LONGEST_LINE: Final = 16 << 10
"""Characters of a line of output; a line that is as long was cut there, perhaps within a secret."""


@attrs.frozen
class BuildLimits:
    """What one build may use.

    Attributes:
        memory: Memory of a build step; a step beyond it is killed.
        cpus: CPU cores' worth of time.
        timeout: Seconds that the whole build may take.
        pids: Processes and threads of a build step at once, or None for no limit.
    """

    memory: ByteSize = ByteSize(2 << 30)
    cpus: float = 1.0
    timeout: float = 1200.0
    pids: int | None = 4096


@attrs.frozen
class BuildRequest:
    """One build.

    Attributes:
        context: Folder that is sent to the engine.
        dockerfile: Text of the Dockerfile (a repository's own, or a generated one).
        tag: Name that the image gets.
        labels: Labels of the image.
        limits: What the build may use.
        arguments: Build arguments; never secrets, they stay in the image's history.
        target: Stage to build; empty for the last.
        ignore: Patterns, in the syntax of ``.dockerignore``, that are left out of the context.
        generated: Whether sh0 wrote the Dockerfile.
        unshown: Commands of such a Dockerfile that say nothing to a reader of the output.
        ignore_file: Path, in the context, of the ignore file of this Dockerfile.
        secrets: What its steps may mount (``RUN --mount=type=secret``), by id. Nothing of it is in the image, in its
            history, or in the context; the output shows what a step prints.
        secrets_digest: Stands for `secrets` without telling anything of them. A step of an earlier build is used again
            only where this is the same.
        outline: How this Dockerfile is built.
    """

    context: Path
    dockerfile: str
    tag: str
    labels: Mapping[str, str]
    limits: BuildLimits = BuildLimits()
    arguments: Mapping[str, str] = attrs.field(factory=dict)
    target: str = ""
    ignore: tuple[str, ...] = ()
    generated: bool = False
    unshown: tuple[str, ...] = ()
    ignore_file: str = ".dockerignore"
    secrets: Mapping[str, Secret] = attrs.field(factory=dict)
    secrets_digest: str = ""
    outline: Outline = attrs.field(kw_only=True)


@attrs.frozen
class BuiltImage:
    """What came out.

    Attributes:
        id: The engine's content id, ``sha256:…``.
        ports: TCP ports that the image exposes, lowest first.
    """

    id: str
    ports: tuple[int, ...] = ()


def without_buildkit(reason: str) -> BuildFailed:
    """The refusal of a Dockerfile that needs BuildKit, by an engine that has none.

    Args:
        reason: What in the Dockerfile needs it, in words.
    """
    return BuildFailed(
        f"the Dockerfile uses {reason}, which only BuildKit understands, and this engine has none",
        hint="Update Docker (BuildKit comes with version 18.09), or write the Dockerfile without it.",
        log=[],
    )


class Builder(Protocol):
    """Builds images on one engine."""

    def build(self, request: BuildRequest, output: Callable[[str], None], cancelled: threading.Event) -> BuiltImage:
        """Build an image; `output` receives each line as it is printed, none longer than `LONGEST_LINE`.

        Raises:
            BadDockerfile: The Dockerfile does not parse.
            BuildFailed: A step ended with an error, mounts a secret that is not given, or needs BuildKit where the
                engine has none.
            BuildOutOfMemory: A step was killed at the memory limit.
            BuildTimeout: The build took longer than it may.
            Cancelled: `cancelled` was set.
            ImageUnavailable: A base image cannot be had.
            DiskFull: The engine has no room left.
            EngineUnavailable: The engine does not answer.
        """
        ...
