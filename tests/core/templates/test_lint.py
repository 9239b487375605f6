"""What every template keeps: each demand refuses what breaks it, at its line, and says how to mend it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.templates.demands.images import floating
from sh0.templates.lint import lint_template
from sh0.templates.model import TemplateProblem

GOOD = """\
x-sh0:
  format: 1
  title: Shop
  revision: 1
  summary: Sells things.
  categories: [web]
  tags: [shop]
  links:
    website: https://shop.example.org
  source: https://shop.example.org/compose.yaml
  memory: 256m
  expose:
    - service: web
      port: 9000
      health: /healthz
  variables:
    DB_PASSWORD:
      description: Password of the database.
      generate: password:24
services:
  web:
    image: example/shop:1.2.3
    environment:
      DATABASE_URL: postgres://shop:${DB_PASSWORD}@db/shop
      BASE: ${SH0_URL}
    deploy: {resources: {limits: {memory: 128m}}}
  db:
    image: postgres:16.15
    environment:
      POSTGRES_PASSWORD: ${DB_PASSWORD}
    volumes: ["data:/var/lib/postgresql/data"]
    healthcheck: {test: ["CMD", "pg_isready"]}
    deploy: {resources: {limits: {memory: 256m}}}
volumes:
  data:
"""


def test_a_good_template_has_no_problem() -> None:
    assert lint_template(GOOD, "shop") == ()


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


DEPLOY = "    deploy: {resources: {limits: {memory: 128m}}}\n"
BREAKAGES = [
    # demand, what is replaced, what comes instead, the line on which the problem is
    ("format", "format: 1", "format: 2", "format: 2"),
    ("format", "revision: 1", "revision: 0", "revision: 0"),
    ("format", "  title: Shop\n", "", "x-sh0"),
    ("format", "title: Shop", "titel: Shop\n  title: Shop", "titel"),
    ("summary", "Sells things.", "Sells things", "summary"),
    ("summary", "Sells things.", "Sells things." * 10, "summary"),
    ("category", "[web]", "[shopping]", "categories"),
    ("category", "[web]", "[web, ai, cms]", "categories"),
    ("category", "[web]", "[]", "categories"),
    ("links", "    website: https://shop.example.org\n", "", "  links:"),
    ("links", "website: https", "website: http", "website: http:"),
    ("source", "https://shop.example.org/compose.yaml", "my own head", "source"),
    ("memory", "memory: 256m\n  expose", "memory: 1g\n  expose", "memory: 1g"),
    ("format", "memory: 256m\n  expose", "memory: lots\n  expose", "memory: lots"),
    ("expose", "service: web", "service: wbe", "- service"),
    ("format", "port: 9000", "port: 90000", "port: 90000"),
    ("format", "health: /healthz", "health: healthz", "health: healthz"),
    ("variables", "BASE: ${SH0_URL}", "BASE: ${URL:-x}", " BASE:"),
    ("variables", "BASE: ${SH0_URL}", "BASE: ${SH0_URL_DB}", " BASE:"),
    ("variables", "variables:\n", "variables:\n    EMPTY: {description: Nothing.}\n", "EMPTY"),
    ("variables", "variables:\n", "variables:\n    DB_PORT: {description: Port., type: port}\n", "DB_PORT"),
    ("variables", "generate: password:24", "generate: password:24\n      required: true", "DB_PASSWORD:"),
    ("format", "generate: password:24", "generate: password", "generate"),
    ("weak-secret", "generate: password:24", "generate: password:8", "DB_PASSWORD:"),
    ("default-password", "generate: password:24", "default: hunter2", "DB_PASSWORD:"),
    ("default-password", "generate: password:24", "type: secret", "DB_PASSWORD:"),
    ("default-password", "POSTGRES_PASSWORD: ${DB_PASSWORD}", "POSTGRES_PASSWORD: hunter2", "POSTGRES_PASSWORD"),
    ("default-password", "POSTGRES_PASSWORD: ${DB", "POSTGRES_HOST_AUTH_METHOD: trust\n      X: ${DB", "POSTGRES_HOST"),
    ("default-password", "shop:${DB_PASSWORD}@db", "shop:hunter2@db", "DATABASE_URL"),
    ("default-password", "image: example/shop", "command: run --api-key abc\n    image: example/shop", "command"),
    ("image-version", "shop:1.2.3", "shop", "image: example"),
    ("image-version", "shop:1.2.3", "shop:latest", "image: example"),
    ("image", "    image: example/shop:1.2.3\n", "", "web:"),
    ("image", "image: example/shop:1.2.3", "image: example/shop:1.2.3\n    build: .", "build"),
    ("health", "      health: /healthz\n", "", "  web:"),
    ("health", 'test: ["CMD", "pg_isready"]', "disable: true", "healthcheck"),
    ("health", "image: example/shop", "x-sh0: {probe: 9000}\n    image: example/shop", "x-sh0: {probe"),
    ("memory-limit", DEPLOY, "", "  web:"),
    ("host-mount", "data:/var", "./data:/var", "volumes: ["),
    ("host-mount", "data:/var", "/srv/data:/var", "volumes: ["),
    ("host-mount", "  data:\n", "  data: {driver_opts: {type: none, o: bind, device: /srv}}\n", "  data: {"),
    ("volumes", '"data:/var/lib', '"other:/o", "data:/var/lib', "volumes: ["),
    ("volumes", '"data:/var/lib', '"/anonymous", "data:/var/lib', "volumes: ["),
    ("volumes", "volumes:\n  data:", "volumes:\n  spare:\n  data:", "spare"),
    ("volumes", "/var/lib/postgresql/data", "/data", "  db:"),
    ("volumes", "postgres:16.15", "postgres:18.6", "  db:"),
    ("docker-socket", '"data:/var/lib', '"/var/run/docker.sock:/s", "data:/var/lib', "volumes: ["),
    ("privileged", DEPLOY, DEPLOY + "    privileged: true\n", "privileged"),
    ("host-network", DEPLOY, DEPLOY + "    network_mode: host\n", "network_mode"),
    ("host-namespace", DEPLOY, DEPLOY + "    pid: host\n", "pid"),
    ("devices", DEPLOY, DEPLOY + "    devices: [/dev/kvm]\n", "devices"),
    ("capabilities", DEPLOY, DEPLOY + "    cap_add: [NET_ADMIN]\n", "cap_add"),
    ("published", DEPLOY, DEPLOY + '    ports: ["80:9000"]\n', "ports"),
    ("one-file", DEPLOY, DEPLOY + "    env_file: .env\n", "env_file"),
    ("one-file", "volumes:\n  data:", "configs: {c: {file: ./c}}\nvolumes:\n  data:", "configs"),
    ("one-file", "  data:\n", "  data: {external: true}\n", "external"),
    ("yaml", "services:", "services: [", "deploy"),
]


@pytest.mark.parametrize(("demand", "part", "instead", "at"), BREAKAGES)
def test_each_demand_refuses_what_breaks_it(demand: str, part: str, instead: str, at: str) -> None:
    assert part in GOOD
    text = GOOD.replace(part, instead, 1)
    found = lint_template(text, "shop")
    assert demand in [problem.demand for problem in found], found
    assert all(problem.remedy.endswith(".") and problem.message for problem in found)
    if demand != "yaml":
        assert line_of(text, at) in [problem.line for problem in found if problem.demand == demand], found


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("shop:1.2.3", "shop@sha256:" + "0" * 64),
        (DEPLOY, DEPLOY + "    ports: [{target: 8888, published: 8888, app_protocol: tcp}]\n"),
        ("      health: /healthz\n", "      # nothing\n"),
        ("BASE: ${SH0_URL}", "BASE: $${HOME} $$x ${SH0_HOST_WEB}"),
        ("generate: password:24", "required: true"),
        ("generate: password:24", "type: secret\n      generate: uuid"),
        ("BASE: ${SH0_URL}", 'PASSWORD_RESET: "true"\n      SECRET_TOKEN: ""\n      DB_PASSWORD_FILE: /run/x'),
        ('"data:/var/lib', '{type: tmpfs, target: /t}, "data:/var/lib'),
    ],
)
def test_what_only_looks_wrong_is_left_alone(part: str, instead: str) -> None:
    text = GOOD.replace(part, instead, 1)
    if "nothing" in instead:
        text = text.replace("image: example", 'x-sh0: {probe: "tcp:9000"}\n    image: example')
    assert lint_template(text, "shop") == ()


def test_what_a_template_declares_with_its_reason_is_allowed() -> None:
    text = GOOD.replace(
        "  variables:", "  allow:\n    docker-socket: Reads the state of the containers.\n  variables:"
    ).replace('"data:/var/lib', '"/var/run/docker.sock:/s:ro", "data:/var/lib')
    assert lint_template(text, "shop") == ()
    assert "allow" in [
        p.demand for p in lint_template(text.replace("Reads the state of the containers.", "needed"), "shop")
    ]


def test_a_job_needs_no_health_check() -> None:
    job = "  seed:\n    image: example/seed:1.0\n    restart: 'no'\n" + DEPLOY
    assert lint_template(GOOD.replace("volumes:\n  data:", job + "volumes:\n  data:"), "shop") == ()


def test_a_file_has_a_name_that_can_be_typed() -> None:
    assert [p.demand for p in lint_template(GOOD, "My Shop")] == ["name"]


@pytest.mark.parametrize(
    "image",
    [
        "a/b:RELEASE.2025-04-22T22-12-26Z",
        "jitsi/web:stable-9823",
        "postgres:16.15-alpine",
        "x/y:postgresql-v2.19.0",
        "x:main-0a1b2c3d",
        "registry:5000/x:2.8",
        "x:version-6.2.21",
        "x:24.04",
        "x:2024-12-14",
        "x:v0.1.0-beta.2",
    ],
)
def test_a_version_is_one(image: str) -> None:
    assert floating(image) == ""


@pytest.mark.parametrize(
    "image",
    [
        "x",
        "registry:5000/x",
        "x:latest",
        "x:stable",
        "x:lts-alpine3.20",
        "x:latest-8.2",
        "x:postgresql-latest",
        "x:16",
        "x:16-alpine",
        "x:v2",
        "x:${VERSION}",
        "x:alpine",
        "x:nightly-alpine3",
    ],
)
def test_what_moves_is_no_version(image: str) -> None:
    assert floating(image)


@given(st.text(max_size=200), st.text(max_size=20))
def test_any_text_is_checked_without_a_crash(text: str, name: str) -> None:
    assert all(isinstance(problem, TemplateProblem) for problem in lint_template(text, name))


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["x-sh0", "services", "volumes", "image", "expose", "variables", "a", "ports", "deploy"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["x-sh0", "services", "volumes", "configs"]), VALUES))
def test_any_shape_is_checked_without_a_crash(value: object) -> None:
    import json

    assert lint_template(json.dumps(value), "any")
