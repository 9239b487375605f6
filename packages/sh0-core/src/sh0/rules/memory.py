"""What earlier checks of a folder found, so that files that have not changed are not read again.

The file is in a folder that only its owner may enter. What does not fit (another set of rules, a broken file, one that
somebody else could have written) is as good as nothing: then everything is looked at again.
"""

import json
import os
import stat
import time
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sh0.rules.plain import from_plain, to_plain
from sh0.rules.report import Outcome

__all__ = ["Memory", "default_folder"]

_VERSION: Final = 1
_SIZE_LIMIT: Final = 64 << 20
_FRESH: Final = 100_000_000
"""Nanoseconds. A file that changed so shortly before it was read may change again within the same tick of its clock."""


class Memory:
    """What is remembered about a project.

    Args:
        folder: Where memories are; made if it is not there.
        project: The project: a folder, or whatever tells it from others.
        digest: Of the rules: other rules find other things.
    """

    def __init__(self, folder: Path, project: str, digest: str) -> None:
        self._folder = folder
        self._file = folder / f"{sha256(project.encode(errors='surrogateescape')).hexdigest()[:32]}.json"
        self._digest = digest
        self._files: dict[str, Any] = {}
        self._wide: dict[str, Any] = {}
        self._new_files: dict[str, Any] = {}
        self._new_wide: dict[str, Any] = {}
        self._load()

    def file(self, path: str, stamp: str) -> tuple[Outcome, ...] | None:
        """What was found in a file, if it still has that stamp."""
        entry = self._files.get(path)
        if entry == stamp:
            self._new_files[path] = entry
            return ()
        if isinstance(entry, list) and len(entry) == 2 and entry[0] == stamp:
            found = from_plain(entry[1])
            if found is not None:
                self._new_files[path] = entry
            return found
        return None

    def wide(self, key: str, names: str, stamps: Mapping[str, str]) -> tuple[Outcome, ...] | None:
        """What a wider check found, if nothing that it depended on has changed."""
        entry = self._wide.get(key)
        if not (isinstance(entry, list) and len(entry) == 3 and entry[0] == names and isinstance(entry[1], dict)):
            return None
        if any(stamps.get(path) != stamp for path, stamp in entry[1].items()):
            return None
        found = from_plain(entry[2])
        if found is not None:
            self._new_wide[key] = entry
        return found

    def keep_file(self, path: str, stamp: str, outcomes: tuple[Outcome, ...]) -> None:
        """Remember what was found in a file."""
        if not _fresh(stamp):
            self._new_files[path] = [stamp, [to_plain(each) for each in outcomes]] if outcomes else stamp

    def keep_wide(self, key: str, names: str, stamps: Mapping[str, str], outcomes: tuple[Outcome, ...]) -> None:
        """Remember what a wider check found, with the names of all files and the stamps of those that it read."""
        if not any(map(_fresh, stamps.values())):
            self._new_wide[key] = [names, dict(stamps), [to_plain(each) for each in outcomes]]

    def save(self) -> None:
        """Write what was remembered or found since it was loaded. A disk that is full only costs time."""
        if self._new_files == self._files and self._new_wide == self._wide:
            return
        document = {"v": _VERSION, "rules": self._digest, "files": self._new_files, "wide": self._new_wide}
        new = self._file.with_suffix(f".{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not _ours(self._folder.lstat(), stat.S_ISDIR):
                return
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write(json.dumps(document, separators=(",", ":")))
            new.replace(self._file)
        except (OSError, UnicodeError):
            with suppress(OSError):
                new.unlink(missing_ok=True)

    def _load(self) -> None:
        try:
            if not _ours(self._folder.lstat(), stat.S_ISDIR):
                return
            descriptor = os.open(self._file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(descriptor, "rb") as file:
                found = os.fstat(descriptor)
                if not _ours(found, stat.S_ISREG) or found.st_size > _SIZE_LIMIT:
                    return
                document = json.loads(file.read())
        except (OSError, ValueError, RecursionError):
            return
        if not isinstance(document, dict) or (document.get("v"), document.get("rules")) != (_VERSION, self._digest):
            return
        files, wide = document.get("files"), document.get("wide")
        if isinstance(files, dict) and isinstance(wide, dict):
            self._files, self._wide = files, wide


def default_folder() -> Path:
    """Where a person's checks are remembered: ``sh0/checks`` in their cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sh0" / "checks"


def _ours(found: os.stat_result, kind: Any) -> bool:
    """Whether it is of that kind, belongs to this user, and nobody else may write (a folder: enter) it."""
    others = 0o077 if stat.S_ISDIR(found.st_mode) else 0o022
    return bool(kind(found.st_mode)) and found.st_uid == os.geteuid() and not found.st_mode & others


def _fresh(stamp: str) -> bool:
    changed = stamp.split(":")[2:3]
    return not changed or not changed[0].isdecimal() or time.time_ns() - int(changed[0]) < _FRESH
