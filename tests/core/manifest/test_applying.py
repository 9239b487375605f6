"""A sh0.yaml is carried out on a platform, with the rights of whoever does it; then there is nothing left to change."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sh0 import ManifestPlan, Platform, Secret, plan_manifest, read_manifest
from sh0.deployments import planner as deployments
from sh0.errors import Forbidden, Invalid, WrongState
from sh0.manifest import effect
from sh0.operations import Caller, CallerKind, acting_as
from sh0.records.app import HealthCheck, Resources
from sh0.testing import fake_world
from sh0.values import ByteSize
from tests.core.examples import SNAPSHOT

TEXT = """\
app: shop
source: {branch: release, root: web}
port: 3000
replicas: 2
domains: [shop.example.net]
health: {path: /up, timeout: 20}
resources: {memory: 512m, cpus: 1.5}
environment:
  TOKEN: {required: true, description: Opens the shop.}
  LEVEL: info
processes: {worker: run-worker}
cron: [{name: nightly, schedule: "0 3 * * *", command: sweep}]
"""


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with fake_world(tmp_path / "home") as world:
        yield world.platform


def compare(platform: Platform, text: str = TEXT, *, prune: bool = False) -> ManifestPlan:
    return plan_manifest(platform, read_manifest(text), prune=prune)


def said(plan: ManifestPlan) -> dict[str, tuple[str, str]]:
    return {change.what: (change.before, change.after) for change in plan.changes}


def test_an_app_that_is_not_there_is_created_as_the_file_says(platform: Platform) -> None:
    plan = compare(platform)
    assert [call.operation for call in plan.calls] == ["apps.create", "apps.configure", "domains.add"]
    plan.apply(platform)
    app = platform.apps.get("shop")
    assert (app.branch, app.root, app.port, app.replicas) == ("release", "web", 3000, 2)
    assert (app.resources, app.health) == (Resources(ByteSize(512 << 20), 1.5), HealthCheck("/up", 20.0))
    assert {domain.host for domain in platform.domains.list(app="shop")} == {"shop.example.org", "shop.example.net"}


def test_after_it_was_carried_out_there_is_nothing_to_change(platform: Platform) -> None:
    compare(platform).apply(platform)
    again = compare(platform)
    assert (again.changes, again.calls) == ((), ())


def test_only_what_differs_is_changed_and_shown_from_and_to(platform: Platform) -> None:
    compare(platform).apply(platform)
    plan = compare(platform, TEXT.replace("512m", "1g").replace("replicas: 2", "replicas: 3"))
    assert said(plan) == {"memory": ("512 MiB", "1 GiB"), "replicas": ("2", "3")}
    assert [call.operation for call in plan.calls] == ["apps.configure", "apps.scale"]
    assert plan.calls[0].arguments == {"app": "shop", "memory": ByteSize(1 << 30)}


def test_what_the_file_does_not_say_is_left_alone(platform: Platform) -> None:
    compare(platform).apply(platform)
    assert compare(platform, "app: shop\n").calls == ()


def test_host_names_that_are_not_listed_are_removed_only_when_asked(platform: Platform) -> None:
    compare(platform).apply(platform)
    text = TEXT.replace("domains: [shop.example.net]", "domains: []")
    assert compare(platform, text).calls == ()
    pruned = compare(platform, text, prune=True)
    assert said(pruned) == {"host name shop.example.net": ("leads to it", "none")}
    pruned.apply(platform)
    assert [domain.host for domain in platform.domains.list(app="shop")] == ["shop.example.org"]


def test_no_limit_is_no_difference_from_no_limit(platform: Platform) -> None:
    text = "app: shop\nresources: {memory: 0, cpus: 0}\n"
    compare(platform, text).apply(platform)
    assert compare(platform, text).calls == ()


def test_notes_say_what_has_to_be_set_and_what_is_not_run(platform: Platform) -> None:
    notes = compare(platform).notes
    assert notes[0] == "TOKEN has to be set before a deployment: Opens the shop."
    assert notes[1] == "Set them with: sh0 env shop TOKEN=…"
    assert notes[-1] == "The job nightly (0 3 * * * UTC) comes with the next deployment of this source."
    compare(platform).apply(platform)
    platform.env.set("shop", {"TOKEN": Secret("x")})
    assert not any("TOKEN" in note for note in compare(platform).notes)


def test_every_change_needs_the_right_to_make_it(platform: Platform) -> None:
    plan = compare(platform)
    with (
        acting_as(Caller(CallerKind.TOKEN, "ci", frozenset({"apps:write"}))),
        pytest.raises(Forbidden, match="domains"),
    ):
        plan.apply(platform)
    assert [call.operation for call in compare(platform).calls] == ["domains.add"], "what was done before stays"


def test_a_file_without_a_name_needs_one_and_a_move_to_another_project_is_refused(platform: Platform) -> None:
    with pytest.raises(Invalid, match="does not say which app"):
        compare(platform, "port: 80\n")
    compare(platform).apply(platform)
    platform.projects.create("other")
    with pytest.raises(WrongState, match="in the project default"):
        compare(platform, "app: shop\nproject: other\n")


def test_a_comparison_of_deployments_shows_processes_and_declared_variables() -> None:
    from tests.core.examples import deployment

    before, after = deployment(1), deployment(2, snapshot=effect.snapshot_with(SNAPSHOT, read_manifest(TEXT)))
    changes = {change.what: (change.before, change.after) for change in deployments.compare(before, after)}
    assert changes["process worker"] == ("none", "run-worker (1×)")
    assert changes["variable LEVEL"] == ("unset", "set")
