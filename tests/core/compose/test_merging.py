"""Several files as one: overriding files, extends, include, profiles (the specification's chapters 13, 14, 15)."""

import itertools

import pytest

from sh0.compose.files import TextFiles
from sh0.compose.graph import order
from sh0.compose.reading import read
from sh0.compose.services import PortMapping, Ulimit, VolumeMount
from sh0.errors import Invalid, NotFound
from sh0.values import Secret
from tests.core.compose.parts import project

BASE = """
services:
  web:
    image: web:1
    command: [echo, base]
    ports: ["8080:80"]
    environment: {A: base, B: base}
    labels: [x=base]
    dns: 1.1.1.1
    cap_add: [KILL, CHOWN]
    volumes: [a:/a, b:/b]
    healthcheck: {test: [CMD, a], retries: 3}
    logging: {driver: syslog, options: {x: y}}
volumes: {a: , b: , c: }
"""


def merged(over: str, base: str = BASE) -> dict[str, object]:
    found = project(files={"compose.yaml": base, "compose.override.yaml": over}).services["web"]
    return {
        "command": found.command,
        "ports": [(port.published, port.port) for port in found.ports],
        "environment": {name: value.reveal() for name, value in found.environment.items()},
        "labels": dict(found.labels),
        "dns": found.dns,
        "cap_add": found.cap_add,
        "volumes": [(m.source, m.target) for m in found.mounts if isinstance(m, VolumeMount)],
        "test": found.healthcheck and found.healthcheck.test,
        "retries": found.healthcheck and found.healthcheck.retries,
        "logging": found.logging and dict(found.logging.options),
        "image": found.image,
    }


def test_an_overriding_file_is_found_and_comes_on_top() -> None:
    found = merged(
        """
services:
  web:
    image: web:2
    command: echo over
    ports: ["8443:443", "8080:80"]
    environment: [B=over, C=over]
    labels: {x: over}
    dns: [8.8.8.8]
    cap_add: [CHOWN, FOWNER]
    volumes: ["c:/a"]
    healthcheck: {test: [CMD, b]}
    logging: {driver: json-file}
"""
    )
    assert found == {
        "image": "web:2",
        "command": ("echo", "over"),
        "ports": [(8080, 80), (8443, 443)],
        "environment": {"A": "base", "B": "over", "C": "over"},
        "labels": {"x": "over"},
        "dns": ("1.1.1.1", "8.8.8.8"),
        "cap_add": ("KILL", "CHOWN", "FOWNER"),
        "volumes": [("c", "/a"), ("b", "/b")],
        "test": ("CMD", "b"),
        "retries": 3,
        "logging": {},
    }


def test_reset_removes_and_override_replaces() -> None:
    found = merged(
        """
services:
  web:
    ports: !override ["8443:443"]
    environment: {A: !reset null}
    dns: !reset []
    healthcheck: !reset null
    volumes: !override
      - c:/c
"""
    )
    assert found["ports"] == [(8443, 443)]
    assert found["environment"] == {"B": "base"}
    assert (found["dns"], found["test"]) == ((), None)
    assert found["volumes"] == [("c", "/c")]


@pytest.mark.parametrize(
    ("base", "over", "driver", "options"),
    [
        ("{driver: syslog, options: {a: x}}", "{options: {b: y}}", "syslog", {"a": "x", "b": "y"}),
        ("{options: {a: x}}", "{driver: syslog}", "syslog", {"a": "x"}),
        ("{driver: local, options: {a: x}}", "{driver: local, options: {a: z}}", "local", {"a": "z"}),
        ("{driver: local, options: {a: x}}", "{driver: syslog, options: {b: y}}", "syslog", {"b": "y"}),
    ],
)
def test_options_of_logging_are_kept_unless_another_driver_is_named(
    base: str, over: str, driver: str, options: dict[str, str]
) -> None:
    text = "services: {{web: {{image: web, logging: {0}}}}}"
    files = {"compose.yaml": text.format(base), "compose.override.yaml": text.format(over)}
    logging = project(files=files).services["web"].logging
    assert logging is not None
    assert (logging.driver, dict(logging.options)) == (driver, options)


