"""Whichever way a text takes into a log, an answer or an event: no secret comes along, and no name of ours is lost.

The platform is the real one, over a pretended engine that prints secrets and fails with them.
"""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from sh0 import codec
from sh0.errors import BuildFailed, EngineUnavailable, ImageUnavailable, NotFound, Sh0Error
from sh0.ports.runtime import InstanceHealth, Workload
from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS, Deployment, RegistryImage
from sh0.records.variable import VARIABLES
from sh0.sensitive import REDACTED
from sh0.testing import fake_image
from sh0.testing.script import Program
from sh0.values import Secret
from tests.core.stacks import parts
from tests.core.stacks.parts import Stage, archive, secret

VALUE = "hunter22-secret"
DOCKERFILE = "FROM python:3.13-slim\nRUN echo building with hunter22-secret on python\nEXPOSE 8080\n"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with parts.stage(tmp_path) as made:
        made.runtime.add_image(fake_image("python:3.13-slim"))
        yield made


def prints(stage: Stage, *lines: str) -> None:
    stage.runtime.on_start = lambda workload: Program(tuple(("stdout", line) for line in lines), None)


def ends(stage: Stage, *lines: str) -> None:
    """The container prints lines and ends, or is unhealthy where something tests it."""
    stage.runtime.on_test = lambda workload: InstanceHealth.UNHEALTHY
    stage.link.dead.add(8080)

    def behave(workload: Workload) -> Program:
        return Program(tuple(("stdout", line) for line in lines), None if workload.health else 1)

    stage.runtime.on_start = behave


def deployed(stage: Stage, app: str = "shop", dockerfile: str = DOCKERFILE) -> Deployment:
    platform = stage.core.platform
    with contextlib.suppress(Sh0Error):
        platform.apps.create(app)
    begun = platform.deployments.upload(app, archive({"Dockerfile": dockerfile}))
    with contextlib.suppress(Sh0Error):
        platform.deployments.wait(app, begun.id, timeout=20)
    return platform.deployments.get(app, begun.id)


def lines(stage: Stage, deployment: Deployment) -> list[str]:
    return [event.text for event in stage.core.platform.deployments.follow(deployment.app, deployment.id)]


def everything(stage: Stage) -> str:
    """All that is kept in clear or answered: records, events, audit, logs and the database."""
    platform, home = stage.core.platform, stage.core.context.home
    answers = [codec.unstructure(each) for each in (platform.audit.list(limit=500), platform.events.list(limit=500))]
    answers += [codec.unstructure(platform.deployments.list(app.name)) for app in platform.apps.list()]
    kept = [path.read_bytes().decode(errors="replace") for path in home.logs.rglob("*") if path.is_file()]
    kept += [path.read_bytes().decode(errors="replace") for path in home.path.glob("sh0.db*")]
    return json.dumps(answers, ensure_ascii=False) + "".join(kept)


def configured(stage: Stage, **values: str) -> None:
    stage.core.platform.apps.create("shop")
    stage.core.platform.env.set("shop", secret(**values))


def test_what_a_build_prints(stage: Stage) -> None:
    configured(stage, API_TOKEN=VALUE)
    done = deployed(stage)
    assert done.state.value == "live"
    assert f"building with {REDACTED} on python" in lines(stage, done)
    assert VALUE not in everything(stage)


def test_what_a_container_prints_before_it_fails_and_the_text_of_the_failure(stage: Stage) -> None:
    configured(stage, API_TOKEN=VALUE)
    ends(stage, f"the token is {VALUE}")
    done = deployed(stage)
    assert done.failure is not None
    assert done.failure.log == (f"the token is {REDACTED}",)
    assert f"the token is {REDACTED}" in lines(stage, done)
    assert done.id in done.failure.message, "the name of a container is ours"
    assert VALUE not in everything(stage)


def test_an_error_of_the_engine(stage: Stage) -> None:
    configured(stage, API_TOKEN=VALUE)
    stage.runtime.fail_next("apply", EngineUnavailable(f"no such option: {VALUE}", log=[f"said {VALUE}"]))
    done = deployed(stage)
    assert done.failure is not None
    assert (done.failure.message, done.failure.log) == (f"no such option: {REDACTED}", (f"said {REDACTED}",))
    assert f"shop-1 failed: no such option: {REDACTED}" in lines(stage, done)[-1]
    with pytest.raises(Sh0Error) as raised:
        stage.core.platform.deployments.wait("shop", done.id)
    assert VALUE not in f"{raised.value} {raised.value.details}"
    assert VALUE not in everything(stage)


