"""The stage that is asked for is one of the Dockerfile's: said before anything is built."""

from sh0.errors import Invalid
from sh0.nearest import did_you_mean
from sh0.source.dockerfile import parse

__all__ = ["demand_target"]

_NAMED = 12  # stages that a message names


def demand_target(text: str, target: str, where: str) -> None:
    """Let a Dockerfile through that has the stage which is to be built.

    Args:
        text: The Dockerfile.
        target: Name or number of the stage; empty for the last.
        where: What asks for it, as the message begins.

    Raises:
        Invalid: It has no such stage.
    """
    file = parse(text)
    if not target or not file.stages or file.stage(target) is not None:
        return
    names = [stage.name for stage in file.stages if stage.name]
    listed = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    meant = did_you_mean(target, names)
    hint = f"Its stages with a name are {listed}" if names else "None of its stages has a name"
    raise Invalid(
        f"{where}: the Dockerfile has no stage {target[:80]}" + (f"; {meant}" if meant else ""),
        hint=f"{hint}; the last one is built where no target is given.",
    )
