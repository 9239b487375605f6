"""An archive for a volume is checked entry by entry."""

import io
import tarfile
from collections.abc import Callable

import pytest

from sh0.errors import BadArchive
from sh0.volumes.archive import CheckedArchive


def archive(*entries: tuple[tarfile.TarInfo, bytes], mode: str = "w") -> io.BytesIO:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode=mode) as made:  # type: ignore[call-overload]
        for entry, content in entries:
            entry.size = len(content)
            made.addfile(entry, io.BytesIO(content))
    written.seek(0)
    return written


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.uid, made.gid, made.uname, made.mode = kind, link, 501, 20, "me", 0o640
    return made


def passed(source: io.BytesIO, owner: tuple[int, int] | None = None) -> list[tarfile.TarInfo]:
    checked = CheckedArchive(source, owner)
    pieces = []
    while piece := checked.read(1000):
        pieces.append(piece)
    with tarfile.open(fileobj=io.BytesIO(b"".join(pieces))) as read:
        found = read.getmembers()
    assert checked.entries == len(found)
    assert checked.size == sum(each.size for each in found)
    return found


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_files_folders_and_links_go_through(mode: str) -> None:
    long = "a" * 90 + "/" + "b" * 90
    sent = [
        (entry(".", tarfile.DIRTYPE), b""),
        (entry("./x"), b"y" * 70_000),
        (entry(long), b"z"),
        (entry("to", tarfile.SYMTYPE, "/etc/passwd"), b""),
        (entry("hard", tarfile.LNKTYPE, "./x"), b""),
    ]
    found = passed(archive(*sent, mode=mode))
    assert [each.name for each in found] == [".", "./x", long, "to", "hard"]
    assert {(each.uid, each.gid, each.uname, each.mode) for each in found} == {(501, 20, "", 0o640)}


def test_everything_belongs_to_whom_the_volume_belongs() -> None:
    assert [(each.uid, each.gid) for each in passed(archive((entry("x"), b"1")), (1234, 1235))] == [(1234, 1235)]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (entry("/etc/passwd"), "outside"),
        (entry("a/../../b"), "outside"),
        (entry("h", tarfile.LNKTYPE, "../x"), "outside"),
        (entry("h", tarfile.LNKTYPE, "/etc/shadow"), "outside"),
        (entry("d", tarfile.CHRTYPE), "device"),
        (entry("p", tarfile.FIFOTYPE), "pipe"),
    ],
)
def test_what_must_not_be_in_a_volume_is_refused(bad: tarfile.TarInfo, said: str) -> None:
    with pytest.raises(BadArchive, match=said):
        passed(archive((entry("first"), b"1"), (bad, b"")))


@pytest.mark.parametrize(
    "damage",
    [lambda data: b"no archive at all" * 100, lambda data: data[:700], lambda data: data[:100] + b"\xff" * 400],
)
def test_what_is_damaged_is_refused(damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(BadArchive):
        passed(io.BytesIO(damage(archive((entry("x"), b"1" * 5000)).getvalue())))


def test_a_header_that_would_fill_memory_is_refused() -> None:
    header = entry("x", tarfile.XHDTYPE)
    header.size = 1 << 40
    with pytest.raises(BadArchive, match="header"):
        passed(io.BytesIO(header.tobuf(tarfile.GNU_FORMAT)))


def test_who_stops_it_is_heard_in_the_middle_of_a_file() -> None:
    calls = iter([None, None, RuntimeError("stop")])

    def proceed() -> None:
        if isinstance(error := next(calls), Exception):
            raise error

    checked = CheckedArchive(archive((entry("x"), b"1" * (1 << 20))), None, proceed)
    with pytest.raises(RuntimeError, match="stop"):
        list(iter(lambda: checked.read(1 << 16), b""))


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1024, 1 << 20])
def test_every_entry_goes_through_whatever_the_sizes(size: int) -> None:
    found = passed(archive(*((entry(str(number)), b"x" * size) for number in range(5))))
    assert [(each.name, each.size) for each in found] == [(str(number), size) for number in range(5)]