def test_a_limit_takes_the_place_of_the_one_below_and_of_no_other() -> None:
    text = "services: {{web: {{image: web, ulimits: {0}}}}}"

    def limits(over: str) -> dict[str, Ulimit]:
        base = text.format("{nofile: {soft: 1, hard: 2}, nproc: 5}")
        files = {"compose.yaml": base, "compose.override.yaml": text.format(over)}
        return dict(project(files=files).services["web"].ulimits)

    assert limits("{nofile: {soft: 3, hard: 4}}") == {"nofile": Ulimit(3, 4), "nproc": Ulimit(5, 5)}
    assert limits("{nofile: 9}") == {"nofile": Ulimit(9, 9), "nproc": Ulimit(5, 5)}
    with pytest.raises(Invalid, match=r"compose\.override\.yaml, line 1: services\.web\.ulimits\.nofile needs soft"):
        limits("{nofile: {hard: 3}}")


def test_the_usual_names_are_looked_for_in_their_order() -> None:
    def image(*names: str) -> str:
        texts = {name: f"services: {{web: {{image: 'from-{name.replace('.', '-')}'}}}}" for name in names}
        return read(TextFiles(texts)).services["web"].image

    assert image("docker-compose.yml", "compose.yaml") == "from-compose-yaml"
    assert image("docker-compose.yaml", "docker-compose.yml") == "from-docker-compose-yml"
    assert image("compose.yml", "docker-compose.override.yml") == "from-docker-compose-override-yml"
    with pytest.raises(NotFound, match=r"there is no compose\.yaml"):
        read(TextFiles({"compose.override.yaml": "services: {}"}))


def test_a_file_that_is_named_is_read_alone_and_its_paths_are_relative_to_its_folder() -> None:
    texts = {
        "deploy/stack.yaml": "services: {web: {build: ../web, env_file: e.env, volumes: ['./d:/d']}}",
        "deploy/compose.override.yaml": "services: {web: {image: other}}",
        "deploy/e.env": "A=1",
        "deploy/.env": "COMPOSE_PROJECT_NAME=shop",
    }
    found = read(TextFiles(texts), "deploy/stack.yaml")
    web = found.services["web"]
    assert (found.name, web.image, web.build and web.build.context) == ("shop", "", "web")
    assert [getattr(mount, "source", "") for mount in web.mounts] == ["deploy/d"]
    assert found.files == ("deploy/.env", "deploy/stack.yaml", "deploy/e.env")


def test_the_name_comes_from_the_argument_the_file_or_the_folder() -> None:
    texts = {"My.Shop/compose.yaml": "services: {a: {image: a}}", "b.yaml": "name: b$X\nservices: {a: {image: a}}"}
    assert read(TextFiles(texts), "My.Shop/compose.yaml").name == "myshop"
    assert read(TextFiles(texts), "b.yaml", {"X": "1"}).name == "b1"
    assert read(TextFiles(texts), "b.yaml", name="given").name == "given"
    with pytest.raises(Invalid, match="the name of a project must be of lower-case letters"):
        read(TextFiles(texts), "b.yaml", name="A B")
    with pytest.raises(Invalid, match="line 1: name: must be of lower-case letters"):
        read(TextFiles(texts), "b.yaml", {"X": "/../"})


def test_the_files_may_use_the_name() -> None:
    text = "services: {a: {image: 'a:$COMPOSE_PROJECT_NAME', environment: [COMPOSE_PROJECT_NAME]}}"
    for given in ({"compose.yaml": text, ".env": "COMPOSE_PROJECT_NAME=shop"}, {"compose.yaml": f"name: shop\n{text}"}):
        found = read(TextFiles(given)).services["a"]
        assert (found.image, found.environment["COMPOSE_PROJECT_NAME"].reveal()) == ("a:shop", "shop")


def test_extends_copies_a_service_and_what_is_written_beside_it_wins() -> None:
    text = """
services:
  base: {image: busybox, user: root, environment: {TZ: utc, PORT: 80}, volumes: ["v:/d:rw"], profiles: [never]}
  common: {extends: {service: base}, image: common}
  cli: {extends: common, environment: [PORT=8080], volumes: ["w:/d:ro"], profiles: !override []}
volumes: {v: , w: }
"""
    cli = project(text).services["cli"]
    assert (cli.image, cli.user) == ("common", "root")
    assert {name: value.reveal() for name, value in cli.environment.items()} == {"TZ": "utc", "PORT": "8080"}
    assert cli.mounts == (VolumeMount("w", "/d", read_only=True),)


