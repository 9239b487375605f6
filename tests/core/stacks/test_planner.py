"""What a release would do, decided from texts alone."""

from typing import Any

import attrs
import pytest

from sh0.compose.model import NoteKind, PermissionKind
from sh0.compose.permissions import Allowed, Permission
from sh0.errors import Conflict, Invalid
from sh0.records.app import HealthCheck, Resources
from sh0.records.deployment import UpdateOrder
from sh0.records.stack import Action, PlannedRoute, PlannedService, StackPlan
from sh0.stacks.naming import app_name, host_name, slug
from sh0.stacks.planner import DeclaredVolumes, Existing, KnownImage, Situation, desired, plan
from sh0.stacks.specs import ProjectFile
from sh0.values import ByteSize, Secret
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


def test_of_the_variables_those_are_named_that_differ() -> None:
    before = "services: {x: {image: 'i:1', environment: {SAME: s, CHANGED: a, GONE: g}}}"
    after = "services: {x: {image: 'i:1', environment: {SAME: s, CHANGED: b, NEW: n}}}"
    images = {"x": KnownImage("sha256:x")}
    why = the(plan(project(after), deployed(before, attrs.evolve(NEW, images=images)))).why
    assert sorted(text.split()[:2] for text in why) == [["variable", name] for name in ("CHANGED", "GONE", "NEW")]


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
    for what, name in (("the app", "shop-web"), ("the host name", "shop-web.example.org")):
        with pytest.raises(Conflict, match=f"^{what} {name} .*an app of its own"):
            plan(project(SHOP), attrs.evolve(NEW, apps={name: "an app of its own"}))


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


def the(found: StackPlan, name: str = "x") -> PlannedService:
    """The service of that name in a plan."""
    return next(each for each in found.services if each.service == name)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"replicas": 2}, "replicas"),
        ({"port": 81}, "port"),
        ({"resources": Resources(ByteSize(64 << 20))}, "memory"),
        ({"resources": Resources(None, 0.5)}, "cpus"),
        ({"health": HealthCheck("/up")}, "check"),
        ({"job": True}, "whether it is a job"),
        ({"update_order": UpdateOrder.START_FIRST}, "order"),
        ({"environment": {"A": Secret("1")}}, "variable A that was set here"),
        ({"network": "host"}, "network"),
    ],
)
def test_whatever_else_it_runs_with_is_a_reason_to_replace_a_service(change: dict[str, Any], why: str) -> None:
    text = "services: {x: {image: 'i:1', ports: ['80:80']}}"
    images = {"x": KnownImage("sha256:x")}
    situation = deployed(text, attrs.evolve(NEW, images=images))
    live = situation.existing["x"].live
    assert live is not None
    before = attrs.evolve(live, snapshot=attrs.evolve(live.snapshot, **change))
    existing = {"x": attrs.evolve(situation.existing["x"], live=before)}
    found = the(plan(project(text), attrs.evolve(situation, existing=existing)))
    assert (found.action, found.why) == (Action.START_FIRST, (why,))


def test_host_names_of_the_release_count_and_those_of_the_operator_do_not() -> None:
    text = "services: {x: {image: 'i:1', x-sh0: {expose: [80, 81]}}}"
    situation = deployed(text, attrs.evolve(NEW, images={"x": KnownImage("sha256:x")}))
    was = situation.existing["x"]
    assert was.live is not None
    led = attrs.evolve(was, hosts={"shop.org": 81})
    same = attrs.evolve(situation, existing={"x": led})
    assert the(plan(project(text), same)).action is Action.UNCHANGED
    other = attrs.evolve(situation, existing={"x": attrs.evolve(was, generated={"old.org": None})})
    assert the(plan(project(text), other)).why == ("its host names are others",)


def test_an_image_that_has_to_be_built_again_is_said_to_be() -> None:
    text = "services: {x: {build: .}}"
    found = plan(project(text), deployed(text, attrs.evolve(NEW, images={})))
    assert (the(found).why, the(found).image) == (("it is built anew",), "built from .")
    assert the(plan(project("services: {x: {build: ./web}}"), NEW)).image.startswith("built from")


def test_reasons_to_recreate_come_first_and_all_are_told() -> None:
    text = SHOP.replace("image: 'db:1'", "image: 'db:1', user: '1'")
    situation = deployed(SHOP)
    existing = {**situation.existing, "db": attrs.evolve(situation.existing["db"], stopped=True)}
    why = the(plan(project(text), attrs.evolve(situation, existing=existing)), "db").why
    assert why == ("two must not write to /data", "it has port 5432 of the host", "it was stopped", "user")


