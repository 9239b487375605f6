"""What a server offers is held in one place: whoever needs it asks the fleet, each time, for the server it is about."""

import ast

import pytest

from tests.architecture.sources import ROOT, short

PORTS = {"Runtime", "Builder", "Proxy", "ServerLink", "ServerPorts"}
HOLDERS = ("sh0/adapters/", "sh0/testing/", "sh0/ports/")
FLEET = "sh0/servers/fleet.py"
COMPOSED = "sh0/outside.py"  # what a platform is opened on; its servers go to the fleet
CHECKS = ("sh0/serving/readiness.py", "sh0/serving/probe_check.py")  # of one container, while it starts


def names(annotation: ast.expr | None) -> set[str]:
    return set() if annotation is None else {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}


def held(source: str) -> list[str]:
    """Attributes of classes, and what their constructors take, that are ports."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ClassDef):
            continue
        for each in node.body:
            if isinstance(each, ast.AnnAssign) and names(each.annotation) & PORTS:
                found.append(f"{node.name}: {ast.unparse(each)}")
            if isinstance(each, ast.FunctionDef) and each.name == "__init__":
                arguments = [*each.args.args, *each.args.kwonlyargs]
                found += [f"{node.name}({each.arg})" for each in arguments if names(each.annotation) & PORTS]
    return found


def test_nothing_but_the_fleet_holds_a_port() -> None:
    core = {short(path): path for path in sorted((ROOT / "packages/sh0-core/src").glob("**/*.py"))}
    assert FLEET in core
    others = {
        name: held(path.read_text())
        for name, path in core.items()
        if not name.startswith(HOLDERS) and name not in (FLEET, COMPOSED, *CHECKS)
    }
    assert {name: found for name, found in others.items() if found} == {}


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    def __init__(self, runtime: Runtime) -> None: ...",
        "class A:\n    def __init__(self, *, proxy: Proxy | None = None) -> None: ...",
        "class A:\n    servers: list[ServerPorts]",
    ],
)
def test_a_port_that_is_held_is_seen(source: str) -> None:
    assert held(source)
