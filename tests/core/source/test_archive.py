"""Archives of source: what goes in comes out, and what is unsafe is refused."""

import contextlib
import gzip
import io
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sh0.errors import BadArchive, Cancelled, InvalidValue, NotFound
from sh0.source.archive import UnpackLimits, pack, tree_digest, unpack


def entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "", mode: int = 0o644) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, target, mode
    return info


def tar(*entries: tarfile.TarInfo, content: bytes = b"x") -> io.BytesIO:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for info in entries:
            info.size = len(content) if info.isreg() else 0
            archive.addfile(info, io.BytesIO(content))
    file.seek(0)
    return file


def zipped(*entries: tuple[str, int, bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, mode, content in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, content)
    file.seek(0)
    return file


def altered(at: int, value: int) -> io.BytesIO:
    """A zip with one file, in whose record in the directory a number of two bytes is another."""
    content = bytearray(zipped(("a", 0o100644, b"x")).getvalue())
    record = content.index(b"PK\x01\x02")
    content[record + at : record + at + 2] = struct.pack("<H", value)
    return io.BytesIO(bytes(content))


NAME = st.text(alphabet="abcé .-_", min_size=1, max_size=8).filter(lambda name: name.strip(". ") == name)
TREES = st.dictionaries(st.lists(NAME, min_size=1, max_size=3).map("/".join), st.binary(max_size=300), max_size=8)


@settings(max_examples=40, deadline=None)
@given(TREES, st.sets(st.integers(0, 7)))
def test_what_is_packed_is_unpacked_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[str, bytes], executable: set[int]
) -> None:
    folder, into = tmp_path_factory.mktemp("from"), tmp_path_factory.mktemp("to")
    for number, (path, content) in enumerate(tree.items()):
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            continue
        target.chmod(0o755 if number in executable else 0o644)
    with pack(folder) as file:
        unpack(file, into)
    assert tree_digest(into) == tree_digest(folder)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000), st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"PK\x05\x06"]))
def test_any_bytes_are_an_archive_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, magic: bytes
) -> None:
    into = tmp_path_factory.mktemp("to")
    with contextlib.suppress(BadArchive):
        unpack(io.BytesIO(magic + content), into)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_archive_never_writes_outside(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    top = tmp_path_factory.mktemp("top")
    into = top / "a" / "b"
    into.mkdir(parents=True)
    content = bytearray(tar(entry("x/y"), entry("l", tarfile.SYMTYPE, "x"), entry("../z"), entry("l/w")).getvalue())
    for position in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=5)):
        content[position] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BadArchive):
        unpack(io.BytesIO(bytes(content)), into)
    assert {path.name for path in top.iterdir()} == {"a"}
    assert {path.name for path in into.parent.iterdir()} == {"b"}


UNSAFE: dict[str, Callable[[], io.BytesIO]] = {
    "traversal": lambda: tar(entry("a/../../x")),
    "absolute": lambda: tar(entry("/etc/x")),
    "device": lambda: tar(entry("null", tarfile.CHRTYPE)),
    "pipe": lambda: tar(entry("pipe", tarfile.FIFOTYPE)),
    "hard link": lambda: tar(entry("l", tarfile.LNKTYPE, "/etc/passwd")),
    "file through a link out": lambda: tar(entry("l", tarfile.SYMTYPE, "../.."), entry("l/x")),
    "folder through a link out": lambda: tar(entry("l", tarfile.SYMTYPE, "/tmp"), entry("l/x/")),
    "link through a link out": lambda: tar(entry("l", tarfile.SYMTYPE, "/tmp"), entry("l/m", tarfile.SYMTYPE, "x")),
    "file through a link": lambda: tar(entry("d/"), entry("l", tarfile.SYMTYPE, "."), entry("l/x")),
    "folder over a file": lambda: tar(entry("a"), entry("a/b")),
    "file over a folder": lambda: tar(entry("a/b"), entry("a")),
    "long name": lambda: tar(entry("a" * 300)),
    "deep name": lambda: tar(entry("a/" * 2000 + "b")),
    "zip traversal": lambda: zipped(("../x", 0o100644, b"x")),
    "zip with backslashes": lambda: zipped(("..\\x", 0o100644, b"x")),
    "zip absolute": lambda: zipped(("/x", 0o100644, b"x")),
    "zip file through a link out": lambda: zipped(("l", 0o120777, b"../../x"), ("l/x", 0o100644, b"x")),
    "zip with a password": lambda: altered(8, 1),
    "zip of an unknown method": lambda: altered(10, 77),
    "zip pipe": lambda: zipped(("p", 0o010644, b"")),
    "nothing": lambda: io.BytesIO(b""),
    "text": lambda: io.BytesIO(b"hello" * 1000),
    "half a gzip": lambda: io.BytesIO(gzip.compress(os.urandom(4000))[:1000]),
    "half a tar": lambda: io.BytesIO(tar(entry("x"), content=b"y" * 5000).getvalue()[:3000]),
}


