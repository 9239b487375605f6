"""What somebody meets who types the command for the first time."""

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from sh0.bootstrap import Core
from sh0.errors import Unauthenticated
from sh0_cli import failure
from sh0_cli.app_names import COMPLETED, complete_deployments
from sh0_cli.group import cli
from sh0_cli.session import Session
from sh0_cli.table import DOMAINS, PORCELAIN
from tests.words import WORDS

from .conftest import Ran


def pages(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group, info_name=" ".join(("sh0", *path)))
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        if isinstance(command, click.Group):
            yield from pages(command, (*path, name))
        else:
            yield (*path, name)


PAGES = [page for page in pages(cli) if page[0] in {*PORCELAIN, *DOMAINS}]


@pytest.mark.parametrize("page", [*PAGES, ("env",)], ids=" ".join)
def test_every_page_has_an_example_that_can_be_typed(
    page: tuple[str, ...], lonely: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = lonely(*page, "--help").out
    assert "  " not in out.splitlines()[0].removeprefix("Usage: ")
    examples = [line.strip() for line in out.splitlines() if line.strip().startswith("Example: ")]
    assert len(examples) == 1
    assert WORDS.findall(out) == []
    words = shlex.split(examples[0].removeprefix("Example: "))
    assert words[: len(page) + 1] == ["sh0", *page]
    command: click.Command = cli
    rest = words[1:]
    context = click.Context(cli, info_name="sh0")
    while isinstance(command, click.Group):
        if rest[0] == "shop":  # sh0 env APP
            break
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None, name
        command = found
    if not isinstance(command, click.Group):
        for parameter in command.params:  # a file of an example need not be there
            if isinstance(parameter.type, click.Path):
                monkeypatch.setattr(parameter, "type", click.STRING)
        command.make_context("sh0", rest, resilient_parsing=False, parent=context)


def groups(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group, info_name=" ".join(("sh0", *path)))
    for name in group.list_commands(context):
        if isinstance(command := group.get_command(context, name), click.Group):
            yield (*path, name)
            yield from groups(command, (*path, name))


GROUPS = [page for page in groups(cli) if page[0] in {*PORCELAIN, *DOMAINS}]


@pytest.mark.parametrize("page", GROUPS, ids=" ".join)
def test_every_page_of_a_group_has_an_example_of_it(page: tuple[str, ...], lonely: Callable[..., Ran]) -> None:
    if page == ("env",):  # whose page is that of 'sh0 env APP'
        return
    examples = [line for line in lonely(*page, "--help").out.splitlines() if line.startswith("Example: ")]
    assert len(examples) == 1
    assert examples[0].startswith(f"Example: {' '.join(('sh0', *page))} ")


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_every_default_that_is_a_value_is_shown(page: tuple[str, ...], lonely: Callable[..., Ran]) -> None:
    command: click.Command | None = cli
    for name in page:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), name)
    assert command is not None
    shown = " ".join(lonely(*page, "--help").out.split())
    assert "Example: sh0 " in shown
    for parameter in command.params:
        if not isinstance(parameter, click.Option) or parameter.is_flag or parameter.default in (".", ""):
            continue
        if isinstance(parameter.default, str | int):
            assert f"[default: {parameter.default}]" in shown, parameter.name


ABSENT = (
    *("backup", "restore", "users", "team", "certs", "https", "metrics", "top", "webhook"),
    *("notifications", "database", "db", "redirects", "maintenance", "rename", "upgrade"),
)


@pytest.mark.parametrize("name", ABSENT)
def test_what_there_is_not_says_so_and_what_to_do_instead(name: str, lonely: Callable[..., Ran]) -> None:
    ran = lonely(name, "x")
    assert ran.code == 2
    assert re.search(rf"No such command '{name}'\. .*( no | not |cannot)", " ".join(ran.err.split()))
    for command in re.findall(r"'sh0 ([a-z]+)(?: ([a-z]+))?", ran.err):
        if command[0] == name or "--help" in command[0]:
            continue
        found = cli.get_command(click.Context(cli), command[0])
        assert found is not None, command
        if isinstance(found, click.Group) and command[1]:
            assert command[1] in found.list_commands(click.Context(found)), command


@pytest.mark.parametrize("option", ["80", "443", "8700", "2222", "0.0.0.0", "127.0.0.1", "localhost"])
def test_the_defaults_of_the_platform_are_shown_and_true(option: str, lonely: Callable[..., Ran]) -> None:
    from sh0 import Settings

    assert f"[default: {option}]" in " ".join(lonely("up", "--help").out.split())
    settings = Settings()
    assert option in map(
        str,
        (
            *(settings.http_port, settings.https_port, settings.panel_port, settings.git_port),
            *(settings.bind, settings.panel_bind, settings.base_domain),
        ),
    )


