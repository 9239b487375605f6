"""The folder of a build as the tar file that the engine takes."""

import io
import os
import stat
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

import attrs

from sh0.errors import Invalid
from sh0.source.dockerignore import IGNORE_FILE, NOTHING, DockerIgnore, lines_of

DOCKERFILE = ".sh0.Dockerfile"

_IGNORE_FILE_LIMIT = 1 << 20  # bytes
_FOLDER, _PROGRAM, _FILE = 0o755, 0o755, 0o644


def pack(
    folder: Path,
    dockerfile: str,
    ignore: Sequence[str] = (),
    *,
    ignore_file: str = IGNORE_FILE,
    proceed: Callable[[], None] = lambda: None,
) -> IO[bytes]:
    """Write the build context to a temporary file, and return it rewound; closing it deletes it.

    The same folder gives the same bytes: names are sorted, owners dropped, and modes are 0755 or 0644 whatever the
    umask was when the folder was written. Times are kept, because web servers make validators of them: two versions of
    a page that have the same size must differ in something. Links are kept as links and never followed; sockets, pipes
    and devices are left out.

    Args:
        folder: The folder.
        dockerfile: Text of the Dockerfile.
        ignore: What is left out beside what the folder's own ignore file names, in the same notation.
        ignore_file: Path of the folder's ignore file.
        proceed: Called again and again; raises if the build is to stop.

    Raises:
        Invalid: The folder's ignore file has a pattern that the engine does not take, or too many.
    """
    theirs = _patterns(folder / ignore_file, ignore_file)
    ignored = DockerIgnore(theirs), DockerIgnore(ignore, "the patterns of the build")
    # The engine removes from the context what this file excludes, once it has read the Dockerfile: so `COPY .
    # .` gets neither the Dockerfile under its made-up name nor, where the folder has none, the ignore file.
    as_it_is = ignore_file == IGNORE_FILE and (folder / IGNORE_FILE).is_file()
    hidden = [DOCKERFILE] if as_it_is else [IGNORE_FILE, DOCKERFILE]
    made = {DOCKERFILE: dockerfile, IGNORE_FILE: "\n".join([*theirs, *hidden, ""])}
    file = tempfile.TemporaryFile(prefix="sh0-context-")  # noqa: SIM115  # The caller closes it.
    try:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for path in sorted(_kept(folder, "", ignored, (NOTHING, NOTHING), proceed)):
                if path not in made:
                    _add(archive, folder / path, path, proceed)
            for name, text in made.items():
                entry = tarfile.TarInfo(name)
                content = text.encode()
                entry.size, entry.mode = len(content), _FILE
                archive.addfile(entry, io.BytesIO(content))
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def size_of(file: IO[bytes]) -> int:
    """Bytes of a packed context."""
    return os.fstat(file.fileno()).st_size


def _patterns(file: Path, name: str) -> list[str]:
    if file.is_symlink() or not file.is_file():
        return []
    with open(file, "rb", opener=_without_following) as stream:
        content = stream.read(_IGNORE_FILE_LIMIT + 1)
    if len(content) > _IGNORE_FILE_LIMIT:
        raise Invalid(f"{name} is larger than {_IGNORE_FILE_LIMIT >> 20} MiB", hint="Shorten it.", path=name)
    return lines_of(content.decode("utf-8", "replace"))


def _kept(
    folder: Path,
    prefix: str,
    ignored: tuple[DockerIgnore, DockerIgnore],
    above: tuple[int, int],
    proceed: Callable[[], None],
) -> Iterator[str]:
    """Paths that are kept. A folder comes with what is kept in it, else the engine would choose its mode."""
    with os.scandir(folder / prefix) as found:
        entries = list(found)
    for entry in entries:
        proceed()
        path = f"{prefix}/{entry.name}" if prefix else entry.name
        places = (ignored[0].decides(path, above[0]), ignored[1].decides(path, above[1]))
        verdicts = [each.verdict(place) is True for each, place in zip(ignored, places, strict=True)]
        if not any(verdicts):
            yield path
        if not entry.is_dir(follow_symlinks=False):
            continue
        if any(verdict and not each.negates for each, verdict in zip(ignored, verdicts, strict=True)):
            continue
        below = _kept(folder, path, ignored, places, proceed)
        if any(verdicts) and (first := next(below, None)) is not None:
            yield from (path, first)
        yield from below


def _add(archive: tarfile.TarFile, path: Path, name: str, proceed: Callable[[], None]) -> None:
    proceed()
    try:
        found = path.lstat()
    except FileNotFoundError:
        return  # It vanished since the folder was read.
    entry = tarfile.TarInfo(name)
    entry.mtime = max(0, int(found.st_mtime))
    if stat.S_ISLNK(found.st_mode):
        entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, os.readlink(path), 0o777
        archive.addfile(entry)
    elif stat.S_ISDIR(found.st_mode):
        entry.type, entry.mode = tarfile.DIRTYPE, _FOLDER
        archive.addfile(entry)
    elif stat.S_ISREG(found.st_mode):
        entry.mode = _PROGRAM if found.st_mode & stat.S_IXUSR else _FILE
        with open(path, "rb", opener=_without_following) as content:
            entry.size = os.fstat(content.fileno()).st_size
            archive.addfile(entry, _Watched(content, proceed))


@attrs.frozen
class _Watched:
    """A file that is read only as long as the build goes on."""

    file: IO[bytes]
    proceed: Callable[[], None]

    def read(self, size: int | None = -1, /) -> bytes:
        self.proceed()
        return self.file.read(-1 if size is None else size)


def _without_following(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)
