"""What is in named volumes: read, written and given to a user through containers that are made and never started."""

import io
import secrets
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO, Any, cast

import docker.errors

from sh0.adapters.docker.client import Engine, documents
from sh0.adapters.docker.failures import translated
from sh0.adapters.docker.feed import Feed
from sh0.adapters.docker.image_user import UserFiles, image_user
from sh0.adapters.docker.refusal import Refused
from sh0.adapters.docker.translate import HOME, SPEC
from sh0.adapters.docker.transport import CHUNK
from sh0.ports.runtime import ByteSource

AT = "/volume"
PROCESS = "sh0.process"
LABELS = {"sh0.kind": "contents", SPEC: "contents"}
_LONGEST_LIST = 1 << 20  # bytes of a list of users
_PATIENCE, _PAUSE = 10.0, 0.25  # seconds to wait for an engine that measures for somebody else


class VolumeContents:
    """Reads and writes volumes of one home. The containers hold nothing else, so that no link leads anywhere."""

    def __init__(self, engine: Engine, home_id: str) -> None:
        self._engine, self._home = engine, home_id
        self._image = f"sh0-{home_id}-contents:1"
        self._process = secrets.token_hex(6)

    def read(self, volume: str) -> "VolumeArchive":
        """A tar archive of everything in a volume."""
        doing = f"read the volume {volume}"
        with translated(doing):
            container = self._made(volume, self._carrier(), AT)
            try:
                return VolumeArchive(self, container, self._archive(container, f"{AT}/.", doing))
            except BaseException:
                self.discard(container)
                raise

    def write(self, volume: str, archive: ByteSource) -> None:
        """Put what a tar archive holds into a volume, with its owners and modes."""
        with translated(f"write to the volume {volume}"), self._container(volume, self._carrier(), AT) as container:
            begun = archive.read(tarfile.BLOCKSIZE)
            if (top := _top_of(begun)) is not None:  # the engine passes over it: the folder is there already
                self._give(container, top)
            self._put(container, AT, _Begun(begun, archive))

    def sizes(self) -> Mapping[str, int]:
        """Bytes in each volume of this home; the engine adds up all files."""
        with translated("measure volumes"):
            ends = time.monotonic() + _PATIENCE
            while (found := self._usage()) is None:
                if time.monotonic() > ends:
                    raise Refused(409, "somebody else, as `docker system df`, has measured them for too long")
                time.sleep(_PAUSE)
        return {
            one["Name"]: one["UsageData"]["Size"]
            for document in found
            for one in document.get("Volumes") or ()
            if (one.get("Labels") or {}).get(HOME) == self._home and (one.get("UsageData") or {}).get("Size", -1) >= 0
        }

    def _usage(self) -> list[dict[str, Any]] | None:
        """What the engine has added up; None while it does so for somebody else, which some engines refuse to join."""
        exchange = self._engine.exchange()
        try:
            self._engine.begin(exchange, "GET", "/system/df", {"type": "volume"})
            return list(documents(exchange.chunks()))
        except Refused as error:
            if "already running" not in error.explanation:
                raise
            return None
        finally:
            exchange.release()

    def fit(self, volume: str, image: str, path: str) -> None:
        """Give an empty volume to the user of an image, unless the image has said whose the folder is."""
        with translated(f"look at the user of the image {image}"):
            user = str((self._engine.api.inspect_image(image).get("Config") or {}).get("User") or "")
            if user.partition(":")[0] in ("", "0", "root"):
                return
            with self._container(volume, image, path) as container:
                top = self._top(container, path)
                owner = image_user(user, UserFiles(lambda name: self._text(container, name)))
                if top is None or top.uid or top.gid or owner is None:
                    return
                top.uid, top.gid = owner
            with self._container(volume, self._carrier(), AT) as container:
                self._give(container, top)

    def discard(self, container: str) -> None:
        """Remove a container that volumes were reached through."""
        with translated("remove a container"), suppress(docker.errors.NotFound):
            self._engine.api.remove_container(container, force=True)

    def clear(self) -> None:
        """Remove the containers of earlier processes."""
        wanted = [f"{HOME}={self._home}", *(f"{name}={value}" for name, value in LABELS.items())]
        with translated("list containers"):
            found = self._engine.api.containers(all=True, filters={"label": wanted})
        for one in found:
            if one["Labels"].get(PROCESS) != self._process:
                self.discard(one["Id"])

    def _top(self, container: str, path: str) -> tarfile.TarInfo | None:
        """The folder itself, if nothing is in it."""
        feed = self._archive(container, f"{path.rstrip('/')}/.", "look at a volume")
        try:
            with tarfile.open(fileobj=_Reading(feed), mode="r|") as archive:
                top = archive.next()
                return top if top is not None and top.isdir() and archive.next() is None else None
        finally:
            feed.close()

    def _text(self, container: str, path: str) -> str:
        """A small text file of an image; empty if there is none."""
        try:
            feed = self._archive(container, path, f"read {path}")
        except Refused:
            return ""
        try:
            with tarfile.open(fileobj=_Reading(feed), mode="r|") as archive:
                entry = archive.next()
                content = archive.extractfile(entry) if entry is not None and entry.isfile() else None
                return "" if content is None else content.read(_LONGEST_LIST).decode(errors="replace")
        finally:
            feed.close()

    def _give(self, container: str, top: tarfile.TarInfo) -> None:
        """Give the folder of a volume the owner and the mode of another."""
        top.name, top.uname, top.gname = AT.lstrip("/"), "", ""
        self._put(container, "/", io.BytesIO(top.tobuf(tarfile.PAX_FORMAT) + bytes(2 * tarfile.BLOCKSIZE)))

    def _archive(self, container: str, path: str, doing: str) -> Feed[bytes]:
        exchange = self._engine.exchange()
        try:
            self._engine.begin(exchange, "GET", f"/containers/{container}/archive", {"path": path})
        except BaseException:
            exchange.release()
            raise
        return Feed(exchange, lambda chunks: chunks, doing)

    def _put(self, container: str, path: str, archive: ByteSource) -> None:
        exchange = self._engine.exchange()
        try:
            headers, body = {"Content-Type": "application/x-tar"}, cast("IO[bytes]", archive)
            self._engine.begin(exchange, "PUT", f"/containers/{container}/archive", {"path": path}, body, headers)
        finally:
            exchange.release()

    @contextmanager
    def _container(self, volume: str, image: str, path: str) -> Iterator[str]:
        container = self._made(volume, image, path)
        try:
            yield container
        finally:
            self.discard(container)

    def _made(self, volume: str, image: str, path: str) -> str:
        body: dict[str, Any] = {
            "Image": image,
            "Cmd": ["none"],
            "Labels": {**LABELS, HOME: self._home, PROCESS: self._process},
            "NetworkDisabled": True,
            "HostConfig": {
                "NetworkMode": "none",
                "Mounts": [{"Type": "volume", "Source": volume, "Target": path}],
                "LogConfig": {"Type": "none"},
            },
        }
        name = f"sh0-{self._home}-contents-{secrets.token_hex(6)}"
        return str(self._engine.api.create_container_from_config(body, name)["Id"])

    def _carrier(self) -> str:
        """An image without any file, made if it is not there; the cleaner may remove it."""
        try:
            return str(self._engine.api.inspect_image(self._image)["Id"])
        except docker.errors.NotFound:
            pass
        repository, _, tag = self._image.partition(":")
        query = {"fromSrc": "-", "repo": repository, "tag": tag, "changes": f"LABEL {HOME}={self._home}"}
        exchange = self._engine.exchange()
        try:
            self._engine.begin(exchange, "POST", "/images/create", query, bytes(2 * tarfile.BLOCKSIZE))
            for document in documents(exchange.chunks()):
                if "error" in document:
                    raise Refused(0, str(document["error"]))
        finally:
            exchange.release()
        return str(self._engine.api.inspect_image(self._image)["Id"])


class VolumeArchive:
    """The pieces of an archive; at its end, or when it is closed, the container goes that it was read through."""

    def __init__(self, contents: VolumeContents, container: str, feed: Feed[bytes]) -> None:
        self._contents, self._container, self._feed = contents, container, feed
        self._open = True

    def __iter__(self) -> "VolumeArchive":
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._feed)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End it."""
        if self._open:
            self._open = False
            self._feed.close()
            self._contents.discard(self._container)


def _top_of(block: bytes) -> tarfile.TarInfo | None:
    """The entry of the top of an archive, if that is its first one."""
    try:
        entry = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return None
    return entry if entry.isdir() and entry.name.rstrip("/") == "." else None


class _Begun:
    """An archive whose beginning was read already."""

    def __init__(self, begun: bytes, archive: ByteSource) -> None:
        self._begun, self._archive = begun, archive

    def read(self, size: int = -1, /) -> bytes:
        if self._begun:
            found, self._begun = self._begun, b""
            return found
        return self._archive.read(size)


class _Reading(io.RawIOBase):
    """The pieces of an archive as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._rest) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._rest += piece
        size = len(self._rest) if size < 0 else min(size, CHUNK)
        found, self._rest = self._rest[:size], self._rest[size:]
        return found
