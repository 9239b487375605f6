"""The registry as an OpenAPI 3.1 document."""

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
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


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
            "200" if operation.shape is not Shape.TERMINAL else "101": _answer(operation, schemas),
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


def _answer(operation: Operation, schemas: Schemas) -> Mapping[str, object]:
    if operation.shape is Shape.TERMINAL:
        return {"description": "The connection is a terminal from here on."}
    kind = projection.EVENT_STREAM if operation.shape is Shape.STREAM else "application/json"
    said = "Each event's data is one item." if operation.shape is Shape.STREAM else "The result."
    return {"description": said, "content": {kind: {"schema": schemas.of(operation.returns)}}}
