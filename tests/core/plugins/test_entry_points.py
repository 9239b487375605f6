"""Entry points of what is installed."""

import importlib.metadata
import sys
from pathlib import Path

import pytest

from sh0.plugins.entry_points import EntryPoint, entry_points
from tests.third_party import write_plugin


@pytest.mark.parametrize("group", ["sh0", "console_scripts", "pytest11", "no such group"])
def test_they_are_those_that_the_standard_library_finds(group: str) -> None:
    theirs = {
        (e.name, e.value, e.dist.name, e.dist.version) for e in importlib.metadata.entry_points(group=group) if e.dist
    }
    assert {(e.name, e.value, e.package, e.version) for e in entry_points(group)} == theirs


def test_the_first_of_two_installations_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = write_plugin(tmp_path / "1"), write_plugin(tmp_path / "2")
    (second / "acme-1.dist-info/entry_points.txt").write_text("[sh0]\nacme = elsewhere\n")
    monkeypatch.setattr(sys, "path", [str(first), str(second), str(tmp_path / "missing")])
    assert entry_points("sh0") == [EntryPoint("acme", "acme", "acme", "1")]


def test_an_archive_among_the_paths_is_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app.zip").write_bytes(b"")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "app.zip")])
    assert "builtin" in {entry.name for entry in entry_points("sh0")}


def test_a_module_or_an_object_in_it_is_loaded() -> None:
    assert EntryPoint("a", "sh0.builtin", "", "").load().__name__ == "sh0.builtin"  # type: ignore[attr-defined]
    assert EntryPoint("a", "sh0_cli.main:main", "", "").load().__name__ == "main"  # type: ignore[attr-defined]
