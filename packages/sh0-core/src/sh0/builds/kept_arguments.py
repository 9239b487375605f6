"""What of a build stays in its image: the arguments of the stages that become it. Pure."""

from typing import Final

from sh0.source.dockerfile import parse

__all__ = ["lasting_arguments"]

MOST: Final = 500
"""Arguments and stages that are looked at."""


def lasting_arguments(text: str, target: str = "") -> tuple[str, ...]:
    """Names of the build arguments that the image's history has the values of.

    They are declared in the stage that is built, or in one that this starts from. What is only copied from leaves
    nothing in the history.

    Args:
        text: The Dockerfile.
        target: Name or number of the stage that is built; empty for the last.
    """
    file = parse(text)
    stage = (file.stage(target) if target else None) or (file.stages[-1] if file.stages else None)
    found: dict[str, None] = {}
    for _ in range(MOST):
        if stage is None:
            break
        for each in stage.instructions:
            if each.name == "ARG" and len(found) < MOST:
                found |= {name: None for word in each.text.split() if (name := word.partition("=")[0])}
        earlier = [one for one in file.stages[: stage.number] if one.name and one.name == stage.base.lower()]
        stage = earlier[-1] if earlier else None
    return tuple(found)
