"""``sh0 compose``, against a platform on pretended ports."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from sh0.bootstrap import Core
from sh0_cli.group import cli
from sh0_cli.session import Session

from .conftest import Ran

COMPOSE = """
services:
  web: {image: 'nginx:1.30', ports: ['8080:80'], environment: {TOKEN: '${TOKEN:?set it}'}, depends_on: [db]}
  db: {image: 'python:3.13-slim', volumes: ['data:/data'], command: [serve], x-sh0: {probe: 'tcp:1'}}
volumes: {data: {}}
"""
Sh0 = Callable[..., Ran]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder called shop with a Compose file, whose variable stands in an .env file beside it."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "compose.yaml").write_text(COMPOSE)
    (folder / ".env").write_text("TOKEN=hunter22\n")
    return folder


@pytest.fixture
def live(sh0: Sh0, files: Path) -> Path:
    assert sh0("compose", "up", str(files), "--yes").code == 0
    return files


def test_a_plan_shows_actions_routes_volumes_and_notes_with_their_places(sh0: Sh0, files: Path, core: Core) -> None:
    ran = sh0("compose", "plan", str(files))
    assert ran.code == 0, ran.err
    rows = [line.split("\t") for line in ran.out.splitlines()]
    assert ["db", "create", "python:3.13-slim", "", ""] in rows
    assert ["web", "create", "nginx:1.30", "shop-web.localhost", "db"] in rows
    assert ["data", "made", f"sh0-{core.context.home_id}-shop_data", ""] in rows
    assert any(row[0] == "compose.yaml, line 3" and "is not published" in row[2] for row in rows if len(row) == 3)
    assert core.platform.stacks.list() == ()


def test_a_plan_needs_no_platform(lonely: Sh0, files: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SH0_HOME", str(tmp_path / "nobody"))
    for arguments in (("--offline",), ()):
        ran = lonely("compose", "plan", str(files / "compose.yaml"), *arguments)
        assert ran.code == 0, ran.err
        assert "no platform was asked" in ran.out
    assert "The files alone are looked at." in ran.err


def test_a_plan_in_json_tells_no_secret(sh0: Sh0, files: Path) -> None:
    ran = sh0("compose", "plan", str(files), "--name", "other", "--json")
    found = json.loads(ran.out)
    assert (found["stack"], [each["service"] for each in found["services"]]) == ("other", ["db", "web"])
    assert "hunter22" not in ran.out


def test_up_follows_the_release_and_prints_where_it_is(sh0: Sh0, files: Path) -> None:
    ran = sh0("compose", "up", str(files))
    assert ran.code == 0, ran.err
    for line in ("shop.1  up", "  db: create", "  web: is healthy after", "✓ route", "✓ live after"):
        assert line in ran.out
    assert ran.out.splitlines()[-1] == "http://shop-web.localhost:8080"
    assert "hunter22" not in ran.out


def test_up_in_json_is_the_release_and_nothing_else(sh0: Sh0, files: Path) -> None:
    made = json.loads(sh0("compose", "up", str(files), "--json", "-e", "TOKEN=given").out)
    assert (made["id"], made["state"], made["variables"]) == ("shop.1", "live", {"TOKEN": "••••••"})


def test_what_needs_leave_is_refused_with_the_option_that_gives_it(sh0: Sh0, files: Path) -> None:
    (files / "compose.yaml").write_text("services: {x: {image: 'nginx:1.30', privileged: true}}")
    ran = sh0("compose", "up", str(files))
    assert ran.code == 5
    assert "compose.yaml, line 1: x: " in ran.err
    assert "--allow privileged" in ran.err
    assert sh0("compose", "up", str(files), "--allow", "privileged").code == 0
    assert sh0("compose", "up", str(files), "--allow", "nonsense").code == 2


def test_a_variable_without_a_value_is_named_before_anything_is_sent(sh0: Sh0, files: Path) -> None:
    (files / ".env").unlink()
    ran = sh0("compose", "up", str(files))
    assert ran.code == 2
    assert "TOKEN: set it" in ran.err
    assert "NOWHERE has no value here" in sh0("compose", "up", str(files), "-e", "NOWHERE").err


def test_a_broken_file_is_shown_with_its_line(sh0: Sh0, files: Path) -> None:
    (files / "compose.yaml").write_text("services:\n  web:\n    imagee: x\n")
    ran = sh0("compose", "plan", str(files))
    assert ran.code == 2
    assert "compose.yaml, line 3" in ran.err


def test_ps_shows_stacks_and_services(sh0: Sh0, live: Path) -> None:
    assert sh0("compose", "ps").out == "shop\tshop.1\t–\t2\n"
    rows = [line.split("\t")[:3] for line in sh0("compose", "ps", "shop").out.splitlines()]
    assert rows == [["db", "live", "shop-db"], ["web", "live", "shop-web"]]
    assert json.loads(sh0("compose", "ps", "shop", "--json").out)["live"] == "shop.1"
    assert sh0("compose", "ps", "nobody").code == 3


def test_logs_are_of_all_services_of_some_or_of_a_release(sh0: Sh0, live: Path) -> None:
    assert sh0("compose", "logs", "shop").code == 0
    assert "has no service nobody; it has db, web" in sh0("compose", "logs", "shop", "nobody").err
    assert "✓ route" in sh0("compose", "logs", "shop", "-r", "shop.1").out


def test_services_of_a_stack_are_completed(core: Core, live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sh0_cli.app_names._PATIENCE", 30.0)
    shell = ShellComplete(cli, {"obj": Session(core.platform)}, "sh0", "_SH0_COMPLETE")
    assert [item.value for item in shell.get_completions(["compose", "logs", "shop"], "")] == ["db", "web"]
    assert [item.value for item in shell.get_completions(["compose", "logs", "shop", "db"], "w")] == ["web"]


def test_rollback_shows_what_changes_and_goes_back(sh0: Sh0, live: Path) -> None:
    (live / "compose.yaml").write_text(COMPOSE.replace("[serve]", "[serve, other]"))
    assert sh0("compose", "up", str(live), "--yes").code == 0
    ran = sh0("compose", "rollback", "shop", "--yes")
    assert ran.code == 0, ran.err
    rows = [line.split("\t") for line in ran.out.splitlines()]
    assert ["db", "recreate", "", "", ""] in rows
    assert ["", "", "command", "serve other", "serve"] in rows
    assert "shop.3  rollback" in ran.out


def test_down_asks_for_the_name_and_keeps_volumes_unless_told(sh0: Sh0, live: Path, core: Core) -> None:
    volume = f"sh0-{core.context.home_id}-shop_data"
    assert sh0("compose", "down", "shop").code == 2
    ran = sh0("compose", "down", "shop", "--yes")
    assert ran.out == f"shop is deleted.\nkept  {volume}\n"
    assert [each.name for each in core.context.fleet.at("local").runtime.volumes()] == [volume]
    sh0("compose", "up", str(live), "--yes")
    assert sh0("compose", "down", "shop", "--yes", "--volumes").out == "shop is deleted.\n"
    assert core.context.fleet.at("local").runtime.volumes() == []