def test_an_error_of_the_builder(stage: Stage) -> None:
    configured(stage, API_TOKEN=VALUE)
    stage.builder.fail_next(BuildFailed(f"the step “echo {VALUE}” failed", log=[VALUE]))
    done = deployed(stage)
    assert done.failure is not None
    assert done.failure.message == f"the step “echo {REDACTED}” failed"
    assert VALUE not in everything(stage)


def test_an_error_while_clearing_away(stage: Stage) -> None:
    configured(stage, API_TOKEN=VALUE)
    ends(stage, "bye")
    stage.runtime.fail_next("remove", EngineUnavailable(f"busy with {VALUE}"))
    done = deployed(stage)
    assert any(f"busy with {REDACTED}" in line for line in lines(stage, done))


def test_a_pull_that_fails(stage: Stage) -> None:
    configured(stage, API_TOKEN=VALUE)
    stage.runtime.fail_next("pull", ImageUnavailable(f"denied for {VALUE}"))
    begun = stage.core.platform.deployments.create("shop", RegistryImage("web:1"))
    stage.core.platform.deployments.wait("shop", begun.id, timeout=20)
    assert f"denied for {REDACTED}; the copy on this server is used" in lines(stage, begun)


def test_what_the_checks_find(stage: Stage) -> None:
    configured(stage, API_TOKEN="chown-secret-777")
    done = deployed(stage, dockerfile=f"{DOCKERFILE}ADD chown-secret-777 /srv\n")
    assert not any("chown-secret-777" in line for line in lines(stage, done))


def test_logs_of_an_app(stage: Stage) -> None:
    configured(stage, API_TOKEN=VALUE, DATABASE_URL="postgres://joe:p%40ss-word@db/x", PORT="8080")
    prints(stage, f"{VALUE} on 8080", "url postgres://joe:p%40ss-word@db/x p@ss-word")
    deployed(stage)
    printed = [line.text for line in stage.core.platform.apps.logs("shop")]
    assert printed == [f"{REDACTED} on 8080", f"url postgres://joe:{REDACTED}@db/x {REDACTED}"]


def test_ordinary_values_and_our_own_sentences_stay(stage: Stage) -> None:
    configured(
        stage,
        APP_NAME="shop",
        PROTO="http",
        DB_USER="python",
        NODE_ENV="live",
        BASE_URL="http://shop.example.org",
        AUTHOR="started",
        DB_PASSWORD="shop",
        LOG_LEVEL="main",
        API_TOKEN="start",
    )
    prints(stage, "python of shop, npm start")
    done = deployed(stage)
    told = lines(stage, done)
    assert "Step 1/3 : FROM python:3.13-slim" in told
    assert told[-1].startswith("shop-1 is live at http://shop.example.org")
    assert not any(REDACTED in line for line in told)
    assert [line.text for line in stage.core.platform.apps.logs("shop")] == [f"python of shop, npm {REDACTED}"]
    assert REDACTED not in "".join(event.message for event in stage.core.platform.events.list(limit=100))


COMPOSE = """
services:
  web:
    image: web:1
    environment: {DB_PASSWORD: "%s", AUTHOR: shop, KEYBOARD_LAYOUT: start, APP_URL: "http://web.shop.example.org"}
    secrets: [key]
    healthcheck: {test: [CMD, "true"]}
secrets:
  key: {file: key.txt}
"""


def test_the_release_of_a_stack(stage: Stage) -> None:
    ends(stage, f"password {VALUE}, key file-secret-1 by shop")
    ended = stage.fails(COMPOSE % VALUE, sent={"key.txt": "file-secret-1\n"})
    assert ended.failure is not None
    assert f"password {REDACTED}, key {REDACTED} by shop" in ended.failure.log
    told = stage.log(ended)
    assert "1 container started" in told
    assert "shop.1 begins" in told
    for text in (told, repr(ended), everything(stage)):
        assert VALUE not in text
        assert "file-secret-1" not in text


BUILT = """
services:
  web:
    build: {context: ., args: {NPM_TOKEN: "%s", HTTP_PROXY: "http://joe:proxy-password@proxy.example", MODE: fast}}
    environment: {DB_PASSWORD: "of-the-service"}
    secrets: [key]
secrets:
  key: {file: key.txt}
"""


def test_what_a_build_of_a_stack_prints_of_its_arguments_and_of_what_its_services_get(stage: Stage) -> None:
    printed = f"echo token {VALUE} proxy-password of-the-service file-secret-1 fast"
    dockerfile = f"FROM web:1\nARG NPM_TOKEN\nRUN {printed}\nEXPOSE 80\n"
    release = stage.up(BUILT % VALUE, sent={"Dockerfile": dockerfile, "key.txt": "file-secret-1\n"})
    told = stage.log(release)
    assert f"echo token {REDACTED} {REDACTED} {REDACTED} {REDACTED} fast" in told
    for hidden in (VALUE, "proxy-password", "of-the-service", "file-secret-1"):
        assert hidden not in told + everything(stage)
    [warning] = [each for each in release.warnings if "history" in each]
    assert warning.startswith("web: the build argument NPM_TOKEN holds a secret"), "the proxy is in no history"


