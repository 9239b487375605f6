"""What a release would do, decided from texts alone."""

import attrs
import pytest

from sh0.compose.model import PermissionKind
from sh0.errors import Conflict, Invalid
from sh0.records.stack import Action, StackPlan
from sh0.stacks.naming import app_name, host_name, slug
from sh0.stacks.planner import Existing, KnownImage, Situation, desired, plan
from sh0.values import Secret
from tests.core.stacks.situations import IMAGES, NEW, SHOP, deployed, project, service


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


def test_a_service_may_take_as_long_as_its_own_check_may_fail() -> None:
    text = "healthcheck: {test: [CMD, x], interval: 10s, timeout: 5s, retries: 9, start_period: 30s}"
    [found] = desired(service(text), NEW)
    assert found.snapshot.health.timeout == 30 + 15 * 10
    [quick] = desired(service("healthcheck: {test: [CMD, x], interval: 1s, timeout: 1s, retries: 1}"), NEW)
    assert quick.snapshot.health.timeout == 60


def test_an_offline_plan_says_what_it_could_not_know() -> None:
    found = plan(project(SHOP), Situation("shop", offline=True))
    assert "no platform was asked" in found.unknown[0]


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