def test_what_a_service_takes_over_from_another_is_told_first() -> None:
    text = "services: {new: {image: 'db:1', volumes: ['data:/data']}, web: {image: 'web:1'}}\nvolumes: {data: {}}"
    found = plan(project(text), deployed(SHOP))
    assert the(found, "new").why == ("db is stopped before it starts: it takes over its volume",)
    assert not any("db is stopped" in reason for reason in the(found, "web").why)


def test_a_service_that_stays_is_not_restarted_with_what_it_depends_on_unless_it_says_so() -> None:
    text = SHOP.replace("depends_on: [db]", "depends_on: {db: {condition: service_started, restart: true}}")
    found = plan(project(text.replace("'db:1'", "'db:1', user: '1'")), deployed(text))
    assert the(found, "web").why == ("db is replaced, and it shall be restarted with it",)
    plain = plan(project(SHOP.replace("'db:1'", "'db:1', user: '1'")), deployed(SHOP))
    assert the(plain, "web").action is Action.UNCHANGED


def test_a_service_is_shown_with_everything_that_is_done_with_it() -> None:
    text = """
services:
  x:
    image: i:1
    depends_on: [y]
    deploy: {replicas: 2}
    volumes: ['a:/a', 'b:/b', 'a:/c']
    x-sh0: {expose: [{port: 80, health: /up}, 81]}
  y: {image: y, restart: 'no', ports: ['127.0.0.1:53:53/udp', '5432', '3306:3306']}
volumes: {a: {}, b: {}}
"""
    found = plan(project(text), NEW)
    assert the(found) == PlannedService(
        service="x",
        app="shop-x",
        action=Action.CREATE,
        why=(),
        image="i:1",
        after=("y",),
        replicas=2,
        job=False,
        routes=(PlannedRoute("shop-x.example.org", 80), PlannedRoute("shop-x-81.example.org", 81)),
        published=(),
        volumes=("a", "b"),
        check="answers GET /up on port 80",
    )
    assert the(found, "y").published == ("127.0.0.1:53 → 53/udp", "any free port → 5432/tcp", "3306 → 3306/tcp")
    assert (the(found, "y").job, the(found, "y").routes) == (True, ())
    assert (found.stack, found.new) == ("shop", True)
    there = plan(project(text), attrs.evolve(NEW, new=False, volumes=frozenset({"sh0-home-shop_b"})))
    assert [(v.key, v.name, v.new) for v in there.volumes] == [
        ("a", "sh0-home-shop_a", True),
        ("b", "sh0-home-shop_b", False),
    ]
    assert not there.new


def test_where_a_volume_comes_from_is_said_if_the_file_does_not_name_it() -> None:
    text = "services: {x: {image: 'i:1', volumes: ['data:/d', './x:/x']}}\nvolumes: {data: {}}"
    named, folder = plan(project(text), NEW).volumes
    assert named.why == ""
    assert folder.why.startswith("x is not in")


@pytest.mark.parametrize(("build", "image"), [("{context: ./web}", "built from web"), (".", "built from .")])
def test_a_service_that_is_built_is_shown_with_its_folder(build: str, image: str) -> None:
    assert the(plan(project(f"services: {{x: {{build: {build}}}}}"), NEW)).image == image


def test_a_job_is_shown_to_be_checked_by_its_end() -> None:
    assert the(plan(service("restart: 'no'"), NEW)).check == "ends with exit code 0"


def test_what_is_removed_is_shown_with_its_app_if_it_serves() -> None:
    situation = deployed(SHOP)
    existing = {**situation.existing, "job": Existing(None)}
    found = plan(project("services: {web: {image: 'web:1'}}"), attrs.evolve(situation, existing=existing))
    [_, gone] = found.services
    assert gone == PlannedService(
        "db", "shop-db", Action.REMOVE, ("the file has it no more",), "", (), 0, False, (), (), (), ""
    )


def test_a_service_runs_with_what_the_situation_says() -> None:
    text = "services: {x: {image: 'i:1', environment: {A: hunter2x}, volumes: ['./conf:/c', '/link:/l']}}"
    situation = attrs.evolve(
        NEW,
        images={"x": KnownImage("sha256:x", ("/wanted",))},
        files={"conf": (ProjectFile("", b"x", 0o644),)},
        real={"/link": "/behind"},
        sealed=frozenset({Secret("hunter2x")}),
        default_memory=ByteSize(7),
        existing={"x": Existing(None, {"B": Secret("2")}, {"shop.org": 80}, marked=("B",))},
    )
    [found] = desired(project(text), situation)
    container = found.snapshot.container
    assert container is not None
    assert [mount.source for mount in container.mounts] == ["sh0-home-shop_x-wanted", "/behind"]
    assert [file.target for file in container.files] == ["/c"]
    assert (found.snapshot.marked, found.snapshot.default_memory) == (("A", "B"), 7)
    assert (found.snapshot.environment, found.snapshot.host_ports) == ({"B": Secret("2")}, {"shop.org": 80})


