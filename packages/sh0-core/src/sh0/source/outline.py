"""What an engine has to know of a Dockerfile before it builds it."""

import attrs

from sh0.source.buildkit import needs_buildkit
from sh0.source.dockerfile import parse

__all__ = ["Outline", "outline"]


@attrs.frozen
class Outline:
    """A Dockerfile, as far as it decides how it is built.

    Attributes:
        buildkit: The first thing in it that only BuildKit understands, in words, or None.
        stages: Number of the last line of each FROM, from 1.
    """

    buildkit: str | None
    stages: tuple[int, ...]


def outline(text: str) -> Outline:
    """The outline of a Dockerfile."""
    return Outline(needs_buildkit(text), tuple(stage.start.last for stage in parse(text).stages))
