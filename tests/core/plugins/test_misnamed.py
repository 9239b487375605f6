"""A part of a plugin that nobody calls is told of, wherever plugins are used."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from sh0 import detect_folder
from sh0.checking.checker import Checker
from sh0.errors import UnsupportedProject
from sh0.plugin import Recipe, hookimpl
from sh0.plugins import Plugins
from sh0.plugins.entry_points import EntryPoint
from sh0.testing import fake_world


def nothing() -> list[object]:
    """A hook that adds nothing."""
    return []


def warnings(**names: object) -> tuple[str, ...]:
    plugin = SimpleNamespace(__name__="odd", **names)
    (described,) = Plugins([plugin], installed=False).describe()
    assert described.problem == ""
    return described.warnings


@pytest.mark.parametrize(
    ("name", "near"),
    [
        *(("sh0_recipies", "sh0_recipes"), ("sh0_recipe", "sh0_recipes"), ("sh0_rule", "sh0_rules")),
        *(("sh0_events", "sh0_event"), ("sh0_comands", "sh0_commands"), ("sh0_frontend", "sh0_frontends")),
        ("sh0_template_folders", "sh0_templates"),
    ],
)
def test_a_misspelt_hook_is_reported_with_the_nearest(name: str, near: str, caplog: pytest.LogCaptureFixture) -> None:
    assert warnings(**{name: hookimpl(nothing)}) == (f"{name} is no hook, so it is never called; did you mean {near}?",)
    assert f"the plugin odd: {name} is no hook" in caplog.text


def test_a_hook_that_is_like_none_is_reported_with_all() -> None:
    (warning,) = warnings(sh0_zzz=hookimpl(nothing))
    assert "sh0_commands, sh0_event, sh0_frontends" in warning


@pytest.mark.parametrize(("name", "other"), [("sh0_rules", ""), ("sh0_rulse", " under the name sh0_rules")])
def test_a_hook_without_its_mark_is_reported(name: str, other: str) -> None:
    assert warnings(**{name: lambda: [1]}) == (f"{name} is never called: mark it with @sh0.plugin.hookimpl{other}",)


def test_every_function_is_looked_at_behind_what_is_none() -> None:
    found = warnings(sh0_a_folder="/x", sh0_rulse=lambda: [1], sh0_tempaltes=lambda: [1])
    assert [warning.split()[0] for warning in found] == ["sh0_rulse", "sh0_tempaltes"]


def test_what_is_no_hook_and_does_not_look_like_one_is_nobodys_business() -> None:
    assert warnings(sh0_rules=hookimpl(nothing), sh0_version_of_mine=lambda: 1, sh0_rules_folder="/x", other=1) == ()


@pytest.mark.parametrize(
    ("hook", "given", "wanted"),
    [("sh0_rules", "a rule", "Rule"), ("sh0_templates", "/folder", "Path"), ("sh0_recipes", 7, "Recipe")],
)
def test_what_a_hook_gives_in_vain_is_reported(hook: str, given: object, wanted: str) -> None:
    plugins = Plugins([SimpleNamespace(__name__="odd", **{hook: hookimpl(lambda: [given])})], installed=False)
    for _ in range(2):
        plugins.recipes(), plugins.rules(), plugins.templates()
    (warning,) = plugins.describe()[0].warnings
    assert warning == f"{hook} gave a {type(given).__name__}, which has no effect; wanted is {wanted}"


def test_the_platform_and_a_report_tell_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "odd_hooks.py").write_text(
        "from sh0.plugin import hookimpl\n@hookimpl\ndef sh0_recipies():\n    return []\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("sh0.plugins.loading.entry_points", lambda group: [EntryPoint("odd", "odd_hooks", "odd", "1")])
    with fake_world(tmp_path / "home") as world:
        assert "did you mean sh0_recipes" in world.platform.plugins.list()[0].warnings[0]
    assert any("did you mean sh0_recipes" in note for note in Checker.installed().notes)


def test_a_detection_goes_on_without_a_plugin_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(project: object) -> None:
        raise ZeroDivisionError

    import sh0_plugins.plugin

    bad = [SimpleNamespace(__name__=name, sh0_recipes=hookimpl(lambda: [Recipe("odd", broken)])) for name in "ab"]
    monkeypatch.setattr("sh0.detecting.Plugins", lambda: Plugins([*bad, sh0_plugins.plugin], installed=False))
    with pytest.raises(UnsupportedProject):
        detect_folder(tmp_path)
    (tmp_path / "index.html").write_text("hello")
    assert detect_folder(tmp_path).stack == "static"
    assert "the plugin a failed in its recipe odd" in caplog.text
    assert "the plugin b failed in its recipe odd" in caplog.text
