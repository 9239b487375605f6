"""What a release would do, decided from texts alone."""

import json
from collections.abc import Mapping

import attrs
import pytest

from sh0.compose.files import TextFiles
from sh0.compose.model import ComposeProject, PermissionKind
from sh0.compose.reading import read
from sh0.errors import Conflict, Invalid
from sh0.records.deployment import Deployment
from sh0.records.stack import Action, StackPlan
from sh0.serving.coexistence import reasons_to_recreate
from sh0.stacks.exposure import exposure
from sh0.stacks.moves import forwards
from sh0.stacks.naming import app_name, host_name, slug
from sh0.stacks.planner import Existing, KnownImage, Situation, desired, plan
from sh0.stacks.specs import ProjectFile, Surroundings, is_job, snapshot
from sh0.values import ByteSize, Secret
from tests.core.examples import deployment

SHOP = """
services:
  web: {image: 'web:1', ports: ['8080:80'], depends_on: [db], deploy: {replicas: 2}}
  db: {image: 'db:1', volumes: ['data:/data'], ports: ['5432:5432']}
  job: {image: 'job:1', restart: 'no'}
volumes: {data: {}}
"""
IMAGES = {name: KnownImage(f"sha256:{name}") for name in ("web", "db", "job")}
NEW = Situation("shop", "home", "example.org", images=IMAGES)


def project(text: str, **variables: str) -> ComposeProject:
    return read(TextFiles({"compose.yaml": text}), environment=variables)


def service(text: str) -> ComposeProject:
    return project(f"services: {{x: {{image: 'i:1', {text}}}}}")


def deployed(text: str, situation: Situation = NEW) -> Situation:
    """The situation after a release of these files."""
    found = desired(project(text), situation)
    existing = {
        each.service.name: Existing(live_of(each.app, each.service.name, each.snapshot), generated=hosts(each.snapshot))
        for each in found
    }
    return attrs.evolve(situation, new=False, existing=existing)


def live_of(app: str, name: str, runs_with: object) -> Deployment:
    return deployment(1, app, image=f"sha256:{name}", snapshot=runs_with)  # type: ignore[arg-type]


def hosts(runs_with: object) -> Mapping[str, int | None]:
    ports = runs_with.host_ports  # type: ignore[attr-defined]
    return {host: ports.get(host) for host in runs_with.hosts}  # type: ignore[attr-defined]


def actions(found: StackPlan) -> dict[str, Action]:
    return {each.service: each.action for each in found.services}


def test_a_new_stack_is_created_in_the_order_of_its_dependencies() -> None:
    found = plan(project(SHOP), NEW)
    assert [each.service for each in found.services] == ["db", "job", "web"]
    assert set(actions(found).values()) == {Action.CREATE}
    by_name = {each.service: each for each in found.services}
    assert [(r.host, r.port) for r in by_name["web"].routes] == [("shop-web.example.org", 80)]
    assert by_name["web"].published == ()
    assert by_name["db"].published == ("5432 → 5432/tcp",)
    assert by_name["job"].job
    assert [(v.key, v.name, v.new) for v in found.volumes] == [("data", "sh0-home-shop_data", True)]
    assert [(n.allow, n.subject, n.service, n.given) for n in found.needs] == [
        (PermissionKind.PUBLISHED_PORT, "5432:5432/tcp", "db", False)
    ]


def test_the_same_files_change_nothing() -> None:
    assert set(actions(plan(project(SHOP), deployed(SHOP))).values()) == {Action.UNCHANGED}


@pytest.mark.parametrize(
    ("before", "after", "wanted", "why"),
    [
        ("image: 'web:1'", "image: 'web:1', environment: {A: b}", {"web": Action.START_FIRST}, "variable A"),
        ("image: 'web:1'", "image: 'web:1', command: [a]", {"web": Action.START_FIRST}, "command"),
        ("replicas: 2", "replicas: 3", {"web": Action.START_FIRST}, "replicas"),
        ("'8080:80'", "'8080:90'", {"web": Action.START_FIRST}, "port"),
        ("image: 'db:1'", "image: 'db:1', user: '1'", {"db": Action.RECREATE}, "two must not write to /data"),
        ("image: 'db:1'", "image: 'db:1', mem_limit: 1g", {"db": Action.RECREATE}, "memory"),
        ("'5432:5432'", "'5433:5432'", {"db": Action.RECREATE}, "it has port 5433 of the host"),
    ],
)
def test_only_what_differs_is_replaced_and_the_plan_says_why(
    before: str, after: str, wanted: dict[str, Action], why: str
) -> None:
    found = plan(project(SHOP.replace(before, after)), deployed(SHOP))
    changed = {name: action for name, action in actions(found).items() if action is not Action.UNCHANGED}
    assert changed == wanted
    [name] = wanted
    assert why in next(each.why for each in found.services if each.service == name)