@pytest.mark.parametrize(
    ("images", "declared", "volumes", "unknown"),
    [
        ({"x": KnownImage("sha256:x", ("/i",))}, {"x": DeclaredVolumes(("/d",))}, ["/i"], []),
        ({}, {"x": DeclaredVolumes(("/d",), complete=True)}, ["/d"], []),
        ({}, {"x": DeclaredVolumes(("/d",), "debian:12")}, ["/d"], ["whether debian:12, on which x is built"]),
        ({}, {"x": DeclaredVolumes(("/d",))}, ["/d"], ["whether the images of x want"]),
        ({}, {}, [], ["whether the images of x want"]),
    ],
)
def test_volumes_of_an_image_are_known_when_it_is_there_or_as_its_dockerfile_says(
    images: dict[str, KnownImage], declared: dict[str, DeclaredVolumes], volumes: list[str], unknown: list[str]
) -> None:
    found = plan(project("services: {x: {build: .}}"), attrs.evolve(NEW, images=images, declared=declared))
    assert [volume.key for volume in found.volumes] == [f"x-{path[1:]}" for path in volumes]
    assert len(found.unknown) == len(unknown)
    assert all(text.startswith(said) for text, said in zip(found.unknown, unknown, strict=True))


PATH, PORT = PermissionKind.HOST_PATH, PermissionKind.PUBLISHED_PORT
SOCKET, DEVICE = PermissionKind.DOCKER_SOCKET, PermissionKind.DEVICES


@pytest.mark.parametrize(
    ("written", "real", "asked", "words"),
    [
        ("/srv/data:/x", {}, (PATH, "/srv/data:rw"), ["/srv/data"]),
        ("/srv/data:/x:ro", {"/srv/data": "/mnt/data"}, (PATH, "/mnt/data:ro"), ["/srv/data is /mnt/data", "reads"]),
        ("/srv/data:/x", {"/srv/data": "/mnt/data"}, (PATH, "/mnt/data:rw"), ["/srv/data is /mnt/data", "changes"]),
        ("/srv/data:/x", {"/srv/data": "/run/docker.sock"}, (SOCKET, "/run/docker.sock:rw"), ["anything to the host"]),
        ("/srv/data:/x", {"/srv/data": "/dev/kvm"}, (DEVICE, "/dev/kvm:rw"), ["device of the host"]),
        ("/run/docker.sock:/x", {"/run/docker.sock": "/mnt/s"}, (SOCKET, "/mnt/s:rw"), []),
        ("/guarded/x:/x", {}, (SOCKET, "/guarded/x:rw"), ["anything to the host"]),
    ],
)
def test_a_mounted_path_needs_the_permission_for_where_it_leads(
    written: str, real: dict[str, str], asked: tuple[PermissionKind, str], words: list[str]
) -> None:
    situation = attrs.evolve(NEW, real=real, guarded=("/guarded",))
    [need] = plan(project(f"services:\n  x:\n    image: i:1\n    volumes:\n    - {written}\n"), situation).needs
    assert (need.allow, need.subject, need.service, need.given) == (*asked, "x", False)
    assert need.where.endswith("line 5")
    assert all(word in need.message for word in words)


@pytest.mark.parametrize(
    ("port", "subject", "words"),
    [
        ("5432:5432", "5432:5432/tcp", ["port 5432 of the host", "5432/tcp", "everybody who reaches it"]),
        ("127.0.0.1:53:54/udp", "127.0.0.1:53:54/udp", ["port 53 of the host", "54/udp", "who reaches 127.0.0.1"]),
        ("5432", "5432/tcp", ["a free port of the host", "5432/tcp"]),
    ],
)
def test_a_published_port_needs_a_permission_that_says_whom_it_lets_in(
    port: str, subject: str, words: list[str]
) -> None:
    [need] = plan(project(f"services:\n  x:\n    image: i:1\n    ports:\n    - '{port}'\n"), NEW).needs
    assert (need.allow, need.subject, need.service) == (PORT, subject, "x")
    assert need.where.endswith("line 5")
    assert all(word in need.message for word in words)