@pytest.mark.parametrize("make", UNSAFE.values(), ids=UNSAFE.keys())
def test_an_unsafe_or_damaged_archive_is_refused(make: Callable[[], io.BytesIO], tmp_path: Path) -> None:
    into = tmp_path / "deep" / "into"
    into.mkdir(parents=True)
    with pytest.raises(BadArchive) as caught:
        unpack(make(), into)
    assert caught.value.hint
    assert {path.name for path in tmp_path.iterdir()} == {"deep"}
    assert {path.name for path in into.parent.iterdir()} == {"into"}


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="more than 3 files"):
        unpack(tar(*(entry(str(number)) for number in range(4))), tmp_path, UnpackLimits(files=3))


@pytest.mark.parametrize("archive", ["tar", "gzip", "zip"])
def test_too_many_bytes_are_refused_however_well_they_are_compressed(tmp_path: Path, archive: str) -> None:
    content = bytes(400_000)
    plain = tar(entry("zeros"), content=content)
    made = {"tar": plain, "gzip": io.BytesIO(gzip.compress(plain.getvalue())), "zip": zipped(("zeros", 0o644, content))}
    with pytest.raises(BadArchive, match="more than"):
        unpack(made[archive], tmp_path, UnpackLimits(total_bytes=100_000))


def test_a_zip_that_lies_about_a_size_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped(("a", 0o100644, bytes(100_000))).getvalue())
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    with pytest.raises(BadArchive):
        unpack(io.BytesIO(bytes(content)), tmp_path)


def test_a_header_made_to_fill_memory_is_refused(tmp_path: Path) -> None:
    header = entry("pax", tarfile.XHDTYPE)
    header.size = 50 << 20
    content = header.tobuf(tarfile.USTAR_FORMAT) + bytes(50 << 20)
    with pytest.raises(BadArchive, match="headers is too large"):
        unpack(io.BytesIO(gzip.compress(content, 1)), tmp_path)


def test_links_inside_are_kept_as_links(tmp_path: Path) -> None:
    folder, into = tmp_path / "from", tmp_path / "to"
    (folder / "a").mkdir(parents=True)
    into.mkdir()
    (folder / "a" / "file").write_text("x")
    (folder / "link").symlink_to("a/file")
    (folder / "a" / "up").symlink_to("..")
    (folder / "a" / "nowhere").symlink_to("missing")
    with pack(folder) as file:
        unpack(file, into)
    assert os.readlink(into / "link") == "a/file"
    assert os.readlink(into / "a" / "up") == ".."
    assert tree_digest(into) == tree_digest(folder)


@pytest.mark.parametrize("target", ["/etc/passwd", "../elsewhere", "/var/lib/app/data", "../../shared/uploads"])
def test_a_link_that_leads_out_is_packed_and_unpacked_as_a_link(tmp_path: Path, target: str) -> None:
    folder, into = tmp_path / "from", tmp_path / "to"
    folder.mkdir()
    into.mkdir()
    (folder / "link").symlink_to(target)
    with pack(folder) as file:
        unpack(file, into)
    assert os.readlink(into / "link") == target
    assert tree_digest(into) == tree_digest(folder)


def test_links_of_a_zip_are_kept_wherever_they_lead(tmp_path: Path) -> None:
    unpack(zipped(("data", 0o120777, b"/var/lib/app/data")), tmp_path)
    assert os.readlink(tmp_path / "data") == "/var/lib/app/data"


@pytest.mark.parametrize("folder", ["missing", "file"])
def test_what_is_no_folder_is_not_packed(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotFound, match=folder):
        pack(tmp_path / folder)


@pytest.mark.parametrize("folder", ["", " "])
def test_an_empty_name_is_not_the_current_folder(folder: str) -> None:
    with pytest.raises(InvalidValue, match="no folder is named"):
        pack(folder)


DEEP = ["/".join([str(number), *"abcdefghij", "file"]) for number in range(20)]


