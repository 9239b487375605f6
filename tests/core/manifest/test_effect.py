"""What a sh0.yaml changes in the deployment of the tree that it lies in."""

import attrs
import pytest

from sh0 import Secret, read_manifest
from sh0.builds.arguments import BuildVariables
from sh0.builds.model import BuildChanges
from sh0.errors import InvalidValue, MissingVariables
from sh0.manifest import effect
from sh0.records.app import Declared, HealthCheck, Process, Resources
from sh0.values import ByteSize
from tests.core.examples import SNAPSHOT

TEXT = """\
port: 3000
replicas: 2
health: {path: /up, timeout: 20}
resources: {memory: 512m, cpus: 1.5}
environment:
  TOKEN: {required: true, description: Opens the shop.}
  LEVEL: info
processes: {worker: run-worker}
"""
SET = attrs.evolve(
    SNAPSHOT, port=80, replicas=4, resources=Resources(ByteSize(64 << 20), 0.5), health=HealthCheck("/health", 9.0)
)


def test_a_file_that_says_nothing_changes_nothing() -> None:
    assert effect.snapshot_with(SET, read_manifest("")) == SET
    assert effect.build_changes(read_manifest("")) == BuildChanges()


def test_what_a_file_says_of_the_build_counts() -> None:
    text = "port: 3000\nbuild: {dockerfile: ops/D, install: a, build: b}\nprocesses: {web: serve, worker: work}\n"
    assert effect.build_changes(read_manifest(text)) == BuildChanges("ops/D", "a", "b", "serve", 3000)
    assert effect.build_changes(read_manifest("processes: {worker: work}\n")) == BuildChanges()


def test_only_what_a_file_says_comes_before_what_is_set() -> None:
    found = effect.snapshot_with(SET, read_manifest("health: {path: /up}\nresources: {cpus: 2}\n"))
    assert (found.health, found.resources) == (HealthCheck("/up", 9.0), Resources(ByteSize(64 << 20), 2.0))
    assert (found.port, found.replicas) == (80, 4)
    assert found.declared == Declared(cpus=2.0, health_path="/up")


def test_a_deployment_runs_with_what_its_tree_says_over_what_is_set() -> None:
    snapshot = effect.snapshot_with(SET, read_manifest(TEXT))
    assert (snapshot.port, snapshot.replicas) == (3000, 2)
    assert snapshot.resources == Resources(ByteSize(512 << 20), 1.5)
    assert snapshot.health == HealthCheck("/up", 20.0)
    assert snapshot.declared == Declared(
        processes={"worker": Process("run-worker")},
        environment={"LEVEL": Secret("info")},
        port=3000,
        replicas=2,
        memory=ByteSize(512 << 20),
        cpus=1.5,
        health_path="/up",
        health_timeout=20.0,
    )


def test_a_variable_that_somebody_set_comes_before_one_of_the_file() -> None:
    set_by_hand = attrs.evolve(SNAPSHOT, environment={"LEVEL": Secret("debug")})
    assert effect.snapshot_with(set_by_hand, read_manifest(TEXT)).variables["LEVEL"].reveal() == "debug"


def test_a_tree_that_says_nothing_ends_what_an_earlier_one_declared() -> None:
    before = attrs.evolve(SNAPSHOT, declared=Declared({"worker": Process("x")}, {"A": Secret("1")}))
    assert effect.snapshot_with(before, read_manifest("")).declared == Declared()


def test_missing_variables_are_named_with_what_they_are_for_and_how_to_set_them() -> None:
    manifest = read_manifest("environment:\n  A: {required: true, description: For a.}\n  B: {required: true}\n")
    with pytest.raises(MissingVariables, match=r"A \(For a\), B") as caught:
        effect.demand_variables("shop", SNAPSHOT, manifest)
    assert caught.value.hint == "Set them: sh0 env shop A=… B=…"
    assert caught.value.details["missing"] == ["A", "B"]
    effect.demand_variables("shop", attrs.evolve(SNAPSHOT, environment=dict.fromkeys("AB", Secret("x"))), manifest)


def test_variables_of_the_file_and_those_that_are_set_have_to_fit_together() -> None:
    large = {f"V{number}": Secret("x" * (100 << 10)) for number in range(30)}
    with pytest.raises(InvalidValue, match=r"sh0\.yaml: environment"):
        effect.demand_variables("shop", attrs.evolve(SNAPSHOT, environment=large), read_manifest(""))


def test_secrets_of_the_build_have_to_be_set_for_the_app_or_for_its_builds() -> None:
    manifest = read_manifest("build:\n  secrets: [A, B, C]\n")
    held = attrs.evolve(SNAPSHOT, environment={"A": Secret("x")}, build={"B": Secret("x")})
    with pytest.raises(MissingVariables, match="has secrets that shop does not have: C") as caught:
        effect.demand_variables("shop", held, manifest)
    assert caught.value.hint == "Set them: sh0 env shop --build-secret C=…"
    complete = attrs.evolve(held, shared={"C": Secret("y")})
    effect.demand_variables("shop", complete, manifest)
    settled = effect.snapshot_with(complete, manifest)
    assert BuildVariables.of(settled).mountable == {"A": Secret("x"), "C": Secret("y")}
