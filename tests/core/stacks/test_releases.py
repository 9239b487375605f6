"""Releases of stacks on a platform over fakes: all of it, or nothing."""

import base64
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import attrs
import pytest

from sh0.compose.model import Permission, PermissionKind
from sh0.errors import (
    BadArchive,
    Cancelled,
    Conflict,
    ContainerExited,
    DiskFull,
    Forbidden,
    Invalid,
    InvalidValue,
    ProxyUnavailable,
    Sh0Error,
    WrongState,
)
from sh0.operations import Caller, CallerKind, acting_as
from sh0.ports.proxy import Routes
from sh0.ports.runtime import InstanceHealth, Workload
from sh0.records.deployment import PLACEMENTS, Deployment, DeploymentState, RegistryImage
from sh0.records.stack import Action, ReleaseReason, TemplateOrigin
from sh0.settings import Settings
from sh0.shutdown import Shutdown
from sh0.stacks.images import StackImages
from sh0.stacks.releases import Releases
from sh0.stacks.request import UpRequest
from sh0.stacks.rollforward import Rollforward
from sh0.testing import fake_image
from sh0.testing.script import Program
from sh0.values import Secret
from sh0.work_folder import WorkFolder
from tests.core.stacks.parts import ALLOW_PORT, Stage, archive, secret
from tests.core.waiting import until

if TYPE_CHECKING:
    from typing import Any

    from sh0.context import Context


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sh0.stacks.probes._USUAL", 0.3)


SHOP = """
services:
  web:
    image: web:1
    ports: ["8080:80"]
    environment: {GREETING: hello, DB_PASSWORD: "${PASSWORD:-none-given}"}
    depends_on: [db]
  db:
    image: db:1
    volumes: ["data:/data"]
  worker:
    image: worker:1
volumes:
  data:
"""
NEW_WEB = SHOP.replace("web:1", "web:2")
NEW_ALL = NEW_WEB.replace("db:1", "db:2").replace("image: worker:1", "image: worker:1\n    command: [other]")


def test_a_new_stack_serves_and_its_services_are_apps(stage: Stage) -> None:
    release = stage.up(SHOP)
    platform = stage.core.platform
    assert [app.name for app in platform.apps.list()] == ["shop-db", "shop-web", "shop-worker"]
    assert platform.apps.status("shop-web").state.value == "live"
    assert stage.served("shop-web.example.org").endswith("-shop-web-1-1")
    assert [s.service for s in release.services][-1] == "web"
    assert {s.service: s.action for s in release.services} == dict.fromkeys(("web", "db", "worker"), Action.CREATE)
    assert platform.stacks.get("shop").live == "shop.1" == release.id
    assert [d.host for d in platform.domains.list()] == ["shop-web.example.org"]


def test_only_the_route_is_published_and_names_are_found_in_the_network(stage: Stage) -> None:
    stage.up(SHOP)
    web = next(c.workload for c in stage.runtime.containers.values() if c.workload.labels["sh0.app"] == "shop-web")
    assert web.published == ()
    assert web.aliases == ("web",)
    assert "PORT" not in web.environment
    assert web.environment["GREETING"] == Secret("hello")


def test_what_did_not_change_is_not_touched(stage: Stage) -> None:
    stage.up(SHOP)
    before = stage.running()
    release = stage.up(NEW_WEB)
    after = stage.running()
    kept = {name for name in before if "-web-" not in name}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert {s.service: s.action for s in release.services} == {
        "web": Action.START_FIRST,
        "db": Action.UNCHANGED,
        "worker": Action.UNCHANGED,
    }
    assert len(after) == 3


def test_the_same_files_again_touch_nothing(stage: Stage) -> None:
    stage.up(SHOP)
    before = stage.running()
    release = stage.up(SHOP)
    assert stage.running() == before
    assert {s.action for s in release.services} == {Action.UNCHANGED}


