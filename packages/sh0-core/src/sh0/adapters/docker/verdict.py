"""Why a build failed: one table from what the builders say to errors of sh0."""

import re
from collections.abc import Sequence

from sh0.adapters.docker.failures import DISK_HINT, REGISTRY_HINT
from sh0.errors import BadDockerfile, BuildFailed, BuildOutOfMemory, DiskFull, ImageUnavailable, Sh0Error
from sh0.ports.builder import BuildLimits

LOG_LINES = 40

_NO_SPACE = re.compile(r"no space left on device|disk quota exceeded", re.IGNORECASE)
_PARSE = re.compile(
    r"dockerfile parse error|cannot be empty|no build stage in current context"
    r"|unknown instruction|unknown flag|requires (?:at least|exactly|either) |file with no instructions"
    r"|failed to process \"|invalid field"
    r"|invalid from flag value|base name .* should not be blank|circular dependency",
    re.IGNORECASE,
)
_IMAGE = re.compile(
    r"pull access denied|manifest (?:for .*|unknown|.*not found)|/v2/|registry|no such image"
    r"|failed to do request|invalid reference format|toomanyrequests"
    r"|no match for platform|unauthorized|not found: manifest"
    r"|failed to resolve source metadata|: not found$",
    re.IGNORECASE,
)
_EXIT = re.compile(r"(?:non-zero code|exit code): (?P<code>\d+)")
_COPY = re.compile(r"^(?:COPY|ADD) failed|failed to compute cache key|failed to calculate checksum", re.IGNORECASE)
_KILLED = re.compile(r"\bKilled\b|out of memory|signal: killed|OOMKilled|Cannot allocate memory", re.IGNORECASE)

KILLED = 137  # 128 + SIGKILL


def verdict(said: str, *, step: str, log: Sequence[str], limits: BuildLimits, limited: bool = True) -> Sh0Error:
    """The error for a build that ended badly.

    Args:
        said: What the builder gave as the reason.
        step: Heading of the step.
        log: What was printed.
        limits: The limits that the build ran under.
        limited: Whether the builder keeps the memory limit.
    """
    said = re.sub(r"^failed to solve with frontend \S+: (?:failed to create LLB definition: )?", "", said.strip())
    last = list(log)[-LOG_LINES:]
    exited = _EXIT.search(said)
    code = int(exited["code"]) if exited else None
    at = f" at “{step}”" if step else ""
    if _NO_SPACE.search(said) or (code is not None and any(_NO_SPACE.search(line) for line in last)):
        return DiskFull(f"The build ran out of disk{at}: {said}", hint=DISK_HINT, log=last, step=step)
    if code is not None:
        killed = any(_KILLED.search(line) for line in last[-5:])
        if limited and (code == KILLED or killed):
            return BuildOutOfMemory(
                f"A build step was killed at its memory limit of {limits.memory}{at}.",
                hint="Raise the memory limit of builds, or make the step use less (fewer parallel jobs).",
                log=last,
                step=step,
                exit_code=code,
            )
        return BuildFailed(
            f"The build failed with exit code {code}{at}.",
            hint="The lines above the error say what went wrong.",
            log=last,
            step=step,
            exit_code=code,
        )
    if _COPY.search(said):
        return BuildFailed(
            f"The build failed{at}: {said}",
            hint="The file must be committed, and must not be excluded by .dockerignore.",
            log=last,
            step=step,
        )
    if _PARSE.search(said) and "/v2/" not in said:
        return BadDockerfile(f"The Dockerfile is wrong: {said}", hint="Correct that line.", log=last, step=step)
    if _IMAGE.search(said):
        return ImageUnavailable(f"A base image cannot be had{at}: {said}", hint=REGISTRY_HINT, log=last, step=step)
    return BuildFailed(f"The build failed{at}: {said}", log=last, step=step)
