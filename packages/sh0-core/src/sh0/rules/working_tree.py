"""A folder that somebody works in, without what git ignores there."""

import os
from typing import TYPE_CHECKING

from sh0.builds.project import Project

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

__all__ = ["WorkingTree"]

_LIMIT = 1 << 20


class WorkingTree(Project):
    """A project whose files are those that would be deployed, and an ``.env`` that git does not ignore.

    What a ``.gitignore`` of the folder or of one below it excludes is not there, unless ``.sh0ignore`` at the top says
    otherwise, which has the last word. Folders that are excluded are not walked into.
    """

    def _entries(self, folder: str) -> "list[os.DirEntry[str]]":
        entries = super()._entries(folder)
        specs = self._specs(folder, {entry.name for entry in entries})
        if not specs:
            return entries
        return [entry for entry in entries if not _excluded(specs, folder, entry)]

    def _specs(self, folder: str, names: set[str]) -> "list[tuple[str, GitIgnoreSpec]]":
        """The patterns that have a say in a folder, with the folders that they are relative to; the last word first."""
        if not folder:
            self._of: dict[str, list[tuple[str, GitIgnoreSpec]]] = {}
            self._last = [("", self._read_spec(".sh0ignore"))] if ".sh0ignore" in names else []
        parent = folder.rpartition("/")[0]
        specs = list(self._of.get(parent, ())) if folder else []
        if ".gitignore" in names:
            specs.insert(0, (folder, self._read_spec(f"{folder}/.gitignore" if folder else ".gitignore")))
        self._of[folder] = specs
        return [*self._last, *specs]

    def _read_spec(self, path: str) -> "GitIgnoreSpec":
        from sh0.builds.ignore import ignore_spec

        try:
            descriptor = os.open(self.root / path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(descriptor, encoding="utf-8-sig", errors="replace") as file:
                return ignore_spec(file.read(_LIMIT).splitlines())
        except OSError:
            return ignore_spec([])


def _excluded(specs: "list[tuple[str, GitIgnoreSpec]]", folder: str, entry: "os.DirEntry[str]") -> bool:
    name = f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name
    path = f"{folder}/{name}" if folder else name
    for top, spec in specs:
        verdict = spec.check_file(path[len(top) + 1 :] if top else path).include
        if verdict is not None:
            return verdict
    return False
