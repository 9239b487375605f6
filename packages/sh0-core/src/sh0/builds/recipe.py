"""What a recipe is."""

from collections.abc import Callable, Iterable

import attrs

from sh0.builds.model import Detection
from sh0.source.tree import SourceTree


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
        web_line: What the ``web`` line of a Procfile, or of sh0.yaml, starts in the image that `detect` has described:
            given that detection, the line and the project. None: a shell runs the line as it is.
        process_line: The same for the line of any other process: the line as a shell runs it in that image, and
            warnings about it. None: it is run as it stands.
        notes: Warnings about a project that any recipe, or its own Dockerfile, builds: given what was detected, and
            the project. None: there are none.
    """

    name: str
    detect: Callable[[SourceTree], Detection | None]
    markers: tuple[str, ...] = ()
    yields: bool = False
    web_line: Callable[[Detection, str, SourceTree], Detection] | None = None
    notes: Callable[[Detection, SourceTree], Iterable[str]] | None = None
    process_line: Callable[[Detection, str, SourceTree], tuple[str, tuple[str, ...]]] | None = None
