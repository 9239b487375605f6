"""Volumes on a real engine: they outlast versions, belong to the image's user, and no crash leaves half of one."""

import base64
import io
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import sh0
from sh0.errors import DiskFull, WrongState
from tests.integration import world
from tests.integration.conftest import Embedded
from tests.integration.world import write_tree

pytestmark = pytest.mark.docker


def inside(shared: Embedded, app: str, *argv: str) -> str:
    """What a command prints in the container of an app."""
    (container,) = shared.containers(app)
    done = shared.core.context.fleet.at("local").runtime.execute(container, argv)
    assert done.exit_code == 0, done.stderr
    return done.stdout.decode().strip()


def tree(folder: Path, version: str, *, user: str = "", run: str = "", manifest: str = "") -> Path:
    made = write_tree(folder, version, run=run)
    dockerfile = made / "Dockerfile"
    if user:
        dockerfile.write_text(dockerfile.read_text() + f"\nUSER {user}\n")
    if manifest:
        (made / "sh0.yaml").write_text(manifest)
    return made


def packed(files: dict[str, bytes], links: dict[str, str] | None = None) -> io.BytesIO:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for name, target in (links or {}).items():
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            archive.addfile(link)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    written.seek(0)
    return written


def unpacked(pieces: Iterator[sh0.VolumePiece]) -> dict[str, tarfile.TarInfo]:
    data = b"".join(base64.b64decode(piece.data) for piece in pieces)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {entry.name.removeprefix("./") or ".": entry for entry in archive}


def test_what_the_user_of_an_image_writes_is_there_in_the_next_version_and_after_a_rollback(
    shared: Embedded, app: str, tmp_path: Path
) -> None:
    manifest = "volumes: {uploads: /srv/uploads}\n"
    first = shared.deployed(shared.upload(app, tree(tmp_path / "1", "1", user="1234:1235", manifest=manifest)))
    inside(shared, app, "sh", "-c", "echo kept > /srv/uploads/x")
    shared.deployed(shared.upload(app, tree(tmp_path / "2", "2", user="1234:1235", manifest=manifest)))
    assert shared.version(app) == "2"
    assert inside(shared, app, "cat", "/srv/uploads/x") == "kept"
    inside(shared, app, "sh", "-c", "echo later > /srv/uploads/y")
    shared.deployed(shared.platform.deployments.rollback(app, to=first.id))
    assert shared.version(app) == "1"
    assert inside(shared, app, "cat", "/srv/uploads/y") == "later"
    assert inside(shared, app, "stat", "-c", "%u:%g", "/srv/uploads") == "1234:1235"


def test_a_user_with_a_name_owns_a_fresh_volume_and_keeps_what_the_image_has_there(
    shared: Embedded, app: str, tmp_path: Path
) -> None:
    run = "useradd -u 4321 -m app && mkdir -p /srv/seeded && echo seed > /srv/seeded/seed && chown -R app /srv/seeded"
    manifest = "volumes: {fresh: /srv/fresh, seeded: /srv/seeded}\n"
    shared.deployed(shared.upload(app, tree(tmp_path / "1", "1", user="app", run=run, manifest=manifest)))
    inside(shared, app, "sh", "-c", "touch /srv/fresh/x /srv/seeded/x")
    assert inside(shared, app, "cat", "/srv/seeded/seed") == "seed"
    assert inside(shared, app, "stat", "-c", "%U", "/srv/fresh") == "app"


