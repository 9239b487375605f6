"""Patterns and texts of projects never reach a matcher that backtracks on a pattern somebody else wrote."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, imported, short

FILES = sorted((ROOT / "packages").glob("*/src/**/*.py"))
FORBIDDEN = ("fnmatch", "glob", "pathspec", "wcmatch", "docker.utils.build", "docker.utils.fnmatch", "regex")
COMPILING = {"compile", "match", "search", "fullmatch", "sub", "subn", "findall", "finditer", "split"}
WALKING = {"glob", "rglob", "full_match"}

MADE_AT_RUN_TIME = {
    "sh0/adapters/docker/failures.py": "a table of what the engine says",
    "sh0_plugins/recipes/java/frameworks.py": "names of settings in a table",
    "sh0_plugins/recipes/python/entry.py": "names of classes in a table",
    "sh0_plugins/recipes/dotnet/dotnet.py": "a table of endings, matched by sh0.source.globs",
    "sh0_plugins/recipes/scala/scala.py": "a table of names",
    "sh0_plugins/recipes/node/sites.py": "a table of commands",
    "sh0/compose/schema.py": "the published schema of Compose files",
    "sh0/repositories/repository.py": "two names of folders",
    "sh0/operations/registry.py": "routes of operations",
    "sh0/printable.py": "classes of characters",
    "sh0_plugins/importers/caprover.py": "names of variables, escaped: nothing in them repeats",
    "sh0/values.py": "rules of values",
}
"""Files that make an expression at run time, and out of what, which is never a pattern of a project."""

OVER_LINES = re.compile(r"\^(?:\(\?:)?(?:\\{1,2}s|\[[^\]]*\\{1,2}s[^\]]*\])[*+]")

CONFINED = "sh0_plugins/rules/"
"""Rules run in a process of their own, which is ended when its time is over."""


def written_here(node: ast.AST, known: set[str]) -> bool:
    """Whether an expression is made of literals, of names that hold literals, and of escaped text."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name):
        return node.id in known or node.id.isupper() or node.id.lstrip("_").isupper()
    if isinstance(node, ast.Attribute):
        return node.attr.isupper()
    if isinstance(node, ast.JoinedStr):
        return all(written_here(part, known) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return written_here(node.value, known)
    if isinstance(node, ast.BinOp):
        return written_here(node.left, known) and written_here(node.right, known)
    if isinstance(node, ast.IfExp):
        return written_here(node.body, known) and written_here(node.orelse, known)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "escape"


@pytest.mark.parametrize("path", FILES, ids=short)
def test_no_library_that_matches_with_backtracking_is_imported(path: Path) -> None:
    assert [name for name in imported(ast.parse(path.read_text())) if name in FORBIDDEN] == []


@pytest.mark.parametrize("path", FILES, ids=short)
def test_every_regular_expression_is_written_where_it_is_used(path: Path) -> None:
    tree = ast.parse(path.read_text())
    known = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and written_here(node.value, set())
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if not isinstance(call.func, ast.Attribute) or not call.args:
            continue
        owner = getattr(call.func.value, "id", "")
        matching = owner == "re" and call.func.attr in COMPILING
        walking = owner != "project" and call.func.attr in WALKING
        if (matching or walking) and not written_here(call.args[0], known):
            found.append(f"line {call.lineno}: {ast.unparse(call)[:90]}")
    assert short(path) in MADE_AT_RUN_TIME or short(path).startswith(CONFINED) or found == [], found


@pytest.mark.parametrize("path", FILES, ids=short)
def test_no_line_of_a_pattern_begins_with_white_space_that_goes_over_many_lines(path: Path) -> None:
    """At each of many blank lines, such a pattern would go over all that follow: ``[ \\t]*`` stays in its line."""
    found = []
    for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
        if not isinstance(call.func, ast.Attribute) or getattr(call.func.value, "id", "") != "re" or not call.args:
            continue
        written = ast.unparse(call)
        if ("MULTILINE" in written or "re.M" in written or "(?m" in written) and OVER_LINES.search(written):
            found.append(f"line {call.lineno}: {written[:90]}")
    assert found == []


def test_every_exception_is_a_file() -> None:
    assert MADE_AT_RUN_TIME.keys() <= {short(path) for path in FILES}


@pytest.mark.parametrize(
    "path", [path for path in FILES if "sh0-core" in path.parts and "testing" not in path.parts], ids=short
)
def test_no_line_is_split_in_time_that_grows_with_its_square(path: Path) -> None:
    calls = (ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    assert "shlex.split" not in calls
