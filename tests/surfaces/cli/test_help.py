"""The top-level help is complete, and needs nothing but Click."""

import subprocess
import sys
from collections.abc import Callable

import click
import pytest

import sh0 as library
from sh0 import frontend
from sh0_cli.group import cli
from sh0_cli.table import DOMAINS, PLUGIN_COMMANDS, PORCELAIN

from .conftest import Ran

HEAVY = {
    *("sh0.platform", "sh0.operations", "sh0.codec", "sh0.errors", "sh0.plugins", "attrs", "cattrs", "httpx", "rich"),
    *("pluggy", "docker", "asyncssh", "cryptography", "sqlite_utils", "sqlite3", "importlib.metadata", "asyncio"),
}


def test_the_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['sh0', '--help']\n"
        "from sh0_cli.main import main\n"
        "try: main()\n"
        "except SystemExit: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert "Deploy a folder" in done.stdout
    assert set(done.stderr.split()) & HEAVY == set()


def test_the_static_domains_are_those_of_the_registry() -> None:
    assert set(DOMAINS) == {operation.domain for operation in frontend.registry}


def test_the_help_of_each_domain_begins_as_its_class_does() -> None:
    from sh0.domain_classes import DOMAINS as CLASSES

    for cls in CLASSES:
        first = (cls.__doc__ or "").splitlines()[0].split(". ")[0].removeprefix("Apps: ").rstrip(".")
        assert DOMAINS[cls.domain].rstrip(".").lower() in first.lower() + " of apps"


def test_no_command_hides_another() -> None:
    assert set(PORCELAIN) & set(DOMAINS) == {"env"}
    assert set(PLUGIN_COMMANDS) & {*PORCELAIN, *DOMAINS} == set()


@pytest.mark.parametrize("name", PORCELAIN)
def test_every_command_of_the_table_exists_under_its_name(name: str, lonely: Callable[..., Ran]) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name
    assert lonely(name, "--help").code == 0


@pytest.mark.parametrize("name", PORCELAIN)
def test_every_command_takes_the_shared_options(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    if name == "env":
        from sh0_cli.commands.env import of_app as command
    assert command is not None
    commands = command.commands.values() if isinstance(command, click.Group) else [command]
    for each in commands:
        assert {"json", "home", "url", "token"} <= {parameter.name for parameter in each.params}, each.name


def test_a_command_that_nobody_has_is_a_usage_error(lonely: Callable[..., Ran]) -> None:
    ran = lonely("bogus")
    assert ran.code == 2
    assert "No such command 'bogus'" in ran.err


def test_the_version_is_that_of_the_library(lonely: Callable[..., Ran]) -> None:
    assert lonely("--version").out == f"sh0 {library.__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_for_the_shell(shell: str, lonely: Callable[..., Ran]) -> None:
    assert f"_SH0_COMPLETE={shell}_complete" in lonely("completion", shell).out
