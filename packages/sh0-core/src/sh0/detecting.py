"""A look at a tree with what the installed plugins know: here, or in a process that can be ended."""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from sh0.builds.detect import detect
from sh0.builds.model import Detection, DetectOptions
from sh0.builds.own_dockerfile import USUAL
from sh0.errors import Invalid, Sh0Error
from sh0.manifest.effect import build_changes
from sh0.manifest.model import Manifest
from sh0.manifest.reading import read_tree
from sh0.plugins import Plugins
from sh0.ports.confinement import Confined
from sh0.source.archive import pack
from sh0.source.ignore import Ignore, PackedBuild
from sh0.source.local import local_folder
from sh0.source.tree import Project

__all__ = ["Detector", "detect_folder", "pack_app"]

SECONDS: Final = 60.0
"""How long a look may hold a deployment up."""
_KEPT: Final = 32


def detect_folder(folder: str | Path, *, root: str = "", dockerfile: str = USUAL) -> Detection:
    """Find out how the project in a folder is built, as the platform would. Nothing of it is executed.

    What its ``sh0.yaml`` says of the build counts. Recipes of other plugins are asked before those of sh0-plugins. A
    plugin that fails is named in the log, and left out.

    Args:
        folder: The folder: a whole repository.
        root: Folder in it that is the app.
        dockerfile: Path of its own Dockerfile, relative to `root`.

    Raises:
        UnsupportedProject: No recipe builds it, or it does not say how it is started.
        Invalid: A file of it is broken; the message says which and where.
        InvalidValue: There is no folder `root` in it.
        NotFound: There is no such folder.
    """
    folder = local_folder(folder)
    plugins, changes = Plugins(), build_changes(read_tree(folder, root) or Manifest())
    return plugins.despite_failures(
        lambda: detect(Project(folder, root), plugins.recipes(), dockerfile=dockerfile, changes=changes)
    )


def pack_app(
    folder: str | Path, *, root: str = "", dockerfile: str = USUAL, tell: Callable[[str], None] = lambda _: None
) -> IO[bytes]:
    """Pack a folder as `sh0.pack` does, with the ignore file that counts for the build of an app.

    That is the one of the folder that is built, or the one that its Dockerfile has of its own.

    Args:
        folder: The folder: a whole repository.
        root: Folder in it that is the app.
        dockerfile: Path of its own Dockerfile, relative to `root`.
        tell: Called with a sentence about what is left out though no ignore file says so.

    Raises:
        NotFound: There is no such folder.
        Invalid: There is nothing in it to send, or an ignore file of it has more patterns, or longer ones, than anybody
            needs.
    """
    folder = local_folder(folder)
    builds = _built(folder, root, dockerfile)
    if next(Ignore(folder, builds).walk(), None) is None:
        raise Invalid(
            f"there is nothing to send in {folder}: it is empty, or its ignore files leave everything out",
            hint="Name the folder of the source; .gitignore, .dockerignore and .sh0ignore say what stays behind.",
        )
    return pack(folder, builds=builds, tell=tell)


def _built(folder: str | Path, root: str, dockerfile: str) -> tuple[PackedBuild, ...]:
    """The build of an app; none where nobody can tell its context, which the platform says then."""
    try:
        found = detect_folder(folder, root=root, dockerfile=dockerfile)
    except Sh0Error:
        return () if root else (PackedBuild(dockerfile=dockerfile),)
    own = os.path.relpath(os.path.join(root, found.dockerfile or USUAL), found.context or ".")
    return (PackedBuild(found.context, own),)


def detect_tree(tree: Path, options: DetectOptions, without: frozenset[str]) -> Detection:
    """Find out how a tree is built, with the recipes of the plugins that are installed.

    Args:
        tree: The tree: a whole repository.
        options: What is asked.
        without: Names of plugins that are not asked.

    Raises:
        UnsupportedProject: No recipe builds it, or it does not say how it is started.
        Invalid: A file of it is broken; the message says which and where.
        InvalidValue: There is no such folder in it.
        PluginFailed: A recipe of a plugin raised.
    """
    return _detected(tree, options, Plugins(without=without))


class Detector:
    """Finds out how trees are built, and does not look again at one that it has seen.

    Args:
        plugins: Those that are not disabled are asked. Objects among them, which no other process has, are asked here.
    """

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins
        self._seen: OrderedDict[tuple[object, ...], Detection] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, confined: Confined, digest: str, tree: Path, options: DetectOptions) -> Detection:
        """How a tree is built; errors are those of `detect_tree` as well.

        Args:
            confined: The process that looks.
            digest: Digest of all that is in the tree.
            tree: The tree.
            options: What is asked.

        Raises:
            Unreadable: It took too long, or too much memory.
        """
        history = os.path.lexists(tree / ".git")  # the one thing that a digest leaves out and a look may see
        seen = (digest, history, options, self._plugins.failed)
        with self._lock:
            if seen in self._seen:
                self._seen.move_to_end(seen)
                return self._seen[seen]
        found = self._look(confined, tree.resolve(), options)
        with self._lock:
            self._seen[seen] = found
            if len(self._seen) > _KEPT:
                self._seen.popitem(last=False)
        return found

    def _look(self, confined: Confined, tree: Path, options: DetectOptions) -> Detection:
        if self._plugins.given:
            return _detected(tree, options, self._plugins)
        with self._plugins.failing_elsewhere():
            return confined.run(SECONDS, detect_tree, tree, options, self._plugins.failed)


def _detected(tree: Path, options: DetectOptions, plugins: Plugins) -> Detection:
    return detect(
        Project(tree, options.root),
        plugins.recipes(),
        dockerfile=options.dockerfile,
        target=options.target,
        port=options.port,
        changes=options.changes,
    )
