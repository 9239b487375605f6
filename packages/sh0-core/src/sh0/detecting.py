"""A look at a folder on this machine, with what the installed plugins know."""

from pathlib import Path

from sh0.builds.detect import detect
from sh0.builds.model import Detection
from sh0.builds.recipes.dockerfile import USUAL
from sh0.errors import PluginFailed
from sh0.manifest.effect import build_changes
from sh0.manifest.model import Manifest
from sh0.manifest.reading import read_tree
from sh0.plugins import Plugins
from sh0.source.tree import Project

__all__ = ["detect_folder"]


def detect_folder(folder: str | Path, *, root: str = "", dockerfile: str = USUAL) -> Detection:
    """Find out how the project in a folder is built, as the platform would. Nothing of it is executed.

    What its ``sh0.yaml`` says of the build counts. Recipes of installed plugins are asked before the built-in ones. A
    plugin that fails is named in the log, and left out.

    Args:
        folder: The folder: a whole repository.
        root: Folder in it that is the app.
        dockerfile: Path of its own Dockerfile, relative to `root`.

    Raises:
        UnsupportedProject: No recipe builds it, or it does not say how it is started.
        Invalid: A file of it is broken; the message says which and where.
        InvalidValue: There is no folder `root` in it.
    """
    plugins, changes = Plugins(), build_changes(read_tree(Path(folder), root) or Manifest())
    while True:
        failed = plugins.failed
        try:
            return detect(Project(Path(folder), root), plugins.recipes(), dockerfile=dockerfile, changes=changes)
        except PluginFailed:
            if plugins.failed == failed:  # a part of sh0 itself is never left out
                raise
