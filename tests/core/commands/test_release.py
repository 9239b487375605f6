"""What an app wants to be done on the way of a deployment: its release command, and hooks around its switch."""

from pathlib import Path

import pytest

from sh0.deployments.signature import signed
from sh0.ports.outgoing import NoCalls
from sh0.ports.runtime import Workload
from sh0.records.command import CommandEnd, CommandReason, CommandRun
from sh0.records.deployment import Deployment, DeploymentState, Step
from sh0.records.run import RunState
from sh0.testing.script import Program
from tests.core.shop import LIMIT, Shop
from tests.core.stacks.parts import archive
from tests.core.waiting import until

DOCKERFILE = "FROM scratch\nEXPOSE 8080\n"


class Calls(NoCalls):
    """Calls of URLs, with what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes, dict[str, str]]] = []
        self.status = 204

    def call(self, url, *, method="GET", body=b"", headers=None, timeout=10.0):  # type: ignore[no-untyped-def]
        assert method == "POST"
        self.sent.append((url, body, dict(headers or {})))
        return self.status


@pytest.fixture
def code(shop: Shop) -> dict[str, int | None]:
    """How one-off commands end: by the word in their last argument; what is not named keeps running."""
    ends: dict[str, int | None] = {"migrate": 0, "warm": 0, "tell": 0}
    usual = shop.runtime.on_start

    def behaviour(workload: Workload) -> Program:
        if workload.labels["sh0.kind"] != "run":
            return usual(workload)
        line = workload.command[-1].removeprefix("exec ")
        return Program((("stdout", f"doing {line}"),), ends[line])

    shop.runtime.on_start = behaviour
    return ends


def upload(shop: Shop, text: str, **files: str) -> Deployment:
    tree = {"Dockerfile": DOCKERFILE, "sh0.yaml": text, **files}
    return shop.platform.deployments.upload("shop", archive(tree))


def begun(shop: Shop, app: str) -> CommandRun:
    """The newest command of an app, once its container was started."""
    return until(lambda: next((each for each in shop.platform.runs.list(app) if each.started), None), LIMIT)


def skipped(deployment: Deployment) -> list[Step]:
    return [timing.step for timing in deployment.steps if timing.skipped]


def test_it_runs_once_in_the_new_version_before_that_starts(shop: Shop, code: dict[str, int | None]) -> None:
    live = shop.live(upload(shop, "release: migrate\n"))
    (run,) = shop.platform.runs.list("shop")
    assert (run.reason, run.deployment, run.image) == (CommandReason.RELEASE, live.id, live.image)
    assert (run.state, run.exit_code, run.end) == (RunState.DONE, 0, CommandEnd.EXITED)
    assert "doing migrate" in shop.log(live)
    applied = [name for call, name in shop.runtime.calls if call == "apply"]
    assert applied.index(run.container) < applied.index(f"sh0-{shop.stage.core.context.home_id}-{live.id}-1")
    assert applied.count(run.container) == 1
    assert run.container not in shop.runtime.containers


def test_its_failure_is_that_of_the_deployment_and_the_earlier_version_serves(
    shop: Shop, code: dict[str, int | None]
) -> None:
    before = shop.live(upload(shop, "release: migrate\n"))
    code["migrate"] = 3
    failed = shop.ended(upload(shop, "release: migrate\nport: 9000\n"))
    assert failed.state is DeploymentState.FAILED
    assert failed.failure is not None
    assert failed.failure.message == "the release command failed: shop.run.2 ended with exit code 3"
    assert failed.failure.log == ("doing migrate",)
    assert failed.step is Step.RELEASE
    assert [each.id for each in shop.serving()] == [before.id]
    assert shop.platform.apps.get("shop").port is None


def test_one_that_hangs_is_stopped_in_its_time(shop: Shop, code: dict[str, int | None]) -> None:
    code["migrate"] = None
    failed = shop.ended(upload(shop, "release: {command: migrate, timeout: 1}\n"))
    assert failed.failure is not None
    assert failed.failure.message == (
        "the release command failed: shop.run.1 had not ended after 1 seconds, and was stopped"
    )
    assert failed.failure.hint == "Give it more time: the key timeout of its release in sh0.yaml."
    assert shop.runtime.containers == {}


def test_cancelling_the_deployment_stops_it(shop: Shop, code: dict[str, int | None]) -> None:
    code["migrate"] = None
    deployment = upload(shop, "release: migrate\n")
    run = begun(shop, "shop")
    shop.platform.deployments.cancel("shop", deployment.id)
    assert shop.ended(deployment).state is DeploymentState.CANCELLED
    assert shop.platform.runs.get("shop", run.id).state is RunState.CANCELLED
    assert shop.runtime.containers == {}


def test_a_restart_and_a_rollback_do_not_run_it_and_new_variables_do(shop: Shop, code: dict[str, int | None]) -> None:
    first = shop.live(upload(shop, "release: migrate\n"))
    assert Step.RELEASE in skipped(shop.live(shop.platform.apps.restart("shop")))
    assert Step.RELEASE not in skipped(shop.live(shop.platform.env.set("shop", {"DATABASE": "new"})))
    assert Step.RELEASE in skipped(shop.live(shop.platform.deployments.rollback("shop", to=first.id)))
    assert len(shop.platform.runs.list("shop")) == 2


def test_the_line_of_a_procfile_counts_where_sh0_yaml_says_nothing(shop: Shop, code: dict[str, int | None]) -> None:
    shop.live(upload(shop, "", Procfile="release: migrate\n"))
    shop.live(upload(shop, "release: warm\n", Procfile="release: migrate\n"))
    lines = [run.request.argv[-1] for run in shop.platform.runs.list("shop")]
    assert lines == ["exec warm", "exec migrate"]


def test_a_setting_is_the_apps_own_when_a_deployment_has_proved_it(shop: Shop, code: dict[str, int | None]) -> None:
    shop.deploy()
    code["migrate"] = 1
    failed = shop.ended(shop.platform.apps.configure("shop", release="migrate").deployment)
    assert failed.failure is not None
    assert failed.failure.hint.endswith("Settings stay as they were: release.")
    assert shop.platform.apps.get("shop").release == ""
    code["migrate"] = 0
    shop.live(shop.platform.apps.configure("shop", release="migrate").deployment)
    assert shop.platform.apps.get("shop").release == "migrate"
    shop.live(shop.platform.apps.configure("shop", release="").deployment)
    assert shop.platform.apps.get("shop").release == ""


def test_a_hook_before_the_switch_can_stop_it_and_one_after_it_cannot(shop: Shop, code: dict[str, int | None]) -> None:
    text = "hooks: {pre_deploy: warm, post_deploy: tell}\n"
    code["tell"] = 2
    live = shop.live(upload(shop, text))
    warned = f"the hook post_deploy failed: shop.run.2 ended with exit code 2: {live.id} is live all the same"
    assert shop.platform.deployments.get("shop", live.id).warnings == (warned,)
    code["warm"] = 1
    failed = shop.ended(upload(shop, text + "port: 9000\n"))
    assert failed.failure is not None
    assert failed.failure.message == "the hook pre_deploy failed: shop.run.3 ended with exit code 1"
    assert [each.id for each in shop.serving()] == [live.id]


def test_a_call_is_signed_with_the_value_of_a_variable(shop: Shop, code: dict[str, int | None]) -> None:
    calls, around = Calls(), shop.platform.deployments._queue._kind._parts.around  # type: ignore[attr-defined]
    around._outgoing = calls
    text = "hooks: {pre_deploy: {url: https://example.org/ready, secret: HOOK_KEY}}\n"
    refused = shop.ended(upload(shop, text))
    assert refused.failure is not None
    assert refused.failure.message == (
        "a hook in sh0.yaml is signed with the variable HOOK_KEY, which shop does not have"
    )
    shop.platform.env.set("shop", {"HOOK_KEY": "correct horse"})
    live = shop.live(upload(shop, text))
    ((url, body, headers),) = calls.sent
    assert url == "https://example.org/ready"
    assert f'"deployment": "{live.id}"'.encode() in body
    assert b"correct horse" not in body
    expected = signed(body, "correct horse", int(headers["X-Sh0-Timestamp"]))
    assert headers["X-Sh0-Signature"] == expected["X-Sh0-Signature"]
    calls.status = 302
    failed = shop.ended(upload(shop, text + "port: 9000\n"))
    assert failed.failure is not None
    assert failed.failure.message == "the hook pre_deploy failed: its URL answered 302"


def test_two_apps_release_at_the_same_time(shop: Shop, code: dict[str, int | None], tmp_path: Path) -> None:
    code["migrate"] = None
    shop.platform.apps.create("blog")
    first = upload(shop, "release: migrate\n")
    second = shop.platform.deployments.upload(
        "blog", archive({"Dockerfile": DOCKERFILE, "sh0.yaml": "release: migrate\n"})
    )
    runs = [begun(shop, app) for app in ("shop", "blog")]
    assert len({each.address for each in runs}) == 2
    for run in runs:
        shop.runtime.end(run.container, 0)
    shop.live(first)
    shop.platform.deployments.wait("blog", second.id, timeout=LIMIT)