@pytest.mark.parametrize(
    ("allowed", "given"),
    [
        (Allowed(), False),
        (Allowed(frozenset({"host-path:/srv:rw"})), True),
        (Allowed(frozenset({"host-path:/mnt:rw"})), True),
        (Allowed(frozenset({"host-path:/other:rw"})), False),
        (Allowed(before=frozenset({Permission(PATH, "/mnt:rw", "x")})), True),
        (Allowed(before=frozenset({Permission(PATH, "/srv:rw", "x")})), False),  # it has led elsewhere then
        (Allowed(before=frozenset({Permission(PATH, "/mnt:rw", "y")})), False),
    ],
)
def test_a_permission_for_where_a_path_leads_is_given_under_both_names(allowed: Allowed, given: bool) -> None:
    [need] = plan(service("volumes: ['/srv:/x']"), attrs.evolve(NEW, allowed=allowed, real={"/srv": "/mnt"})).needs
    assert need.given is given


@pytest.mark.parametrize(
    ("allowed", "given"),
    [
        (Allowed(), [False, False]),
        (Allowed(frozenset({"host-path", "published-port"})), [True, True]),
        (Allowed(frozenset({"host-path:/srv:rw"})), [True, False]),
        (Allowed(before=frozenset({Permission(PORT, "5432:5432/tcp", "x")})), [False, True]),
        (Allowed(before=frozenset({Permission(PORT, "5432:5432/tcp", "y")})), [False, False]),
    ],
)
def test_a_permission_is_given_now_or_was_before(allowed: Allowed, given: list[bool]) -> None:
    files = service("volumes: ['/srv:/x'], ports: ['5432:5432']")
    found = plan(files, attrs.evolve(NEW, allowed=allowed))
    assert [(need.allow, need.given) for need in found.needs] == list(zip((PATH, PORT), given, strict=True))


@pytest.mark.parametrize(
    ("text", "key", "kind", "words"),
    [
        ("build: {context: ., args: {DB_PASSWORD: hunter2x}}", "build.args", NoteKind.CHANGED, ["DB_PASSWORD"]),
        ("labels: {sh0.b: '1', sh0.a: '1', mine: '1'}", "labels", NoteKind.UNSUPPORTED, ["sh0.a, sh0.b is left out"]),
        ("ports: ['80:80', '443:443']", "ports", NoteKind.CHANGED, ["port 443 is not published"]),
        ("ports: ['8080:80']", "ports", NoteKind.CHANGED, ["port 80 is not published", "shop-x.example.org"]),
        ("volumes: ['./conf:/c']", "volumes", NoteKind.CHANGED, ["conf is copied into each new container"]),
        ("volumes: ['./missing:/d']", "volumes", NoteKind.CHANGED, ["missing is not there", "/d is a volume"]),
        ("links: [y]", "links", NoteKind.CHANGED, []),
    ],
)
def test_what_is_done_in_another_way_is_noted_with_its_place(
    text: str, key: str, kind: NoteKind, words: list[str]
) -> None:
    lines = f"services:\n  y: {{image: y}}\n  x:\n    image: i:1\n    {text}\n"
    found = plan(project(lines), attrs.evolve(NEW, files={"conf": (ProjectFile("", b"x", 0o644),)}))
    notes = [note for note in found.notes if note.key == key]
    assert {note.kind for note in notes} == {kind}
    assert all(note.service == "x" and note.place.line == 5 for note in notes)
    assert any(all(word in note.message for word in words) for note in notes)


def test_a_port_that_gets_a_host_name_is_remarked_upon_once_however_often_it_is_published() -> None:
    lines = "services:\n  x:\n    image: i:1\n    ports:\n    - '80:80'\n    - '127.0.0.1:8080:80'\n    - '8081:80'\n"
    notes = [note for note in plan(project(lines), NEW).notes if note.key == "ports"]
    assert [(note.place.line, note.message.split(":")[0]) for note in notes] == [(5, "port 80 is not published")]


def test_a_mounted_path_of_the_project_is_remarked_upon_once() -> None:
    lines = (
        "services:\n  x:\n    image: i:1\n    volumes:\n    - ./a:/a\n    - ./b:/b\n    links: [y]\n  y: {image: y}\n"
    )
    notes = plan(project(lines), attrs.evolve(NEW, files={"a": (ProjectFile("", b"x", 0o644),)})).notes
    assert [(note.key, note.message.split(" is ")[0]) for note in notes if note.key == "volumes"] == [
        ("volumes", "a"),
        ("volumes", "b"),
    ]
    assert any(note.key == "links" for note in notes)


def test_only_what_is_done_in_another_way_is_noted() -> None:
    quiet = "labels: {mine: '1'}, ports: ['53:53/udp'], volumes: ['data:/d'], x-sh0: {expose: 53}"
    found = plan(project(f"services: {{x: {{image: 'i:1', {quiet}}}}}\nvolumes: {{data: {{}}}}"), NEW)
    assert found.notes == ()
