"""Every hook, and what happens to a plugin that does not behave."""

import json
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

import sh0_plugins.plugin
from sh0 import Category, Settings, Severity
from sh0.builds.detect import detect as find
from sh0.checking.checker import NO_RULES
from sh0.errors import Invalid, PluginFailed
from sh0.frontend import Checker
from sh0.plugin import Frontend, Importer, Recipe, Rule, Subject, hookimpl
from sh0.plugins import EventPump, Plugins
from sh0.plugins.entry_points import EntryPoint
from sh0.records.event_types import EventType
from sh0.records.journal import Event
from sh0.source.tree import Project
from sh0.testing import fake_world

RULE = Rule("good", Category.SECRETS, Severity.HINT, "", "", "", "", Subject.PROJECT, lambda tree: ())


def event(number: int) -> Event:
    return Event(number, datetime(2026, 1, 2, tzinfo=UTC), EventType.APP_CREATED, "app/shop", "shop was créated")


def plugin(**hooks: Callable[..., object]) -> object:
    return SimpleNamespace(**{name: hookimpl(function) for name, function in hooks.items()})


def test_every_hook_is_used_by_a_plugin_of_ours() -> None:
    ours = Plugins()
    assert {"builtin", "web", "mcp", "plugins"} <= set(ours.names)
    assert [frontend.name for frontend in ours.frontends(Settings())] == ["web"]
    assert [command.name for command in ours.commands() if isinstance(command, click.Command)] == ["mcp"]
    assert [folder.name for folder in ours.templates()] == ["templates"]


def test_the_recipes_of_plugins_come_before_the_built_in_ones() -> None:
    names = [recipe.name for recipe in Plugins().recipes()]
    assert names[0] == "streamlit"
    assert names == [recipe.name for recipe in sh0_plugins.plugin.sh0_recipes()]


def test_the_importers_of_ours_are_asked_in_their_order() -> None:
    assert ask_importers(Plugins()) == ["caprover", "dokploy", "coolify"]


def test_an_event_is_appended_to_the_named_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "events.jsonl"
    monkeypatch.setenv("SH0_EVENT_FILE", str(file))
    plugins = Plugins()
    plugins.event(event(1))
    plugins.event(event(2))
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == [1, 2]
    assert lines[0]["message"] == "shop was créated"
    assert file.stat().st_mode & 0o777 == 0o600


def test_without_a_named_file_events_are_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SH0_EVENT_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    Plugins().event(event(1))
    assert not list(tmp_path.iterdir())


def broken(**arguments: object) -> list[object]:
    raise ValueError("not today")


def ask_frontends(plugins: Plugins) -> list[str]:
    return [frontend.name for frontend in plugins.frontends(Settings())]


def ask_recipes(plugins: Plugins) -> list[str]:
    return [recipe.name for recipe in plugins.recipes()]


def ask_rules(plugins: Plugins) -> list[str]:
    return [rule.id for rule in plugins.rules()]


def ask_commands(plugins: Plugins) -> list[str]:
    return [str(command) for command in plugins.commands()]


def ask_templates(plugins: Plugins) -> list[str]:
    return [folder.name for folder in plugins.templates()]


def ask_importers(plugins: Plugins) -> list[str]:
    return [importer.name for importer in plugins.importers()]


@pytest.mark.parametrize(
    ("hook", "ask", "given"),
    [
        ("sh0_frontends", ask_frontends, Frontend("good", ("true",))),
        ("sh0_recipes", ask_recipes, Recipe("good", lambda project: None)),
        ("sh0_rules", ask_rules, RULE),
        ("sh0_commands", ask_commands, "good"),
        ("sh0_templates", ask_templates, Path("good")),
        ("sh0_importers", ask_importers, Importer("good", lambda draft: False, lambda draft: None)),
    ],
)
@pytest.mark.parametrize("failure", [broken, lambda: 7], ids=["raises", "returns no list"])
def test_a_plugin_that_fails_is_named_and_the_others_go_on(
    caplog: pytest.LogCaptureFixture,
    hook: str,
    ask: Callable[[Plugins], list[str]],
    given: object,
    failure: Callable[..., object],
) -> None:
    bad, good = plugin(**{hook: failure}), plugin(**{hook: lambda: [given]})
    bad.__name__ = "bad"  # type: ignore[attr-defined]
    assert ask(Plugins([good, bad], installed=False)) == ["good"]
    assert f"the plugin bad failed in {hook}" in caplog.text


