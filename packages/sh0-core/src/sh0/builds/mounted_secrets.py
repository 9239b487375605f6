"""The secrets that the steps of a Dockerfile mount, and what a build is given of them. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

import attrs

from sh0.errors import MissingVariables
from sh0.source.buildkit import built_stages
from sh0.source.dockerfile import parse
from sh0.values import Secret

__all__ = ["MountedSecret", "demand_required", "mounted_secrets", "told_of_missing"]

MOST: Final = 500
"""Secrets that are looked at."""

_NO = ("false", "0", "f")
_IN_COMPOSE = "Name it under build.secrets of the service, and under secrets of the Compose file."


@attrs.frozen
class MountedSecret:
    """A secret that a step mounts: ``RUN --mount=type=secret,id=NPM_TOKEN``.

    Attributes:
        id: Name of the variable whose value is mounted.
        required: Whether the step does not run without it; otherwise it runs and finds no file.
    """

    id: str
    required: bool = False


def mounted_secrets(text: str, target: str = "") -> tuple[MountedSecret, ...]:
    """The secrets that a build mounts, each once.

    Args:
        text: The Dockerfile.
        target: Name or number of the stage that is built; empty for the last.
    """
    file, built = parse(text), built_stages(text, target)
    found: dict[str, bool] = {}
    for stage in file.stages:
        for each in stage.instructions if stage.number in built else ():
            for name, value in each.flags if each.name == "RUN" else ():
                options = _options(value)
                if name != "mount" or options.get("type") != "secret" or len(found) >= MOST:
                    continue
                path = next((options[key] for key in ("target", "dst", "destination") if key in options), "")
                identity = options.get("id") or path.rpartition("/")[2]
                required = options.get("required", "false").lower() not in _NO
                found[identity] = required or found.get(identity, False)
    return tuple(MountedSecret(name, required) for name, required in found.items() if name)


def _options(value: str) -> dict[str, str]:
    """The options of a mount; one without a value is switched on."""
    pairs = (part.strip().partition("=") for part in value.strip("\"'").split(","))
    return {name.lower(): content if assigned else "true" for name, assigned, content in pairs}


def demand_required(
    mounted: Iterable[MountedSecret], given: Collection[str], app: str, *, compose: bool = False
) -> None:
    """Refuse a build that would fail because a secret is missing.

    Args:
        mounted: What its steps mount.
        given: Ids of those that there are.
        app: For which app.
        compose: Whether a Compose file says what there is.

    Raises:
        MissingVariables: It names them.
    """
    missing = [each.id for each in mounted if each.required and each.id not in given]
    if missing:
        raise MissingVariables(
            f"the Dockerfile mounts secrets that {app} does not have: {', '.join(missing)}",
            hint=_IN_COMPOSE if compose else f"Set them: {_command(app, missing)}",
            missing=missing,
        )


def told_of_missing(
    mounted: Iterable[MountedSecret], given: Mapping[str, Secret], app: str, *, compose: bool = False
) -> tuple[str, ...]:
    """A warning if a step will find no secret where it looks for one."""
    missing = [each.id for each in mounted if each.id not in given]
    if not missing:
        return ()
    said = f"the Dockerfile mounts {', '.join(missing)} as a secret, which {app} does not have: the step finds no file"
    return (f"{said}. {_IN_COMPOSE}" if compose else f"{said}. To set it for builds: {_command(app, missing)}",)


def _command(app: str, names: Iterable[str]) -> str:
    return f"sh0 env {app} --build-secret " + " ".join(f"{name}=…" for name in names)
