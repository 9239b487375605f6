"""Whatever git waits for or writes, it is ended as soon as the work is to stop."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sh0.errors import Cancelled
from sh0.repositories.remote import fetch
from sh0.repositories.repository import Repositories
from tests.core.git.checkout import Checkout

LIMIT = 10.0
"""Seconds that nothing here may take; what git would wait for takes minutes."""


@pytest.fixture
def silent() -> Iterator[str]:
    """Address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/shop.git"


@pytest.fixture
def soon() -> Iterator[Callable[[], None]]:
    """Lets work go on for a while."""
    stop = threading.Event()
    timer = threading.Timer(0.5, stop.set)
    timer.start()

    def proceed() -> None:
        if stop.is_set():
            raise Cancelled("not any more")

    yield proceed
    timer.cancel()


def children(of: str) -> list[Path]:
    """Processes whose arguments name something."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if of.encode() in (process / "cmdline").read_bytes():
                found.append(process)
        except OSError:
            continue
    return found


def test_a_fetch_that_waits_is_ended(silent: str, soon: Callable[[], None], tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        fetch(silent, "main", tmp_path / "tree", proceed=soon)
    assert time.monotonic() - begun < LIMIT
    assert not children(silent)
    assert [path.name for path in tmp_path.iterdir()] == ["tree"]


def test_a_submodule_that_is_waited_for_is_ended(silent: str, soon: Callable[[], None], tmp_path: Path) -> None:
    repositories, work = Repositories(tmp_path / "repos"), Checkout(tmp_path / "work")
    repositories.create("shop")
    first = work.commit(a="1")
    (work.path / ".gitmodules").write_text(f'[submodule "b"]\npath = b\nurl = {silent}\n')
    work.git("add", ".gitmodules")
    work.git("update-index", "--add", "--cacheinfo", f"160000,{first},b")
    work.git("commit", "-qm", "with a submodule")
    work.git("push", "-q", str(repositories.path("shop")), "main")
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        repositories.export("shop", "main", tmp_path / "tree", proceed=soon)
    assert time.monotonic() - begun < LIMIT
    assert not children(silent)


def test_an_export_is_ended_between_and_within_its_steps(tmp_path: Path) -> None:
    repositories, work = Repositories(tmp_path / "repos"), Checkout(tmp_path / "work")
    repositories.create("shop")
    work.commit(**{f"f{number}": str(number) for number in range(50)})
    work.git("push", "-q", str(repositories.path("shop")), "main")
    asked = list[int]()

    def never() -> None:
        asked.append(1)
        raise Cancelled("not any more")

    with pytest.raises(Cancelled):
        repositories.export("shop", "main", tmp_path / "tree", proceed=never)
    assert len(asked) == 1
    assert not list((tmp_path / "tree").iterdir())
    assert not list(tmp_path.glob(".tree*"))
