"""Names of volumes, and the paths at which containers have them."""

from typing import Annotated

from sh0.rule import Rule

__all__ = ["MountPath", "VolumeName"]


def _shortest(path: str) -> str:
    """A path in its shortest spelling: ``/app/uploads`` for ``/app//uploads/``."""
    return "/" * path.startswith("/") + "/".join(part for part in path.split("/") if part)


VolumeName = Annotated[
    str,
    Rule(
        "a name of a volume",
        "letters, digits, dots, hyphens and underscores, beginning with a letter or a digit, at most 100 characters",
        pattern=r"[a-zA-Z0-9][a-zA-Z0-9_.-]*",
        minimum=1,
        maximum=100,
        example="uploads",
    ),
]
MountPath = Annotated[
    str,
    Rule(
        "a path in a container",
        "an absolute path other than / without '..', and not below /proc, /sys or /dev",
        pattern=r"/[^\x00-\x1f\x7f:]+",
        forbids=r"/\.\.?(?:/|$)|^/+(?:(?:proc|sys|dev)(?:/|$))|^/+$",
        maximum=400,
        normalise=_shortest,
        respells=True,
        example="/app/uploads",
    ),
]