def test_another_image_under_the_same_name_is_a_change_and_an_unknown_one_may_be() -> None:
    situation = deployed(SHOP)
    other = attrs.evolve(situation, images={**IMAGES, "web": KnownImage("sha256:other")})
    assert actions(plan(project(SHOP), other))["web"] is Action.START_FIRST
    unknown = attrs.evolve(situation, images={})
    found = plan(project(SHOP), unknown)
    assert next(each.why for each in found.services if each.service == "web") == ("its image is not on the server yet",)
    assert "db, job, web" in " ".join(found.unknown)


def test_what_the_file_has_no_more_is_removed_and_its_volume_kept() -> None:
    found = plan(project("services: {web: {image: 'web:1'}}"), deployed(SHOP))
    assert actions(found) == {"web": Action.START_FIRST, "db": Action.REMOVE, "job": Action.REMOVE}


def test_a_dependent_that_wants_it_is_replaced_with_what_it_depends_on() -> None:
    text = SHOP.replace("depends_on: [db]", "depends_on: {db: {condition: service_started, restart: true}}")
    found = plan(project(text.replace("'db:1'", "'db:1', user: '1'")), deployed(text))
    assert actions(found) == {"db": Action.RECREATE, "job": Action.UNCHANGED, "web": Action.START_FIRST}


def test_a_stopped_service_is_started_again() -> None:
    situation = deployed(SHOP)
    stopped = {**situation.existing, "web": attrs.evolve(situation.existing["web"], stopped=True)}
    assert actions(plan(project(SHOP), attrs.evolve(situation, existing=stopped)))["web"] is Action.START_FIRST


def test_what_the_operator_has_set_for_a_service_stays_and_wins() -> None:
    existing = {"web": Existing(None, {"A": Secret("mine")}, {"shop.org": None})}
    [found] = desired(
        project("services: {web: {image: 'web:1', ports: ['80'], environment: {A: theirs}}}"),
        attrs.evolve(NEW, existing=existing),
    )
    assert found.snapshot.environment == {"A": Secret("mine")}
    assert found.snapshot.hosts == ("shop-web.example.org", "shop.org")


@pytest.mark.parametrize(
    ("ports", "routes", "published"),
    [
        ("ports: ['8080:80']", [80], []),
        ("ports: ['80:80', '443:443']", [80], []),
        ("ports: ['9000:9000', '9001:9001']", [9000], [9001]),
        ("ports: ['3306:3306']", [], [3306]),
        ("ports: ['127.0.0.1:8080:80']", [], [80]),
        ("ports: ['[::1]:8080:80']", [], [80]),
        ("ports: ['53:53/udp']", [], [53]),
        ("ports: [{target: 6379, app_protocol: http}]", [6379], []),
        ("ports: [{target: 7777, published: 7777, app_protocol: tcp}]", [], [7777]),
        ("ports: ['9000:9000', '80:80'], x-sh0: {expose: 80}", [80], [9000]),
        ("ports: ['9000:9000'], x-sh0: {expose: [3000, 3001]}", [3000, 3001], [9000]),
        ("x-sh0: {expose: {port: 3000, host: a.org, health: /up}}", [3000], []),
        ("expose: ['3000']", [], []),
    ],
)
def test_ports_become_host_names_or_are_published(ports: str, routes: list[int], published: list[int]) -> None:
    found = service(ports)
    decided = exposure(found, found.services["x"])
    assert [route.port for route in decided.routes] == routes
    assert [port.port for port in decided.published] == published
    assert len(decided.mappings) == len(published)


def test_a_file_that_says_what_it_exposes_has_no_other_host_names() -> None:
    found = project(
        "x-sh0: {expose: [{service: a, port: 80, health: /up}]}\n"
        "services: {a: {image: x}, b: {image: x, ports: ['8081:80']}}"
    )
    assert exposure(found, found.services["b"]).routes == ()
    assert exposure(found, found.services["a"]).routes[0].health == "/up"


