"""A folder that somebody works in, without what git ignores there."""

import os

from sh0.source.gitignore import GitIgnore
from sh0.source.tree import Project

__all__ = ["WorkingTree"]

_LIMIT = 1 << 20


class WorkingTree(Project):
    """A project whose files are those that would be deployed, and an ``.env`` that git does not ignore.

    What a ``.gitignore`` of the folder or of one below it excludes is not there, unless ``.sh0ignore`` at the top says
    otherwise, which has the last word. Folders that are excluded are not walked into.
    """

    def _entries(self, folder: str) -> "list[os.DirEntry[str]]":
        entries = super()._entries(folder)
        ignored = self._ignored(folder, {entry.name for entry in entries})
        if not ignored:
            return entries
        return [entry for entry in entries if not _excluded(ignored, folder, entry)]

    def _ignored(self, folder: str, names: set[str]) -> list[tuple[str, GitIgnore]]:
        """The files that have a say in a folder, with the folders that they are relative to; the last word first."""
        if not folder:
            self._of: dict[str, list[tuple[str, GitIgnore]]] = {}
            self._last = [("", self._read_lines(".sh0ignore"))] if ".sh0ignore" in names else []
        parent = folder.rpartition("/")[0]
        found = list(self._of.get(parent, ())) if folder else []
        if ".gitignore" in names:
            found.insert(0, (folder, self._read_lines(f"{folder}/.gitignore" if folder else ".gitignore")))
        self._of[folder] = found
        return [*self._last, *found]

    def _read_lines(self, path: str) -> GitIgnore:
        try:
            descriptor = os.open(self.root / path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(descriptor, encoding="utf-8", errors="surrogateescape", newline="") as file:
                return GitIgnore(file.read(_LIMIT), path)
        except OSError:
            return GitIgnore("", path)


def _excluded(ignored: list[tuple[str, GitIgnore]], folder: str, entry: "os.DirEntry[str]") -> bool:
    path = f"{folder}/{entry.name}" if folder else entry.name
    for top, lines in ignored:
        verdict = lines.verdict(path[len(top) + 1 :] if top else path, folder=entry.is_dir(follow_symlinks=False))
        if verdict is not None:
            return verdict
    return False