def test_extends_reads_other_files_with_paths_relative_to_them() -> None:
    files = {
        "compose.yaml": "services: {web: {extends: {file: shared/base.yaml, service: app}, ports: ['80']}}",
        "shared/base.yaml": "services: {app: {extends: root, env_file: app.env}, root: {build: ., image: x}}",
        "shared/app.env": "A=1",
    }
    web = project(files=files).services["web"]
    assert (web.build and web.build.context, web.image, web.ports) == ("shared", "x", (PortMapping(80),))
    assert web.environment["A"].reveal() == "1"
    assert web.where("ports").path == "compose.yaml"
    assert web.where("image").path == "shared/base.yaml"


@pytest.mark.parametrize(
    ("extends", "said"),
    [
        ("b", "services.b.extends: services extend each other in a circle: a → b → a"),
        ("gone", "services.a.extends: there is no service gone in compose.yaml"),
        ("{service: a, file: ../x.yaml}", "services.a.extends: ../x.yaml lies outside of the project"),
        ("{service: a, file: x.yaml}", "compose.yaml, line 1: there is no file x.yaml"),
    ],
)
def test_an_extends_that_leads_nowhere_is_named(extends: str, said: str) -> None:
    with pytest.raises((Invalid, NotFound)) as caught:
        project(f"services: {{a: {{extends: {extends}}}, b: {{extends: a}}}}")
    assert said in caught.value.message


def test_a_circle_of_extends_over_files_is_named() -> None:
    files = {
        "compose.yaml": "services: {a: {extends: {service: b, file: x.yaml}}}",
        "x.yaml": "services: {b: {extends: {service: a, file: compose.yaml}}}",
    }
    with pytest.raises(Invalid, match=r"x\.yaml, line 1: .* in a circle: a → b → a"):
        project(files=files)


def test_included_projects_bring_their_services_paths_and_variables() -> None:
    files = {
        "compose.yaml": "include: [db/compose.yaml]\nservices: {web: {image: 'web:${TAG:-own}', depends_on: [db]}}\n",
        "db/compose.yaml": "services: {db: {image: db:$TAG, env_file: e.env, volumes: [d:/d]}}\nvolumes: {d: }\n",
        "db/.env": "TAG=from-db\nFLAVOUR=x\n",
        "db/e.env": "A=1\n",
    }
    found = project(files=files)
    assert [found.services[name].image for name in ("web", "db")] == ["web:own", "db:from-db"]
    assert found.services["db"].environment["A"].reveal() == "1"
    assert set(found.volumes) == {"d"}
    assert project(files=files, environment={"TAG": "7"}).services["db"].image == "db:7", "the local environment wins"


def test_what_is_included_takes_values_from_its_own_variables() -> None:
    files = {
        "compose.yaml": "include: [db/compose.yaml]\nservices: {web: {image: a, environment: [TOKEN]}}\n",
        "db/compose.yaml": "services: {db: {image: a, environment: [TOKEN], secrets: [s]}}\n"
        "secrets: {s: {environment: TOKEN}}\n",
        "db/.env": "TOKEN=t0k3n\n",
    }
    found = project(files=files)
    assert found.services["db"].environment["TOKEN"].reveal() == "t0k3n"
    assert found.secrets["s"].content == Secret("t0k3n")
    assert found.services["web"].environment == {}


