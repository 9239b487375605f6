"""The command line prints in one place, where text from elsewhere is made harmless."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "packages/sh0-cli/src/sh0_cli"
FILES = sorted(SOURCE.rglob("*.py"))
PRINTING = {"echo", "secho", "style", "prompt", "confirm", "echo_via_pager", "pause", "progressbar", "edit"}
STREAMS = {"stdout", "stderr", "__stdout__", "__stderr__"}
EXCEPTIONS = {
    "output.py": "the place",
    "terminal_bridge.py": "a terminal in a container is the terminal",
}


def short(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def printing(tree: ast.AST) -> list[str]:
    """What prints in a file, beside asking a stream what it is and flushing it."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            if isinstance(owner, ast.Name) and owner.id == "click" and node.attr in PRINTING:
                found.append(f"click.{node.attr}")
            if isinstance(owner, ast.Attribute) and owner.attr in STREAMS and node.attr.startswith(("write", "buffer")):
                found.append(f"sys.{owner.attr}.{node.attr}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "pprint"):
            found.append(node.func.id)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "click":
                found += [f"from click import {each.name}" for each in node.names if each.name in PRINTING]
            if node.module.split(".")[0] == "rich" and node.module != "rich.cells":
                found.append(f"from {node.module}")
        elif isinstance(node, ast.Import):
            found += [f"import {each.name}" for each in node.names if each.name.split(".")[0] in ("rich", "pprint")]
    return found


@pytest.mark.parametrize("path", [path for path in FILES if short(path) not in EXCEPTIONS], ids=short)
def test_nothing_is_printed_beside_the_output(path: Path) -> None:
    assert printing(ast.parse(path.read_text())) == []


@pytest.mark.parametrize(
    "code",
    [
        "print('x')",
        "click.echo('x')",
        "click.secho('x')",
        "from click import echo",
        "from rich.console import Console",
        "import rich",
        "sys.stdout.write('x')",
        "sys.stderr.buffer.write(b'x')",
    ],
)
def test_every_way_of_printing_is_noticed(code: str) -> None:
    assert printing(ast.parse(code))


def test_the_exceptions_are_files_that_print() -> None:
    assert {name for name in EXCEPTIONS if (SOURCE / name).is_file()} == set(EXCEPTIONS)
