"""What a recipe is."""

from collections.abc import Callable

import attrs

from sh0.builds.model import Detection
from sh0.source.tree import Project


@attrs.frozen
class Recipe:
    """Knows one stack.

    Attributes:
        name: Unique in the table.
        detect: Looks at a project; None if it is of another stack. It may leave `Detection.start` empty where the
            project does not say: a Procfile can still say so, and otherwise the project is refused.
        markers: Files that mark a folder as a project of this stack, as patterns (``*.csproj``): with them, a refusal
            names the folders below in which there is something to build.
        yields: Its files stand beside other languages as well (a go.mod for tools), so a refusal of it counts only
            where no later recipe knows the project.
    """

    name: str
    detect: Callable[[Project], Detection | None]
    markers: tuple[str, ...] = ()
    yields: bool = False