def test_a_service_with_a_volume_is_stopped_before_its_successor_starts(stage: Stage) -> None:
    stage.up(SHOP)
    stage.runtime.calls.clear()
    stage.up(NEW_ALL)
    home = stage.core.context.home_id
    calls = [call for call in stage.runtime.calls if "shop-db" in call[1] and call[0] in ("stop", "apply", "remove")]
    assert calls[:2] == [("stop", f"sh0-{home}-shop-db-1-1"), ("apply", f"sh0-{home}-shop-db-2-1")]
    assert [v.name for v in stage.runtime.volumes()] == [f"sh0-{home}-shop_data"]


def breaks(method: str, after: int = 0) -> Callable[[Stage], None]:
    def arrange(stage: Stage) -> None:
        stage.runtime.fail_next(method, ContainerExited(f"{method} broke"))

    return arrange


def unwell(stage: Stage) -> None:
    stage.link.dead.add(80)


def ends(app: str) -> Callable[[Stage], None]:
    def arrange(stage: Stage) -> None:
        stage.runtime.on_start = lambda w: Program(exit_code=3 if w.labels["sh0.deployment"] == f"{app}-2" else None)

    return arrange


def proxy_refuses(stage: Stage) -> None:
    applied = stage.proxy.apply

    def apply(routes: Routes) -> None:
        if not threading.current_thread().name.startswith("sh0-release-"):  # the reconciler applies them as well
            return applied(routes)
        stage.proxy.apply = applied  # type: ignore[method-assign]
        raise ProxyUnavailable("the proxy refused")

    stage.proxy.apply = apply  # type: ignore[method-assign]


WAYS_TO_FAIL: dict[str, Callable[[Stage], None]] = {
    "a volume cannot be made": breaks("ensure_volume"),
    "a container cannot be made": breaks("apply"),
    "a container cannot be looked at": breaks("inspect"),
    "the database ends": ends("shop-db"),
    "the worker ends": ends("shop-worker"),
    "the web ends": ends("shop-web"),
    "the web does not answer": unwell,
    "the proxy refuses": proxy_refuses,
}


@pytest.mark.parametrize("arrange", WAYS_TO_FAIL.values(), ids=WAYS_TO_FAIL)
def test_a_release_that_fails_anywhere_leaves_everything_as_before(
    stage: Stage, arrange: Callable[[Stage], None]
) -> None:
    stage.up(SHOP)
    before, served = stage.running(), stage.served("shop-web.example.org")
    domains, apps = stage.core.platform.domains.list(), stage.core.platform.apps.list()
    arrange(stage)
    release = stage.fails(NEW_ALL)
    assert release.state is DeploymentState.FAILED, stage.log(release)
    assert release.failure is not None
    stage.link.dead.clear()
    assert stage.running() == before
    assert stage.served("shop-web.example.org") == served
    assert stage.core.platform.domains.list() == domains
    assert stage.core.platform.apps.list() == apps
    assert stage.core.platform.stacks.get("shop").live == "shop.1"
    assert release.failure.message in stage.log(release)
    assert stage.core.context.records[PLACEMENTS].where(order="container") == [
        p for p in stage.core.context.records[PLACEMENTS].where(order="container") if p.deployment.endswith("-1")
    ]
    stage.runtime.on_start = lambda workload: Program()
    assert stage.up(NEW_ALL).state is DeploymentState.LIVE


def test_an_image_that_cannot_be_had_stops_a_release_before_anything_is_touched(stage: Stage) -> None:
    stage.up(SHOP)
    stage.runtime.calls.clear()
    release = stage.fails(NEW_ALL.replace("worker:1", "nobody/has:this"))
    assert release.state is DeploymentState.FAILED
    assert {call[0] for call in stage.runtime.calls} == {"pull"}


def test_a_build_that_fails_stops_a_release_before_anything_is_touched(stage: Stage) -> None:
    stage.up(SHOP)
    stage.runtime.calls.clear()
    files = {"worker/Dockerfile": "FROM web:1\nRUN exit 3\n"}
    release = stage.fails(NEW_ALL.replace("image: worker:1", "build: ./worker"), sent=files)
    assert release.state is DeploymentState.FAILED
    assert release.failure is not None
    assert release.failure.code == "build-failed"
    assert "apply" not in {call[0] for call in stage.runtime.calls}


