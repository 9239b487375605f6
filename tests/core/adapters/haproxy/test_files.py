"""The proxy's folder on disk."""

import errno
import os
import stat
from pathlib import Path

import pytest

from sh0.adapters.haproxy.files import Files
from sh0.errors import DiskFull


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    files = Files(tmp_path / "proxy")
    files.prepare()
    files.write({"certificates/c.pem": b"key"})
    modes = {
        stat.S_IMODE((tmp_path / "proxy" / name).stat().st_mode) for name in ("fallback.pem", "certificates/c.pem")
    }
    assert modes == {0o600}


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.prepare()
    files.write({"a": b"1", "b": b"1"})
    kept = (tmp_path / "a").stat().st_ino
    assert files.write({"a": b"1", "b": b"2"}) == {"b": b"1"}
    assert (tmp_path / "a").stat().st_ino == kept


def test_the_fallback_certificate_is_made_once(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.prepare()
    first = (tmp_path / "fallback.pem").read_bytes()
    files.prepare()
    assert (tmp_path / "fallback.pem").read_bytes() == first


def test_certificates_that_are_not_wanted_are_removed_and_can_be_restored(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.prepare()
    files.write({"certificates/old.pem": b"old"})
    before = files.write({"certificates/new.pem": b"new"})
    assert [path.name for path in (tmp_path / "certificates").iterdir()] == ["new.pem"]
    files.restore(before)
    assert [path.name for path in (tmp_path / "certificates").iterdir()] == ["old.pem"]


def test_a_full_disk_leaves_every_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = Files(tmp_path)
    files.prepare()
    files.write({"a": b"1", "b": b"1"})
    calls = []

    def fsync(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(DiskFull):
        files.write({"a": b"2", "b": b"2"})
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes()) == (b"1", b"1")
    assert [path.name for path in tmp_path.glob(".*")] == []
