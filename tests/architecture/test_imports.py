"""What importing sh0 brings along, and what its public face is."""

import importlib
import subprocess
import sys
from typing import get_args, get_type_hints

import attrs
import pytest

import sh0
from sh0 import errors
from sh0.errors import error_types
from sh0.exports import PLACES

HEAVY = ("docker", "asyncssh", "acme", "anthropic", "flask", "click", "mcp", "sqlite_utils", "httpx", "cryptography")


def loaded_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    return set(done.stdout.split())


def test_importing_sh0_loads_no_sdk_and_no_framework() -> None:
    assert loaded_by("import sh0").isdisjoint(HEAVY)


def test_describing_every_operation_loads_no_sdk_and_no_framework() -> None:
    unwanted = {"docker", "asyncssh", "acme", "anthropic", "flask", "mcp"}  # sqlite-utils brings click along
    assert loaded_by("import sh0; list(sh0.registry)").isdisjoint(unwanted)


def test_the_public_names_are_those_that_have_a_place() -> None:
    placed = {name for names in PLACES.values() for name in names}
    assert sorted({*placed, "__version__"}) == sorted(sh0.__all__)
    assert len(sh0.__all__) == len(set(sh0.__all__))


@pytest.mark.parametrize("name", sh0.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(importlib.import_module("sh0"), name) is not None


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        getattr(sh0, "nonsense")  # noqa: B009


def test_type_checkers_see_every_public_name() -> None:
    """The imports under TYPE_CHECKING name the same places as the lazy ones."""
    import ast
    from pathlib import Path

    tree = ast.parse(Path(sh0.__file__).read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        (node.module, alias.name) for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert seen == {(module, name) for module, names in PLACES.items() for name in names}


def test_every_error_is_public() -> None:
    tree = {cls.__name__ for cls in error_types()}
    assert tree <= set(sh0.__all__)
    assert {*tree, "Kind", "error_from_problem", "error_types"} == set(errors.__all__)
    assert all(getattr(sh0, cls.__name__) is cls for cls in error_types())


def test_everything_that_operations_take_and_return_is_public() -> None:
    found: set[type] = set()

    def walk(annotation: object) -> None:
        if isinstance(annotation, type) and annotation.__module__.startswith("sh0.") and annotation not in found:
            found.add(annotation)
            if attrs.has(annotation):
                for inner in get_type_hints(annotation, include_extras=True).values():
                    walk(inner)
        for inner in get_args(annotation):
            walk(inner)

    for operation in sh0.registry:
        walk(operation.returns)
        for parameter in operation.parameters:
            walk(parameter.type)
    assert len(found) > 50
    assert {cls for cls in found if getattr(sh0, cls.__name__, None) is not cls} == set()
