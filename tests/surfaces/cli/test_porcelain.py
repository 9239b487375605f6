"""The commands that people type, against a platform on pretended ports."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from sh0.bootstrap import Core
from sh0.errors import BuildFailed
from sh0.testing import FakeBuilder, FakeRuntime, Program
from sh0_cli.commands.push import slug

from .conftest import HELLO, Ran
from .test_newcomers import KEY


@pytest.fixture
def shop(sh0: Callable[..., Ran], folder: Path) -> str:
    """An app that is live."""
    assert sh0("push", str(folder), "--app", "shop").code == 0
    return "shop"


def test_push_creates_the_app_follows_the_steps_and_prints_the_url(sh0: Callable[..., Ran], folder: Path) -> None:
    ran = sh0("push", str(folder))
    assert ran.code == 0
    assert "There is no app hello yet: creating it." in ran.out
    for step in ("fetch", "analyse", "build", "start", "check", "route", "drain", "finish"):
        assert f"✓ {step} " in ran.out
    assert "Step 1/" in ran.out
    assert ran.out.splitlines()[-1] == "http://hello.localhost:8080"


def test_push_in_json_is_the_deployment_and_nothing_else(sh0: Callable[..., Ran], folder: Path) -> None:
    made = json.loads(sh0("push", str(folder), "--json").out)
    assert (made["id"], made["state"]) == ("hello-1", "live")


def test_a_failed_push_shows_why_and_ends_with_1(sh0: Callable[..., Ran], folder: Path, core: Core) -> None:
    cast(FakeBuilder, core.context.fleet.at("local").builder).fail_next(
        BuildFailed("no such package", hint="Name another.", log=["E: no"])
    )
    ran = sh0("push", str(folder))
    assert ran.code == 1
    assert "✗ build" in ran.out
    assert "E: no" in ran.out
    assert ran.err == "sh0: hello-1 failed: no such package\n     Name another.\n"


def test_a_failed_push_in_json_is_a_problem_with_the_log(sh0: Callable[..., Ran], folder: Path, core: Core) -> None:
    cast(FakeBuilder, core.context.fleet.at("local").builder).fail_next(BuildFailed("no such package", log=["E: no"]))
    ran = sh0("push", str(folder), "--json")
    problem = json.loads(ran.err)
    assert (ran.code, problem["code"], problem["details"]["log"]) == (1, "deployment-failed", ["E: no"])


def test_a_deployment_need_not_be_waited_for(sh0: Callable[..., Ran], folder: Path) -> None:
    assert "sh0 logs hello -d hello-1" in sh0("push", str(folder), "--no-wait").out


@pytest.mark.parametrize(
    ("folder", "name"), [("My Shop", "my-shop"), ("2024_site", "site"), ("a" * 60, "a" * 40), ("Ünder", "nder")]
)
def test_an_app_is_named_after_its_folder(tmp_path: Path, folder: str, name: str) -> None:
    assert slug(tmp_path / folder) == name


def test_a_folder_that_gives_no_name_needs_one(sh0: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "123").mkdir()
    ran = sh0("push", str(tmp_path / "123"))
    assert ran.code == 2
    assert "--app" in ran.err


def test_deploy_takes_an_image_or_the_same_again(sh0: Callable[..., Ran], shop: str) -> None:
    assert "✓ live" in sh0("deploy", shop, "--image", "nginx:1.30").out
    assert json.loads(sh0("deploy", shop, "--json").out)["reason"] == "redeploy"


def test_deploy_refuses_two_sources(sh0: Callable[..., Ran]) -> None:
    assert sh0("deploy", "shop", "--image", "a", "--git", "https://b/c.git").code == 2
    assert sh0("deploy", "shop", "--branch", "main").code == 2


def test_rollback_shows_the_difference_first(sh0: Callable[..., Ran], shop: str) -> None:
    sh0("env", shop, "COLOUR=green")
    ran = sh0("rollback", shop)
    assert ran.code == 0
    assert ran.out.splitlines()[0].startswith("variable COLOUR\t")
    assert "✓ live" in ran.out


def test_env_lists_sets_reveals_and_unsets(sh0: Callable[..., Ran], shop: str) -> None:
    assert "✓ live" in sh0("env", shop, "COLOUR=green", "SIZE=xl").out
    listed = sh0("env", shop).out
    assert "COLOUR" in listed
    assert "green" not in listed
    assert sh0("env", shop, "--reveal", "COLOUR").out == "green\n"
    assert sh0("env", shop, "--unset", "COLOUR", "--unset", "SIZE").code == 0
    assert sh0("env", shop, "--json").out == "[]\n"


def test_env_reads_a_value_from_standard_input(
    sh0: Callable[..., Ran], shop: str, typed: Callable[[str], None]
) -> None:
    typed("s3cret\n")
    assert sh0("env", shop, "KEY=-").code == 0
    assert sh0("env", shop, "--reveal", "KEY").out == "s3cret\n"


def test_a_secret_of_builds_is_marked_and_its_mount_told(sh0: Callable[..., Ran], shop: str) -> None:
    said = sh0("env", shop, "--build-secret", "NPM_TOKEN=planted").out
    assert "RUN --mount=type=secret,id=NPM_TOKEN …" in said
    [held] = json.loads(sh0("env", shop, "--build", "--json").out)
    assert (held["name"], held["secret"]) == ("NPM_TOKEN", True)
    assert "planted" not in str(held)
    assert sh0("env", shop, "--json").out == "[]\n"


def test_env_of_an_app_that_is_not_live_says_when_it_counts(sh0: Callable[..., Ran]) -> None:
    sh0("apps", "create", "blog")
    assert "Noted" in sh0("env", "blog", "A=1").out


def test_env_says_how_to_give_a_variable(sh0: Callable[..., Ran]) -> None:
    ran = sh0("env", "shop", "NONSENSE")
    assert ran.code == 2
    assert "NAME=VALUE" in ran.err


def test_scale_follows_the_deployment(sh0: Callable[..., Ran], core: Core, shop: str) -> None:
    assert "2 containers" in sh0("scale", shop, "2").out
    assert len(core.platform.apps.status(shop).instances) == 2


def test_an_app_stops_starts_and_restarts(sh0: Callable[..., Ran], core: Core, shop: str) -> None:
    assert "sh0 start shop" in sh0("stop", shop).out
    assert core.platform.apps.status(shop).state.value == "stopped"
    assert "✓ live" in sh0("start", shop).out
    assert "✓ live" in sh0("restart", shop).out


def test_delete_needs_somebody_who_confirms_it(sh0: Callable[..., Ran], core: Core, shop: str) -> None:
    ran = sh0("delete", shop)
    assert ran.code == 2
    assert "--yes" in ran.err
    assert sh0("delete", shop, "--yes").code == 0
    assert core.platform.apps.list() == ()


def test_logs_are_the_lines_of_the_app(sh0: Callable[..., Ran], core: Core, shop: str) -> None:
    core.context.fleet.at("local").runtime.on_start = lambda _: Program((("stdout", "one"), ("stderr", "two")))  # type: ignore[attr-defined]
    sh0("restart", shop)
    assert sh0("logs", shop).out == "one\ntwo\n"
    assert sh0("logs", shop, "-n", "1").out == "two\n"
    assert sh0("logs", shop, "-n", "1", "--times").out.endswith("Z two\n")
    assert json.loads(sh0("logs", shop, "-n", "1", "--json").out)["text"] == "two"


def test_lines_of_several_containers_are_marked(sh0: Callable[..., Ran], core: Core, shop: str) -> None:
    runtime = cast(FakeRuntime, core.context.fleet.at("local").runtime)
    runtime.on_start = lambda w: Program((("stdout", f"I am {w.labels['sh0.instance']}"),))
    sh0("scale", shop, "2")
    assert sorted(sh0("logs", shop).out.splitlines()) == ["web 1 │ I am 1", "web 2 │ I am 2"]
    assert sh0("logs", shop, "--replica", "2").out == "I am 2\n"
    assert sh0("logs", shop, "--since", "1h", "-n", "1").out.startswith("web ")
    assert "is no time" in sh0("logs", shop, "--since", "yesterday").err
    sh0("restart", shop)
    assert sorted(sh0("logs", shop, "--previous").out.splitlines()) == ["web 1 │ I am 1", "web 2 │ I am 2"]
    assert sh0("logs", shop, "--previous", "--replica", "2").out == "I am 2\n"


def test_the_log_of_a_deployment_can_be_cut(sh0: Callable[..., Ran], shop: str) -> None:
    whole = sh0("logs", shop, "-d", "shop-1", "--json").out.splitlines()
    assert sh0("logs", shop, "-d", "shop-1", "--json", "-n", "2").out.splitlines() == whole[-2:]


@pytest.mark.parametrize("options", [(), ("-n", "3"), ("-n", "1")], ids=str)
def test_the_log_of_a_deployment_says_how_it_ended(
    sh0: Callable[..., Ran], shop: str, options: tuple[str, ...]
) -> None:
    assert sh0("logs", shop, "-d", "1", *options).out.splitlines()[-1] == "shop-1 is live at http://shop.localhost:8080"
    failed = sh0("deploy", shop, "--git", "http://127.0.0.1:9/shop.git").err.removeprefix("sh0: ").splitlines()
    assert failed[0].startswith("shop-2 failed: ")
    assert sh0("logs", shop, "-d", "2", *options).out.splitlines()[-len(failed) :] == [line.strip() for line in failed]


@pytest.mark.parametrize("command", [("logs",), ("logs", "-f"), ("ssh",)], ids=" ".join)
def test_what_needs_a_container_says_why_there_is_none(
    sh0: Callable[..., Ran], shop: str, command: tuple[str, ...]
) -> None:
    name, *options = command
    sh0("stop", shop)
    ran = sh0(name, *options, shop)
    assert (ran.code, "shop is stopped" in ran.err, "sh0 start shop" in ran.err) == (4, True, True)
    assert sh0("start", shop).code == 0
    ran = sh0(name, *options, "--process", "worker", shop)
    assert (ran.code, "no process worker" in ran.err, "It has web." in ran.err) == (3, True, True)
    ran = sh0(name, *options, "--replica", "3", shop)
    assert (ran.code, "It has web 1." in ran.err) == (3, True)
    sh0("apps", "create", "other")
    ran = sh0(name, *options, "other")
    assert (ran.code, "other has never been live" in ran.err) == (4, True)


def test_settings_of_an_app_that_does_not_run_are_noted(sh0: Callable[..., Ran], shop: str) -> None:
    sh0("stop", shop)
    assert "next time shop is deployed or started" in sh0("apps", "configure", shop, "--memory", "64m").out
    sh0("apps", "create", "other")
    assert "next time other is deployed" in sh0("apps", "configure", "other", "--memory", "64m").out
    assert "Noted" not in sh0("apps", "configure", "other", "--memory", "64m", "--json").out
    assert "2 of web from the next time other is deployed" not in sh0("scale", shop, "2").out
    assert "shop has 2 of web from the next time it is deployed or started" in sh0("scale", shop, "web=2").out
    for wrong in ("51", "worker=x", "-1"):
        ran = sh0("scale", shop, "--", wrong)
        assert (ran.code, "give 0 to 50, as in 3 or worker=2" in ran.err) == (2, True)
    assert "named twice" in sh0("scale", shop, "2", "web=1").err
    assert "shop has no process worker" in sh0("scale", shop, "worker=1").err


def test_a_new_host_name_and_a_new_key_say_what_comes_next(sh0: Callable[..., Ran], shop: str) -> None:
    out = sh0("domains", "add", shop, "Shop.Example.org").out
    assert "http://shop.example.org:8080" in out
    assert "DNS" in out
    assert "ssh://git@127.0.0.1:2222/APP" in sh0("keys", "add", "laptop", KEY).out


def test_logs_of_a_deployment_are_its_steps(sh0: Callable[..., Ran], shop: str) -> None:
    assert "✓ build" in sh0("logs", shop, "-d", "shop-1").out
    assert json.loads(sh0("logs", shop, "-d", "shop-1", "--json").out.splitlines()[0])["kind"] == "state"


def test_status_lists_the_apps_for_a_program(sh0: Callable[..., Ran], shop: str) -> None:
    platform, _, apps = sh0("status").out.partition("\n\n")
    assert [line.split("\t")[0] for line in platform.splitlines()] == ["sh0", "panel", "git", "http"]
    assert apps.splitlines() == [
        "app\tstate\tdeployment\tcontainers\turls",
        "shop\tlive\tshop-1\tweb 1\thttp://shop.localhost:8080",
    ]
    found = json.loads(sh0("status", "--json").out)
    assert found["apps"][0]["state"] == "live"


def test_status_of_an_app_has_containers_and_deployments(sh0: Callable[..., Ran], shop: str) -> None:
    out = sh0("status", shop).out
    assert "state\tlive" in out
    assert "shop-1\tlive\tupload" in out
    assert set(json.loads(sh0("status", shop, "--json").out)) == {"app", "deployments"}


def test_open_prints_the_url(sh0: Callable[..., Ran], shop: str) -> None:
    assert sh0("open", shop).out == "http://shop.localhost:8080\n"


def test_detect_asks_no_platform(lonely: Callable[..., Ran]) -> None:
    assert "stack\tFlask" in lonely("detect", str(HELLO)).out
    assert "\nFROM python:" in lonely("detect", str(HELLO), "--dockerfile").out
    assert json.loads(lonely("detect", str(HELLO), "--json").out)["framework"] == "Flask"


def test_detect_says_what_is_wrong_with_a_folder(lonely: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = lonely("detect", str(tmp_path / "empty"))
    assert ran.code == 2
    assert "nothing to build" in ran.err


def test_init_translates_the_files_of_other_platforms_and_tells_the_rest(
    lonely: Callable[..., Ran], tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text("<h1>hi</h1>")
    (tmp_path / "app.json").write_text('{"env": {"LEVEL": "info"}, "scripts": {"postdeploy": "./migrate"}}')
    said = lonely("init", str(tmp_path)).out
    assert "out of app.json" in said
    assert "Not translated: app.json: scripts" in said
    manifest = (tmp_path / "sh0.yaml").read_text()
    assert "environment:\n  LEVEL:" in manifest
    assert "out of app.json" not in lonely("init", str(tmp_path)).out
    assert (tmp_path / "sh0.yaml").read_text() == manifest


def test_init_writes_once_and_says_what_comes_next(lonely: Callable[..., Ran], tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<h1>hi</h1>")
    assert f"sh0 push {folder}" in lonely("init", str(folder)).out
    (folder / ".sh0ignore").write_text("mine\n")
    assert "there already" in lonely("init", str(folder)).out
    assert (folder / ".sh0ignore").read_text() == "mine\n"
