"""Which operations are tools, and how their arguments look. Knows nothing of the protocol."""

from collections.abc import Iterator, Mapping
from typing import cast

import attrs

from sh0.frontend import Effect, Operation, Registry, Schemas, Shape
from sh0_mcp.words import DOMAINS, TERMS

EXCLUDED: Mapping[str, str] = {
    "events.follow": "It goes on for as long as the platform runs; events_list has what happened.",
    "deployments.wait": "It may take half an hour, and programs give a tool about a minute; deployments_get tells "
    "how far it is.",
    "runs.wait": "It may take a day, and programs give a tool about a minute; runs_get tells how far it is.",
    "runs.follow": "It goes on until the command has ended; runs_logs has what was printed so far.",
    "stacks.plan": "It reads an archive that stacks.receive took in, which writes.",
    "stacks.wait": "It may take an hour; stacks_release tells how far it is.",
}
"""Operations that read and are no tools, and why."""


@attrs.frozen
class Window:
    """What a tool shows of a stream, since it has one answer to give.

    Attributes:
        last: The last so many items.
        seconds: Seconds that they are waited for.
        fixed: Arguments that are not the caller's to give.
        reason: Why it is cut this way.
    """

    last: int
    seconds: float
    fixed: Mapping[str, object]
    reason: str


WINDOWS: Mapping[str, Window] = {
    "apps.logs": Window(1000, 20.0, {"follow": False}, "What was printed so far; following would not end."),
    "stacks.follow": Window(500, 5.0, {}, "The log so far; the release may take its time."),
    "runs.logs": Window(500, 5.0, {}, "What was printed so far; the command may take its time."),
    "deployments.follow": Window(500, 5.0, {}, "The log so far; the deployment may take its time."),
}
"""Every stream that is a tool."""

_WORDS_FOR = "Gives at most the last {last} items, and those of the first {seconds:.0f} seconds."


@attrs.frozen
class Tool:
    """One operation as a tool.

    Attributes:
        name: Its name.
        operation: The operation.
        description: What it does.
        schema: JSON Schema of its arguments, complete in itself.
        answer: JSON Schema of its structured content.
        window: What it shows of a stream; None if it answers with a value.
    """

    name: str
    operation: Operation
    description: str
    schema: Mapping[str, object]
    answer: Mapping[str, object]
    window: Window | None


def tools(registry: Registry) -> dict[str, Tool]:
    """Every tool by name: what only reads, but for those in `EXCLUDED`."""
    return {tool.name: tool for tool in _tools(registry)}


def _tools(registry: Registry) -> Iterator[Tool]:
    for operation in registry:
        if operation.effect is not Effect.READ or operation.name in EXCLUDED:
            continue
        window = WINDOWS[operation.name] if operation.shape is Shape.STREAM else None
        said = [operation.summary, operation.description]
        if window is not None:
            said.append(_WORDS_FOR.format(last=window.last, seconds=window.seconds))
        fixed = window.fixed if window is not None else {}
        yield Tool(
            operation.name.replace(".", "_"),
            operation,
            "\n\n".join(filter(None, [*said, *_explained(operation, frozenset(fixed))])),
            _schema(operation, frozenset(fixed)),
            _answer(operation),
            window,
        )


def _explained(operation: Operation, fixed: frozenset[str]) -> Iterator[str]:
    """What the things are that the parameters name, and when a call fails."""
    named = [TERMS[p.name] for p in operation.parameters if p.name in TERMS and p.name not in fixed]
    about = DOMAINS[operation.domain]
    yield " ".join(named if about in named else [about, *named])
    yield "\n".join(f"Fails with {name}: {' '.join(when.split())}" for name, when in operation.raises.items())


def _answer(operation: Operation) -> Mapping[str, object]:
    """The schema of what `calling.call` makes of a result."""
    schemas = Schemas()
    result = schemas.of(operation.returns)
    if operation.shape is Shape.STREAM:
        properties: dict[str, object] = {
            "items": {"type": "array", "items": result},
            "left_out": {"type": "integer", "description": "How many items came before these."},
            "complete": {"type": "boolean", "description": "Whether the stream has ended."},
        }
        answer: dict[str, object] = {"type": "object", "properties": properties, "required": list(properties)}
    elif "$ref" in result:
        answer = schemas.components[str(result["$ref"]).rpartition("/")[2]]
    else:
        answer = {"type": "object", "properties": {"result": result}, "required": ["result"]}
    return {**answer, "$defs": dict(sorted(schemas.components.items()))} if schemas.components else answer


def _schema(operation: Operation, fixed: frozenset[str]) -> Mapping[str, object]:
    schemas = Schemas()
    schema = schemas.arguments(p for p in operation.parameters if p.name not in fixed)
    return cast("Mapping[str, object]", _inlined(schema, schemas.components))


def _inlined(schema: object, components: Mapping[str, object]) -> object:
    if isinstance(schema, list):
        return [_inlined(item, components) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(reference := schema.get("$ref"), str):
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return {**cast("dict[str, object]", _inlined(components[reference.rpartition("/")[2]], components)), **rest}
    return {key: _inlined(value, components) for key, value in schema.items()}
