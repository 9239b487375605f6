"""The difference between a sh0.yaml and what a platform has."""

import re

import attrs
import pytest

from sh0 import read_manifest
from sh0.errors import Invalid, WrongState
from sh0.manifest.planner import ManifestPlan, plan
from sh0.operations import Call
from sh0.records.app import App, Declared, HealthCheck, Resources
from sh0.records.cron import CronJob
from sh0.records.deployment import Change, ConfiguredApp, Deployment
from sh0.records.domain import Domain, Https
from sh0.values import ByteSize
from tests.core.examples import NOON, app, deployment

SHOP = attrs.evolve(
    app(),
    port=3000,
    root="web",
    replicas=2,
    resources=Resources(ByteSize(512 << 20), 1.5),
    health=HealthCheck("/up", 20.0),
)


def compare(text: str, current: App | None = SHOP, **more: object) -> ManifestPlan:
    return plan(read_manifest(f"app: shop\n{text}"), current, **more)  # type: ignore[arg-type]


def domain(host: str, *, generated: bool = False) -> Domain:
    return Domain(host, "shop", generated, Https.OFF, NOON)


def test_an_app_that_is_not_there_is_created_with_what_the_file_says() -> None:
    found = compare(
        "project: pile\nport: 3000\nreplicas: 2\nsource: {branch: release, root: web}\nbuild: {dockerfile: D}\n", None
    )
    given = {"project": "pile", "branch": "release", "root": "web", "dockerfile": "D", "port": 3000, "replicas": 2}
    assert found.calls == (Call("apps.create", {"name": "shop", **given}),)
    assert found.changes == (
        Change("app shop", "none", "created"),
        *(Change(name, "none", str(value)) for name, value in given.items()),
    )


def test_limits_and_health_of_a_new_app_are_set_after_it_is_made() -> None:
    found = compare("health: {path: /up, timeout: 20}\nresources: {memory: 512m, cpus: 1.5}\n", None)
    settings = {"memory": ByteSize(512 << 20), "cpus": 1.5, "health_path": "/up", "health_timeout": 20}
    assert found.calls == (Call("apps.create", {"name": "shop"}), Call("apps.configure", {"app": "shop", **settings}))
    assert found.changes[1:] == (
        Change("memory", "none", "512 MiB"),
        Change("cpus", "none", "1.5"),
        Change("health path", "none", "/up"),
        Change("health timeout", "none", "20.0"),
    )


def test_the_top_of_the_repository_is_no_change_to_tell_of() -> None:
    found = compare("source: {root: ''}\n", None)
    assert found.changes == (Change("app shop", "none", "created"),)
    assert found.calls == (Call("apps.create", {"name": "shop", "root": ""}),)


@pytest.mark.parametrize(
    ("text", "change", "settings"),
    [
        ("source: {branch: release}", Change("branch", "main", "release"), {"branch": "release"}),
        ("source: {root: ''}", Change("root", "web", "none"), {"root": ""}),
        ("build: {dockerfile: D}", Change("dockerfile", "Dockerfile", "D"), {"dockerfile": "D"}),
        ("port: 80", Change("port", "3000", "80"), {"port": 80}),
        ("resources: {memory: 1g}", Change("memory", "512 MiB", "1 GiB"), {"memory": ByteSize(1 << 30)}),
        ("resources: {memory: 0}", Change("memory", "512 MiB", "none"), {"memory": ByteSize(0)}),
        ("resources: {cpus: 0}", Change("cpus", "1.5", "0.0"), {"cpus": 0}),
        ("health: {path: /}", Change("health path", "/up", "/"), {"health_path": "/"}),
        ("logs: {keep: 14d}", Change("log keep", "7d", "14d"), {"log_keep": "14d"}),
        ("logs: {size: 1g}", Change("log size", "100 MiB", "1 GiB"), {"log_size": ByteSize(1 << 30)}),
        ("health: {timeout: 30}", Change("health timeout", "20.0", "30.0"), {"health_timeout": 30}),
    ],
)
def test_only_what_differs_is_changed_and_told_from_and_to(
    text: str, change: Change, settings: dict[str, object]
) -> None:
    found = compare(text)
    assert found.changes == (change,)
    assert found.calls == (Call("apps.configure", {"app": "shop", **settings}),)


def test_what_was_not_set_is_told_as_none() -> None:
    found = compare("port: 80\nresources: {memory: 1g, cpus: 2}\n", app())
    assert found.changes == (
        Change("port", "none", "80"),
        Change("memory", "the default", "1 GiB"),
        Change("cpus", "none", "2.0"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "project: default",
        "port: 3000\nreplicas: 2\nsource: {branch: main, root: web}\nresources: {memory: 512m, cpus: 1.5}",
        "health: {path: /up, timeout: 20}\nbuild: {dockerfile: Dockerfile, build: make}",
    ],
)
def test_what_the_file_does_not_say_or_says_as_it_is_changes_nothing(text: str) -> None:
    found = compare(text)
    assert (found.changes, found.calls) == ((), ())


def test_no_limit_is_no_difference_from_none() -> None:
    assert compare("resources: {cpus: 0}", app()).calls == ()
    assert compare("resources: {memory: 0}", app()).calls != (), "the default is a limit"


def test_replicas_are_a_change_of_their_own() -> None:
    found = compare("replicas: 5\nport: 80\n")
    assert found.changes == (Change("port", "3000", "80"), Change("replicas", "2", "5"))
    assert found.calls[1] == Call("apps.scale", {"app": "shop", "replicas": 5})


