"""Python source as facts, read and never executed: what a file defines, imports and listens on."""

import ast
import re
import warnings
from collections.abc import Iterator

import attrs

__all__ = ["FACTORIES", "SourceFile", "read_source"]

FACTORIES = frozenset({"create_app", "make_app", "build_app", "create_application", "make_application", "get_app"})
"""Names of functions that make an application, in the habit of its frameworks."""
_ASSIGNED = re.compile(r"^(\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)*([A-Z]\w+)\(", re.MULTILINE)
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_SERVERS = {
    # What listens on the local address unless it is told another one: the place of that argument, and the port.
    "flask.Flask.run": (0, 5000),
    "quart.Quart.run": (0, 5000),
    "sanic.Sanic.run": (0, 8000),
    "flask_socketio.SocketIO.run": (1, 5000),
    "bottle.run": (2, 8080),
    "bottle.Bottle.run": (2, 8080),
    "uvicorn.run": (None, 8000),
}


_PARSED = 64 << 10
"""Characters of a file that is parsed: the parser holds the interpreter until it has done all of it."""


@attrs.frozen
class SourceFile:
    """What one file says.

    Attributes:
        path: Relative path of the file.
        calls: Variables of the module that are assigned the result of a call, with the full name of what is called.
        factories: Functions that make an application without arguments, with the full names that their body calls.
        imports: Names of the module that come from another, with their full name.
        modules: Top-level names of imported modules.
        relative: Whether it imports from its own package.
        main: Whether it has an ``if __name__ == "__main__"``.
        ports: Ports that it binds, as far as they are written as numbers.
        local_only: It binds an address that only the same machine reaches.
        broken: Line of a syntax error, or None.
    """

    path: str
    calls: dict[str, str] = attrs.field(factory=dict)
    factories: dict[str, frozenset[str]] = attrs.field(factory=dict)
    imports: dict[str, str] = attrs.field(factory=dict)
    modules: frozenset[str] = frozenset()
    relative: bool = False
    main: bool = False
    ports: tuple[int, ...] = ()
    local_only: bool = False
    broken: int | None = None


def _by_lines(text: str) -> dict[str, str]:
    return {found[1]: found[2] for found in _ASSIGNED.finditer(text)}


def read_source(path: str, text: str) -> SourceFile:
    """Read a file. A large one, or one that this Python cannot parse (it may be newer), is read by its lines."""
    if len(text) > _PARSED:
        return SourceFile(path, calls=_by_lines(text))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        return SourceFile(path, calls=_by_lines(text), broken=line or 1)
    imports: dict[str, str] = {}
    modules: set[str] = set()
    relative = False
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                modules.add(alias.name.split(".")[0])
                package = alias.name.split(".")[0]
                imports[alias.asname or package] = alias.name if alias.asname else package
        elif isinstance(node, ast.ImportFrom):
            relative = relative or node.level > 0
            if node.module and not node.level:
                modules.add(node.module.split(".")[0])
            for alias in node.names:
                imports[alias.asname or alias.name] = f"{'.' * node.level}{node.module or ''}.{alias.name}"
    calls, factories, main = dict[str, str](), dict[str, frozenset[str]](), False
    for statement in _top_level(tree.body):
        if isinstance(statement, ast.If):
            main = True
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if statement.name in FACTORIES and not _required(statement.args):
                called = (_full_name(c.func, imports) for c in ast.walk(statement) if isinstance(c, ast.Call))
                factories[statement.name] = frozenset(filter(None, called))
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)) and isinstance(statement.value, ast.Call):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            name = _full_name(statement.value.func, imports)
            around = {each.id for each in statement.value.args if isinstance(each, ast.Name)} & calls.keys()
            named = [target.id for target in targets if isinstance(target, ast.Name)]
            # `app = Middleware(app)` is still what it was before.
            calls.update({each: name for each in named if name and each not in around})
    ports, local_only = _listening(tree, calls, imports)
    return SourceFile(path, calls, factories, imports, frozenset(modules), relative, main, ports, local_only)


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run on import, in whatever block; a main guard is given as itself, with nothing of it."""
    for statement in body:
        if isinstance(statement, ast.If):
            text = ast.unparse(statement.test)
            if "__name__" in text and "__main__" in text:
                yield statement
            elif "TYPE_CHECKING" not in text:
                yield from (s for s in _top_level([*statement.body, *statement.orelse]))
        elif isinstance(statement, ast.Try):
            handlers = [s for handler in statement.handlers for s in handler.body]
            yield from _top_level([*statement.body, *handlers, *statement.orelse, *statement.finalbody])
        elif isinstance(statement, ast.With):
            yield from _top_level(statement.body)
        else:
            yield statement


def _required(arguments: ast.arguments) -> bool:
    positional = [*arguments.posonlyargs, *arguments.args]
    keyword = [a for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default is None]
    return len(positional) > len(arguments.defaults) or bool(keyword)


def _full_name(node: ast.expr, imports: dict[str, str]) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([imports.get(node.id, node.id), *parts])


def _listening(tree: ast.Module, calls: dict[str, str], imports: dict[str, str]) -> tuple[tuple[int, ...], bool]:
    """Ports and addresses among the arguments of calls: ``run(host="…", port=…)`` and ``("…", 8000)``."""
    ports: list[int] = []
    local = False
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called, _, method = _full_name(node.func, imports).partition(".")
        server = _SERVERS.get(".".join([calls.get(called, called), method]))
        if server is not None:
            more_ports, more_local = _served(node, *server)
            ports, local = ports + more_ports, local or more_local
        for keyword in node.keywords:
            value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            if keyword.arg == "port" and isinstance(value, int) and 0 < value < 65536:
                ports.append(value)
            local = local or (keyword.arg in ("host", "address", "bind") and value in _LOCAL)
        for argument in node.args:
            elements = argument.elts if isinstance(argument, ast.Tuple) else []
            pair = [element.value for element in elements if isinstance(element, ast.Constant)]
            if len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], int) and 0 < pair[1] < 65536:
                ports.append(pair[1])
                local = local or pair[0] in _LOCAL
    return tuple(ports), local


def _served(call: ast.Call, place: int | None, usual: int) -> tuple[list[int], bool]:
    """The port of a server that is told none, or in its place; and whether it listens on the local address."""
    names = {keyword.arg for keyword in call.keywords}
    if None in names or any(isinstance(argument, ast.Starred) for argument in call.args):
        return [], False
    given = [] if place is None else call.args[place : place + 2]
    values = [argument.value if isinstance(argument, ast.Constant) else "" for argument in given]
    local = "host" not in names and (not values or values[0] in (None, *_LOCAL))
    if len(values) == 2 and isinstance(values[1], int):
        return [values[1]], local
    return [usual] if "port" not in names and len(values) < 2 else [], local
