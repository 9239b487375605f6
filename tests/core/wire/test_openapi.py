"""The registry as an OpenAPI document and as HTTP."""

import json
import re
from collections.abc import Callable

import pytest

from sh0.errors import error_types
from sh0.operations import Effect
from sh0.wire import openapi, projection
from tests.core.wire.conftest import REGISTRY


def test_the_document_of_a_small_platform_is_the_golden_one(golden: Callable[[str, str], None]) -> None:
    document = openapi.document(REGISTRY)
    document["info"] = {"title": "sh0"}
    golden("openapi/parts.json", json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


@pytest.mark.parametrize("operation", list(REGISTRY), ids=lambda operation: operation.name)
def test_every_parameter_is_in_exactly_one_place(operation: object) -> None:
    document = openapi.document(REGISTRY)
    path = document["paths"][projection.PREFIX + operation.path][operation.verb.lower()]  # type: ignore[attr-defined, index]
    places = [p["name"] for p in path["parameters"]]
    body = path.get("requestBody", {}).get("content", {})
    places += body.get("application/json", {}).get("schema", {}).get("properties", {})
    uploads = [operation.upload.name] if operation.upload else []  # type: ignore[attr-defined]
    assert sorted([*places, *uploads]) == sorted(p.name for p in operation.parameters)  # type: ignore[attr-defined]
    assert ("application/octet-stream" in body) == bool(uploads)


def test_what_is_secret_is_marked_as_write_only() -> None:
    make = openapi.document(REGISTRY)["paths"]["/api/v1/parts"]["post"]  # type: ignore[index]
    secret = make["requestBody"]["content"]["application/json"]["schema"]["properties"]["secret"]
    assert "writeOnly" in json.dumps(secret)


def test_effects_are_told_apart() -> None:
    text = json.dumps(openapi.document(REGISTRY))
    assert set(re.findall(r'"x-sh0-effect": "(\w+)"', text)) == {effect.value for effect in Effect}


@pytest.mark.parametrize("cls", list(error_types()), ids=lambda cls: cls.__name__)
def test_every_error_has_a_status_and_a_title(cls: type) -> None:
    status, problem = projection.problem(cls("it broke", hint="mend it", path="$.x"))
    assert 400 <= status < 600
    assert problem["status"] == status
    assert problem["type"] == f"urn:sh0:{problem['code']}"
    assert str(problem["title"])[0].isupper()
    assert (problem["detail"], problem["hint"], problem["details"]) == ("it broke", "mend it", {"path": "$.x"})
