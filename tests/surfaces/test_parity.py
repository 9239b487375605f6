"""Every operation is on every surface, or stands in a named exclusion."""

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

import sh0
import sh0.frontend
from sh0.frontend import Effect, Operation
from sh0.wire import openapi, projection
from sh0_mcp.tools import EXCLUDED, WINDOWS, tools

OPERATIONS = list(sh0.frontend.registry)
DOCUMENT = cast(Mapping[str, Any], openapi.document(sh0.frontend.registry))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_is_in_the_openapi_document(operation: Operation) -> None:
    found = DOCUMENT["paths"][projection.PREFIX + operation.path][operation.verb.lower()]
    assert found["operationId"] == operation.name
    described = {p["name"] for p in found["parameters"] if p["in"] != "header"}
    body = found.get("requestBody", {}).get("content", {}).get("application/json", {})
    described |= set(body.get("schema", {}).get("properties", {}))
    assert described == {p.name for p in operation.parameters if not p.upload}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_that_reads_is_a_tool_or_excluded_by_name(operation: Operation) -> None:
    offered = operation.name.replace(".", "_") in tools(sh0.frontend.registry)
    assert offered == (operation.effect is Effect.READ and operation.name not in EXCLUDED)


def test_every_exclusion_and_window_names_an_operation() -> None:
    names = {operation.name for operation in OPERATIONS}
    assert EXCLUDED.keys() <= names
    assert WINDOWS.keys() <= names
    assert not EXCLUDED.keys() & WINDOWS.keys()


def test_every_reference_of_the_document_leads_somewhere() -> None:
    text = json.dumps(DOCUMENT)
    for name in DOCUMENT["components"]["schemas"]:
        text = text.replace(f'"#/components/schemas/{name}"', "")
    assert "#/components" not in text


def test_the_openapi_document_is_the_golden_one(golden: Callable[[str, str], None]) -> None:
    golden("openapi.json", json.dumps(DOCUMENT, indent=1, ensure_ascii=False) + "\n")