def test_what_is_built_is_built_once_and_used_again(stage: Stage) -> None:
    text = SHOP.replace("image: worker:1", "build: {context: ./worker, args: {A: '1'}, target: last}")
    files = {"worker/Dockerfile": "FROM web:1 AS last\nRUN true\n"}
    stage.up(text, sent=files)
    [request] = stage.builder.requests
    assert (request.target, dict(request.arguments)) == ("last", {"A": "1"})
    assert request.labels["sh0.app"] == "shop-worker"
    before = stage.running()
    stage.up(text, sent=files)
    assert len(stage.builder.requests) == 1
    assert stage.running() == before
    stage.up(text, sent={"worker/Dockerfile": "FROM web:1 AS last\nRUN true\n# changed\n"})
    assert len(stage.builder.requests) == 2
    assert stage.running() != before


def test_a_build_mounts_the_secrets_that_the_file_grants_it(stage: Stage) -> None:
    build = "build: {context: ./worker, secrets: [token, {source: token, target: npmrc}]}"
    text = SHOP.replace("image: worker:1", build) + "secrets: {token: {file: ./token}}\n"
    steps = "RUN --mount=type=secret,id=token cat /run/secrets/token\nRUN --mount=type=secret,id=npmrc true\n"
    files = {"worker/Dockerfile": f"FROM web:1\n{steps}", "token": "planted-value"}
    release = stage.up(text, sent=files)
    [request] = stage.builder.requests
    assert {name: value.reveal() for name, value in request.secrets.items()} == dict.fromkeys(
        ("token", "npmrc"), "planted-value"
    )
    log = str([event.text for event in stage.core.platform.stacks.follow("shop", release.id)])
    assert "cat /run/secrets/token" in log
    assert "planted-value" not in log
    stage.up(text, sent=files)
    assert len(stage.builder.requests) == 1
    stage.up(text, sent=files | {"token": "other-value"})
    assert len(stage.builder.requests) == 2


def test_a_build_without_a_secret_that_it_requires_is_refused(stage: Stage) -> None:
    text = SHOP.replace("image: worker:1", "build: ./worker")
    files = {"worker/Dockerfile": "FROM web:1\nRUN --mount=type=secret,id=token,required true\n"}
    release = stage.fails(text, sent=files)
    assert release.failure is not None
    assert release.failure.code == "missing-variables"
    assert "build.secrets" in release.failure.hint


def test_a_service_that_the_file_has_no_more_goes_and_comes_back_with_a_rollback(stage: Stage) -> None:
    stage.up(SHOP)
    release = stage.up(SHOP.replace("  worker:\n    image: worker:1\n", ""))
    assert not [name for name in stage.running() if "worker" in name]
    assert stage.core.platform.apps.status("shop-worker").state.value == "stopped"
    with pytest.raises(WrongState, match="no part of the stack"):
        stage.core.platform.apps.start("shop-worker")
    back = stage.core.platform.stacks.rollback("shop")
    stage.core.platform.stacks.wait("shop", back.id, timeout=20)
    assert [name for name in stage.running() if "worker" in name]
    assert release.id == "shop.2"


def test_a_rollback_brings_images_settings_and_routes_back_and_keeps_volumes(stage: Stage) -> None:
    stage.up(SHOP)
    exposed = "x-sh0: {expose: [{port: 90, host: a.org}]}"
    changed = NEW_ALL.replace("hello", "goodbye").replace('ports: ["8080:80"]', exposed)
    stage.up(changed)
    assert [d.host for d in stage.core.platform.domains.list()] == ["a.org"]
    changes = {c.service: c for c in stage.core.platform.stacks.compare("shop")}
    assert changes["db"].action is Action.RECREATE
    assert "variable GREETING" in [c.what for c in changes["web"].changes]
    pulled = [call for call in stage.runtime.calls if call[0] == "pull"]
    release = stage.core.platform.stacks.rollback("shop")
    stage.core.platform.stacks.wait("shop", release.id, timeout=20)
    images = {c.workload.labels["sh0.app"]: c.workload.image for c in stage.runtime.containers.values()}
    first = {name: stage.runtime.image(name) for name in ("web:1", "db:1")}
    assert images["shop-web"] == first["web:1"].id  # type: ignore[union-attr]
    assert images["shop-db"] == first["db:1"].id  # type: ignore[union-attr]
    assert [d.host for d in stage.core.platform.domains.list()] == ["shop-web.example.org"]
    assert stage.served("shop-web.example.org").endswith("-shop-web-3-1")
    assert len(stage.runtime.volumes()) == 1
    assert [call for call in stage.runtime.calls if call[0] == "pull"] == pulled