@pytest.mark.parametrize(
    "text",
    [
        "x-sh0: {expose: [{service: nobody, port: 80}]}",
        "x-sh0: {expose: [{service: a, port: 0}]}",
        "x-sh0: {expose: [{service: a, port: true}]}",
        "x-sh0: {expose: [{service: a, port: 80, health: up}]}",
        "x-sh0: {expose: [80]}",
        "x-sh0: {expose: {port: 80}}",
    ],
)
def test_an_exposure_that_cannot_be_is_refused(text: str) -> None:
    found = project(f"{text}\nservices: {{a: {{image: x}}}}")
    with pytest.raises(Invalid):
        exposure(found, found.services["a"])


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("read_only: true", False),
        ("volumes: ['data:/data:ro']", False),
        ("volumes: ['data:/data']", True),
        ("volumes: ['data:/data'], deploy: {update_config: {order: start-first}}", False),
        ("deploy: {update_config: {order: stop-first}}", True),
        ("volumes: [/data]", True),
        ("volumes: ['./data:/data']", True),
        ("volumes: ['/srv:/data']", True),
        ("tmpfs: /tmp", False),
        ("ports: ['5432:5432']", True),
        ("ports: ['5432']", False),
        ("network_mode: host", True),
        ("privileged: true", True),
        ("devices: [/dev/null]", True),
        ("hostname: x", False),
    ],
)
def test_what_cannot_run_twice_is_recreated(text: str, alone: bool) -> None:
    found = project(f"services: {{x: {{image: 'i:1', {text}}}}}\nvolumes: {{data: {{}}}}")
    [each] = desired(found, NEW)
    assert bool(reasons_to_recreate(each.snapshot)) is alone


def test_a_job_ends_by_itself_if_the_file_says_so_or_somebody_waits_for_its_end() -> None:
    found = project(
        "services: {a: {image: x, restart: 'no'}, b: {image: x}, c: {image: x},"
        " d: {image: x, depends_on: {c: {condition: service_completed_successfully}}}}"
    )
    assert [name for name, each in found.services.items() if is_job(found, each)] == ["a", "c"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("network_mode: 'service:y'", "network_mode"),
        ("pid: 'service:y'", "pid"),
        ("ports: ['5432:5432'], deploy: {replicas: 2}", "only one container can have"),
        ("deploy: {replicas: 51}", "51 replicas"),
        ("build: 'https://git.example/x.git'", "built from a repository elsewhere"),
        ("build: {context: ., additional_contexts: {a: ./a}}", r"further build contexts \(a\)"),
        ("read_only: true, volumes: ['./conf:/conf']", "cannot be given /conf"),
        ("volumes: ['../conf:/conf']", "outside of the project"),
        ("x-sh0: {probe: 'udp:1'}", "no probe"),
        ("x-sh0: {probe: 'tcp:99999'}", "no probe"),
    ],
)
def test_what_cannot_be_had_is_refused_with_its_place(text: str, said: str) -> None:
    found = project(f"services:\n  x: {{image: 'i:1', {text}}}\n  y: {{image: x}}")
    files = {"conf": (ProjectFile("", b"x", 0o644),)}
    with pytest.raises(Invalid, match=said):
        desired(found, attrs.evolve(NEW, files=files))


def test_two_services_cannot_have_the_same_port_of_the_host() -> None:
    text = "services: {a: {image: x, ports: ['5432:5432']}, b: {image: x, ports: ['5432:3306', '5432:3306/udp']}}"
    with pytest.raises(Conflict, match="a and b both publish port 5432"):
        plan(project(text), NEW)


def test_names_of_others_are_not_taken() -> None:
    for name in ("shop-web", "shop-web.example.org"):
        with pytest.raises(Conflict, match=f"{name} .*an app of its own"):
            plan(project(SHOP), attrs.evolve(NEW, apps={name: "an app of its own"}))


@pytest.mark.parametrize(
    ("volume", "reason"),
    [
        ("{driver: nfs-plugin}", "the driver nfs-plugin"),
        ("{driver: local, driver_opts: {type: nfs, o: 'addr=10.0.0.1,rw', device: ':/export'}}", "type, o, device"),
        ("{driver_opts: {type: tmpfs, device: tmpfs, o: size=64m}}", "type, device, o"),
    ],
)
def test_a_volume_whose_data_would_lie_elsewhere_is_refused(volume: str, reason: str) -> None:
    used = project(f"services: {{a: {{image: a, volumes: ['v:/d']}}}}\nvolumes: {{v: {volume}}}")
    with pytest.raises(Invalid, match=f"compose.yaml:?, line 2.*the volume v has .*{reason}"):
        plan(used, NEW)
    unused = project(f"services: {{a: {{image: a}}}}\nvolumes: {{v: {volume}}}")
    assert plan(unused, NEW).services


def test_names_are_made_of_stack_and_service() -> None:
    assert app_name("shop", "My_Service.1") == "shop-my-service-1"
    assert host_name("shop", "web", "example.org", 9001) == "shop-web-9001.example.org"
    assert slug("./data/x") == "data-x"
    with pytest.raises(Invalid, match="would both be the app shop-a-b"):
        plan(project("services: {a_b: {image: x}, a-b: {image: x}}"), NEW)


