"""The proxy's folder: only what changed is written, and each file is old or new, never half."""

import contextlib
import errno
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from sh0.adapters.haproxy.layout import CERTIFICATES, FALLBACK
from sh0.adapters.haproxy.self_signed import self_signed
from sh0.errors import DiskFull, ProxyUnavailable


class Files:
    """The folder on disk that the container mounts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self) -> None:
        """Make the folder, and once a certificate for handshakes that ask for an unknown host name."""
        with _translated(self.folder):
            (self.folder / CERTIFICATES).mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o711)  # the workers reach a socket in it; each file is ours alone
            if not (self.folder / FALLBACK).exists():
                self._replace(FALLBACK, self_signed("sh0.invalid"))

    def write(self, wanted: Mapping[str, bytes]) -> dict[str, bytes | None]:
        """Bring the folder to these files, and return what changed ones held before (None: nothing).

        Raises:
            DiskFull: There is no room; the files are as before.
            ProxyUnavailable: A file cannot be written; the files are as before.
        """
        before: dict[str, bytes | None] = {}
        try:
            with _translated(self.folder):
                for name, content in wanted.items():
                    current = self._read(name)
                    if current != content:
                        before[name] = current
                        self._replace(name, content)
                for stale in (self.folder / CERTIFICATES).glob("*.pem"):
                    name = f"{CERTIFICATES}/{stale.name}"
                    if name not in wanted:
                        before[name] = stale.read_bytes()
                        stale.unlink()
        except BaseException:
            self.restore(before)
            raise
        return before

    def restore(self, before: Mapping[str, bytes | None]) -> None:
        """Undo a `write`, as far as the disk allows."""
        for name, content in before.items():
            with contextlib.suppress(OSError):
                if content is None:
                    (self.folder / name).unlink(missing_ok=True)
                elif self._read(name) != content:
                    self._replace(name, content)

    def _read(self, name: str) -> bytes | None:
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def _replace(self, name: str, content: bytes) -> None:
        path = self.folder / name
        temporary = path.with_name(f".{path.name}.new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                f"there is no room to write the proxy's files in {folder}",
                hint="Free some space and deploy again; what runs is unchanged.",
            ) from error
        raise ProxyUnavailable(
            f"the proxy's files in {folder} cannot be written: {error}",
            hint="The folder must belong to the user that runs sh0.",
        ) from error
