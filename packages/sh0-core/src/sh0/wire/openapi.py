"""The registry as an OpenAPI 3.1 document."""

import functools
from collections.abc import Mapping

from sh0.errors import error_types
from sh0.operations import Operation, Parameter, Registry, Shape
from sh0.operations.schema import Schemas
from sh0.version import VERSION
from sh0.wire import projection

_INTRODUCTION = """Every operation of the platform.

Send a token as `Authorization: Bearer …`; `sh0 tokens create NAME` makes one. Errors are problem documents (RFC 9457).
Streams are server-sent events. A deployment is named by its app and a number, as in `shop-7`."""

_PROBLEM = {"$ref": "#/components/schemas/Problem"}


def document(registry: Registry) -> dict[str, object]:
    """The whole API: every operation, with the schemas of its arguments and results."""
    schemas = Schemas("#/components/schemas/")
    paths: dict[str, dict[str, object]] = {}
    for operation in registry:
        paths.setdefault(projection.PREFIX + operation.path, {})[operation.verb.lower()] = _operation(
            operation, schemas, registry
        )
    components = dict(sorted(schemas.components.items()))
    components["Problem"] = {
        "type": "object",
        "description": "An error, as RFC 9457 has it; compare `code`, show `detail` and `hint`.",
        "properties": {
            "type": {"type": "string", "description": "A URN of the code."},
            "title": {"type": "string", "description": "The code in words."},
            "status": {"type": "integer", "description": "The HTTP status."},
            "code": {"type": "string", "description": "Stable, to be compared.", "examples": ["not-found"]},
            "detail": {"type": "string", "description": "What happened, and where."},
            "hint": {"type": "string", "description": "What to do."},
            "details": {"type": "object", "description": "Further facts, such as the path of a wrong value."},
        },
        "required": ["code", "detail", "status"],
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "sh0", "version": VERSION, "description": _INTRODUCTION},
        "servers": [{"url": "/", "description": "The platform that answers"}],
        "tags": [{"name": name, "description": said} for name, said in registry.domains.items()],
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


def _operation(operation: Operation, schemas: Schemas, registry: Registry) -> Mapping[str, object]:
    in_path = operation.path_parameters
    query: list[Parameter] = []
    body: list[Parameter] = []
    for parameter in operation.parameters:
        if parameter.name not in in_path and not parameter.upload:
            (query if projection.in_query(operation) else body).append(parameter)
    located = [_located(p, schemas, "path") for p in operation.parameters if p.name in in_path]
    located += [_located(p, schemas, "query") for p in query]
    if projection.resumes(operation):
        located.append(_LAST_EVENT)
    result: dict[str, object] = {
        "operationId": operation.name,
        "tags": [operation.domain],
        "summary": operation.summary,
        "x-sh0-effect": operation.effect.value,
        "x-sh0-scope": operation.scope.value,
        "parameters": located,
        "responses": {_status(operation): _answer(operation, schemas, registry), **_refusals(operation)},
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


_LAST_EVENT = {
    "name": "Last-Event-ID",
    "in": "header",
    "required": False,
    "description": "Id of the last item that was read: what comes after it follows. Browsers send it by themselves.",
    "schema": {"type": "string", "pattern": "^(?:0|[1-9][0-9]{0,17})$"},
}


def _located(parameter: Parameter, schemas: Schemas, place: str) -> dict[str, object]:
    """A parameter in a path, whose texts are not empty, or a query, where nothing is null: it is left out."""
    schema = schemas.parameter(parameter)
    members = schema.get("anyOf")
    if isinstance(members, list) and {"type": "null"} in members:
        left = [member for member in members if member != {"type": "null"}]
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        schema = {**left[0], **rest} if len(left) == 1 else {"anyOf": left, **rest}
    if place == "path" and schema.get("type") == "string":
        schema.setdefault("minLength", 1)
    return {
        "name": parameter.name,
        "in": place,
        "required": place == "path" or parameter.required,
        "description": parameter.description,
        "schema": schema,
    }


_ALWAYS = {
    "401": "There is no token, or one that nobody knows.",
    "403": "The token does not cover this.",
    "default": "What else went wrong.",
}


def _refusals(operation: Operation) -> Mapping[str, object]:
    """An answer per status of the errors that an operation raises, with when it does."""
    said: dict[str, list[str]] = {}
    kinds = {cls.__name__: cls.kind for cls in error_types()}
    for name, when in operation.raises.items():
        said.setdefault(str(projection.STATUS[kinds[name]]), []).append(f"{name}: {' '.join(when.split())}")
    if operation.parameters:
        said.setdefault("422", []).append("InvalidValue: A value breaks its rule; details.path says which.")
    if operation.shape is Shape.TERMINAL:
        said["426"] = ["The request does not ask for an upgrade of the connection."]
    words = {status: " ".join(each) for status, each in said.items()}
    return {
        status: {"description": text, "content": {projection.PROBLEM: {"schema": _PROBLEM}}}
        for status, text in sorted({**_ALWAYS, **words}.items())
    }


def _status(operation: Operation) -> str:
    if operation.shape is Shape.TERMINAL:
        return "101"
    return "201" if projection.creates(operation) else "200"


def _answer(operation: Operation, schemas: Schemas, registry: Registry) -> Mapping[str, object]:
    if operation.shape is Shape.TERMINAL:
        return {"description": "The connection is a terminal from here on."}
    if operation.shape is Shape.STREAM:
        item = schemas.of(operation.returns)
        content = {"schema": {"type": "string"}, "x-sh0-item-schema": item}
        said = "Server-sent events; the data of each is one item as JSON, of the schema x-sh0-item-schema."
        return {"description": said, "content": {projection.EVENT_STREAM: content}}
    answer: dict[str, object] = {
        "description": "The result.",
        "content": {"application/json": {"schema": schemas.of(operation.returns)}},
    }
    if projection.creates(operation) and "GET" in registry.verbs(operation.path + "/x"):
        answer["headers"] = {"Location": {"description": "Where it is found.", "schema": {"type": "string"}}}
    return answer
