"""The folder of trees: each has an owner, and leftovers go at the start."""

import contextlib
import os
import threading
from pathlib import Path

import pytest

from sh0.errors import Cancelled
from sh0.shutdown import Shutdown
from sh0.work_folder import WorkFolder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_tree_is_there_within_its_block(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path, Shutdown())
    with contextlib.suppress(ValueError), work.tree() as tree:
        (tree / "a").mkdir()
        (tree / "a" / "b").write_text("")
        assert names(tmp_path) == [tree.name]
        raise ValueError("broken")
    assert names(tmp_path) == []


def test_what_somebody_holds_is_no_leftover(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path, Shutdown())
    held = work.make("shop-3")
    for name in ("old.tree", "old.upload", "needed.upload"):
        (tmp_path / name).mkdir() if name.endswith("tree") else (tmp_path / name).write_text("")
    assert work.leftovers(["needed.upload"]) == ["old.tree", "old.upload"]
    os.utime(tmp_path / "old.tree", (1.0, 1.0))
    assert work.leftovers([], before=2.0) == ["old.tree"]
    work.clear(work.leftovers(["needed.upload"]))
    assert names(tmp_path) == ["needed.upload", "shop-3"]
    work.remove(held)
    work.remove(held)
    assert names(tmp_path) == ["needed.upload"]


def test_a_link_is_removed_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").write_text("")
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "link").symlink_to(tmp_path / "elsewhere")
    work = WorkFolder(tmp_path / "work", Shutdown())
    work.clear(work.leftovers([]))
    assert names(tmp_path / "work") == []
    assert names(tmp_path / "elsewhere") == ["kept"]


def test_closing_waits_for_those_that_hold_a_tree(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path, Shutdown())
    tree = work.make()
    closing = threading.Thread(target=work.close, args=(20.0,))
    closing.start()
    work.remove(tree)
    closing.join(20)
    assert not closing.is_alive()
    assert names(tmp_path) == []


def test_a_closing_platform_leaves_its_trees_to_the_next_start(tmp_path: Path) -> None:
    shutdown = Shutdown()
    work = WorkFolder(tmp_path, shutdown)
    with work.tree() as tree:
        (tree / "a").write_text("")
        shutdown.begin()
    work.close(20.0)  # nobody holds it
    assert names(tree) == ["a"]
    with pytest.raises(Cancelled, match="the platform is closing"):
        work.make()
    again = WorkFolder(tmp_path, Shutdown())
    again.clear(again.leftovers([]))
    assert names(tmp_path) == []


def test_closing_waits_no_longer_than_it_may(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path, Shutdown())
    tree = work.make()
    work.close(0.0)
    assert names(tmp_path) == [tree.name]


def test_a_tree_that_cannot_be_made_is_not_held(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path, Shutdown())
    (tmp_path / "shop-3").write_text("")
    with pytest.raises(FileExistsError):
        work.make("shop-3")
    work.close(20.0)
