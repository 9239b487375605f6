"""How much the trees of one deployment may hold: counted before a file of them is written.

A tree of git is small where its parts are the same: a few objects that refer to each other ten times make up billions
of files, and a file of zeros takes a thousandth of its size.
"""

from collections.abc import Mapping
from pathlib import Path

from sh0.errors import GitFailed
from sh0.repositories.command import Proceed, stream

_LONGEST_PATH = 4096  # bytes; PATH_MAX of Linux
_FILES = 200_000


class Allowance:
    """What is left of the files and bytes that the trees of a deployment may come to, its submodules included.

    Args:
        total_bytes: Bytes of all files, and of what is fetched for them.
        files: Files, folders and links.
    """

    def __init__(self, total_bytes: int = 2 << 30, files: int = _FILES) -> None:
        self.total_bytes, self._files = total_bytes, files
        self._bytes_left, self._files_left = total_bytes, files

    def take(self, repository: Path, commit: str, objects: Mapping[str, str] | None, proceed: Proceed) -> None:
        """Count the tree of a commit.

        Raises:
            GitFailed: It is more than is left, or holds a path that no system takes.
        """
        arguments = [f"--git-dir={repository}", "ls-tree", "-r", "-t", "-l", "-z", "--full-tree", commit]
        rest = b""
        pieces = stream(arguments, doing=f"read the tree of {commit[:10]}", extra=objects, proceed=proceed)
        try:
            for piece in pieces:
                *entries, rest = (rest + piece).split(b"\0")
                for entry in entries:
                    self._count(entry, commit)
                if len(rest) > 2 * _LONGEST_PATH:
                    self._count(rest, commit)
        finally:
            pieces.close()  # type: ignore[attr-defined]  # a generator

    def fetched(self, repository: Path) -> None:
        """Look at what has been fetched so far.

        Raises:
            GitFailed: It is more than all files may come to.
        """
        size = 0
        for file in (repository / "objects").rglob("*"):
            try:
                size += file.lstat().st_size
            except FileNotFoundError:  # git renames what it has received
                continue
        if size > self.total_bytes:
            raise GitFailed(
                f"what was fetched comes to more than {self.total_bytes >> 20} MiB", hint=self._hint("a branch")
            )

    def _count(self, entry: bytes, commit: str) -> None:
        stat, _, path = entry.partition(b"\t")
        size = stat.rpartition(b" ")[2]
        self._files_left -= 1
        self._bytes_left -= int(size) if size.isdigit() else 0
        if len(path) > _LONGEST_PATH:
            raise GitFailed(f"the tree of {commit[:10]} has a path of {len(path)} bytes", hint="Shorten it.")
        if self._files_left < 0:
            raise GitFailed(
                f"the tree of {commit[:10]} has more than {self._files} files and folders",
                hint="Leave out of the repository what is generated, as dependencies are.",
            )
        if self._bytes_left < 0:
            raise GitFailed(
                f"the files of {commit[:10]} come to more than {self.total_bytes >> 20} MiB", hint=self._hint("a tree")
            )

    def _hint(self, what: str) -> str:
        return f"Keep large files out of the repository, or let the operator raise upload_limit, the most of {what}."