def test_an_error_of_the_engine_in_a_release(stage: Stage) -> None:
    stage.runtime.fail_next("apply", EngineUnavailable(f"cannot start with {VALUE}"))
    ended = stage.fails(COMPOSE % VALUE, sent={"key.txt": "file-secret-1\n"})
    assert ended.failure is not None
    assert ended.failure.message == f"cannot start with {REDACTED}"
    assert VALUE not in everything(stage)


def test_logs_of_a_service(stage: Stage) -> None:
    prints(stage, f"password {VALUE}, key file-secret-1")
    stage.up(COMPOSE % VALUE, sent={"key.txt": "file-secret-1\n"})
    assert [line.text for line in stage.core.platform.apps.logs("shop-web")] == [f"password {REDACTED}, key {REDACTED}"]


def test_a_secret_that_changes_while_a_deployment_waits(stage: Stage) -> None:
    """The log follows the snapshot that runs, and what was secret before stays so."""
    core = stage.core
    stage.up(COMPOSE % VALUE, sent={"key.txt": "file-secret-1\n"})
    with core.context.locks.of("shop-web"):
        queued = core.platform.env.set("shop-web", {"MODE": Secret("x")})
        assert queued is not None
        live = core.context.records[DEPLOYMENTS].get(core.context.records[APPS].get("shop-web").live)
        spec = live.snapshot.container
        assert spec is not None
        changed = attrs.evolve(spec, environment={**spec.environment, "DB_PASSWORD": Secret("newsecret9")})
        core.context.records[DEPLOYMENTS].change(live.id, snapshot=attrs.evolve(live.snapshot, container=changed))
        ends(stage, f"connecting with newsecret9 / {VALUE}")
    with contextlib.suppress(Sh0Error):
        core.platform.deployments.wait("shop-web", queued.id, timeout=20)
    assert f"connecting with {REDACTED} / {REDACTED}" in lines(stage, queued)
    assert "newsecret9" not in everything(stage)


PAIR = """
services:
  web: {image: "web:1", healthcheck: {test: [CMD, "true"]}}
  db: {image: "db:1", environment: {DB_PASSWORD: "%s"}}
"""


def change_secret(stage: Stage, app: str, name: str, value: str) -> None:
    """Change a variable of the version that serves, as a release that commits meanwhile does."""
    records = stage.core.context.records
    live = records[DEPLOYMENTS].get(records[APPS].get(app).live)
    snapshot = live.snapshot
    assert snapshot.container is not None
    environment = {**snapshot.container.environment, name: Secret(value)}
    container = attrs.evolve(snapshot.container, environment=environment)
    records[DEPLOYMENTS].change(live.id, snapshot=attrs.evolve(snapshot, container=container))


def test_a_deployment_of_one_service_knows_the_secrets_of_the_others(stage: Stage) -> None:
    """They talk to each other: what fails quotes what it was told. What has changed in the meantime counts too."""
    core = stage.core
    stage.up(PAIR % VALUE)
    with core.context.locks.of("shop-web"):
        queued = core.platform.env.set("shop-web", {"MODE": Secret("x")})
        assert queued is not None
        change_secret(stage, "shop-db", "DB_PASSWORD", "newsecret9")
        ends(stage, "refused for newsecret9")
    with contextlib.suppress(Sh0Error):
        core.platform.deployments.wait("shop-web", queued.id, timeout=20)
    assert f"refused for {REDACTED}" in lines(stage, queued)
    assert "newsecret9" not in everything(stage)


DISK = """
services:
  web:
    image: web:1
    environment: {DB_PASSWORD: "%s"}
    volumes: [disk:/data]
volumes: {disk: {}}
"""


def test_what_is_said_of_a_version_that_is_brought_back_holds_no_secret_of_it(stage: Stage) -> None:
    """The version that failed has a new value; the earlier one, which is quoted as well, has the old one."""
    stage.up(DISK % VALUE)

    def broken(workload: Workload) -> Program:
        raise EngineUnavailable(f"cannot start with {VALUE}")

    stage.runtime.on_start = broken
    ended = stage.fails(DISK % "another-value-2")
    assert ended.failure is not None
    assert ended.failure.message.endswith(f"shop-web does not start again yet: cannot start with {REDACTED}")
    stage.runtime.on_start = lambda workload: Program((), None)
    stage.up(DISK % VALUE)
    stage.runtime.on_start = broken
    changed = stage.core.platform.env.set("shop-web", {"DB_PASSWORD": "another-value-3"})
    assert changed is not None
    with pytest.raises(Sh0Error, match=f"shop-web does not start again yet: cannot start with {REDACTED}"):
        stage.core.platform.deployments.wait("shop-web", changed.id, timeout=20)
    assert VALUE not in everything(stage)


