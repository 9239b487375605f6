"""The folder of a build as the tar file that the engine takes."""

import io
import os
import stat
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from docker.utils.build import exclude_paths

DOCKERFILE = ".sh0.Dockerfile"
IGNORE_FILE = ".dockerignore"


def pack(folder: Path, dockerfile: str, ignore: Sequence[str] = ()) -> BinaryIO:
    """Write the build context to a temporary file, and return it rewound; closing it deletes it.

    The same folder gives the same bytes: names are sorted and owners dropped. Times are kept, because web
    servers make validators of them: two versions of a page that have the same size must differ in something.
    Links are kept as links and never followed; sockets, pipes and devices are left out.
    """
    theirs = _patterns(folder / IGNORE_FILE)
    paths = sorted(exclude_paths(str(folder), [*theirs, *ignore], dockerfile=DOCKERFILE))
    # The engine removes from the context what this file excludes, once it has read the Dockerfile: so `COPY .
    # .` gets neither the Dockerfile under its made-up name nor, where the folder has none, the ignore file.
    hidden = [DOCKERFILE] if (folder / IGNORE_FILE).is_file() else [IGNORE_FILE, DOCKERFILE]
    made = {DOCKERFILE: dockerfile, IGNORE_FILE: "\n".join([*theirs, *hidden, ""])}
    file = tempfile.TemporaryFile(prefix="sh0-context-")  # noqa: SIM115  # The caller closes it.
    try:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for path in paths:
                if path not in made:
                    _add(archive, folder / path, path)
            for name, text in made.items():
                entry = tarfile.TarInfo(name)
                content = text.encode()
                entry.size, entry.mode = len(content), 0o644
                archive.addfile(entry, io.BytesIO(content))
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def size_of(file: BinaryIO) -> int:
    """Bytes of a packed context."""
    return os.fstat(file.fileno()).st_size


def _patterns(file: Path) -> list[str]:
    if file.is_symlink() or not file.is_file():
        return []
    lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _add(archive: tarfile.TarFile, path: Path, name: str) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return  # It vanished since the folder was read.
    entry = tarfile.TarInfo(name)
    entry.mode = stat.S_IMODE(found.st_mode)
    entry.mtime = max(0, int(found.st_mtime))
    if stat.S_ISLNK(found.st_mode):
        entry.type, entry.linkname = tarfile.SYMTYPE, os.readlink(path)
        archive.addfile(entry)
    elif stat.S_ISDIR(found.st_mode):
        entry.type = tarfile.DIRTYPE
        archive.addfile(entry)
    elif stat.S_ISREG(found.st_mode):
        with open(path, "rb", opener=_without_following) as content:
            entry.size = os.fstat(content.fileno()).st_size
            archive.addfile(entry, content)


def _without_following(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)
