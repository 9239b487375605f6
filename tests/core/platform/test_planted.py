"""Credentials that are planted in URLs on every way in: no answer, no log and no file of a home has one in clear.

Every operation that reads is called, so that one that is added is looked at as well; and every record is looked at in
the database itself, whatever it is a record of.
"""

import contextlib
import itertools
import json
import re
from collections.abc import Iterator, Mapping

import pytest

from sh0 import codec
from sh0.errors import BuildFailed, EngineUnavailable, ImageUnavailable, Sh0Error
from sh0.operations import Effect, Operation, Shape
from sh0.platform import registry
from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS, RegistryImage
from sh0.rules.configuration import ChecksMode
from sh0.testing.script import Program
from sh0.values import Secret
from sh0.wire import projection
from tests.core.platform.test_raises import SUBJECTS
from tests.core.stacks import parts
from tests.core.waiting import until

pytestmark = pytest.mark.xdist_group("planted")  # one platform for all of them

MARK = "planted"
PLANTED = re.compile(rf"{MARK}-\w+")


def url(way: str, scheme: str = "http") -> str:
    """A URL with a password of its own."""
    return f"{scheme}://joe:{MARK}-{way}@example.net:8080/path"


MANIFEST = f"""
environment:
  HTTPS_PROXY: {url("manifest_environment")}
  FEED: https://example.net/feed?access_token={MARK}-manifest_query
processes:
  web: run --from {url("manifest_web")}
  worker: work --queue {url("manifest_process", "amqp")}
"""
DOCKERFILE = f"""
FROM web:1
ARG HTTP_PROXY={url("dockerfile_arg")}
ENV INDEX={url("dockerfile_env")}
RUN pip install --index-url {url("dockerfile_run")} thing && curl -k {url("dockerfile_curl")} | sh
ADD {url("dockerfile_add")} /srv/
HEALTHCHECK CMD curl {url("dockerfile_health")}
CMD ["serve", "{url("dockerfile_command")}"]
"""
COMPOSE = f"""
x-proxy: &proxy {url("compose_anchor")}
x-other: {url("compose_extension")}
services:
  web:
    build:
      context: .
      args:
        HTTP_PROXY: {url("compose_args")}
        PLAIN: *proxy
      labels: {{org.example.feed: "{url("compose_build_label")}"}}
    environment: {{HTTP_PROXY: "{url("compose_environment")}", MODE: "${{MODE:-{url("compose_default")}}}"}}
    command: [serve, --from, "{url("compose_command")}"]
    entrypoint: [sh, "{url("compose_entrypoint")}"]
    labels: {{org.example.feed: "{url("compose_label")}", traefik.enable: "{url("compose_traefik")}"}}
    healthcheck: {{test: [CMD, curl, "{url("compose_health")}"]}}
    hostname: web
    env_file: [web.env]
    configs: [main]
    ports: ["80"]
  db:
    image: db:1
    healthcheck: {{test: "curl {url("compose_shell_health")}"}}
    environment: ["DATABASE_URL={url("compose_list", "postgres")}"]
configs:
  main: {{content: "{url("compose_config")}"}}
"""
FILES = {"Dockerfile": DOCKERFILE, "web.env": f"FEED={url('compose_env_file')}\n", ".env": f"UNUSED={url('dotenv')}\n"}
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
    PROXY: {description: A proxy., default: ""}
services:
  web: {image: "web:1", environment: {HTTP_PROXY: "${PROXY}"}}