def test_both_pages_of_a_pair_name_the_other(lonely: Callable[..., Ran]) -> None:
    assert "sh0 apps scale" in lonely("scale", "--help").out
    assert "See also: sh0 scale" in lonely("apps", "scale", "--help").out


def test_the_pages_of_env_say_the_same(lonely: Callable[..., Ran]) -> None:
    for words in (("env", "--help"), ("env", "shop", "--help")):
        out = lonely(*words).out
        assert "--unset" in out
        assert "--reveal" in out
    assert "sh0 env --help" in lonely("env", "shop", "--nonsense").err


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        *((("statsu",), "status"), (("app", "list"), "sh0 apps"), (("top",), "sh0 ps")),
        *((("exec", "shop", "ls"), "sh0 ssh"), (("rm", "shop"), "sh0 delete"), (("deplyo",), "deploy")),
        *(
            (("apps", "ls"), "list"),
            (("apps", "creat"), "create"),
            (("keys", "rm"), "remove"),
            (("compose", "upp"), "up"),
        ),
        *((("compose", "ls"), "ps"), (("rules", "lst"), "list"), (("templates", "install"), "deploy")),
    ],
)
def test_a_command_that_there_is_not_is_answered_with_one_that_there_is(
    lonely: Callable[..., Ran], words: tuple[str, ...], meant: str
) -> None:
    ran = lonely(*words)
    assert ran.code == 2
    assert "No such command" in ran.err
    assert meant in ran.err


def test_names_are_answered_with_the_nearest(sh0: Callable[..., Ran]) -> None:
    sh0("apps", "create", "flask")
    assert "Did you mean flask?" in sh0("status", "falsk").err
    assert "Did you mean" not in sh0("status", "zzz").err
    assert "Did you mean" not in sh0("templates", "show", "nosuch").err
    assert "Did you mean ghost?" in sh0("templates", "show", "ghots").err
    assert "scopes are projects, apps" in sh0("tokens", "create", "x", "--grants", "foo:read").err


def test_a_new_app_comes_with_its_addresses_and_what_to_do_next(sh0: Callable[..., Ran]) -> None:
    out = sh0("apps", "create", "blog").out
    assert "http://blog.localhost:8080" in out
    assert "git push ssh://git@127.0.0.1:2222/blog main" in out
    assert "sh0 push" in out
    assert "slot" not in out
    assert "processes=" not in out
    assert "60.0" not in out


def test_a_deployment_is_shown_with_its_steps_a_line_each_and_found_by_number(
    sh0: Callable[..., Ran], folder: Path
) -> None:
    sh0("push", str(folder), "--app", "shop")
    out = sh0("deployments", "get", "shop", "1").out
    assert out.splitlines()[0] == "id\tshop-1"
    assert [line.split("\t")[0] for line in out.splitlines() if line.startswith(("fetch", "build", "route"))]
    assert "✓ build" in sh0("logs", "shop", "-d", "1").out
    ran = sh0("deployments", "get", "shop", "8")
    assert "shop has no deployment 8" in ran.err
    assert "sh0 deployments list shop" in ran.err


def test_a_host_name_that_is_there_is_added_again_without_complaint(sh0: Callable[..., Ran]) -> None:
    sh0("apps", "create", "flask")
    assert sh0("domains", "add", "flask", "flask.localhost").code == 0


def test_everything_after_the_app_is_the_command(
    core: Core, monkeypatch: pytest.MonkeyPatch, sh0: Callable[..., Ran]
) -> None:
    from sh0_cli import terminal_bridge

    asked: list[tuple[str, ...]] = []

    def as_pipe(program: tuple[str, ...]) -> tuple[str, ...]:
        asked.append(program)
        return program

    monkeypatch.setattr(terminal_bridge, "as_pipe", as_pipe)
    for words in (("ls", "-la"), ("--", "ls", "-la"), ("sh", "-c", "echo --json"), ("python", "--version")):
        sh0("ssh", "nosuch", *words)
    assert asked == [("ls", "-la"), ("ls", "-la"), ("sh", "-c", "echo --json"), ("python", "--version")]
    sh0("ssh", "nosuch", "--process", "worker", "--", "ls")
    assert asked[-1] == ("ls",)