def test_an_upload_belongs_to_the_app_and_no_link_of_it_leads_out(shared: Embedded, app: str, tmp_path: Path) -> None:
    manifest = "volumes: {uploads: /srv/uploads}\n"
    shared.deployed(shared.upload(app, tree(tmp_path / "1", "1", user="1234", manifest=manifest)))
    volumes = shared.platform.volumes
    volumes.upload(app, "uploads", packed({"a/b": b"new", "out/sh0-escaped": b"evil"}, {"out": "/etc"}))
    assert inside(shared, app, "cat", "/srv/uploads/a/b") == "new"
    assert inside(shared, app, "stat", "-c", "%u", "/srv/uploads/a/b") == "1234"
    assert not Path("/etc/sh0-escaped").exists()
    assert "sh0-escaped" not in inside(shared, app, "ls", "/etc")
    found = unpacked(volumes.download(app, "uploads"))
    assert found["a/b"].size == 3
    list(volumes.copy(app, "uploads", "copy"))
    assert unpacked(volumes.download(app, "copy"))["."].uid == 1234


def test_a_volume_that_is_full_says_so(shared: Embedded, app: str) -> None:
    volumes = shared.platform.volumes
    small = f"sh0-{shared.home_id}-{app}.small"
    options = ("--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt", "o=size=64k")
    world.docker("volume", "create", "--label", f"sh0.home={shared.home_id}", *options, small)
    assert volumes.create(app, "small").source == small
    with pytest.raises(DiskFull):
        volumes.upload(app, "small", packed({"big": b"x" * (4 << 20)}))
    world.until(lambda: not world.containers(shared.home_id, kind="contents"), 10, "nothing reads volumes any more")


def test_a_volume_that_is_detached_while_it_is_used_is_there_until_the_next_deployment(
    shared: Embedded, app: str, tmp_path: Path
) -> None:
    volumes = shared.platform.volumes
    shared.deployed(shared.upload(app, tree(tmp_path / "1", "1")))
    shared.deployed(volumes.attach(app, "uploads", "/srv/uploads"))
    inside(shared, app, "sh", "-c", "echo kept > /srv/uploads/x")
    assert volumes.detach(app, "uploads", deploy=False) is None
    assert inside(shared, app, "cat", "/srv/uploads/x") == "kept"
    with pytest.raises(WrongState, match="in use"):
        volumes.delete(app, "uploads", confirm="uploads")
    shared.deployed(shared.platform.apps.restart(app))
    inside(shared, app, "test", "!", "-e", "/srv/uploads/x")
    volumes.delete(app, "uploads", confirm="uploads")
    volumes.restore(app, "uploads")
    shared.deployed(volumes.attach(app, "uploads", "/srv/uploads"))
    assert inside(shared, app, "cat", "/srv/uploads/x") == "kept"


def listing(volume: str) -> list[str]:
    """Each file in a volume with its size, owner and mode."""
    find = ("find", "/volume", "-type", "f", "-printf", "%P %s %U:%G %m\\n")
    shown = world.docker("run", "--rm", "--label", "sh0.test=1", "-v", f"{volume}:/volume:ro", world.BASE, *find)
    return sorted(shown.splitlines())


@pytest.mark.xdist_group("volume-crash")
def test_a_copy_that_is_killed_leaves_nothing_and_can_be_made_again(daemons: Callable[..., world.Daemon]) -> None:
    daemon = daemons().start()
    with daemon.connect() as platform:
        platform.apps.create("web")
        platform.volumes.create("web", "uploads")
        platform.volumes.upload("web", "uploads", packed({str(n): b"x" * (16 << 20) for n in range(24)}))
        next(platform.volumes.copy("web", "uploads", "backup"))
        daemon.kill()
    daemon.start()
    home_id = world.identity(daemon.home)
    assert home_id is not None
    with daemon.connect() as platform:
        assert [each.volume.name for each in platform.volumes.list()] == ["uploads"]
        assert world.containers(home_id, kind="contents") == set()
        label = f"label=sh0.home={home_id}"
        assert world.docker("volume", "ls", "-q", "--filter", label).split() == [f"sh0-{home_id}-web.uploads"]
        assert list(platform.volumes.copy("web", "uploads", "backup"))[-1].done
        kept, copied = (listing(f"sh0-{home_id}-web.{name}") for name in ("uploads", "backup"))
        assert kept == copied
        assert len(kept) == 24
