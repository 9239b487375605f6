"""Reading the packages' own source, for tests of what it may do."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def short(path: Path) -> str:
    """A file of a package, from the module at its top."""
    return str(path.relative_to(ROOT / "packages")).partition("/src/")[2]


def imported(tree: ast.AST) -> Iterator[str]:
    """Modules that a file imports, and names out of them, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
