"""Commands that end in the words of another program: where its own options end and the program begins."""

import json

import click
import pytest
from click.testing import CliRunner

from sh0_cli.foreign_command import foreign_command


@foreign_command("start")
@click.argument("app")
@click.option("--process")
@click.option("--env", multiple=True)
@click.option("--detach", "-d", is_flag=True)
def start(app: str, words: tuple[str, ...], process: str | None, env: tuple[str, ...], detach: bool) -> None:
    click.echo(json.dumps([app, words, process, env, detach]))


def read(*words: str) -> object:
    ran = CliRunner().invoke(start, list(words))
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.output)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["shop"], ("shop", (), None, (), False)),
        (["shop", "ls", "-l"], ("shop", ("ls", "-l"), None, (), False)),
        (["shop", "--", "ls", "-l"], ("shop", ("ls", "-l"), None, (), False)),
        (["--process", "worker", "shop", "ls"], ("shop", ("ls",), "worker", (), False)),
        (["shop", "--process", "worker", "--", "ls"], ("shop", ("ls",), "worker", (), False)),
        (["shop", "--process", "worker", "ls", "--process=x"], ("shop", ("ls", "--process=x"), "worker", (), False)),
        (["-d", "shop", "--env", "A=1", "--env=B=2", "--", "-d"], ("shop", ("-d",), None, ("A=1", "B=2"), True)),
        (["shop", "--", "a", "--", "b"], ("shop", ("a", "--", "b"), None, (), False)),
        (["shop", "--", "--", "b"], ("shop", ("--", "b"), None, (), False)),
        (["shop", "-d", "ls", ""], ("shop", ("ls", ""), None, (), True)),
    ],
)  # fmt: skip
def test_options_end_where_the_program_begins(words: list[str], meant: object) -> None:
    assert read(*words) == json.loads(json.dumps(meant))


def test_an_option_that_there_is_not_is_told() -> None:
    ran = CliRunner().invoke(start, ["shop", "--proces", "worker", "--", "ls"])
    assert ran.exit_code == 2
    assert "No such option" in ran.output


@foreign_command("add")
@click.argument("app")
@click.argument("schedule")
@click.option("--zone")
def add(app: str, schedule: str, words: tuple[str, ...], zone: str | None) -> None:
    click.echo(json.dumps([app, schedule, words, zone]))


@pytest.mark.parametrize(
    "words",
    [
        ["--zone", "x", "shop", "@daily", "ls", "-l"],
        ["shop", "--zone", "x", "@daily", "--", "ls", "-l"],
        ["shop", "@daily", "--zone=x", "ls", "-l"],
        ["shop", "@daily", "--zone", "x", "--", "ls", "-l"],
    ],
)
def test_options_stand_anywhere_among_several_arguments(words: list[str]) -> None:
    ran = CliRunner().invoke(add, words)
    assert json.loads(ran.output) == ["shop", "@daily", ["ls", "-l"], "x"]


def test_an_argument_that_is_missing_is_told() -> None:
    ran = CliRunner().invoke(add, ["shop", "--zone", "x"])
    assert (ran.exit_code, "Missing argument 'SCHEDULE'" in ran.output) == (2, True)