def test_a_listener_that_raises_holds_no_other_up(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[int] = []

    def listen(event: Event) -> None:
        heard.append(event.id)

    bad = plugin(sh0_event=lambda event: broken())
    bad.__name__ = "bad"  # type: ignore[attr-defined]
    Plugins([plugin(sh0_event=listen), bad], installed=False).event(event(3))
    assert heard == [3]
    assert "the plugin bad failed in sh0_event" in caplog.text


def test_a_plugin_that_cannot_be_loaded_is_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    entry = EntryPoint("gone", "nowhere.at_all", "strange", "1")
    monkeypatch.setattr("sh0.plugins.loading.entry_points", lambda group: [entry])
    assert Plugins().names == ()
    assert "the plugin gone (nowhere.at_all) could not be loaded" in caplog.text


@pytest.mark.parametrize(
    ("module", "problem"),
    [
        ("raise OSError('not today')\n", "it could not be loaded: OSError: not today"),
        ("raise SystemExit('at load')\n", "it could not be loaded: SystemExit: at load"),
        (
            "from sh0.plugin import hookimpl\n@hookimpl\ndef sh0_rules():\n    raise SystemExit('in hook')\n",
            "it failed in sh0_rules: SystemExit: in hook",
        ),
        (
            "from sh0.plugin import hookimpl\n@hookimpl\ndef sh0_rules():\n    1 / 0\n",
            "it failed in sh0_rules: ZeroDivisionError",
        ),
    ],
)
def test_a_report_names_the_plugin_whose_rules_are_missing(
    module: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"missing_{zlib.crc32(module.encode())}"
    (tmp_path / f"{name}.py").write_text(module)
    (tmp_path / "Dockerfile").write_text("FROM debian:13\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("sh0.plugins.loading.entry_points", lambda group: [EntryPoint("bad", name, "bad", "1")])
    checker = Checker.installed()
    for report in (checker.folder(tmp_path), checker.file(tmp_path / "Dockerfile")):
        assert report.notes[0].startswith(f"The plugin bad is left out: {problem}")
        assert report.notes[1:] == (NO_RULES,)


def test_events_reach_plugins_in_order_and_off_the_callers_thread() -> None:
    heard: list[tuple[int, bool]] = []
    caller = threading.get_ident()

    def listen(event: Event) -> None:
        heard.append((event.id, threading.get_ident() == caller))

    pump = EventPump(Plugins([plugin(sh0_event=listen)], installed=False))
    for number in range(5):
        pump(event(number))
    pump.stop()
    assert heard == [(number, False) for number in range(5)]


def test_a_plugin_that_raised_is_disabled_for_the_run_and_says_so() -> None:
    asked: list[str] = []

    def recipes() -> list[Recipe]:
        asked.append("recipes")
        raise ValueError("not today")

    bad = plugin(sh0_recipes=recipes, sh0_event=lambda event: asked.append("event"))
    bad.__name__ = "bad"  # type: ignore[attr-defined]
    plugins = Plugins([bad], installed=False)
    plugins.recipes()
    plugins.recipes()
    plugins.event(event(1))
    assert asked == ["recipes"]
    (described,) = plugins.describe()
    assert (described.name, described.hooks) == ("bad", ("sh0_event", "sh0_recipes"))
    assert described.problem == "it failed in sh0_recipes: ValueError: not today"


def test_a_recipe_that_raises_names_its_plugin_once_and_then_others_decide(tmp_path: Path) -> None:
    """The first project meets an error rather than being built as something else silently."""

    def detect(project: object) -> None:
        raise ZeroDivisionError

    bad = plugin(sh0_recipes=lambda: [Recipe("odd", detect)])
    bad.__name__ = "bad"  # type: ignore[attr-defined]
    recipes = Plugins([bad, sh0_plugins.plugin], installed=False).recipes()
    (tmp_path / "index.html").write_text("hello")
    with pytest.raises(PluginFailed, match="the plugin bad failed in its recipe odd: ZeroDivisionError") as caught:
        find(Project(tmp_path), recipes)
    assert "disabled until sh0 starts again" in caught.value.hint
    assert find(Project(tmp_path), recipes).stack == "static"


def test_a_refusal_of_a_recipe_is_no_fault_of_its_plugin(tmp_path: Path) -> None:
    def detect(project: object) -> None:
        raise Invalid("odd.toml, line 3: this is not valid TOML")

    refusing = plugin(sh0_recipes=lambda: [Recipe("odd", detect)])
    plugins = Plugins([refusing], installed=False)
    with pytest.raises(Invalid, match="line 3"):
        find(Project(tmp_path), plugins.recipes())
    assert plugins.describe()[0].problem == ""


def test_a_fault_in_a_built_in_recipe_leaves_the_other_ones_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def detect(project: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("sh0_plugins.recipes.RECIPES", (Recipe("odd", detect),))
    plugins = Plugins()
    for _ in range(2):
        with pytest.raises(PluginFailed, match="the plugin plugins failed in its recipe odd"):
            find(Project(tmp_path), plugins.recipes())


def test_installed_plugins_are_described_with_their_package_and_hooks() -> None:
    described = {found.name: found for found in Plugins().describe()}
    assert described["plugins"].package == "sh0-plugins"
    assert described["plugins"].place == "sh0_plugins.plugin"
    assert {"sh0_event", "sh0_recipes"} <= set(described["plugins"].hooks)
    assert described["web"].hooks == ("sh0_frontends",)
    assert all(found.problem == "" and found.version for found in described.values())


def test_the_platform_lists_its_plugins_and_what_became_of_them(tmp_path: Path) -> None:
    bad = plugin(sh0_event=lambda event: broken())
    bad.__name__ = "bad"  # type: ignore[attr-defined]
    with fake_world(tmp_path / "home", plugins=[bad]) as world:
        world.platform.apps.create("shop")
        wait_until(lambda: {p.name: p.problem for p in world.platform.plugins.list()}["bad"] != "")
        assert world.platform.apps.get("shop").name == "shop"


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def test_trying_recipes_finds_a_plugin_that_fails_and_loads_none_of_sh0s_own() -> None:
    program = (
        "import sys\n"
        "from types import SimpleNamespace\n"
        "from sh0.plugin import hookimpl\n"
        "from sh0.plugins import Plugins\n"
        "def sh0_recipes(): raise ValueError('not today')\n"
        "plugins = Plugins([SimpleNamespace(__name__='bad', sh0_recipes=hookimpl(sh0_recipes))])\n"
        "plugins.try_recipes()\n"
        "print([found.problem for found in plugins.describe() if found.name == 'bad'])\n"
        "print([name for name in sys.modules if name.startswith('sh0_plugins.recipes')])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "['it failed in sh0_recipes: ValueError: not today']\n[]\n"
