"""The registry as an OpenAPI 3.1 document."""

import functools
from collections.abc import Mapping

from sh0.operations import Operation, Parameter, Registry, Shape
from sh0.operations.schema import Schemas
from sh0.version import VERSION
from sh0.wire import projection

_PROBLEM = {"$ref": "#/components/schemas/Problem"}


def document(registry: Registry) -> dict[str, object]:
    """The whole API: every operation, with the schemas of its arguments and results."""
    schemas = Schemas("#/components/schemas/")
    paths: dict[str, dict[str, object]] = {}
    for operation in registry:
        paths.setdefault(projection.PREFIX + operation.path, {})[operation.verb.lower()] = _operation(
            operation, schemas
        )
    components = dict(sorted(schemas.components.items()))
    components["Problem"] = {
        "type": "object",
        "description": "An error, as RFC 9457 has it; compare `code`, show `detail` and `hint`.",
        "properties": {name: {"type": "string"} for name in ("type", "title", "code", "detail", "hint")}
        | {"status": {"type": "integer"}, "details": {"type": "object"}},
        "required": ["code", "detail", "status"],
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "sh0", "version": VERSION, "description": "Every operation of the platform."},
        "servers": [{"url": "/", "description": "The platform that answers"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


@functools.lru_cache(maxsize=4)
def published(registry: Registry) -> bytes:
    """The document as JSON; made once, as anybody may ask for it as often as they like."""
    return projection.dumps(document(registry))


def _operation(operation: Operation, schemas: Schemas) -> Mapping[str, object]:
    in_path = operation.path_parameters
    query: list[Parameter] = []
    body: list[Parameter] = []
    for parameter in operation.parameters:
        if parameter.name not in in_path and not parameter.upload:
            (query if projection.in_query(operation) else body).append(parameter)
    result: dict[str, object] = {
        "operationId": operation.name,
        "tags": [operation.domain],
        "summary": operation.summary,
        "x-sh0-effect": operation.effect.value,
        "x-sh0-scope": operation.scope.value,
        "parameters": [
            {
                "name": p.name,
                "in": "path" if p.name in in_path else "query",
                "required": p.required,
                "description": p.description,
                "schema": schemas.parameter(p),
            }
            for p in [*(p for p in operation.parameters if p.name in in_path), *query]
        ],
        "responses": {
            _status(operation): _answer(operation, schemas),
            "default": {
                "description": "What went wrong",
                "content": {projection.PROBLEM: {"schema": _PROBLEM}},
            },
        },
    }
    if operation.description:
        result["description"] = operation.description
    if operation.upload is not None:
        content = {"application/octet-stream": {"schema": {"type": "string", "contentEncoding": "binary"}}}
        result["requestBody"] = {
            "required": True,
            "description": operation.upload.description,
            "content": content,
        }
    elif body:
        result["requestBody"] = {
            "required": any(p.required for p in body),
            "content": {"application/json": {"schema": schemas.arguments(body)}},
        }
    return result


def _status(operation: Operation) -> str:
    if operation.shape is Shape.TERMINAL:
        return "101"
    return "201" if projection.creates(operation) else "200"


def _answer(operation: Operation, schemas: Schemas) -> Mapping[str, object]:
    if operation.shape is Shape.TERMINAL:
        return {"description": "The connection is a terminal from here on."}
    if operation.shape is Shape.STREAM:
        item = schemas.of(operation.returns)
        content = {"schema": {"type": "string"}, "x-sh0-item-schema": item}
        said = "Server-sent events; the data of each is one item as JSON, of the schema x-sh0-item-schema."
        return {"description": said, "content": {projection.EVENT_STREAM: content}}
    return {"description": "The result.", "content": {"application/json": {"schema": schemas.of(operation.returns)}}}