def test_include_in_its_long_form() -> None:
    files = {
        "compose.yaml": "include: [{path: [a/one.yaml, a/two.yaml], project_directory: b, env_file: [x.env, y.env]}]",
        "a/one.yaml": "services: {s: {build: ., image: one:$V}}",
        "a/two.yaml": "services: {s: {user: u}}",
        "x.env": "V=1",
        "y.env": "V=2",
    }
    found = project(files=files).services["s"]
    assert (found.build and found.build.context, found.image, found.user) == ("b", "one:2", "u")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"compose.yaml": "include: [a.yaml]", "a.yaml": "include: [compose.yaml]"},
            "in a circle: compose.yaml → a.yaml → compose.yaml",
        ),
        (
            {"compose.yaml": "include: [a.yaml]\nservices: {s: {image: x}}", "a.yaml": "services: {s: {image: y}}"},
            "services.s: is included here",
        ),
        ({"compose.yaml": "include: [gone.yaml]"}, "line 1: there is no file gone.yaml"),
        ({"compose.yaml": "include: [../x.yaml]"}, "lies outside of the project"),
        ({"compose.yaml": "include: ['https://example.org/x.yaml']"}, "sh0 fetches no Compose files"),
        ({"compose.yaml": "include: ['oci://example.org/x']"}, "sh0 fetches no Compose files"),
    ],
)
def test_an_include_that_cannot_be_is_named(files: dict[str, str], said: str) -> None:
    with pytest.raises((Invalid, NotFound)) as caught:
        project(files=files)
    assert said in caught.value.message


PROFILES = """
services:
  foo: {image: foo}
  bar: {image: bar, profiles: [test]}
  baz: {image: baz, depends_on: [bar], profiles: [test]}
  zot: {image: zot, depends_on: [bar], profiles: [debug]}
"""


@pytest.mark.parametrize(
    ("profiles", "on"),
    [((), {"foo"}), (("test",), {"foo", "bar", "baz"}), (("test", "debug"), {"foo", "bar", "baz", "zot"})],
)
def test_profiles_turn_services_on(profiles: tuple[str, ...], on: set[str]) -> None:
    found = project(PROFILES, profiles=profiles)
    assert set(found.services) == on
    assert set(found.inactive) == {"foo", "bar", "baz", "zot"} - on
    assert set(project(PROFILES, {"COMPOSE_PROFILES": ",".join(profiles)}).services) == on


def test_a_service_that_needs_one_that_is_off_is_refused() -> None:
    with pytest.raises(Invalid, match=r"zot depends on bar, which is off: none of its profiles is on\nTurn on test"):
        project(PROFILES, profiles=("debug",))


def test_a_service_that_is_off_needs_no_files() -> None:
    text = "services: {a: {image: a}, b: {image: b, profiles: [x], env_file: gone.env}}"
    assert list(project(text).services) == ["a"]
    with pytest.raises(Invalid, match=r"there is no file gone\.env"):
        project(text, profiles=("*",))


def test_a_dependency_that_may_be_missing_is_passed_over() -> None:
    text = "services:\n  a: {image: a, depends_on: {b: {condition: service_started, required: false}}}\n"
    assert project(text).services["a"].depends_on == {}


def test_services_come_in_the_order_of_their_dependencies_and_a_circle_is_named() -> None:
    def text(**depends_on: str) -> str:
        lines = (f"  {name}: {{image: {name}, depends_on: [{others}]}}\n" for name, others in depends_on.items())
        return "services:\n" + "".join(lines)

    assert order(project(text(a="b, c", b="c", c="", d="")).services) == (("c", "d"), ("b",), ("a",))
    with pytest.raises(Invalid, match=r"services\..\.depends_on: .* in a circle: ") as caught:
        project(text(a="b, c", b="c", c="a", d=""))
    circle = caught.value.message.rpartition(": ")[2].split(" → ")
    assert circle[0] == circle[-1]
    assert set(itertools.pairwise(circle)) <= {("a", "b"), ("a", "c"), ("b", "c"), ("c", "a")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("services: {a: {image: a, volumes: ['v:/v']}}", "services.a: uses the volume v, which is not declared"),
        ("services: {a: {image: a, networks: [n]}}", "services.a: uses the network n, which is not declared"),
        ("services: {a: {image: a, secrets: [s]}}", "services.a: uses the secret s, which is not declared"),
        ("services: {a: {image: a, depends_on: [b]}}", "a depends on b, which does not exist"),
        ("services: {a: {user: x}}", "has neither an image nor a build section"),
        ("services: {a: {image: a, container_name: xx, scale: 2}}", "asks for 2 containers of one name"),
        ("services: {}", "there is no service to run"),
        ("name: x", "there is no service to run"),
    ],
)
def test_what_is_named_must_exist(text: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        project(text)
    assert said in caught.value.message
    assert caught.value.message.startswith("compose.yaml, line 1")
