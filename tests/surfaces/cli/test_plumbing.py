"""The commands that are generated from the registry."""

import io
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

import sh0 as library
from sh0 import frontend
from sh0.bootstrap import Core
from sh0.operations import Caller, CallerKind, acting_as
from sh0.operations.caller import ALL
from sh0_cli.exclusions import WITHOUT_COMMAND
from sh0_cli.group import cli
from sh0_cli.table import DOMAINS, IN_DOMAIN

from .conftest import HELLO, Ran


def generated() -> dict[str, click.Command]:
    found = {}
    context = click.Context(cli)
    for domain in DOMAINS:
        group = cli.get_command(context, domain)
        assert isinstance(group, click.Group)
        for name in group.list_commands(context):
            if name in IN_DOMAIN.get(domain, {}):
                continue
            command = group.get_command(context, name)
            assert command is not None
            found[f"{domain}.{name.replace('-', '_')}"] = command
    return found


def test_every_operation_has_a_command_or_a_reason() -> None:
    by_hand = {f"{domain}.{name.replace('-', '_')}" for domain, names in IN_DOMAIN.items() for name in names}
    operations = set(frontend.registry.operations)
    assert set(generated()) | set(WITHOUT_COMMAND) | (by_hand & operations) == operations
    assert set(generated()) & set(WITHOUT_COMMAND) == set()
    assert all(len(reason) > 20 for reason in WITHOUT_COMMAND.values())


def test_the_generated_commands_are_as_they_were(golden: Callable[[str, str], None]) -> None:
    lines = []
    for name, command in sorted(generated().items()):
        context = click.Context(command, info_name=f"sh0 {name.replace('.', ' ').replace('_', '-')}")
        shown = [p for p in command.params if p.name not in ("json", "home", "url", "token")]
        options = [f"  {'|'.join(p.opts)} {p.metavar or ''}".rstrip() for p in shown if isinstance(p, click.Option)]
        words = [p.make_metavar(context) for p in shown if isinstance(p, click.Argument)]
        lines += [" ".join([context.info_name or "", *words]), *options]
    golden("cli/plumbing.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize("name", [f"{domain} {name}" for domain, names in IN_DOMAIN.items() for name in names])
def test_commands_by_hand_stand_in_the_group_of_their_domain(name: str, lonely: Callable[..., Ran]) -> None:
    domain, command = name.split()
    assert domain in DOMAINS
    assert command in lonely(domain, "--help").out
    assert lonely(domain, command, "--help").code == 0


@pytest.mark.parametrize("name", generated())
def test_every_command_explains_each_of_its_parameters(name: str) -> None:
    for parameter in generated()[name].params:
        assert getattr(parameter, "help", None), parameter.name


@pytest.mark.parametrize("name", generated())
def test_no_parameter_collides_with_a_shared_option(name: str) -> None:
    names = [parameter.name for parameter in generated()[name].params]
    assert len(names) == len(set(names))


def test_required_parameters_are_words_and_the_others_options(sh0: Callable[..., Ran], core: Core) -> None:
    assert sh0("apps", "create", "shop", "--port", "3000", "--branch", "release").code == 0
    app = core.platform.apps.get("shop")
    assert (app.port, app.branch) == (3000, "release")


def test_a_list_is_a_table_for_programs_in_a_pipe(sh0: Callable[..., Ran]) -> None:
    sh0("apps", "create", "shop")
    assert sh0("apps", "list").out.startswith("shop\tdefault\t\t1\tmain\t")


def test_json_is_one_document_before_or_after_the_command(sh0: Callable[..., Ran]) -> None:
    sh0("apps", "create", "shop")
    after, before = sh0("apps", "list", "--json"), sh0("--json", "apps", "list")
    assert json.loads(after.out)[0]["name"] == "shop"
    assert after == before


def test_a_size_is_read_by_the_core(sh0: Callable[..., Ran], core: Core) -> None:
    sh0("apps", "create", "shop")
    assert sh0("apps", "configure", "shop", "--memory", "512m", "--health-path", "/up").code == 0
    app = core.platform.apps.get("shop")
    assert (app.resources.memory, app.health.path) == (512 << 20, "/up")


def test_a_wrong_value_is_the_cores_own_error(sh0: Callable[..., Ran]) -> None:
    ran = sh0("apps", "create", "Not_A_Slug")
    assert ran.code == 2
    assert ran.err.startswith("sh0: name: 'Not_A_Slug' is not an app name")


def test_several_values_are_given_by_repeating_the_option(sh0: Callable[..., Ran]) -> None:
    ran = sh0("tokens", "create", "ci", "--grants", "apps:read", "--grants", "deployments:write")
    assert ran.code == 0
    assert "apps:read, deployments:write" in sh0("tokens", "list").out


def test_pairs_are_given_as_name_and_value(sh0: Callable[..., Ran]) -> None:
    sh0("apps", "create", "shop")
    assert sh0("env", "set", "shop", "A=1", "B=x=y").code == 0
    assert sh0("env", "reveal", "shop", "B").out == "x=y\n"
    assert sh0("env", "set", "shop", "A").code == 2


def test_a_choice_of_values_shows_in_the_help_and_is_checked(sh0: Callable[..., Ran]) -> None:
    sh0("apps", "create", "shop")
    assert "[off|local]" in sh0("domains", "add", "--help").out
    assert sh0("domains", "add", "shop", "shop.example.org", "--https", "local").code == 0
    assert "none of off, local" in sh0("domains", "add", "shop", "b.example.org", "--https", "x").err


def test_a_source_is_chosen_by_its_options(sh0: Callable[..., Ran]) -> None:
    sh0("apps", "create", "shop")
    made = json.loads(sh0("deployments", "create", "shop", "--image", "nginx:1.30", "--json").out)
    assert made["source"] == {"kind": "image", "image": "nginx:1.30"}
    arguments = ("--git-url", "https://example.org/x.git", "--git-branch", "dev", "--json")
    made = json.loads(sh0("deployments", "create", "shop", *arguments).out)
    assert made["source"] == {"kind": "git", "url": "https://example.org/x.git", "branch": "dev"}


@pytest.mark.parametrize("options", [(), ("--image", "a", "--git-url", "b")])
def test_none_or_two_sources_are_a_usage_error(sh0: Callable[..., Ran], options: tuple[str, ...]) -> None:
    ran = sh0("deployments", "create", "shop", *options)
    assert ran.code == 2
    assert "give --git-url or --image" in ran.err


def test_an_upload_is_a_file_or_standard_input(
    sh0: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sh0("apps", "create", "shop")
    with library.pack(HELLO) as packed:
        archive = packed.read()
    file = tmp_path / "source.tar.gz"
    file.write_bytes(archive)
    assert sh0("deployments", "upload", "shop", str(file)).code == 0
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(archive)))
    assert sh0("deployments", "upload", "shop", "-").code == 0
    assert sh0("deployments", "upload", "shop", str(tmp_path / "none")).code == 2
    assert len(sh0("deployments", "list", "shop").out.splitlines()) == 2