def test_a_second_port_has_a_host_name_and_a_backend_of_its_own(stage: Stage) -> None:
    stage.up("services: {web: {image: 'web:1', x-sh0: {expose: [9000, 9001]}}}")
    hosts = {d.host: d.port for d in stage.core.platform.domains.list()}
    assert hosts == {"shop-web.example.org": None, "shop-web-9001.example.org": 9001}
    assert getattr(stage.proxy.serve("shop-web.example.org"), "port", None) == 9000
    assert getattr(stage.proxy.serve("shop-web-9001.example.org"), "port", None) == 9001


def test_what_is_dangerous_needs_a_permission_which_is_remembered(stage: Stage) -> None:
    text = SHOP.replace("image: worker:1", "image: worker:1\n    privileged: true")
    with pytest.raises(Forbidden, match="privileged") as caught:
        stage.begin(text)
    assert "--allow privileged" in caught.value.hint
    assert stage.core.platform.stacks.list() == ()
    stage.up(text, allow=("privileged",))
    stage.up(text)
    assert stage.core.platform.stacks.get("shop").permissions == (Permission(PermissionKind.PRIVILEGED, "", "worker"),)


def test_a_cycle_is_refused_by_name(stage: Stage) -> None:
    text = "services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: [a]}}"
    with pytest.raises(Invalid, match=r"in a circle: (a → b → a|b → a → b)"):
        stage.begin(text)


def test_a_job_runs_to_its_end_before_what_waits_for_it_and_is_not_run_again(stage: Stage) -> None:
    started: list[str] = []

    def behave(workload: Workload) -> Program:
        started.append(workload.labels["sh0.app"])
        return Program(exit_code=0 if workload.labels["sh0.app"] == "shop-job" else None)

    stage.runtime.on_start = behave
    text = (
        "services: {web: {image: 'web:1', depends_on: {job: {condition: service_completed_successfully}}},"
        " job: {image: 'job:1'}}"
    )
    stage.up(text)
    assert started == ["shop-job", "shop-web"]
    stage.up(text.replace("web:1", "web:2"))
    assert started == ["shop-job", "shop-web", "shop-web"]
    assert stage.core.platform.apps.status("shop-job").state.value == "live"
    before = len(started)
    stage.core.platform.system.status()
    assert len(started) == before


def test_a_job_that_fails_fails_the_release(stage: Stage) -> None:
    stage.runtime.on_start = lambda w: Program((("stderr", "no such table"),), exit_code=2)
    release = stage.fails("services: {job: {image: 'job:1', restart: 'no'}}")
    assert release.failure is not None
    assert release.failure.code == "container-exited"
    assert "no such table" in release.failure.log


def test_the_engines_own_test_decides(stage: Stage) -> None:
    text = SHOP.replace("image: db:1", "image: db:1\n    healthcheck: {test: [CMD, 'true']}")
    stage.runtime.on_test = lambda workload: InstanceHealth.UNHEALTHY
    release = stage.fails(text)
    assert release.failure is not None
    assert "health check" in release.failure.message
    stage.runtime.on_test = lambda workload: InstanceHealth.HEALTHY
    assert stage.up(text).state is DeploymentState.LIVE


