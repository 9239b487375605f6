"""Rules that every file of the project keeps."""

import ast
import statistics
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sh0.version import VERSION

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "packages").glob("*/src/**/*.py"))
LONGEST, MEDIAN = 500, 120  # lines
SHELLS = {"system", "popen", "getoutput", "getstatusoutput", "create_subprocess_shell", "spawnlp", "execlp"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "service", "misc", "data", "info"}


def short(path: Path) -> str:
    return str(path.relative_to(ROOT / "packages"))


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


@pytest.mark.parametrize("path", FILES, ids=short)
def test_no_command_goes_through_a_shell(path: Path) -> None:
    for call in calls(path):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        owner = getattr(call.func.value, "id", "") if isinstance(call.func, ast.Attribute) else ""
        assert not (name in SHELLS and owner in ("os", "subprocess", "asyncio", "")), f"line {call.lineno}: {name}"
        for keyword in call.keywords:
            is_false = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
            assert keyword.arg != "shell" or is_false, f"line {call.lineno}: shell="


def test_no_file_is_too_long_and_most_are_short() -> None:
    lengths = {short(path): len(path.read_text().splitlines()) for path in FILES}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}
    assert statistics.median(lengths.values()) <= MEDIAN


def test_no_module_has_a_vague_name() -> None:
    assert [short(path) for path in FILES if path.stem in VAGUE or path.parent.name in VAGUE] == []


def test_every_module_says_what_it_is() -> None:
    missing = [short(p) for p in FILES if p.read_text().strip() and not ast.get_docstring(ast.parse(p.read_text()))]
    assert missing == []


def test_all_packages_have_one_version() -> None:
    files = [ROOT / "pyproject.toml", *sorted((ROOT / "packages").glob("*/pyproject.toml"))]
    projects = [tomllib.loads(file.read_text())["project"] for file in files]
    assert len(projects) == 7
    assert {project["name"]: project["version"] for project in projects if project["version"] != VERSION} == {}


def test_the_type_checker_reads_all_python() -> None:
    """Only the projects that rules and stacks are tried on are left out."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    checked = {path for pattern in settings["files"] for path in ROOT.glob(pattern)}
    tops = [top for top in ROOT.iterdir() if not top.name.startswith(".")]
    files = [file for top in tops for file in ([top] if top.suffix == ".py" else top.rglob("*.py"))]
    assert settings["exclude"] == ["^tests/corpus/(rules|stacks)/"]
    assert [str(file.relative_to(ROOT)) for file in files if not checked & {file, *file.parents}] == []


def constructors() -> Iterator[tuple[str, int]]:
    for path in FILES:
        classes = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef))
        for found in classes:
            for each in found.body:
                if isinstance(each, ast.FunctionDef) and each.name == "__init__":
                    place = short(path).partition("/src/")[2]
                    yield f"{place}:{found.name}", len(each.args.args) - 1 + len(each.args.kwonlyargs)


def test_no_constructor_takes_more_than_six_parameters() -> None:
    assert [name for name, count in constructors() if count > 6] == []


def test_the_composition_root_is_short() -> None:
    (path,) = (path for path in FILES if path.name == "bootstrap.py")
    assert len(path.read_text().splitlines()) <= 150
