"""A part that is not installed, or does not work, never looks like a good result."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sh0 import check_file, check_folder
from sh0.bootstrap import Core
from sh0.checking.checker import NO_RULES
from sh0.frontend import report_document, sarif
from sh0.plugins.entry_points import EntryPoint
from sh0.rules.report import Report, below, together
from sh0_cli.commands.status import addresses
from sh0_cli.table import PLUGIN_COMMANDS

from .conftest import Ran

BUILTIN = EntryPoint("builtin", "sh0.builtin", "sh0-core", "1")
RECIPES = EntryPoint("recipes", "sh0_plugins.plugin", "sh0-plugins", "1")


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the core and the command line are installed."""
    monkeypatch.setattr("sh0.plugins.loading.entry_points", lambda group: [BUILTIN])
    monkeypatch.setattr("sh0_cli.table.find_spec", lambda name: None)


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Installs a plugin of that text besides the core and what sh0-plugins brings."""

    def install(text: str) -> None:
        name = f"broken_{abs(hash(text))}"
        (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setattr(
            "sh0.plugins.loading.entry_points", lambda group: [EntryPoint("bad", name, "b", "1"), BUILTIN, RECIPES]
        )

    return install


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A folder that recipes are asked about."""
    page = tmp_path / "page"
    page.mkdir()
    (page / "index.html").write_text("hello")
    return page


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    "form", [(), ("--json",), ("--format", "sarif"), ("--format", "github"), ("--strict",), ("--fix",)]
)
def test_without_rules_nothing_is_called_good(lonely: Callable[..., Ran], folder: Path, form: tuple[str, ...]) -> None:
    ran = lonely("check", str(folder), *form)
    assert ran.code not in (0, 1)
    assert "no rules are installed" in ran.err
    assert "sh0-plugins" in ran.err
    assert "100" not in ran.out + ran.err


@pytest.mark.usefixtures("alone")
def test_without_rules_a_deployment_is_told_so_and_has_no_score(
    sh0: Callable[..., Ran], core: Core, folder: Path
) -> None:
    ran = sh0("push", str(folder), "--app", "shop")
    assert ran.code == 0
    assert NO_RULES in ran.out
    deployment = core.platform.deployments.list("shop")[0].id
    assert core.platform.deployments.checks("shop", deployment).score is None
    ran = sh0("deployments", "checks", "shop", deployment)
    assert ran.code == 1
    assert "There is no score" in ran.err
    assert "100" not in ran.out + ran.err
    ran = sh0("deployments", "checks", "shop", deployment, "--json")
    assert (ran.code, json.loads(ran.out)["score"]) == (1, None)


@pytest.mark.usefixtures("alone")
def test_without_rules_a_program_gets_no_score(folder: Path) -> None:
    for report in (check_folder(folder), check_file(folder / "Dockerfile")):
        assert report.score is None
        assert report.only(lambda finding: False).score is None
        assert below(report, "a").score is None
        assert together([report, Report()]).score is None
        assert report_document(report, ())["score"] is None
        assert sarif(report, ())["runs"][0]["properties"]["score"] is None


@pytest.mark.usefixtures("alone")
def test_without_recipes_only_a_dockerfile_is_known(lonely: Callable[..., Ran], page: Path) -> None:
    ran = lonely("detect", str(page))
    assert ran.code != 0
    assert "no recipes are installed" in ran.err
    assert "pip install sh0-plugins" in ran.err
    (page / "Dockerfile").write_text("FROM nginx\nEXPOSE 80\n")
    ran = lonely("detect", str(page))
    assert ran.code == 0
    assert "Dockerfile" in ran.out


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("words", [("rules", "list"), ("rules", "show", "SH0-DF001"), ("templates", "lint")])
def test_a_list_of_nothing_names_the_package(lonely: Callable[..., Ran], words: tuple[str, ...]) -> None:
    ran = lonely(*words)
    assert ran.code != 0
    assert "pip install sh0-plugins" in ran.err