def test_a_service_is_no_app_that_can_be_deleted_or_given_another_version(stage: Stage) -> None:
    stage.up(SHOP)
    platform = stage.core.platform
    with pytest.raises(WrongState, match="service of the stack shop"):
        platform.apps.delete("shop-web")
    with pytest.raises(WrongState, match="service of the stack shop"):
        platform.deployments.create("shop-web", RegistryImage("web:2"))
    platform.deployments.clean()
    assert len(stage.running()) == 3


def test_restart_scale_and_variables_of_a_service_work_as_of_any_app(stage: Stage) -> None:
    stage.up(SHOP)
    platform = stage.core.platform
    requests: tuple[Callable[[], Deployment | None], ...] = (
        lambda: platform.apps.restart("shop-web"),
        lambda: platform.env.set("shop-web", {"GREETING": Secret("mine")}),
        lambda: platform.apps.scale("shop-worker", 2),
        lambda: platform.apps.restart("shop-db"),
    )
    for ask in requests:
        asked = ask()
        assert asked is not None
        platform.deployments.wait(asked.app, asked.id, timeout=20)
    workloads = [c.workload for c in stage.runtime.containers.values()]
    web = [w for w in workloads if w.labels["sh0.app"] == "shop-web"]
    assert [w.environment["GREETING"] for w in web] == [Secret("mine")]
    assert [w.aliases for w in web] == [("web",)]
    assert len([w for w in workloads if w.labels["sh0.app"] == "shop-worker"]) == 2
    assert [w.mounts[0].target for w in workloads if w.labels["sh0.app"] == "shop-db"] == ["/data"]
    release = stage.up(SHOP)
    assert {s.service: s.action for s in release.services}["web"] is Action.UNCHANGED


def test_a_restart_of_a_service_with_a_volume_that_fails_brings_the_old_one_back(stage: Stage) -> None:
    stage.up(SHOP)
    before = stage.running()
    stage.runtime.on_start = lambda w: Program(exit_code=3 if w.labels["sh0.deployment"] == "shop-db-2" else None)
    asked = stage.core.platform.apps.restart("shop-db")
    with pytest.raises(Sh0Error):
        stage.core.platform.deployments.wait("shop-db", asked.id, timeout=20)
    assert stage.running() == before


def test_one_release_at_a_time(stage: Stage) -> None:
    stage.link.dead.add(80)
    first = stage.begin(SHOP)
    with pytest.raises(WrongState, match=r"shop\.1 is running"):
        stage.begin(SHOP)
    with pytest.raises(WrongState, match=r"shop\.1 is running"):
        stage.core.platform.stacks.delete("shop")
    stage.core.platform.stacks.cancel("shop", first.id)
    assert stage.ended(first).state is DeploymentState.CANCELLED
    assert stage.running() == {}


def test_a_deleted_stack_leaves_its_volumes_unless_they_are_asked_for(stage: Stage) -> None:
    stage.up(SHOP)
    stage.core.platform.stacks.delete("shop")
    assert stage.running() == {}
    assert stage.core.platform.apps.list() == ()
    assert [p.name for p in stage.core.platform.projects.list()] == ["default"]
    assert len(stage.runtime.volumes()) == 1
    stage.up(SHOP)
    stage.core.platform.stacks.delete("shop", volumes=True)
    assert stage.runtime.volumes() == []


def test_an_app_of_that_name_is_not_taken_over(stage: Stage) -> None:
    stage.core.platform.apps.create("shop-web")
    with pytest.raises(Conflict, match="shop-web"):
        stage.begin(SHOP)
    assert stage.core.platform.stacks.list() == ()


def test_a_host_name_of_somebody_else_is_not_taken_over(stage: Stage) -> None:
    stage.core.platform.apps.create("blog")
    stage.core.platform.domains.add("blog", "shop-web.example.org")
    with pytest.raises(Conflict, match="belongs to the app blog"):
        stage.begin(SHOP)


