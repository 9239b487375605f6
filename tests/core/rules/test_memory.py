"""What is remembered between checks: nothing that changed, nothing that somebody else wrote."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sh0 import Category, Edit, Fix, Severity
from sh0.plugin import Hit, Rule, Subject
from sh0.rules.engine import check
from sh0.rules.memory import Memory
from sh0.rules.report import Report
from sh0.rules.subjects import DockerfileText, ProjectTree, TextFile
from sh0.source.tree import Project

FIX = Fix("Mend it", (Edit("a", 1, 1, ("done",)),))


class World:
    """A project, three rules that tell what they looked at, and a memory."""

    def __init__(self, folder: Path) -> None:
        self.project, self.folder = folder / "project", folder / "memory"
        self.project.mkdir()
        self.looked: list[str] = []

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.project / name).write_text(text)
        then = time.time_ns()
        while time.time_ns() - then < 120_000_000:  # a file that has only just changed is not remembered
            time.sleep(0.02)

    def check(self, digest: str = "1") -> Report:
        self.looked.clear()
        words = (Category.RUNTIME, Severity.ERROR, "a title", "Because.", "So.", "https://example.org")
        rules = [
            Rule("SH0-TT001", *words, Subject.FILE, self._todo, trigger="TODO"),
            Rule("SH0-TT002", *words, Subject.PROJECT, self._lock),
            Rule("SH0-TT003", *words, Subject.DOCKERFILE, self._dockerfile),
        ]
        return check(Project(self.project), rules, memory=Memory(self.folder, str(self.project), digest))

    def _todo(self, file: TextFile) -> Iterator[Hit]:
        self.looked.append(file.path)
        yield Hit("to be done", 1, 2, fix=FIX)

    def _lock(self, tree: ProjectTree) -> Iterator[Hit]:
        self.looked.append("project")
        if (tree.project.text("manifest") or "") != (tree.project.text("lock") or ""):
            yield Hit("the lock file is stale", path="lock")

    def _dockerfile(self, file: DockerfileText) -> Iterator[Hit]:
        self.looked.append(file.file.path)
        if not file.project.has(".dockerignore"):
            yield Hit("everything is copied", 1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.write(a="TODO", b="done", Dockerfile="FROM x", manifest="1", lock="1")
    return world


def test_what_has_not_changed_is_not_looked_at_again_and_found_the_same(world: World) -> None:
    first = world.check()
    assert world.looked == ["project", "Dockerfile", "a"]
    assert world.check() == first
    assert world.looked == []
    assert first.findings[1].fix == FIX


def test_unchanged_files_are_not_even_opened(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.check()
    real, opened = os.open, list[str]()

    def note(path: str, *more: int) -> int:
        opened.append(str(path))
        return real(path, *more)

    monkeypatch.setattr(os, "open", note)
    world.check()
    assert [path for path in opened if path.startswith(str(world.project))] == []


@pytest.mark.parametrize(
    ("changes", "looked"),
    [
        ({"a": "TODO too"}, ["a"]),
        ({"b": "TODO"}, ["b"]),
        ({"manifest": "2"}, ["project"]),
        ({"Dockerfile": "FROM y"}, ["Dockerfile"]),
        ({"new": "x"}, ["project", "Dockerfile"]),
        ({"new": "TODO"}, ["project", "Dockerfile", "new"]),
    ],
)
def test_only_what_depends_on_a_change_is_looked_at(world: World, changes: dict[str, str], looked: list[str]) -> None:
    world.check()
    world.write(**changes)
    fresh = world.check()
    assert world.looked == looked
    world.folder.rename(world.folder.with_name("forgotten"))
    assert world.check() == fresh


def test_other_rules_remember_nothing(world: World) -> None:
    world.check("1")
    world.check("2")
    assert world.looked == ["project", "Dockerfile", "a"]


def test_a_file_that_has_only_just_changed_is_looked_at_again(world: World) -> None:
    world.check()
    (world.project / "a").write_text("TODO now")
    world.check()
    world.check()
    assert world.looked == ["a"]


def test_a_change_that_restores_size_and_time_is_seen(world: World) -> None:
    world.check()
    before = (world.project / "b").stat()
    world.write(b="TODO")
    os.utime(world.project / "b", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "b" in {finding.place.path for finding in world.check().findings}


def spoil(*writes: Callable[[Path], object]) -> Callable[[World], None]:
    def spoiled(world: World) -> None:
        (file,) = world.folder.iterdir()
        for write in writes:
            write(file)

    return spoiled


def forged(file: Path) -> None:
    """Everything clean, as an attacker would like it."""
    document = json.loads(file.read_text())
    document["files"] = {
        path: entry[0] if isinstance(entry, list) else entry for path, entry in document["files"].items()
    }
    document["wide"] = {key: [entry[0], entry[1], []] for key, entry in document["wide"].items()}
    file.write_text(json.dumps(document))


@pytest.mark.parametrize(
    "spoiled",
    [
        spoil(lambda file: file.write_bytes(b"\xff\0{")),
        spoil(lambda file: file.write_text("[" * 100_000)),
        spoil(lambda file: file.write_text("[]")),
        spoil(lambda file: file.write_text('{"v": 1, "rules": "1", "files": [], "wide": 3}')),
        spoil(lambda file: file.write_text(file.read_text().replace('"error"', '"no such severity"'))),
        spoil(lambda file: file.write_text(file.read_text().replace("[", '["x",'))),
        spoil(Path.unlink, Path.mkdir),
        spoil(forged, lambda file: file.chmod(0o666)),
        spoil(forged, lambda file: file.rename(file.parent / "else"), lambda file: file.symlink_to("else")),
        spoil(forged, lambda file: file.parent.chmod(0o777)),
    ],
    ids=["bytes", "deep", "shape", "parts", "severity", "entries", "folder", "writable", "link", "open-folder"],
)
def test_a_memory_that_is_broken_or_not_ours_alone_is_ignored(world: World, spoiled: Callable[[World], None]) -> None:
    first = world.check()
    spoiled(world)
    assert world.check() == first
    assert world.looked != []


def test_a_memory_that_cannot_be_written_costs_only_time(world: World) -> None:
    world.folder.write_text("a file where the folder should be")
    assert len(world.check().findings) == 2


def test_the_memory_is_the_owners_alone(world: World) -> None:
    world.check()
    (file,) = world.folder.iterdir()
    assert world.folder.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600


def test_after_a_rule_broke_nothing_is_remembered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: World, file: TextFile) -> Iterator[Hit]:
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr(World, "_todo", fail)
        assert world.check().broken
    assert world.check().findings
    assert "a" in world.looked
