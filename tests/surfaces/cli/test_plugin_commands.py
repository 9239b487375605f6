"""Commands that plugins bring."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from sh0.plugin import hookimpl
from sh0.plugins import Plugins
from sh0_cli import plugin_commands

from .conftest import Ran


class ThirdParty:
    """A plugin of somebody else."""

    @hookimpl
    def sh0_commands(self) -> list[click.Command]:
        return [click.Command("dance", callback=lambda: click.echo("dancing"), help="Dance.")]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Somebody's plugin is installed."""
    folder = tmp_path / "site-packages"
    (folder / "dance-1.0.dist-info").mkdir(parents=True)
    (folder / "dance-1.0.dist-info/entry_points.txt").write_text("[console_scripts]\nx = y:z\n\n[sh0]\ndance = dance\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    monkeypatch.setattr("sh0.frontend.Plugins", lambda: Plugins([ThirdParty()], installed=False))


@pytest.mark.usefixtures("installed")
def test_a_command_of_a_plugin_runs_by_its_name(lonely: Callable[..., Ran]) -> None:
    assert lonely("dance").out == "dancing\n"


@pytest.mark.usefixtures("installed")
def test_a_command_of_a_plugin_is_in_the_help(lonely: Callable[..., Ran]) -> None:
    out = lonely("--help").out
    assert "From plugins:" in out
    assert "Dance." in out


def test_the_plugins_that_come_with_sh0_are_not_third_party() -> None:
    assert plugin_commands.foreign() == {}


def test_a_plugin_that_is_broken_is_named_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, lonely: Callable[..., Ran]
) -> None:
    class Broken:
        @hookimpl
        def sh0_commands(self) -> list[click.Command]:
            raise RuntimeError("it is broken")

    monkeypatch.setattr("sh0.frontend.Plugins", lambda: Plugins([Broken()], installed=False))
    ran = lonely("bogus")
    assert "failed in sh0_commands" in ran.err
    assert "Traceback" not in ran.err