def test_secrets_are_sealed_at_rest_and_blotted_out_of_logs(stage: Stage) -> None:
    stage.runtime.on_start = lambda w: Program((("stdout", "the password is hunter22"),), exit_code=1)
    release = stage.fails(SHOP, variables=secret(PASSWORD="hunter22"))
    assert release.failure is not None
    assert "hunter22" not in stage.log(release)
    stage.core.context.records.database.execute("pragma wal_checkpoint(truncate)")
    home = stage.core.context.home.path
    assert not [p for p in home.rglob("*") if p.is_file() and b"hunter22" in p.read_bytes()]
    assert "hunter22" not in repr(stage.core.platform.audit.list())


def test_files_of_the_project_are_given_to_each_container_and_what_is_not_there_is_a_volume(stage: Stage) -> None:
    text = "services: {web: {image: 'web:1', volumes: ['./conf:/etc/conf:ro', './x.txt:/x.txt', './data:/data']}}"
    stage.up(text, sent={"conf/a": "one", "conf/deep/b": "two", "x.txt": "three"})
    [container] = stage.runtime.containers.values()
    given = {file.target: base64.b64decode(file.content.reveal()) for file in container.workload.files}
    assert given == {"/etc/conf/a": b"one", "/etc/conf/deep/b": b"two", "/x.txt": b"three"}
    assert [mount.target for mount in container.workload.mounts] == ["/data"]


def test_a_volume_that_only_the_image_wants_is_kept_as_well(stage: Stage) -> None:
    stage.runtime.add_image(attrs.evolve(fake_image("db:1"), volumes=("/var/lib/x",)))
    stage.up("services: {db: {image: 'db:1'}}")
    stage.up("services: {db: {image: 'db:1', environment: {A: b}}}")
    [container] = stage.runtime.containers.values()
    assert [m.source.rpartition("_")[2] for m in container.workload.mounts] == ["db-var-lib-x"]
    assert next(c for c in stage.runtime.calls if c[0] == "stop")[1].endswith("-shop-db-1-1")


def test_the_host_names_are_variables_of_the_files(stage: Stage) -> None:
    text = (
        "x-sh0: {expose: [{service: web, port: 80}]}\n"
        "services: {web: {image: 'web:1', environment: {HOST: '${SH0_HOST}', URL: '${SH0_URL_WEB}'}}}"
    )
    stage.up(text)
    [container] = stage.runtime.containers.values()
    environment = {name: value.reveal() for name, value in container.workload.environment.items()}
    assert environment == {"HOST": "shop-web.example.org", "URL": "http://shop-web.example.org"}


@pytest.mark.parametrize("name", ["2048", "_"])
def test_a_project_whose_name_is_none_for_a_stack_needs_another(stage: Stage, name: str) -> None:
    sent = stage.send(f"name: '{name}'\n{SHOP}" if name != "_" else SHOP)
    with pytest.raises(Invalid) as caught:
        stage.core.platform.stacks.up(sent)
    assert "--name" in caught.value.hint


@pytest.mark.parametrize("archive", ["", "../sh0.db", "x.upload", "/etc/passwd", "a" * 32, "\0.upload"])
def test_only_what_was_sent_is_opened(stage: Stage, archive: str) -> None:
    for attempt in (stage.core.platform.stacks.plan, stage.core.platform.stacks.up):
        with pytest.raises((InvalidValue, BadArchive)):
            attempt(archive)
    assert list(stage.core.context.home.work.iterdir()) == []


def test_permission_is_given_by_those_who_may_reach_the_host(stage: Stage) -> None:
    text = "services: {x: {image: 'web:1', privileged: true}}"
    sent = stage.send(text)
    with acting_as(Caller(CallerKind.TOKEN, "ci", frozenset({"*:destroy"}))):
        with pytest.raises(Forbidden, match="it needs host:write"):
            stage.core.platform.stacks.up(sent, stack="shop", allow=(PermissionKind.PRIVILEGED,))
    with acting_as(Caller(CallerKind.TOKEN, "ops", frozenset({"stacks:write", "host:write"}))):
        release = stage.core.platform.stacks.up(sent, stack="shop", allow=(PermissionKind.PRIVILEGED,))
    assert stage.ended(release).requested_by == "token:ops"


