"""What is shown of a Dockerfile that sh0 wrote: what is installed and built, rather than the instructions for it."""

import re
from collections.abc import Collection

__all__ = ["phase"]

_LENGTH = 200
_PACKAGES = re.compile(r"RUN apt-get update && apt-get install --yes --no-install-recommends (.+?) && rm -rf ")
_OURS = ("RUN groupadd ", "RUN printf ")


def phase(instruction: str, *, first: bool, unshown: Collection[str] = ()) -> str | None:
    """The line for an instruction, or None for one that says nothing to the reader.

    Args:
        instruction: As it stands in the Dockerfile.
        first: Whether nothing was shown before it.
        unshown: Commands that say nothing to the reader.
    """
    name, _, rest = instruction.partition(" ")
    if name == "FROM":
        image = rest.split()[0]
        return f"starting from {image}" if first else f"making the image from {image}"
    if (packages := _PACKAGES.match(instruction)) is not None:
        return f"installing {packages[1]}"
    if name == "RUN" and rest not in unshown and not instruction.startswith(_OURS):
        return f"$ {rest[:_LENGTH]}{'…' if len(rest) > _LENGTH else ''}"
    return None
