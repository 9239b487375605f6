"""What importing sh0 brings along, and what its public face is."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import get_args, get_type_hints

import attrs
import pytest

import sh0
import sh0.frontend
from sh0 import errors
from sh0.errors import error_types
from sh0.exports import places
from sh0.exports.frontend import PLACES as FRONTEND
from sh0.exports.platform import PLACES as PLATFORM
from sh0.exports.plugin import PLACES as PLUGIN
from tests.architecture.sources import ROOT, imported

PUBLIC: dict[str, Mapping[str, tuple[str, ...]]] = {"sh0": PLATFORM, "sh0.plugin": PLUGIN, "sh0.frontend": FRONTEND}
HEAVY = ("docker", "asyncssh", "acme", "anthropic", "flask", "click", "mcp", "sqlite_utils", "httpx", "cryptography")


def loaded_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    return set(done.stdout.split())


LIGHT = {"sh0", "sh0.version", "sh0.exports", "sh0.exports.platform", "sh0.exports.plugin", "sh0.exports.frontend"}
"""All that the public modules load of the core before a name of theirs is used."""


@pytest.mark.parametrize("module", PUBLIC)
def test_importing_a_public_module_loads_no_sdk_and_no_part_of_the_core(module: str) -> None:
    loaded = loaded_by(f"import {module}")
    assert loaded.isdisjoint(HEAVY)
    assert {name for name in loaded if name.partition(".")[0] == "sh0"} <= LIGHT | {module}


def test_importing_sh0_loads_nothing_but_a_few_modules_of_the_standard_library() -> None:
    assert loaded_by("import sh0") - loaded_by("import importlib, typing, collections.abc") <= LIGHT


def test_what_every_plugin_begins_with_loads_neither_recipes_nor_rules_nor_operations() -> None:
    loaded = loaded_by("from sh0.plugin import Frontend, hookimpl")
    assert loaded.isdisjoint({*HEAVY, "sh0.builds", "sh0.rules", "sh0.operations", "sh0.store", "sh0.platform"})


def test_describing_every_operation_loads_no_sdk_no_framework_and_no_part_of_a_platform() -> None:
    loaded = loaded_by("import sh0.frontend; list(sh0.frontend.registry)")
    assert loaded.isdisjoint({"docker", "asyncssh", "acme", "anthropic", "flask", "click", "mcp", "sqlite_utils"})
    assert loaded.isdisjoint({"sh0.jobs.engine", "sh0.jobs.scheduler", "sh0.serving.rollout", "sh0.stacks.releases"})


def test_a_client_loads_the_domains_that_it_asks() -> None:
    loaded = loaded_by("import sh0; sh0.connect(home='/nowhere').runs.list")
    found = {name for name in loaded if name.startswith("sh0.") and name.endswith(".operations")} - {"sh0.operations"}
    assert found == {"sh0.commands.operations"}
    assert loaded.isdisjoint({"rich", "pygments"})  # httpx would bring them, for a command of its own


def test_the_daemon_loads_what_speaks_ssh_with_the_first_client() -> None:
    assert loaded_by("import sh0.daemon.main").isdisjoint({"asyncssh", "asyncio"})


@pytest.mark.parametrize("module", PUBLIC)
def test_the_public_names_are_those_that_have_a_place(module: str) -> None:
    said = importlib.import_module(module).__all__
    assert sorted({*places(PUBLIC[module]), *(["__version__"] if module == "sh0" else [])}) == sorted(said)
    assert len(said) == len(set(said)) > 20
    assert [name for name in said if name.startswith("_") and name != "__version__"] == []


@pytest.mark.parametrize("module", PUBLIC)
def test_every_public_name_can_be_imported(module: str) -> None:
    found = importlib.import_module(module)
    assert {name for name in found.__all__ if getattr(found, name, None) is None} == set()
    assert dir(found) == sorted(found.__all__)


@pytest.mark.parametrize("module", PUBLIC)
def test_a_name_that_is_not_public_is_an_attribute_error(module: str) -> None:
    with pytest.raises(AttributeError, match=f"'{module}' has no attribute 'nonsense'"):
        getattr(importlib.import_module(module), "nonsense")  # noqa: B009


@pytest.mark.parametrize("module", PUBLIC)
def test_type_checkers_see_every_public_name(module: str) -> None:
    """The imports under TYPE_CHECKING name the same places as the lazy ones."""
    tree = ast.parse(Path(str(importlib.import_module(module).__file__)).read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.asname or alias.name: (node.module, alias.name)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == places(PUBLIC[module])


def test_a_name_of_several_public_modules_is_one_thing() -> None:
    known: dict[str, tuple[str, str]] = {}
    for table in PUBLIC.values():
        for name, place in places(table).items():
            assert known.setdefault(name, place) == place


PROGRAMS = sorted(
    [*(ROOT / "packages/sh0-cli/src/sh0_cli/starters").rglob("*.py.txt"), *(ROOT / "examples").rglob("*.py")]
)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.name)
def test_starters_and_examples_import_public_modules_only(program: Path) -> None:
    text = re.sub(r"@\w+@", "own", program.read_text())
    modules = {name for name in imported(ast.parse(text)) if name.partition(".")[0] == "sh0"}
    names = {f"{module}.{name}" for module, table in PUBLIC.items() for name in places(table)}
    assert modules <= names | {*PUBLIC, "sh0.testing"}


def test_every_error_is_public() -> None:
    tree = {cls.__name__ for cls in error_types()}
    assert tree <= set(sh0.__all__)
    assert {*tree, "Kind", "error_from_problem", "error_types", "internal_error"} == set(errors.__all__)
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

    for operation in sh0.frontend.registry:
        walk(operation.returns)
        for parameter in operation.parameters:
            walk(parameter.type)
    assert len(found) > 50
    assert {cls for cls in found if getattr(sh0, cls.__name__, None) is not cls} == set()