def test_images_that_a_rollback_needs_are_kept_by_the_cleaner(stage: Stage) -> None:
    text = SHOP.replace("image: worker:1", "build: ./worker")
    for number in range(3):
        stage.up(text, sent={"worker/Dockerfile": f"FROM web:1\n# {number}\n"})
    for _ in range(7):  # more than are kept of an app by itself
        asked = stage.core.platform.apps.restart("shop-worker")
        stage.core.platform.deployments.wait("shop-worker", asked.id, timeout=20)
    stage.core.platform.deployments.clean()
    release = stage.core.platform.stacks.rollback("shop", to="shop.1")
    assert stage.ended(release).state is DeploymentState.LIVE


def test_a_database_is_not_scaled_onto_one_volume(stage: Stage) -> None:
    stage.up(SHOP)
    with pytest.raises(WrongState, match="two must not write to /data"):
        stage.core.platform.apps.scale("shop-db", 2)
    assert stage.core.platform.apps.get("shop-db").replicas == 1


def test_what_is_started_again_on_failure_only_may_end_well(stage: Stage) -> None:
    stage.runtime.on_start = lambda workload: Program(exit_code=0)
    stage.up("services: {once: {image: 'job:1', restart: on-failure}}")
    assert stage.core.platform.apps.status("shop-once").state.value == "live"
    [before] = stage.containers().values()
    calls = list(stage.runtime.calls)
    stage.core.platform.deployments.clean()
    assert list(stage.containers().values()) == [before]
    assert [call for call in stage.runtime.calls[len(calls) :] if call[0] == "apply"] == []


def test_files_that_are_given_as_texts_are_a_stack_of_their_template(stage: Stage) -> None:
    """How templates are deployed."""
    releases = stage.core.platform.stacks._releases
    request = UpRequest("shop", variables=secret(PASSWORD="hunter22"), template=TemplateOrigin("shop", 3))
    assert releases.plan_texts({"compose.yaml": SHOP}, request).new
    release = stage.ended(releases.up_texts({"compose.yaml": SHOP}, request))
    assert (release.state, release.reason) == (DeploymentState.LIVE, ReleaseReason.TEMPLATE)
    assert stage.core.platform.stacks.get("shop").template == TemplateOrigin("shop", 3)
    assert release.files["compose.yaml"].reveal() == SHOP
    with pytest.raises(Invalid, match="leads out of the project"):
        releases.up_texts({"../compose.yaml": SHOP}, request)
    assert list(stage.core.context.home.work.iterdir()) == []


