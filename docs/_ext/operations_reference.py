"""``{operations}``: the reference of all operations, read off the registry."""

from collections.abc import Iterable, Iterator

from generated import Generated
from sphinx.application import Sphinx
from type_words import in_words

import sh0
import sh0.frontend
from sh0_cli.examples import COUNTERPARTS, example_of
from sh0_cli.exclusions import WITHOUT_COMMAND
from sh0_mcp.tools import tools

_TOOLS = {tool.operation.name: name for name, tool in tools(sh0.frontend.registry).items()}


class Operations(Generated):
    """Write a section per domain, and an entry per operation."""

    def lines(self) -> Iterable[str]:
        lines: list[str] = []
        domain = ""
        for operation in sh0.frontend.registry:
            if operation.domain != domain:
                domain = operation.domain
                lines += [f"## {domain}", ""]
            lines += entry(operation)
        return lines


def entry(operation: sh0.frontend.Operation) -> list[str]:
    """The lines of an operation."""
    names = ", ".join(p.name if p.required else f"{p.name}={_default(p)}" for p in operation.parameters)
    lines = [
        f"(operation-{operation.name})=",
        f"### {operation.name}",
        "",
        operation.summary,
        "",
        *([operation.description, ""] if operation.description else []),
        "```python",
        f"platform.{operation.name}({names})",
        "```",
        "",
        f"`{operation.verb} /api/v1{operation.path}` · needs `{operation.scope.value}:{operation.effect.value}`"
        + (f" (a part of it: {_areas(operation)})" if operation.parts else "")
        + {"value": "", "stream": " · a stream", "terminal": " · a terminal"}[operation.shape.value],
        "",
        " · ".join(_elsewhere(operation)),
        "",
    ]
    lines += [f"- `{p.name}` ({_kind(p)}): {p.description}" for p in operation.parameters]
    lines += ["", f"Answers {_type(operation)}.", ""]
    lines += [
        f"- raises [`{name}`](#error-{name}): {' '.join(when.split())}" for name, when in operation.raises.items()
    ]
    return [*lines, ""]


def _elsewhere(operation: sh0.frontend.Operation) -> Iterator[str]:
    """What the operation is called on the command line and over MCP."""
    yield f"`{example_of(operation)}`" if operation.name not in WITHOUT_COMMAND else WITHOUT_COMMAND[operation.name]
    if (porcelain := COUNTERPARTS.get(f"{operation.domain} {operation.method}")) is not None:
        yield f"for people: `sh0 {porcelain}`"
    yield f"MCP tool `{_TOOLS[operation.name]}`" if operation.name in _TOOLS else "no MCP tool"


def _type(operation: sh0.frontend.Operation) -> str:
    if operation.shape is sh0.frontend.Shape.TERMINAL:
        return "a two-way terminal"
    if operation.returns in (None, type(None)):
        return "nothing"
    return ("items of " if operation.shape is sh0.frontend.Shape.STREAM else "") + in_words(operation.returns)


def _areas(operation: sh0.frontend.Operation) -> str:
    scopes = operation.parts.scopes if operation.parts else ()
    return ", ".join(f"`{scope.value}:{operation.effect.value}`" for scope in sorted(scopes))


def _kind(parameter: sh0.frontend.Parameter) -> str:
    return "open binary file" if parameter.upload else in_words(parameter.type)


def _default(parameter: sh0.frontend.Parameter) -> str:
    return repr(getattr(parameter.default, "value", parameter.default))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("operations", Operations)
    return {"parallel_read_safe": True}
