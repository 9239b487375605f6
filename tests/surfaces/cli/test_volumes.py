"""``sh0 volumes`` for people, and what an app without a web process is told."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sh0.bootstrap import Core
from tests.surfaces.cli.conftest import Ran

Sh0 = Callable[..., Ran]


@pytest.fixture
def uploads(sh0: Sh0, folder: Path) -> str:
    """An app with a volume that it has, and another one."""
    shop = "shop"
    sh0("push", str(folder), "--app", shop)
    assert sh0("volumes", "attach", shop, "uploads", "/app/uploads", "--shared").code == 0
    assert "sh0 volumes attach shop spare /PATH" in sh0("volumes", "create", shop, "spare").out
    return shop


def test_a_list_says_where_each_is_mounted_and_who_has_it(sh0: Sh0, uploads: str) -> None:
    assert sh0("volumes", "list").out.splitlines() == [
        "shop\tspare\t\t\t\tnobody",
        "shop\tuploads\t/app/uploads\t\t\tshop-2",
    ]
    assert [each["uses"] == [] for each in json.loads(sh0("volumes", "list", "--json").out)] == [True, False]
    assert sh0("volumes", "list", "--app", "other").err.startswith("other has no volumes.")


def test_one_is_shown_with_its_uses_and_what_is_known_of_its_size(sh0: Sh0, uploads: str, core: Core) -> None:
    said = sh0("volumes", "get", uploads, "uploads").out
    assert "mounted at\t/app/uploads, shared by shop-2" in said
    assert "size\tnot measured yet" in said
    assert "mounted at\tnowhere: nothing has it" in sh0("volumes", "get", uploads, "spare").out


def test_a_copy_says_what_it_has_copied_and_where_to(sh0: Sh0, uploads: str) -> None:
    assert sh0("apps", "create", "blog").code == 0
    said = sh0("volumes", "copy", uploads, "uploads", "found", "--into", "blog").out
    assert said.startswith("uploads of shop is copied to found of blog: ")
    lines = sh0("volumes", "copy", uploads, "uploads", "found", "--json").out.splitlines()
    assert json.loads(lines[-1])["done"]


def test_a_deleted_one_is_listed_as_long_as_it_is_kept(sh0: Sh0, uploads: str) -> None:
    assert sh0("volumes", "delete", uploads, "spare", "--yes").code == 0
    assert "\tdeleted, kept until " in sh0("volumes", "list").out
    assert sh0("volumes", "restore", uploads, "spare").code == 0
    assert "deleted" not in sh0("volumes", "list").out


def test_an_app_without_web_has_nothing_to_open(sh0: Sh0, folder: Path) -> None:
    (folder / "Procfile").write_text("web: serve\nworker: work\n")
    sh0("push", str(folder), "--app", "bot")
    assert sh0("scale", "bot", "web=0", "worker=1").code == 0
    ran = sh0("open", "bot")
    assert (ran.code, "no process web of bot runs" in ran.err) == (3, True)
