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
_SECRET = re.compile(r"\bsecret (?P<id>\S+?):? not found")
_SSH = re.compile(r"unset ssh forward key|no SSH key|ssh agent|moby\.sshforward", re.IGNORECASE)
_KILLED = re.compile(r"\bKilled\b|out of memory|signal: killed|OOMKilled|Cannot allocate memory", re.IGNORECASE)

_COMPILED = re.compile(
    r"Failed building wheel for ([\w.-]+)|Failed to build (?:installable wheels for some pyproject\.toml based "
    r"projects \()?[`'\"]?([A-Za-z][\w.-]*)|([\w.-]+) .{0,40}does not support PEP 517 builds"
)
"""What pip, uv and Poetry say of a package that has no wheel."""
_COMPILER = re.compile(
    r"(?:command|execute) '?(?:[\w-]+-)?(?:gcc|cc|g\+\+|c\+\+|clang|cargo|rustc)'?(?: failed|:)"
    r"|pg_config executable not found|Unknown compiler\(s\)|linker `cc` not found|Rust toolchain|Python\.h"
    r"|No such file or directory: '?(?:gcc|cc)\b",
    re.IGNORECASE,
)

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
        return DiskFull(f"the build ran out of disk{at}: {said}", hint=DISK_HINT, log=last, step=step)
    if code is not None:
        killed = any(_KILLED.search(line) for line in last[-5:])
        if limited and (code == KILLED or killed):
            return BuildOutOfMemory(
                f"a build step was killed at its memory limit of {limits.memory.words}{at}",
                hint="Raise the memory limit of builds, or make the step use less (fewer parallel jobs).",
                log=last,
                step=step,
                exit_code=code,
            )
        return BuildFailed(
            f"the build failed with exit code {code}{at}",
            hint=_hint(last),
            log=last,
            step=step,
            exit_code=code,
        )
    if (secret := _SECRET.search(said)) is not None:
        return BuildFailed(
            f"the build needs the secret {secret['id']}, and nobody has set it",
            hint="Set it as a variable of builds.",
            log=last,
            step=step,
        )
    if _SSH.search(said):
        return BuildFailed(
            f"the build failed{at}: it mounts an SSH agent, and builds have none",
            hint="Mount a key or a token as a secret: RUN --mount=type=secret,id=NAME.",
            log=last,
            step=step,
        )
    if _COPY.search(said):
        return BuildFailed(
            f"the build failed{at}: {said}",
            hint="The file must be committed, and must not be excluded by .dockerignore.",
            log=last,
            step=step,
        )
    if _PARSE.search(said) and "/v2/" not in said:
        return BadDockerfile(f"the Dockerfile is wrong: {said}", hint="Correct that line.", log=last, step=step)
    if _IMAGE.search(said):
        return ImageUnavailable(f"a base image cannot be had{at}: {said}", hint=REGISTRY_HINT, log=last, step=step)
    return BuildFailed(f"the build failed{at}: {said}", log=last, step=step)


def _hint(log: Sequence[str]) -> str:
    """What to do about a command that failed: for a package of Python that would be compiled, the version to write."""
    named = next((found for line in log if (found := _COMPILED.search(line))), None)
    python = any("wheel" in line or "pip" in line or ".py" in line for line in log)
    if named is None and not (python and any(_COMPILER.search(line) for line in log)):
        return "The lines above the error say what went wrong."
    package = next((group for group in named.groups() if group), "a package") if named else "a package"
    return (
        f"There is no wheel of {package} for this version of Python, and no compiler in the build: raise its "
        "version, or write 3.12 in .python-version (or an older one that it has wheels for)."
    )
