"""Files are put together first; what is required, and what may be there once, is asked of the whole."""

import pytest

from sh0.compose.model import NoteKind
from sh0.compose.services import BindMount, Condition, Device, VolumeMount
from sh0.errors import Invalid
from tests.core.compose.parts import project, service

BASE = """
services:
  a: {image: "nginx:1.27", depends_on: {b: {condition: service_healthy}}}
  b: {image: "nginx:1.27", healthcheck: {test: ["CMD", "true"]}}
"""
ONE = 'services: {a: {image: "nginx:1.27"}}'


def changed(text: str) -> list[str]:
    return [note.message for note in project(text).notes if note.kind is NoteKind.CHANGED]


@pytest.mark.parametrize(
    "over",
    [
        "services: {a: {depends_on: {b: {restart: true}}}}",
        "services: {a: {depends_on: {b: {}}}}",
        "services: {a: {depends_on: {b: }}}",
        "services: {a: {depends_on: }}",
        "services: {a: }",
        "services: {}",
        "services:",
        "# only a comment\n",
        "---\n",
        "",
        "x-note: nothing else",
        "volumes: {data: }",
    ],
)
def test_a_file_on_top_may_hold_a_part(over: str) -> None:
    found = project(files={"compose.yaml": BASE, "compose.override.yaml": over})
    assert found.services["a"].image == "nginx:1.27"
    assert found.services["a"].depends_on["b"].condition is Condition.HEALTHY
    assert found.services["a"].depends_on["b"].restart is ("restart" in over)


def test_the_first_file_may_be_the_part() -> None:
    files = {"compose.yaml": "services: {a: {healthcheck: {interval: 3s}}}", "compose.override.yaml": BASE}
    found = project(files=files).services["a"]
    assert (found.image, found.healthcheck and found.healthcheck.interval) == ("nginx:1.27", 3)


def test_what_nothing_uses_in_a_file_that_is_extended_may_be_empty() -> None:
    files = {
        "compose.yaml": "services: {a: {image: 'nginx:1.27', extends: {file: base.yaml, service: web}}}",
        "base.yaml": "services: {web: {init: true}, spare: , part: {depends_on: {web: {restart: true}}}}",
    }
    assert project(files=files).services["a"].init is True


def test_what_is_missing_from_the_whole_is_said_where_it_was_written_last() -> None:
    over = "services:\n  a:\n    depends_on:\n      c: {restart: true}\n  c: {image: 'x:1'}\n"
    with pytest.raises(Invalid, match=r"compose\.override\.yaml, line 4: services\.a\.depends_on\.c needs condition"):
        project(files={"compose.yaml": BASE, "compose.override.yaml": over})


def test_a_part_that_can_never_be_right_is_refused_in_its_own_file() -> None:
    for over, reason in {
        "services: {a: {image: [x]}}": "must be a text",
        "services: {a: {imgae: x}}": "did you mean image",
        "services: {a: {restart: {}}}": "must be a text",
    }.items():
        with pytest.raises(Invalid, match=rf"compose\.override\.yaml, line 1: .*{reason}"):
            project(files={"compose.yaml": ONE, "compose.override.yaml": over})


def test_a_whole_without_services_is_refused() -> None:
    for text in ("# nothing", "services: {}", "---\n---\n"):
        with pytest.raises(Invalid, match="services"):
            project(text)


def test_several_documents_of_a_file_are_merged_in_order() -> None:
    second = "services: {a: {init: true}, b: {image: 'x:1'}}"
    found = project(f"{ONE}\n---\n# nothing\n---\n{second}\n---\nservices: {{b: {{image: 'x:2'}}}}").services
    assert (found["a"].image, found["a"].init, found["b"].image) == ("nginx:1.27", True, "x:2")


def test_a_file_of_several_documents_can_be_extended_and_included() -> None:
    files = {
        "compose.yaml": "include: [more.yaml]\nservices: {a: {extends: {file: base.yaml, service: web}}}",
        "base.yaml": "services: {web: {image: 'x:1'}}\n---\nservices: {web: {init: true}}",
        "more.yaml": "services: {m: {image: 'y:1'}}\n---\nservices: {m: {image: 'y:2'}}",
    }
    found = project(files=files).services
    assert (found["a"].image, found["a"].init, found["m"].image) == ("x:1", True, "y:2")


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("environment: [TZ=UTC, TZ=Asia/Tokyo]", "environment has TZ"),
        ("environment: [TZ=UTC, TZ=UTC]", "environment has TZ"),
        ('ports: ["127.0.0.1:8081:80", "127.0.0.1:8081:80"]', "ports has 127.0.0.1:8081:80"),
        ("ports: [{target: 80, published: '81'}, {target: 80, published: 81, protocol: tcp}]", "ports has 81:80:tcp"),
        ('expose: ["80", 80]', "expose has 80"),
        ("volumes: ['one:/data', 'two:/data']", "volumes has /data"),
        ("volumes: ['one:/data', {type: volume, source: two, target: /data}]", "volumes has /data"),
        ("cap_drop: [KILL, KILL]", "cap_drop has KILL"),
        ("labels: [a=1, a=2]", "labels has a"),
        ("dns: [1.1.1.1, 1.1.1.1]", "dns has 1.1.1.1"),
        ("tmpfs: [/run, /run]", "tmpfs has /run"),
        ("tmpfs: [/run, '/run:size=64m']", "tmpfs has /run"),
        ("profiles: [x, x]", "profiles has x"),
        ("sysctls: [net.core.somaxconn=1, net.core.somaxconn=2]", "sysctls has net.core.somaxconn"),
        ("devices: ['/dev/sda:/dev/x', '/dev/sdb:/dev/x']", "devices has /dev/x"),
        ("secrets: [s, {source: t, target: s}]", "secrets has /run/secrets/s"),
    ],
)
def test_of_entries_of_the_same_key_the_last_counts_and_the_others_are_told_of(body: str, key: str) -> None:
    text = f"services:\n  web:\n    image: web:1\n    {body}\nvolumes: {{one: , two: }}\n"
    text += "secrets: {s: {environment: S}, t: {environment: T}}\n"
    found = project(text, {"S": "s", "T": "t"}, profiles=("*",))
    assert [str(note.message) for note in found.notes if note.kind is NoteKind.CHANGED and "once" in note.message] == [
        f"{key} more than once; the last entry counts"
    ]


