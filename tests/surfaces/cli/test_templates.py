"""Templates on the command line: found, written, imported, deployed, brought up to date."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sh0.bootstrap import Core
from tests.core.templates.test_operations import SHOP
from tests.surfaces.cli.conftest import Ran


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A template of one's own."""
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP.replace("web:1", "nginx:1.30"))
    return file


def test_the_list_names_every_template_and_a_category_only_its_own(sh0: Callable[..., Ran]) -> None:
    everything = sh0("templates", "list").out.splitlines()
    databases = sh0("templates", "list", "databases").out.splitlines()
    assert "umami\tanalytics\tWeb analytics without cookies." in everything
    assert set(databases) < set(everything)
    assert all("databases" in line for line in databases)


def test_a_category_that_nobody_has_is_a_usage_error(sh0: Callable[..., Ran]) -> None:
    ran = sh0("templates", "list", "shopping")
    assert ran.code == 2
    assert "there are ai, analytics" in ran.err


def test_a_search_shows_the_best_first_and_says_when_nothing_fits(sh0: Callable[..., Ran]) -> None:
    assert sh0("templates", "search", "feed", "reader").out.startswith("miniflux\t")
    assert sh0("templates", "search", "xyzzy").out == "Nothing fits. 'sh0 templates list' shows all.\n"


def test_a_template_is_shown_with_what_it_asks_for_and_where_its_facts_are_from(sh0: Callable[..., Ran]) -> None:
    out = sh0("templates", "show", "umami").out
    assert "source\thttps://github.com/umami-software/umami/blob/" in out
    assert "DB_PASSWORD\tmade (password:24)\tPassword of the database.\n" in out
    assert sh0("templates", "show", "umami", "--file").out.startswith("x-sh0:\n")


def test_a_template_is_deployed_and_what_was_made_is_printed_once(
    sh0: Callable[..., Ran], core: Core, shop: Path
) -> None:
    ran = sh0("templates", "deploy", str(shop), "-e", "OWNER=me@example.org")
    assert ran.code == 0, ran
    made = core.platform.templates.reveal("shop", "DB_PASSWORD")
    assert f"DB_PASSWORD\t{made}\n" in ran.out
    assert "http://shop-web." in ran.out
    assert core.platform.stacks.get("shop").live == "shop.1"


def test_a_value_may_come_from_standard_input(
    sh0: Callable[..., Ran], core: Core, shop: Path, typed: Callable[[str], None]
) -> None:
    typed("me@example.org\n")
    assert sh0("templates", "deploy", str(shop), "-e", "OWNER=-").code == 0
    assert core.platform.templates.reveal("shop", "OWNER") == "me@example.org"


def test_without_a_terminal_what_is_required_has_to_be_given(sh0: Callable[..., Ran], core: Core, shop: Path) -> None:
    ran = sh0("templates", "deploy", str(shop))
    assert ran.code == 2
    assert "OWNER: Who it belongs to." in ran.err
    assert "-e OWNER=…" in ran.err
    assert core.platform.stacks.list() == ()


def test_in_json_a_deployment_is_one_document_with_what_was_made(sh0: Callable[..., Ran], shop: Path) -> None:
    ran = sh0("templates", "deploy", str(shop), "-e", "OWNER=me@example.org", "--json")
    document = json.loads(ran.out)
    assert list(document["credentials"]) == ["DB_PASSWORD"]
    assert document["release"]["variables"]["DB_PASSWORD"] == "••••••"


def test_an_update_needs_a_stack_that_a_template_made(sh0: Callable[..., Ran]) -> None:
    assert sh0("templates", "outdated").out == ""
    assert sh0("templates", "update", "nothing").code == 3


def test_a_new_template_has_nothing_wrong_but_what_is_to_be_filled_in(
    lonely: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert lonely("templates", "new", "my-shop").code == 0
    assert "title: My Shop" in (tmp_path / "my-shop.yaml").read_text()
    found = json.loads(lonely("templates", "lint", "my-shop.yaml", "--json").out)
    demands = {each["problem"]["demand"] for each in found}
    assert demands == {"summary", "category", "links", "source", "image-version"}
    assert lonely("templates", "new", "my-shop").code == 2
    assert lonely("templates", "new", "My Shop").code == 2


def test_lint_names_file_line_and_what_to_do_and_ends_with_1(lonely: Callable[..., Ran], shop: Path) -> None:
    shop.write_text(shop.read_text().replace("nginx:1.30", "nginx:latest"))
    ran = lonely("templates", "lint", str(shop))
    line = shop.read_text().splitlines().index("    image: nginx:latest") + 1
    assert ran.code == 1
    assert f"{shop}:{line}:5: nginx:latest: the tag latest has no version in it [image-version]" in ran.out
    assert "Write the version in full" in ran.out
    assert lonely("templates", "lint").code == 0


def test_an_import_writes_the_template_out_and_the_report_beside_it(lonely: Callable[..., Ran], tmp_path: Path) -> None:
    folder = tmp_path / "board"
    folder.mkdir()
    (folder / "docker-compose.yml").write_text("services: {web: {image: 'x:1.0', build: ., ports: ['80:8080']}}")
    ran = lonely("templates", "import", str(folder))
    assert ran.out.startswith("x-sh0:\n  format: 1\n  title: Board\n")
    assert "lost     docker-compose.yml:1: build of web is left out" in ran.err
    assert "board, from compose: 2 changed," in ran.err
    target = tmp_path / "board.yaml"
    assert lonely("templates", "import", str(folder), "-o", str(target), "--format", "compose").out == ""
    assert target.read_text() == ran.out
