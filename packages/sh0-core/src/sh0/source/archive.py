"""Source as an archive: packing a folder, and unpacking what somebody sent without trusting it."""

import gzip
import hashlib
import os
import posixpath
import stat
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from sh0.source.ignore import Ignore, PackedBuild, secret_file
from sh0.source.local import local_folder
from sh0.source.unpack import UnpackLimits, unpack

__all__ = ["UnpackLimits", "pack", "tree_digest", "unpack"]

_CHUNK = 1 << 18
_SHOWN = 5


def pack(
    folder: str | Path,
    *,
    also: Iterable[str] = (),
    builds: Iterable[PackedBuild] = (PackedBuild(),),
    mounted: Iterable[str] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> IO[bytes]:
    """Write a folder's source to a temporary ``.tar.gz``, rewound; closing it deletes it.

    What `Ignore` leaves out is left out. Names are sorted, owners dropped, links kept as links, wherever they lead;
    sockets, pipes and devices are skipped. The same folder gives the same bytes.

    Args:
        folder: The folder.
        also: Files in it that are sent although `Ignore` leaves them out.
        builds: What is built from it: the ignore files of these builds count.
        mounted: Paths in it that containers mount, which no ignore file of a build leaves out.
        tell: Called with a sentence about what is left out though no ignore file says so.

    Raises:
        NotFound: There is no such folder.
        InvalidValue: The name is empty, or none.
        Invalid: An ignore file of it has more patterns, or longer ones, than anybody needs.
    """
    folder, also = local_folder(folder), {*also}
    file = tempfile.TemporaryFile(prefix="sh0-source-")  # noqa: SIM115  # The caller closes it.
    try:
        with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6, mtime=0) as zipped:
            with tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as archive:
                ignore = Ignore(folder, builds, mounted)
                kept = list(ignore.walk())
                for name in (*kept, *sorted(also - {*kept})):
                    _add(archive, folder, name)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    for sentence in _told([path for path in ignore.held_back if path not in also]):
        tell(sentence)
    return file


def _told(paths: Sequence[str]) -> Iterator[str]:
    secret = [path for path in paths if secret_file(posixpath.basename(path))]
    made = [path for path in paths if path not in secret]
    if secret:
        yield f"{_are(secret)} not sent: such files hold secrets. Set variables of the app, or of its service, instead."
    if made:
        yield f"{_are(made)} not sent: what a tool installs there works only where it was installed."


def _are(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return f"{', '.join(paths[:_SHOWN])}{more} {'is' if len(paths) == 1 else 'are'}"


def _add(archive: tarfile.TarFile, folder: Path, name: str) -> None:
    path = folder / name
    found = path.lstat()
    entry = tarfile.TarInfo(name)
    entry.mtime = max(0, int(found.st_mtime))
    entry.mode = 0o755 if found.st_mode & 0o111 else 0o644
    if stat.S_ISLNK(found.st_mode):
        entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, os.readlink(path), 0o777
        archive.addfile(entry)
    elif stat.S_ISDIR(found.st_mode):
        entry.type = tarfile.DIRTYPE
        archive.addfile(entry)
    elif stat.S_ISREG(found.st_mode):
        with path.open("rb") as content:
            entry.size = os.fstat(content.fileno()).st_size
            archive.addfile(entry, content)


def tree_digest(folder: Path, proceed: Callable[[], None] = lambda: None) -> str:
    """A digest of what a folder holds: sorted paths, executable bits, contents and targets of links; never times.

    The folder ``.git`` at the top does not count, nor do empty folders.

    Args:
        folder: The folder.
        proceed: Called again and again; raises if the work is to stop.
    """
    digest = hashlib.sha256()
    for name in sorted(_files(folder, "", proceed)):
        proceed()
        path = folder / name
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            kind, content = b"link", hashlib.sha256(os.fsencode(os.readlink(path))).digest()
        elif stat.S_ISREG(mode):
            kind, content = b"exec" if mode & stat.S_IXUSR else b"file", _content_digest(path, proceed)
        else:
            continue
        digest.update(kind + b"\0" + os.fsencode(name) + b"\0" + content)
    return digest.hexdigest()


def _content_digest(path: Path, proceed: Callable[[], None]) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            proceed()
            digest.update(chunk)
    return digest.digest()


def _files(folder: Path, prefix: str, proceed: Callable[[], None]) -> Iterator[str]:
    with os.scandir(folder / prefix) as entries:
        for entry in entries:
            proceed()
            path = f"{prefix}/{entry.name}" if prefix else entry.name
            if path == ".git":
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _files(folder, path, proceed)
            else:
                yield path