"""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[parts.Stage]:
    with parts.stage(tmp_path_factory.mktemp("home")) as made:
        printed = (("stdout", f"listening, fetched {url('printed')}"), ("stderr", f"GET {url('printed_error')} 401"))
        made.runtime.on_start = lambda workload: Program(printed, None)
        platform = made.core.platform
        for app in ("live", "failing", "bare"):
            platform.apps.create(app)
        platform.apps.configure("live", checks=ChecksMode.WARN)
        platform.apps.configure("failing", checks=ChecksMode.OFF)
        platform.env.set("live", {"HTTP_PROXY": url("env")}, deploy=False)
        platform.shared.set("default", {"SHARED_PROXY": url("shared")}, deploy=False)
        files = {"sh0.yaml": MANIFEST, "Dockerfile": DOCKERFILE}
        for _ in range(2):
            upload = platform.deployments.upload("live", parts.archive(files), label=url("upload_label"))
            platform.deployments.wait("live", upload.id, timeout=20)
        fail(made)
        for source in ("git", "image"):
            refused(made, source)
        made.up(COMPOSE, sent=FILES, variables={"GIVEN": url("compose_variable")})
        made.up(COMPOSE.replace("hostname: web", "hostname: other"), sent=FILES)
        made.runtime.fail_next("apply", EngineUnavailable(f"cannot start {url('engine_stack')}"))
        broken = platform.stacks.up(made.send(COMPOSE, FILES), stack="broken")
        with pytest.raises(Sh0Error):
            platform.stacks.wait("broken", broken.id, timeout=20)
        shop = platform.templates.deploy("mine", text=TEMPLATE, variables={"PROXY": Secret(url("template_variable"))})
        platform.stacks.wait("mine", shop.release.id, timeout=20)
        degrade(made)
        yield made


def fail(stage: parts.Stage) -> None:
    """Failures that quote an engine, a build, a registry and a container."""
    platform = stage.core.platform
    files = {"sh0.yaml": MANIFEST, "Dockerfile": DOCKERFILE}

    def ended(deployment: str) -> None:
        with contextlib.suppress(Sh0Error):
            platform.deployments.wait("failing", deployment, timeout=20)

    stage.runtime.fail_next("apply", EngineUnavailable(f"no {url('engine')}", hint=f"See {url('engine_hint')}"))
    ended(platform.deployments.upload("failing", parts.archive(files)).id)
    failure = BuildFailed(f"could not fetch {url('build')}", log=[f"fetching {url('build_log')}"])
    stage.builder.fail_next(failure)
    ended(platform.deployments.upload("failing", parts.archive({"Dockerfile": DOCKERFILE + "LABEL a=b\n"})).id)
    stage.runtime.fail_next("pull", ImageUnavailable(f"denied by {url('registry', 'https')}"))
    ended(platform.deployments.create("failing", RegistryImage("nothere:1")).id)


def degrade(stage: parts.Stage) -> None:
    """A container that ends, and an engine that does not start it again, and quotes what it was given."""
    platform = stage.core.platform
    quoted = f"no start: {url('engine_degraded')} {MARK}-value and {MARK}-file"
    platform.env.set("live", {"API_TOKEN": f"{MARK}-value"}, deploy=True)
    platform.env.set("live", {"LICENCE": f"{MARK}-file"}, secret=("LICENCE",))
    last = platform.deployments.list("live")[0]
    platform.deployments.wait("live", last.id, timeout=20)
    [container] = [name for name in stage.running() if f"{last.id}-web" in name or last.id in name][:1]
    stage.runtime.fail_next("apply", EngineUnavailable(quoted))
    stage.runtime.end(container)
    until(lambda: any("no start" in event.message for event in platform.events.list(limit=500)))


def refused(stage: parts.Stage, source: str) -> None:
    given = {
        "git": {"kind": "git", "url": url("git"), "branch": "main"},
        "image": {"kind": "image", "image": f"joe:{MARK}-image@registry.example.net/shop:1"},
    }[source]
    with pytest.raises(Sh0Error) as raised:
        stage.core.platform.deployments.create("live", given)  # type: ignore[arg-type]
    assert MARK not in f"{raised.value} {raised.value.to_problem()}"


GIVEN: Mapping[str, tuple[object, ...]] = {
    **SUBJECTS,
    "app": ("live", "failing", "bare", "shop-web", "shop-db", "mine-web", "broken-web"),
    "deployment": ("live-1", "live-2", "failing-1", "failing-2", "failing-3", "shop-web-1", "broken-web-1"),
    "stack": ("shop", "broken", "mine"),
    "release": ("shop.1", "shop.2", "broken.1", "mine.1"),
    "to": (None, "live-1", "shop.1", "shop-web-1"),
    "name": ("live", "HTTP_PROXY"),
    "previous": (False, True),
    "limit": (500,),
    "variables": ({"PROXY": url("plan_variable")},),
    "text": (TEMPLATE.replace('default: ""', f'default: "{url("template_default")}"'),),
    "files": ({"compose.yaml": COMPOSE, **FILES},),
}
PLANS = ("stacks.plan", "templates.plan", "templates.convert")  # read as well, of what they are given
FILES_COME_BACK = {"templates.convert": "the file is the answer: its text is the caller's own, and goes to nobody else"}


def calls(stage: parts.Stage, operation: Operation) -> Iterator[dict[str, object]]:
    names = [p.name for p in operation.parameters if p.required or p.name in GIVEN]
    if operation.name == "stacks.plan":
        yield {"archive": stage.send(COMPOSE, FILES), "stack": "shop", "variables": {"GIVEN": url("plan")}}
        yield {"archive": stage.send(COMPOSE, FILES), "stack": "fresh", "variables": {"GIVEN": url("plan")}}
        yield {"archive": stage.send(REMOTE, FILES), "stack": "fresh"}
        return
    for values in itertools.product(*(GIVEN.get(name, (None,)) for name in names)):
        yield {name: value for name, value in zip(names, values, strict=True) if value is not None}


REMOTE = f"""
services:
  web:
    build:
      context: {url("context", "https")}.git#main
      additional_contexts: {{other: "{url("additional", "https")}.git"}}
    volumes: ["data:/data"]
    logging: {{driver: syslog, options: {{syslog-address: "{url("logging", "tcp")}"}}}}
    image: joe:{MARK}-reference@registry.example.net/web:1
