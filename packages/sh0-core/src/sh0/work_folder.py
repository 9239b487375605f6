"""The folder of a home in which source is unpacked, looked at and built: what is in it, and whose that is."""

import shutil
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from sh0.errors import Cancelled
from sh0.home import new_id
from sh0.shutdown import Shutdown

__all__ = ["WorkFolder"]


class WorkFolder:
    """Owns the trees in a folder: each is removed by whoever has asked for it.

    A closing platform removes none: a tree has tens of thousands of files, and nobody waits for those. What it
    leaves is swept away when it starts again.

    Args:
        path: The folder.
        shutdown: Whether the platform is closing.
    """

    def __init__(self, path: Path, shutdown: Shutdown) -> None:
        self.path = path
        self._shutdown = shutdown
        self._held: set[Path] = set()
        self._changed = threading.Condition()

    def make(self, name: str = "") -> Path:
        """Make a folder; whoever asks calls `remove`.

        Args:
            name: Its name; one of its own when left out.

        Raises:
            Cancelled: The platform is closing.
        """
        tree = self.path / (name or f"{new_id()}.tree")
        with self._changed:
            if self._shutdown.begun:
                raise Cancelled("nothing was done: the platform is closing", hint="Ask again when it is back.")
            self._held.add(tree)
        try:
            tree.mkdir(parents=True)
        except BaseException:
            self.remove(tree)
            raise
        return tree

    def remove(self, tree: Path) -> None:
        """Remove a folder that was made here, now or at the next start; one that is gone is no error."""
        if not self._shutdown.begun:
            _remove(tree)
        with self._changed:
            self._held.discard(tree)
            self._changed.notify_all()

    @contextmanager
    def tree(self) -> Iterator[Path]:
        """A folder that is there within the block.

        Raises:
            Cancelled: The platform is closing.
        """
        tree = self.make()
        try:
            yield tree
        finally:
            self.remove(tree)

    def leftovers(self, needed: Collection[str], before: float | None = None) -> list[str]:
        """Names of what is in the folder and nobody holds.

        Args:
            needed: Names of archives that will be unpacked.
            before: Only what was last changed before this time.
        """
        with self._changed:
            held = {*self._held}
        found = [path for path in self.path.iterdir() if path not in held and path.name not in needed]
        return sorted(path.name for path in found if before is None or path.lstat().st_mtime <= before)

    def clear(self, names: Collection[str]) -> None:
        """Remove what is called so in the folder, such as `leftovers`."""
        for name in names:
            _remove(self.path / name)

    def close(self, timeout: float) -> None:
        """Wait so many seconds for those that still hold a tree."""
        with self._changed:
            self._changed.wait_for(lambda: not self._held, timeout)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
