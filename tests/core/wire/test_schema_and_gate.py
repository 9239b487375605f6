"""The schema of the API says no more and no less than the gate, and answers fit it."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import sh0
import sh0.frontend
from sh0 import codec
from sh0.testing import fake_world
from sh0.wire import openapi

DOCUMENT: Any = openapi.document(sh0.frontend.registry)


def allowed(operation: sh0.frontend.Operation, name: str, value: object) -> bool:
    parameter = next(p for p in operation.parameters if p.name == name)
    schemas = sh0.frontend.Schemas("#/components/schemas/")
    schema = schemas.parameter(parameter)
    return bool(Draft202012Validator({**schema, "components": {"schemas": schemas.components}}).is_valid(value))


@pytest.mark.parametrize(
    ("operation", "name", "wrong", "right"),
    [
        ("domains.add", "host", ["a" * 64, "shop", "", "a..b", "1.2.3.4"], ["shop.example.org", "Shop.Example.ORG"]),
        ("apps.configure", "memory", ["", "1k", "m", 5, -1], ["512m", "1.5g", 0, 6 << 20]),
        ("apps.configure", "cpus", [0.001, 1025, -1], [0, 0.01, 2]),
        ("apps.scale", "replicas", [46.5, -1, 51], [46.0, 0, 50]),
        ("stacks.plan", "archive", ["", "../x", "abc.upload"], ["0123456789abcdef" * 2 + ".upload"]),
        ("templates.convert", "files", [{}, {"a": "\x00"}], [{"compose.yaml": "services: {}"}]),
        ("apps.create", "branch", ["a\x01", "a\x85", "-a", "refs/heads/a..b"], ["main", "refs/heads/feature/x"]),
        ("apps.create", "root", ["/a", "./../a", "a\n"], ["", "services/web", "./web/", "."]),
        ("deployments.upload", "label", ["a\nb", "a" * 201, "\u202e"], ["v1.2", ""]),
    ],
)
def test_schema_and_gate_take_and_refuse_the_same(
    operation: str, name: str, wrong: list[object], right: list[object]
) -> None:
    known = sh0.frontend.registry.get(operation)
    kind = next(p.type for p in known.parameters if p.name == name)
    for value in wrong:
        assert not allowed(known, name, value), value
        with pytest.raises(sh0.InvalidValue):
            codec.structure(value, kind, converter=codec.ARGUMENTS)
    for value in right:
        assert allowed(known, name, value), value
        codec.structure(value, kind, converter=codec.ARGUMENTS)


def test_a_redacted_value_fits_the_schema_of_the_answer(tmp_path: Path) -> None:
    with fake_world(tmp_path / "home") as world:
        world.platform.apps.create("shop")
        world.platform.env.set("shop", {"A": "b"}, deploy=False)
        answer = codec.unstructure(world.platform.env.list("shop"))
    described = DOCUMENT["paths"]["/api/v1/apps/{app}/env"]["get"]["responses"]["200"]["content"]["application/json"]
    Draft202012Validator({**described["schema"], "components": DOCUMENT["components"]}).validate(answer)
    assert "writeOnly" not in str(DOCUMENT["components"]["schemas"]["EffectiveVariable"])


@pytest.mark.parametrize("operation", list(sh0.frontend.registry), ids=lambda operation: operation.name)
def test_every_error_of_an_operation_is_an_answer(operation: sh0.frontend.Operation) -> None:
    from sh0.wire.projection import PREFIX, STATUS

    described = DOCUMENT["paths"][PREFIX + operation.path][operation.verb.lower()]["responses"]
    for name in operation.raises:
        assert name in described[str(STATUS[getattr(sh0, name).kind])]["description"]