volumes:
  data: {{driver_opts: {{type: cifs, device: "//host/share", o: "username=joe,password={MARK}-driver"}}}}
"""


READING = [o for o in registry if (o.effect is Effect.READ or o.name in PLANS) and o.name not in FILES_COME_BACK]


@pytest.mark.parametrize("operation", READING, ids=lambda operation: operation.name)
def test_what_an_operation_answers(stage: parts.Stage, operation: Operation) -> None:
    method = getattr(getattr(stage.core.platform, operation.domain), operation.method)
    found: set[str] = set()
    for arguments in calls(stage, operation):
        try:
            answer = method(**arguments)
            if operation.shape is Shape.STREAM:
                answer = [] if operation.name == "events.follow" else list(itertools.islice(answer, 300))
            seen = projection.dumps(answer).decode() + (
                repr(answer) if operation.shape is Shape.STREAM or operation.name in PLANS else ""
            )
        except Sh0Error as error:
            seen = f"{error} {json.dumps(error.to_problem(), default=str)}"
        found |= set(PLANTED.findall(seen))
    assert found == set()


def test_what_is_kept(stage: parts.Stage) -> None:
    """Rows, logs and whatever else a home keeps; trees that are being built and repositories are the owner's own."""
    home = stage.core.context.home
    database = stage.core.context.records.database
    found: dict[str, set[str]] = {}
    for table in [row["name"] for row in database.query("select name from sqlite_master where type='table'")]:
        seen = json.dumps(database.query(f"select * from {table}"), ensure_ascii=False, default=str)
        found[table] = set(PLANTED.findall(seen))
    for file in sorted(home.logs.rglob("*")):
        if file.is_file():
            found[file.name] = set(PLANTED.findall(file.read_text(errors="replace")))
    assert {name: each for name, each in found.items() if each} == {}
    assert {"apps", "deployments", "releases", "events", "audit"} <= set(found)


def test_what_runs_has_its_credentials(stage: parts.Stage) -> None:
    """They are hidden where they are shown, not taken away."""
    live = stage.core.context.records[APPS].get("live").live
    snapshot = stage.core.context.records[DEPLOYMENTS].get(live).snapshot
    assert snapshot.variables["HTTPS_PROXY"].reveal() == url("manifest_environment")
    assert snapshot.declared.processes["worker"].command == f"work --queue {url('manifest_process', 'amqp')}"
    web = (
        stage.core.context.records[DEPLOYMENTS]
        .get(stage.core.context.records[APPS].get("shop-web").live)
        .snapshot.container
    )
    assert web is not None
    assert url("compose_command") in web.command


def test_events_and_states(stage: parts.Stage) -> None:
    told = [event.message for event in stage.core.platform.events.list(limit=500)]
    assert "no start: http://example.net:8080/path •••••• and ••••••" in told
    assert MARK not in "".join(told)
    assert MARK not in str(codec.unstructure(stage.core.platform.system.status()))