@pytest.mark.parametrize(
    ("text", "path", "port", "tcp"),
    [
        ("x-sh0: {probe: 'tcp:9000'}", None, None, 9000),
        ("x-sh0: {probe: 'http:9000/up'}", "/up", 9000, None),
        ("x-sh0: {probe: 'http:9000'}", "/", 9000, None),
        ("x-sh0: {expose: {port: 80, health: /up}}", "/up", None, None),
        ("ports: ['80:80']", None, None, None),
    ],
)
def test_what_sh0_asks(text: str, path: str | None, port: int | None, tcp: int | None) -> None:
    [found] = desired(service(text), NEW)
    health = found.snapshot.health
    assert (health.path, health.port, health.tcp) == (path, port, tcp)


def test_a_service_may_take_as_long_as_its_own_check_may_fail() -> None:
    text = "healthcheck: {test: [CMD, x], interval: 10s, timeout: 5s, retries: 9, start_period: 30s}"
    [found] = desired(service(text), NEW)
    assert found.snapshot.health.timeout == 30 + 15 * 10
    [quick] = desired(service("healthcheck: {test: [CMD, x], interval: 1s, timeout: 1s, retries: 1}"), NEW)
    assert quick.snapshot.health.timeout == 60


def test_a_service_is_run_as_its_file_says() -> None:
    found = service(
        "init: true, user: '5:6', mem_limit: 64m, cpus: 0.5, pids_limit: 9, stop_grace_period: 90s,"
        " container_name: old, security_opt: ['no-new-privileges:false', 'seccomp=x'], labels: {a: b, sh0.x: y},"
        " networks: {default: {aliases: [other]}}"
    )
    made = snapshot(found, found.services["x"], exposure(found, found.services["x"]), Surroundings("h", "s", "o"))
    spec = made.container
    assert spec is not None
    assert made.resources.memory == ByteSize(64 << 20)
    assert (made.resources.cpus, spec.pids, spec.stop_timeout, spec.user) == (0.5, 9, 90, "5:6")
    assert spec.aliases == ("x", "other", "old")
    assert (spec.no_new_privileges, spec.security_options, dict(spec.labels)) == (False, ("seccomp=x",), {"a": "b"})


def test_configs_and_secrets_are_files_of_the_users() -> None:
    found = project(
        "services: {x: {image: i, user: '7:8', secrets: [token], configs: [{source: conf, target: /c, mode: 0400}]}}\n"
        "secrets: {token: {environment: TOKEN}}\nconfigs: {conf: {content: hello}}",
        TOKEN="hunter22",
    )
    [each] = desired(found, NEW)
    spec = each.snapshot.container
    assert spec is not None
    files = {file.target: (file.mode, file.uid, file.gid) for file in spec.files}
    assert files == {"/run/secrets/token": (0o444, 7, 8), "/c": (0o400, 7, 8)}
    assert "hunter22" not in repr(spec)


def test_an_offline_plan_says_what_it_could_not_know() -> None:
    found = plan(project(SHOP), Situation("shop", offline=True))
    assert "no platform was asked" in found.unknown[0]


def test_the_moves_of_a_release_are_its_services_in_groups() -> None:
    situation = deployed(SHOP)
    found = desired(project(SHOP), situation)
    images = {name: image.id for name, image in IMAGES.items()}
    moves = forwards(project(SHOP), found, images, dict(situation.existing))
    assert [[move.service for move in group] for group in moves.groups] == [["db", "job"], ["web"]]
    assert moves.apps == ("shop-db", "shop-job", "shop-web")
    assert moves.removed == ()


@pytest.mark.parametrize("host", ["a b.org", "a.org\\nx 1", "-.org", "1.2.3.4", 7, ["a.org"]])
def test_a_host_name_of_a_file_is_one_before_it_gets_near_the_proxy(host: object) -> None:
    found = service(f"x-sh0: {{expose: {{port: 80, host: {json.dumps(host)}}}}}")
    with pytest.raises(Invalid):
        exposure(found, found.services["x"])


@pytest.mark.parametrize("labels", ["{sh0.app: other, mine: '1'}", "['sh0.app=other', 'mine=1']"])
def test_labels_that_sh0_keeps_for_itself_are_left_out_and_named(labels: str) -> None:
    files = project(f"services: {{x: {{image: 'i:1', labels: {labels}}}}}".replace("yes", "'1'"))
    (note,) = (each for each in plan(files, NEW).notes if each.key == "labels")
    assert "sh0.app is left out" in note.message
    assert "mine" not in note.message


@pytest.mark.parametrize("argument", ["DB_PASSWORD: hunter2x", "INDEX: 'https://joe:hunter2x@pypi.example.org/simple'"])
def test_the_plan_names_build_arguments_that_hold_a_secret_and_not_the_secret(argument: str) -> None:
    files = project(f"services: {{x: {{build: {{context: ., args: {{{argument}, MODE: production}}}}}}}}")
    (note,) = (each for each in plan(files, NEW).notes if each.key == "build.args")
    assert argument.split(":")[0] in note.message
    assert "hunter2x" not in note.message
    assert "MODE" not in note.message