def test_the_last_of_two_entries_is_what_runs() -> None:
    assert service("environment: [TZ=UTC, TZ=Asia/Tokyo]").environment["TZ"].reveal() == "Asia/Tokyo"
    found = project("services: {a: {image: a, volumes: ['one:/d', 'two:/d']}}\nvolumes: {one: , two: }")
    assert [mount.source for mount in found.services["a"].mounts if isinstance(mount, VolumeMount)] == ["two"]
    bind = service("volumes: ['./a:/d', './b:/d:ro']").mounts[0]
    assert isinstance(bind, BindMount)
    assert (bind.source, bind.read_only) == ("b", True)


def test_entries_that_are_empty_because_their_variable_is_not_set_are_left_out() -> None:
    found = project('services: {a: {image: a, environment: ["${A}", "${B}", "C=1"]}}')
    assert dict(found.services["a"].environment).keys() == {"C"}
    assert {note.key for note in found.notes if note.kind is NoteKind.UNSET} == {"A", "B"}


@pytest.mark.parametrize(
    ("base", "over"),
    [
        ("['/dev/sda:/dev/xvda']", "['/dev/sdb:/dev/xvda']"),
        ("['/dev/sda:/dev/xvda:r']", "[{source: /dev/sdb, target: /dev/xvda}]"),
        ("[{source: /dev/xvda}]", "['/dev/sdb:/dev/xvda']"),
    ],
)
def test_a_device_on_top_takes_the_place_of_the_one_at_its_target(base: str, over: str) -> None:
    files = {
        "compose.yaml": f"services: {{a: {{image: a, devices: {base}}}}}",
        "compose.override.yaml": f"services: {{a: {{devices: {over}}}}}",
    }
    assert project(files=files).services["a"].devices == (Device("/dev/sdb", "/dev/xvda"),)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("gpus: [{count: lots}]", "has the count 'lots'"),
        ("gpus: [{count: 1, device_ids: ['0']}]", "has count and device_ids"),
        (
            "deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: some}]}}}",
            "has the count 'some'",
        ),
        ("scale: 2\ndeploy: {replicas: 3}", "has scale and deploy.replicas, which are not the same"),
        ("mem_limit: 1g\ndeploy: {resources: {limits: {memory: 2g}}}", "has mem_limit and deploy.resources.limits"),
        ("cpus: 1\ndeploy: {resources: {limits: {cpus: '2'}}}", "has cpus and deploy.resources.limits.cpus"),
        ("platform: linux/arm64\nbuild: {context: ., platforms: [linux/amd64]}", "is built for linux/amd64"),
        ("develop: {watch: [{path: src, action: sync}]}", "needs a target"),
    ],
)
def test_a_service_that_contradicts_itself_is_refused(body: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        service(body)


def test_a_service_that_says_the_same_twice_is_not() -> None:
    assert service("mem_limit: 1g\ndeploy: {resources: {limits: {memory: 1024m}}}").limits.memory == 1 << 30
    assert service("gpus: all").image == "web:1"


@pytest.mark.parametrize("text", ["services: {1: {image: a}}", "services: {a: {image: a, environment: {1: x}}}"])
def test_keys_are_texts(text: str) -> None:
    with pytest.raises(Invalid, match="is no text"):
        project(text)
    assert project(text.replace("1:", "'1':")).services


def test_a_service_without_replicas_is_defined_and_not_started() -> None:
    text = "services: {a: {image: a, depends_on: [b]}, b: {image: b, deploy: {replicas: 0}}, c: {image: c, scale: 0}}"
    found = project(text)
    assert list(found.services) == ["a"]
    assert set(found.inactive) == {"b", "c"}
    assert found.services["a"].depends_on == {}
    assert changed(text) == [f"{name} has no replicas: it is defined, and not started" for name in ("b", "c")]


@pytest.mark.parametrize("written", ['P="abc$def"', "P=$2y$05$abcDEF", "export P=a${missing}b", 'P="a\n$b"'])
def test_a_value_of_an_environment_file_that_loses_a_part_is_told_of_with_its_line(written: str) -> None:
    for env in ("env_file: app.env", "environment: [P]"):
        name = "app.env" if "app.env" in env else ".env"
        text = f"services:\n  s:\n    image: nginx:1.27\n    {env}\n"
        notes = project(files={"compose.yaml": text, name: f"# first\n{written}\nQ='$whole'\nR=${{unset:-x}}\n"}).notes
        assert [(note.key, note.place.path, note.place.line) for note in notes if note.kind is NoteKind.UNSET] == [
            ("P", name, 2)
        ]
        assert not any(part in str(notes) for part in ("def", "abcDEF", "missing"))  # it may be part of a password