def test_host_names_are_added_once_and_those_that_are_there_stay() -> None:
    found = compare("domains: [b.test, a.test, b.test, c.test]\n", domains=[domain("a.test")])
    assert found.calls == tuple(Call("domains.add", {"app": "shop", "host": host}) for host in ("b.test", "c.test"))
    assert found.changes[0] == Change("host name b.test", "none", "leads to it")


@pytest.mark.parametrize(("prune", "removed"), [(False, []), (True, ["b.test"])])
def test_host_names_that_are_not_listed_are_removed_only_when_asked(prune: bool, removed: list[str]) -> None:
    have = [domain("made.test", generated=True), domain("a.test"), domain("b.test")]
    found = compare("domains: [a.test]\n", domains=have, prune=prune)
    assert found.calls == tuple(Call("domains.remove", {"host": host}) for host in removed)
    assert found.changes == tuple(Change(f"host name {host}", "leads to it", "none") for host in removed)


def test_the_file_names_the_app_or_somebody_does() -> None:
    assert plan(read_manifest(""), None, name="blog").app == "blog"
    assert plan(read_manifest("app: shop\n"), None, name="blog").app == "shop"
    with pytest.raises(Invalid):
        plan(read_manifest(""), None)


def test_an_app_does_not_move_to_another_project() -> None:
    with pytest.raises(WrongState, match=r"default.*pile"):
        compare("project: pile\n")


@pytest.mark.parametrize(
    ("text", "variables", "notes"),
    [
        ("environment: {A: {required: true, description: For a.}}", (), ["A has.*: For a", "sh0 env shop A=…"]),
        ("environment: {A: {required: true}, B: {required: true}}", (), ["^A has", "^B has", "A=… B=…"]),
        ("environment: {A: {required: true}}", ("A",), []),
        ("environment: {A: x}", (), ["under environment comes"]),
        ("environment: {A: {description: x}}", (), []),
        ("processes: {worker: work}\nenvironment: {A: x}", (), ["under processes and environment comes"]),
        ("build: {install: a}", (), ["under build comes"]),
        ("build: {build: a}", (), ["under build comes"]),
        ("build: {dockerfile: D}", (), []),
        ("cron: [{name: nightly, schedule: 0 3 * * *, command: x}]", (), [r"job nightly \(0 3 \* \* \* UTC\) comes"]),
    ],
)
def test_notes_say_what_has_to_be_set_and_what_comes_later(
    text: str, variables: tuple[str, ...], notes: list[str]
) -> None:
    found = compare(text, variables=variables).notes
    assert len(found) == len(notes)
    for note, said in zip(found, notes, strict=True):
        assert re.search(said, note)


class Platform:
    """Answers each call with what it is given."""

    def __init__(self, *answers: object) -> None:
        self.answers, self.calls = list(answers), list[Call]()

    def invoke(self, call: Call) -> object:
        self.calls.append(call)
        return self.answers.pop(0)


def test_carried_out_it_returns_the_deployments_that_bring_the_settings() -> None:
    started: list[Deployment] = [deployment(1), deployment(2)]
    found = compare("port: 80\nreplicas: 5\ndomains: [a.test, b.test]\n")
    fields = {field.name: getattr(SHOP, field.name) for field in attrs.fields(App)}
    platform = Platform(ConfiguredApp(**fields, deployment=started[0]), started[1], ConfiguredApp(**fields), SHOP)
    assert found.apply(platform) == tuple(started)
    assert tuple(platform.calls) == found.calls


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cron: [{name: a, schedule: '@daily', command: x}]", []),
        ("cron: [{name: a, schedule: '@hourly', command: x}]", [r"0 0 \* \* \* UTC becomes 0 \* \* \* \* UTC"]),
        ("cron: [{name: a, schedule: '@daily', command: y, retries: 2}]", ["a changes .*: command, retries"]),
        ("cron: [{name: b, schedule: '@daily', command: x}]", ["b .* comes", "a goes with the next deployment"]),
    ],
)
def test_the_plan_says_what_becomes_of_jobs(text: str, said: list[str]) -> None:
    job = CronJob("a", "0 0 * * *", "x")
    found = compare(text, attrs.evolve(SHOP, declared=Declared(cron=(job,)))).notes
    assert len(found) == len(said)
    for note, pattern in zip(found, said, strict=True):
        assert re.search(pattern, note)


def test_secrets_of_the_build_that_nobody_has_set_are_told() -> None:
    text = "build: {secrets: [A, B, C]}\n"
    told = "The secrets of the build have to be set before a deployment: C."
    notes = compare(text, variables=["A"], build_variables=["B"]).notes
    assert notes[:2] == (told, "Set them with: sh0 env shop --build-secret C=…")
    assert "build" in notes[2]
    assert told not in compare(text, variables=["A", "C"], build_variables=["B"]).notes


def test_the_stage_to_build_is_set_for_a_new_app_too() -> None:
    found = compare("build: {target: production}\n", None)
    assert found.calls[1] == Call("apps.configure", {"app": "shop", "target": "production"})


def test_a_volume_that_is_not_shared_makes_deployments_stop_first() -> None:
    text = "volumes: {uploads: /app/uploads, cache: {path: /cache, shared: true}}"
    for current in (None, SHOP):
        (said,) = [note for note in compare(text, current).notes if "stop-first" in note]
        assert "/app/uploads (volume uploads)" in said
        assert "shared: true" in said
