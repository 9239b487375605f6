"""``sh0 apps rename`` and ``sh0 apps clone``: what changes is shown, and what comes next."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Ran


@pytest.fixture
def shop(sh0: Callable[..., Ran], folder: Path) -> str:
    """An app that is live, with a variable."""
    assert sh0("push", str(folder), "--app", "shop").code == 0
    assert sh0("env", "shop", "COLOUR=green", "--no-deploy").code == 0
    return "shop"


def test_a_plan_shows_what_another_name_changes_and_changes_nothing(sh0: Callable[..., Ran], shop: str) -> None:
    ran = sh0("apps", "rename", shop, "store", "--plan")
    assert ran.code == 0
    assert "host name\t\tstore.localhost" in ran.out
    assert "git\tssh://git@127.0.0.1:2222/shop\tssh://git@127.0.0.1:2222/store" in ran.out
    assert "until: sh0 domains remove shop.localhost" in ran.out
    assert json.loads(sh0("apps", "rename", shop, "store", "--plan", "--json").out)["kept"] == "shop.localhost"
    assert sh0("apps", "get", shop).code == 0


def test_a_renamed_app_says_where_it_is_pushed_to(sh0: Callable[..., Ran], shop: str) -> None:
    ran = sh0("apps", "rename", shop, "store", "--drop-host")
    assert ran.out.splitlines()[-2:] == [
        "shop is called store now.",
        "In clones of its repository: git remote set-url REMOTE ssh://git@127.0.0.1:2222/store",
    ]
    missing = sh0("status", "shop")
    assert (missing.code, "It is called store now." in missing.err) == (3, True)
    assert json.loads(sh0("apps", "rename", "store", "shop", "--json").out)["name"] == "shop"


def test_a_copy_says_what_it_has_and_how_it_gets_a_version(sh0: Callable[..., Ran], shop: str) -> None:
    ran = sh0("apps", "clone", shop, "staging", "--variables")
    assert "variable COLOUR\tcopied" in ran.out
    assert "versions\tnone of shop" in ran.out
    assert ran.out.splitlines()[-1] == "Bring its first version: sh0 push PATH --app staging"
    made = json.loads(sh0("apps", "clone", shop, "other", "--json").out)
    assert (made["name"], made["left_out"][0]) == ("other", "variables")
