"""A look at a folder on this machine, with what the installed plugins know."""

import os
from pathlib import Path
from typing import IO

from sh0.builds.detect import detect
from sh0.builds.model import Detection
from sh0.builds.recipes.dockerfile import USUAL
from sh0.errors import PluginFailed, Sh0Error
from sh0.manifest.effect import build_changes
from sh0.manifest.model import Manifest
from sh0.manifest.reading import read_tree
from sh0.plugins import Plugins
from sh0.source.archive import pack
from sh0.source.ignore import PackedBuild
from sh0.source.tree import Project

__all__ = ["detect_folder", "pack_app"]


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


def pack_app(folder: str | Path, *, root: str = "", dockerfile: str = USUAL) -> IO[bytes]:
    """Pack a folder as `sh0.pack` does, with the ignore file that counts for the build of an app.

    That is the one of the folder that is built, or the one that its Dockerfile has of its own.

    Args:
        folder: The folder: a whole repository.
        root: Folder in it that is the app.
        dockerfile: Path of its own Dockerfile, relative to `root`.

    Raises:
        NotFound: There is no such folder.
        Invalid: An ignore file of it has more patterns, or longer ones, than anybody needs.
    """
    try:
        found = detect_folder(folder, root=root, dockerfile=dockerfile)
    except Sh0Error:  # the platform says what is wrong with it
        return pack(folder, builds=() if root else (PackedBuild(dockerfile=dockerfile),))
    own = os.path.relpath(os.path.join(root, found.dockerfile or USUAL), found.context or ".")
    return pack(folder, builds=(PackedBuild(found.context, own),))