def test_cancelling_one_of_its_deployments_cancels_the_release(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sh0.stacks.probes._USUAL", 30)
    stage.up(SHOP)
    before = stage.running()
    stage.link.dead.add(80)
    release = stage.begin(NEW_WEB)
    platform = stage.core.platform
    until(lambda: platform.deployments.list("shop-web", limit=1)[0].id == "shop-web-2")
    platform.deployments.cancel("shop-web", "shop-web-2")
    assert stage.ended(release).state is DeploymentState.CANCELLED
    assert stage.running() == before


def test_an_end_that_cannot_be_written_is_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk while a failed release is turned back: the stack is as before, and not blocked for good."""
    monkeypatch.setattr("sh0.jobs.retry.INTERVAL", 0.01)
    stage.up(SHOP)
    before = stage.running()
    turn_back, full = Rollforward.turn_back, iter([True, True])

    def on_a_full_disk(self: Rollforward, *arguments: object) -> None:
        if next(full, False):
            raise DiskFull("no room")
        turn_back(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Rollforward, "turn_back", on_a_full_disk)
    ends("shop-web")(stage)
    assert stage.fails(NEW_ALL).state is DeploymentState.FAILED
    assert stage.running() == before


RENAMED = SHOP.replace("  db:\n    image: db:1", "  database:\n    image: db:1").replace("[db]", "[database]")


def writers(stage: Stage) -> list[str]:
    """Apps whose containers run and write to the volume."""
    running = [c for c in stage.runtime.containers.values() if c.state.value == "running"]
    return [c.workload.labels["sh0.app"] for c in running if any("shop_data" in m.source for m in c.workload.mounts)]


def test_a_volume_that_changes_hands_never_has_two_writers(stage: Stage) -> None:
    stage.up(SHOP)
    most: list[int] = []

    def behave(workload: Workload) -> Program:
        most.append(len(writers(stage)))
        return Program()

    stage.runtime.on_start = behave
    planned = {each.service: each.why for each in stage.plan(RENAMED).services}
    assert planned["database"] == ("db is stopped before it starts: it takes over its volume",)
    stage.up(RENAMED)
    assert writers(stage) == ["shop-database"]
    release = stage.core.platform.stacks.rollback("shop")
    assert stage.ended(release).state is DeploymentState.LIVE
    assert writers(stage) == ["shop-db"]
    assert max(most) <= 1


def test_a_volume_goes_back_to_whom_it_came_from_when_a_release_fails(stage: Stage) -> None:
    stage.up(SHOP)
    before, most = stage.running(), []

    def behave(workload: Workload) -> Program:
        most.append(len(writers(stage)))
        return Program(exit_code=3 if workload.labels["sh0.deployment"] == "shop-web-2" else None)

    stage.runtime.on_start = behave
    assert stage.fails(RENAMED.replace("web:1", "web:2")).state is DeploymentState.FAILED
    assert stage.running() == before
    assert max(most) <= 1


def test_a_port_of_the_host_changes_hands(stage: Stage) -> None:
    text = "services: {a: {image: 'db:1', ports: ['127.0.0.1:5432:5432']}, b: {image: 'worker:1'}}"
    stage.up(text, allow=ALLOW_PORT)
    moved = "services: {a: {image: 'db:1'}, b: {image: 'worker:1', ports: ['127.0.0.1:5432:5432']}}"
    stage.up(moved, allow=ALLOW_PORT)
    published = {c.workload.labels["sh0.app"]: c.workload.published for c in stage.runtime.containers.values()}
    assert [app for app, ports in published.items() if ports] == ["shop-b"]


def test_a_volume_that_two_services_share_displaces_nobody(stage: Stage) -> None:
    text = (
        "services: {a: {image: 'db:1', volumes: ['v:/v']}, b: {image: 'worker:1', volumes: ['v:/v']}}\nvolumes: {v: {}}"
    )
    stage.up(text)
    before = stage.running()
    [shared] = [name for name in before if "-b-" in name]
    calls = len(stage.runtime.calls)
    stage.up(text.replace("db:1", "db:2"))
    assert stage.running()[shared] == before[shared]
    assert ("stop", shared) not in stage.runtime.calls[calls:]


def test_a_closing_platform_unpacks_no_more(tmp_path: Path) -> None:
    shutdown = Shutdown()
    shutdown.begin()
    closing = SimpleNamespace(records=None, shutdown=shutdown, work=WorkFolder(tmp_path, shutdown), settings=Settings())
    nothing = cast("Any", None)
    releases = Releases(cast("Context", closing), nothing, nothing)
    name = f"{'a' * 32}.upload"
    (tmp_path / name).write_bytes(archive({"compose.yaml": SHOP}).read())
    with pytest.raises(Cancelled, match="the platform is closing"):
        releases.plan_archive(name, UpRequest("shop"))
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_nothing_remains_of_a_plan_that_a_closing_platform_cut_off(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, let_go = threading.Event(), threading.Event()

    def held(*args: object) -> object:
        reached.set()
        assert let_go.wait(20)
        raise Cancelled("the platform is closing")

    def plan() -> None:
        with pytest.raises(Cancelled):
            stage.plan("services: {a: {build: .}}")

    monkeypatch.setattr(StackImages, "plans", held)
    planning, closing = threading.Thread(target=plan), threading.Thread(target=stage.core.platform.close)
    planning.start()
    assert reached.wait(20)
    closing.start()
    let_go.set()
    closing.join(20)
    planning.join(20)
    with stage.reopened():
        assert [path.name for path in stage.core.context.home.work.iterdir()] == []