def test_a_stream_is_a_line_of_json_per_item(sh0: Callable[..., Ran], folder: Path) -> None:
    sh0("push", str(folder), "--app", "shop")
    lines = sh0("deployments", "follow", "shop", "shop-1", "--json").out.splitlines()
    assert json.loads(lines[0])["state"] == "queued"
    assert json.loads(lines[-1])["state"] == "live"


def test_nothing_to_say_is_null_in_json_and_silence_in_a_pipe(sh0: Callable[..., Ran]) -> None:
    sh0("projects", "create", "web")
    assert sh0("projects", "delete", "web").out == ""
    sh0("projects", "create", "web")
    assert sh0("projects", "delete", "web", "--json").out == "null\n"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpcore drops a socket there
def test_names_of_apps_complete_and_a_platform_that_is_away_completes_nothing(core: Core, tmp_path: Path) -> None:
    from sh0_cli.app_names import complete_apps
    from sh0_cli.session import Session

    core.platform.apps.create("shop")
    parameter = click.Argument(["app"])
    assert complete_apps(click.Context(cli, obj=Session(core.platform)), parameter, "sh") == ["shop"]
    away = Session()
    away.home = str(tmp_path / "away")
    assert complete_apps(click.Context(cli, obj=away), parameter, "sh") == []


@pytest.mark.parametrize("days", ["1", "30", None])
def test_a_credential_that_ends_sooner_than_was_asked_for_is_told(sh0: Callable[..., Ran], days: str | None) -> None:
    parent = Caller(CallerKind.TOKEN, "parent", ALL, expires=datetime.now(UTC) + timedelta(days=2))
    with acting_as(parent):
        ran = sh0("tokens", "create", "child", *([] if days is None else ["--days", days]))
    assert ran.code == 0
    assert ("before 30 days are over" in ran.err) == (days == "30")


def test_the_help_of_keys_tells_how_to_confine_them(sh0: Callable[..., Ran]) -> None:
    text = " ".join(sh0("keys", "add", "--help").out.split())
    assert "--app" in text
    assert "--days" in text
    assert "The only app that it reaches" in text