@pytest.mark.parametrize("words", [("list",), ("list", "cms"), ("search", "wiki"), ("show", "ghost"), ("outdated",)])
def test_a_platform_without_templates_says_so(
    sh0: Callable[..., Ran], core: Core, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr("sh0.templates.catalogue.Catalogue.files", lambda self: {})
    ran = sh0("templates", *words)
    assert ran.code != 0
    assert "sh0-plugins" in ran.err


def test_a_category_without_templates_is_an_empty_list(
    sh0: Callable[..., Ran], core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = core.platform.templates.list()
    monkeypatch.setattr(type(core.platform.templates), "list", lambda self, *, category=None: () if category else found)
    assert sh0("templates", "list", "cms").code == 0


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("name", PLUGIN_COMMANDS)
def test_a_command_of_a_package_that_is_absent_names_the_package(lonely: Callable[..., Ran], name: str) -> None:
    ran = lonely(name)
    assert ran.code == 2
    assert f"pip install {PLUGIN_COMMANDS[name].package}" in ran.err
    assert "Not installed: sh0-mcp" in " ".join(lonely("--help").out.split())


def test_only_what_listens_has_an_address(core: Core) -> None:
    import attrs

    status = core.platform.system.status()
    assert "web" in status.frontends
    assert dict(addresses(status))["panel"].startswith("http://127.0.0.1:")
    absent = attrs.evolve(status, panel_bind=None, panel_port=None)
    assert "sh0-web" in dict(addresses(absent))["panel"]


@pytest.mark.usefixtures("alone")
def test_the_status_names_no_port_of_what_is_not_installed(core: Core) -> None:
    status = core.platform.system.status()
    assert (status.frontends, status.panel_bind, status.panel_port) == ((), None, None)


FAILING_RECIPE = """
from sh0.plugin import Recipe, hookimpl
def detect(project):
    raise ValueError("boom")
@hookimpl
def sh0_recipes():
    return [Recipe("odd", detect)]
"""
BROKEN = {
    "a recipe that raises": (FAILING_RECIPE, "failed in its recipe odd"),
    "a hook that raises": (
        "import sh0.plugin\n@sh0.plugin.hookimpl\ndef sh0_recipes():\n    raise ValueError('boom')\n",
        "sh0_recipes",
    ),
    "an import that fails": ("raise ValueError('boom')\n", "could not be loaded"),
    "a mistake in its text": ("def\n", "could not be loaded"),
    "a hook with a wrong argument": (
        "import sh0.plugin\n@sh0.plugin.hookimpl\ndef sh0_rules(x):\n    return []\n",
        "could not be loaded",
    ),
}


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_a_command_goes_on_without_a_broken_plugin_and_says_so_in_a_line(
    lonely: Callable[..., Ran], page: Path, broken: Callable[[str], None], text: str, said: str
) -> None:
    broken(text)
    ran = lonely("detect", str(page))
    assert ran.code == 0
    assert "static site" in ran.out
    (line,) = ran.err.splitlines()
    assert line.startswith("sh0: the plugin bad ")
    assert said in line
    assert "SH0_DEBUG=1" in line


def test_the_traceback_is_there_for_who_asks(
    lonely: Callable[..., Ran], page: Path, broken: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SH0_DEBUG", "1")
    broken(FAILING_RECIPE)
    assert 'raise ValueError("boom")' in lonely("detect", str(page)).err


def test_a_misspelt_hook_is_a_line_in_every_command_that_asks_plugins(
    lonely: Callable[..., Ran], folder: Path, broken: Callable[[str], None]
) -> None:
    broken("import sh0.plugin\n@sh0.plugin.hookimpl\ndef sh0_recipies():\n    return []\n")
    for words in (("detect", str(folder)), ("check", str(folder))):
        (line,) = [line for line in lonely(*words).err.splitlines() if "sh0_recipies" in line]
        assert "did you mean sh0_recipes?" in line


def test_the_list_of_plugins_shows_their_state(
    sh0: Callable[..., Ran], lonely: Callable[..., Ran], broken: Callable[[str], None]
) -> None:
    rows = [line.split("\t") for line in sh0("plugins", "list").out.splitlines()]
    assert {(row[0], row[2]) for row in rows} >= {("builtin", "in use"), ("web", "in use")}
    broken("raise ValueError('boom')\n")
    ran = lonely("plugins", "list", "--home", "/nonexistent")
    assert ran.code == 0
    (row,) = [line.split("\t") for line in ran.out.splitlines() if line.startswith("bad")]
    assert row[2] == "disabled"
    assert "ValueError: boom" in row[4]
    assert "No platform" in ran.err
    assert json.loads(lonely("plugins", "list", "--home", "/nonexistent", "--json").out)[0]["name"] == "bad"