def test_logs_that_are_followed_know_what_becomes_secret_meanwhile(stage: Stage) -> None:
    stage.up(PAIR % VALUE)
    prints(stage, f"first {VALUE}")
    changed = stage.core.platform.env.set("shop-web", {"MODE": Secret("x")})
    assert changed is not None
    stage.core.platform.deployments.wait("shop-web", changed.id, timeout=20)
    followed = iter(stage.core.platform.apps.logs("shop-web", follow=True))
    first = next(followed).text
    change_secret(stage, "shop-db", "DB_PASSWORD", "newsecret9")
    [container] = [each for each in stage.runtime.containers.values() if "shop-web" in each.workload.name]
    container.print("then newsecret9")
    assert (first, next(followed).text) == (f"first {REDACTED}", f"then {REDACTED}")
    followed.close()  # type: ignore[attr-defined]


def test_a_variable_that_is_marked_whatever_its_name_is(stage: Stage) -> None:
    platform = stage.core.platform
    platform.apps.create("shop")
    platform.env.set("shop", {"LICENCE": VALUE, "MODE": "other-value"}, secret=("LICENCE",))
    prints(stage, f"licence {VALUE}, mode other-value")
    ends(stage, f"licence {VALUE}, mode other-value")
    failed = deployed(stage)
    assert failed.failure is not None
    assert f"licence {REDACTED}, mode other-value" in failed.failure.log
    assert VALUE not in everything(stage)


def test_a_mark_stays_until_the_variable_is_removed_and_comes_back_with_a_rollback(stage: Stage) -> None:
    platform, records = stage.core.platform, stage.core.context.records

    def marked() -> bool:
        found = records[VARIABLES].find("shop", "LICENCE")
        return found is not None and found.secret

    def settled(deployment: Deployment | None) -> Deployment:
        assert deployment is not None
        return platform.deployments.wait("shop", deployment.id, timeout=20)

    configured(stage, LICENCE="first-value")
    first = deployed(stage)
    settled(platform.env.set("shop", {}, secret=("LICENCE",)))
    assert marked()
    settled(platform.env.set("shop", {"LICENCE": "second-value"}))
    assert marked()
    prints(stage, "now third-value")
    third = settled(platform.env.set("shop", {"LICENCE": "third-value", "OTHER": "x"}))
    assert third.snapshot.marked == ("LICENCE",)
    assert [line.text for line in platform.apps.logs("shop")] == [f"now {REDACTED}"]
    settled(platform.deployments.rollback("shop", to=first.id))
    assert not marked()
    settled(platform.env.unset("shop", "LICENCE"))
    assert settled(platform.env.set("shop", {"LICENCE": "fourth-value"})).snapshot.marked == ()


def test_what_is_not_there_is_not_marked(stage: Stage) -> None:
    stage.core.platform.apps.create("shop")
    with pytest.raises(NotFound, match="has no variable LICENCE"):
        stage.core.platform.env.set("shop", {"A": "b"}, secret=("LICENCE",))


TEMPLATE = """
x-sh0:
  format: 1
  title: Shop
  revision: 1
  summary: A shop.
  categories: [web]
  links: {website: "https://example.org"}
  source: https://example.org/compose.yaml
  memory: 64m
  expose: [{service: web, port: 8080, health: /}]
  variables:
    BASE: {description: Made at random., generate: "hex:32"}
    MODE: {description: How it runs., default: some-mode}
services:
  web: {image: "web:1.0", environment: {BASE: "${BASE}", MODE: "${MODE}"}}
"""


def test_what_a_template_has_made_whatever_its_variable_is_called(stage: Stage) -> None:
    stage.runtime.add_image(fake_image("web:1.0"))
    made: list[str] = []

    def behave(workload: Workload) -> Program:
        base = workload.environment["BASE"].reveal()
        made.append(base)
        return Program((("stdout", f"{base} in {workload.environment['MODE'].reveal()}"),), None)

    stage.runtime.on_start = behave
    deployed = stage.core.platform.templates.deploy("shop", text=TEMPLATE)
    stage.core.platform.stacks.wait("shop", deployed.release.id, timeout=20)
    assert [line.text for line in stage.core.platform.apps.logs("shop-web")] == [f"{REDACTED} in some-mode"]
    assert made[0] not in everything(stage)
