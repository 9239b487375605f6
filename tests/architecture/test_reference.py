"""The reference says of every public name what it is, and of every part of it."""

import importlib
import re
from collections.abc import Iterator
from enum import Enum
from functools import cache
from pathlib import Path

import attrs
import click
import pytest

import sh0.frontend
from sh0.operations import descriptions
from sh0_cli.exclusions import WITHOUT_COMMAND
from sh0_cli.table import PORCELAIN

PAGES = Path(__file__).resolve().parents[2] / "docs" / "reference"
MODULES = {"sh0": "library.md", "sh0.plugin": "plugin.md", "sh0.frontend": "frontend.md"}


@pytest.fixture(scope="module", autouse=True)
def extensions() -> Iterator[None]:
    """The directives of the documentation can be imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(PAGES.parent / "_ext")
        yield


@cache
def written() -> dict[str, list[str]]:
    """The lines that the directives make, by the page that they are for."""
    reference, records = map(importlib.import_module, ("public_reference", "records_reference"))
    errors, commands = map(importlib.import_module, ("errors_reference", "commands_reference"))
    operations = importlib.import_module("operations_reference")
    found = {module: list(reference.entries(module)) for module in MODULES}
    found |= {page.__name__.split("_")[0]: list(page.entries()) for page in (records, errors, commands)}
    return {**found, "operations": [line for each in sh0.frontend.registry for line in operations.entry(each)]}


def described() -> dict[str, type]:
    """Every public record and enumeration, by where it is imported from."""
    found = {}
    for module in MODULES:
        for name in importlib.import_module(module).__all__:
            thing = getattr(importlib.import_module(module), name)
            if isinstance(thing, type) and (attrs.has(thing) or issubclass(thing, Enum)):
                found[f"{module}.{name}"] = thing
    return found


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_has_an_entry(module: str) -> None:
    anchors = {found for lines in written().values() for found in re.findall(r"^\((.+)\)=$", "\n".join(lines), re.M)}
    anchor = importlib.import_module("public_names").anchor
    names = importlib.import_module(module).__all__
    assert {name for name in names if anchor(module, name) not in anchors} == set()
    assert f"```{{public}} {module}\n" in (PAGES / MODULES[module]).read_text()


@pytest.mark.parametrize("module", MODULES)
def test_every_entry_says_what_it_is_and_describes_each_part(module: str) -> None:
    lines = written()[module]
    headings = [number for number, line in enumerate(lines) if line.startswith("### ")]
    assert len(headings) > 5
    for begin, end in zip(headings, [*headings[1:], len(lines)], strict=True):
        prose = [line for line in lines[begin + 1 : end] if re.match(r"[A-Z`]", line) and not line.startswith("```")]
        assert prose, lines[begin]
        assert not re.match("A value of type|One of ", prose[0]), lines[begin]
    assert [line for line in lines if line.startswith("- `") and line.rstrip().endswith(":")] == []


@pytest.mark.parametrize("name", described())
def test_every_field_of_a_record_and_every_member_of_an_enumeration_is_described(name: str) -> None:
    thing = described()[name]
    if issubclass(thing, Enum):
        said, parts = descriptions.meanings(thing), [*thing.__members__]
    else:
        said, parts = descriptions.fields(thing), [each.name for each in vars(thing)["__attrs_attrs__"]]
    assert [part for part in parts if not part.startswith("_") and not said.get(part)] == []


@pytest.mark.parametrize("page", ["records", "errors", "operations", "commands"])
def test_no_list_has_an_entry_that_says_nothing(page: str) -> None:
    items = [line for line in written()[page] if line.startswith("- ")]
    assert items
    assert [line for line in items if line.rstrip().endswith(":") or " at 0x" in line] == []


def test_an_error_is_found_by_its_code_and_by_how_each_interface_shows_it() -> None:
    text = "\n".join(written()["errors"])
    assert "code `not-found` · HTTP 404 · exit code 3 · kind `not-found`" in text
    for cls in sh0.frontend.Kind:
        assert f"kind `{cls.value}`" in text


def test_an_operation_is_found_by_what_each_interface_calls_it() -> None:
    operations = importlib.import_module("operations_reference")
    for operation in sh0.frontend.registry:
        text = "\n".join(operations.entry(operation))
        command = f"sh0 {operation.domain} {operation.method.replace('_', '-')}"
        assert f"platform.{operation.name}(" in text
        assert f"`{operation.verb} /api/v1{operation.path}`" in text
        assert command in text or operation.name in WITHOUT_COMMAND
        assert f"MCP tool `{operation.name.replace('.', '_')}`" in text or "no MCP tool" in text


def test_every_command_for_people_has_an_entry_with_its_options() -> None:
    reference = importlib.import_module("commands_reference")
    text = "\n".join(written()["commands"])
    found = dict(reference.commands())
    assert {path.split()[0] for path in found} >= {*PORCELAIN, "mcp"}
    for path, command in found.items():
        assert f"### sh0 {path}\n" in text
        for option in (each for each in command.params if isinstance(each, click.Option) and not each.hidden):
            assert not option.expose_value or f"`{option.opts[0]}" in text, path


def test_every_page_is_in_the_index() -> None:
    index = (PAGES.parent / "index.md").read_text()
    assert {page.stem for page in PAGES.glob("*.md")} == set(re.findall(r"^reference/(.+)$", index, re.MULTILINE))