@pytest.mark.parametrize("make", [lambda: tar(*map(entry, DEEP)), lambda: zipped(*((n, 0o100644, b"") for n in DEEP))])
def test_folders_on_the_way_to_a_file_count(tmp_path: Path, make: Callable[[], io.BytesIO]) -> None:
    with pytest.raises(BadArchive, match="more than 100 files and folders"):
        unpack(make(), tmp_path, UnpackLimits(files=100))
    assert sum(1 for _ in tmp_path.rglob("*")) <= 100


def test_as_many_files_and_folders_as_are_allowed_are_unpacked(tmp_path: Path) -> None:
    unpack(tar(*map(entry, DEEP)), tmp_path, UnpackLimits(files=len(DEEP) * 12))
    assert sum(1 for _ in tmp_path.rglob("*")) == len(DEEP) * 12


def test_the_same_name_again_and_again_counts(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="more than 10 files and folders"):
        unpack(tar(*[entry("same")] * 11), tmp_path, UnpackLimits(files=10))


def test_a_zip_with_a_huge_directory_is_refused_before_it_is_read(tmp_path: Path) -> None:
    many = zipped(*((f"{number}", 0o100644, b"") for number in range(2000)))
    with pytest.raises(BadArchive, match="more than 10 files and folders"):
        unpack(many, tmp_path, UnpackLimits(files=10))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("make", [lambda: tar(*map(entry, DEEP)), lambda: zipped(*((n, 0o100644, b"") for n in DEEP))])
def test_unpacking_stops_when_it_has_to(tmp_path: Path, make: Callable[[], io.BytesIO]) -> None:
    asked = iter(range(8))

    def proceed() -> None:
        if next(asked, None) is None:
            raise Cancelled("the deployment was cancelled")

    with pytest.raises(Cancelled):
        unpack(make(), tmp_path, proceed=proceed)


@pytest.mark.parametrize(
    "content", [{f"{number}/a": 1 for number in range(8)}, {"one": 4 << 20}], ids=["many", "large"]
)
def test_a_digest_stops_when_it_has_to(tmp_path: Path, content: dict[str, int]) -> None:
    for name, size in content.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(bytes(size))
    asked = iter(range(8))

    def proceed() -> None:
        if next(asked, None) is None:
            raise Cancelled("the deployment was cancelled")

    with pytest.raises(Cancelled):
        tree_digest(tmp_path, proceed)


@pytest.mark.parametrize("umask", [0o077, 0o027, 0o022, 0o002, 0o000])
def test_the_umask_of_the_daemon_is_not_seen_in_what_is_unpacked(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        unpack(tar(entry("a/b/file"), entry("a/c", tarfile.DIRTYPE), entry("run", mode=0o700)), tmp_path)
    finally:
        os.umask(before)
    modes = {str(path.relative_to(tmp_path)): path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {"a": 0o755, "a/b": 0o755, "a/c": 0o755, "a/b/file": 0o644, "run": 0o755}


def test_the_same_folder_gives_the_same_archive(tmp_path: Path) -> None:
    for name in ("b", "a", "c/d"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    with pack(tmp_path) as first, pack(tmp_path) as second:
        assert first.read() == second.read()


def test_special_bits_and_owners_do_not_survive(tmp_path: Path) -> None:
    info = entry("run", mode=0o6777)
    info.uid = info.gid = 4242
    unpack(tar(info), tmp_path)
    assert (tmp_path / "run").stat().st_mode & 0o7777 == 0o755
    assert (tmp_path / "run").stat().st_uid == os.getuid()


def test_a_zip_from_windows_has_its_folders(tmp_path: Path) -> None:
    unpack(zipped(("a\\b.txt", 0, b"x"), ("c/", 0, b"")), tmp_path)
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"x"
    assert (tmp_path / "c").is_dir()


def test_the_digest_sees_names_modes_contents_and_links_and_no_times(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("x")
    seen = {tree_digest(tmp_path)}
    os.utime(file, (1, 1))
    assert tree_digest(tmp_path) in seen

    def differs() -> bool:
        before = len(seen)
        seen.add(tree_digest(tmp_path))
        return len(seen) > before

    file.chmod(0o755)
    assert differs()
    file.write_text("y")
    assert differs()
    file.rename(tmp_path / "b")
    assert differs()
    (tmp_path / "c").symlink_to("b")
    assert differs()
    (tmp_path / "c").unlink()
    (tmp_path / "c").symlink_to("a")
    assert differs()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").touch()
    assert not differs()