def test_a_missing_token_is_told_of_in_words_of_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    failure.show(
        Unauthenticated("x needs a credential", hint="Send a token as 'Authorization: Bearer …'"), as_json=False
    )
    err = capsys.readouterr().err
    assert "SH0_TOKEN" in err
    assert "Bearer" not in err


def test_names_of_everything_are_completed(
    core: Core, sh0: Callable[..., Ran], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sh0_cli.app_names._PATIENCE", 30.0)
    sh0("push", str(folder), "--app", "shop")
    context = click.Context(cli, obj=Session(core.platform))
    parameter = click.Argument(["x"])
    context.params = {"app": "shop"}
    assert complete_deployments(context, parameter, "shop-") == ["shop-1"]
    assert COMPLETED["host"](context, parameter, "shop") == ["shop.localhost"]
    assert COMPLETED["project"](context, parameter, "") == ["default"]
    assert "ghost" in COMPLETED["template"](context, parameter, "gh")
    core.platform.env.set("shop", {"COLOUR": "red"}, deploy=False)
    core.platform.tokens.create("ci")
    core.platform.keys.add("laptop", KEY)
    shell = ShellComplete(cli, {"obj": Session(core.platform)}, "sh0", "_SH0_COMPLETE")
    assert shell.get_completions(["tokens", "create"], "") == []
    for typed, expected in (
        (["rollback", "shop", "--to"], "shop-1"),
        (["deployments", "get", "shop"], "shop-1"),
        (["deployments", "checks", "shop"], "shop-1"),
        (["domains", "remove"], "shop.localhost"),
        (["logs"], "shop"),
        (["logs", "shop", "-d"], "shop-1"),
        (["env", "shop", "--unset"], "COLOUR"),
        (["env", "shop", "--reveal"], "COLOUR"),
        (["env", "reveal", "shop"], "COLOUR"),
        (["tokens", "revoke"], "ci"),
        (["keys", "remove"], "laptop"),
        (["projects", "delete"], "default"),
        (["apps", "configure", "shop", "--checks"], "warn"),
        (["tokens", "create", "x", "--app"], "shop"),
        (["templates", "deploy"], "ghost"),
        (["tokens", "create", "x", "--grants"], "deployments:write"),
        (["keys", "add", "x", KEY, "--grants"], "*:read"),
        (["tokens", "create", "x", "--grants"], "host:write"),
        (["check", "--rule"], "SH0-DF001"),
        (["rules", "show"], "SH0-DF001"),
        (["compose", "up", "--allow"], "docker-socket"),
        (["stacks", "plan", "files.tar", "--allow"], "host-path"),
        (["templates", "update", "blog", "--allow"], "published-port"),
        (["schema"], "sh0.yaml"),
    ):
        assert expected in [item.value for item in shell.get_completions(typed, "")], typed


KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPLuNZWhpgTZPqgH3JjQJwNVJQlnYgYWwz3yQ0Bl7zuX me@laptop"


def test_a_key_is_given_as_a_file_on_standard_input_or_itself(
    sh0: Callable[..., Ran], tmp_path: Path, typed: Callable[[str], None]
) -> None:
    file = tmp_path / "id.pub"
    file.write_text(KEY + "\n")
    typed(KEY + "\n")
    for name, given in (("a", str(file)), ("b", "-"), ("c", KEY)):
        ran = sh0("keys", "add", name, given)
        assert ran.code == 0, ran.err
        assert sh0("keys", "remove", name).code == 0


def test_what_is_no_public_key_is_refused_with_what_to_give(sh0: Callable[..., Ran], tmp_path: Path) -> None:
    file = tmp_path / "id"
    file.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nx\n")
    assert "private key" in sh0("keys", "add", "a", str(file)).err
    assert "PRIVATE" not in sh0("keys", "add", "a", str(file)).err
    assert ".pub" in sh0("keys", "add", "a", "/nonexistent/id.pub").err


def test_no_word_has_to_be_typed_that_has_no_other(lonely: Callable[..., Ran]) -> None:
    def commands(group: click.Group) -> Iterator[click.Command]:
        for name in group.list_commands(click.Context(group)):
            found = group.get_command(click.Context(group), name)
            yield from commands(found) if isinstance(found, click.Group) else [found] if found else []

    alone = [
        command.name
        for command in commands(cli)
        for each in command.params
        if each.required and isinstance(each.type, click.Choice) and len(each.type.choices) == 1
    ]
    assert alone == []
    assert lonely("schema").out == lonely("schema", "sh0.yaml").out != ""
