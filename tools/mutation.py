"""Change the pure modules, one small change at a time, and count which changes their own tests notice.

Each module is measured with mutmut in a copy of the sources, with only the tests of its name, within a time. Survivors
are printed as differences. Changes of what an error says are left out: what people read is no decision. ``uv run nox
-s mutation`` measures every module, ``uv run nox -s mutation -- routing`` those whose name holds one of these words.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FURTHER = {"sh0/jobs/redactor.py", "sh0/deployments/snapshots.py"}
"""Modules that decide what must not go wrong, and do not call themselves pure."""
SECONDS = 300  # for the changes of one module
ENOUGH = 85  # percent
OUTCOMES = {0: "survived", 5: "not tested", 33: "not tested", 24: "too slow", 36: "too slow", -24: "too slow"}
UNTRIED = (None, 2, 34, 37)


@dataclass(frozen=True)
class Outcome:
    """What became of a change: its name, a word, and the lines that it concerns."""

    change: str
    became: str
    lines: list[str]


def is_pure(source: str) -> bool:
    """Whether a module calls itself pure."""
    return re.search(r"\b[Pp]ure\b", ast.get_docstring(ast.parse(source)) or "") is not None


def deciding() -> Iterator[Path]:
    """The modules that are measured, each with its path below a folder ``src``."""
    for file in sorted(ROOT.glob("packages/*/src/*/**/*.py")):
        path = file.relative_to(next(parent for parent in file.parents if parent.name == "src"))
        if path.name != "__init__.py" and (str(path) in FURTHER or is_pure(file.read_text())):
            yield path


def mirror_of(module: Path) -> Path:
    """The test module of its name, in the folder that mirrors its own."""
    package, *folders = module.parent.parts
    mirror = {"sh0": "core", "sh0_plugins": "plugins"}.get(package, f"surfaces/{package.removeprefix('sh0_')}")
    return ROOT.joinpath("tests", mirror, *folders, f"test_{module.stem}.py")


def lay_out(folder: Path) -> None:
    """Copy what tests need into a folder, with the packages side by side in ``src``."""
    for source in sorted(ROOT.glob("packages/*/src/*")):
        if (source / "__init__.py").exists():
            shutil.copytree(source, folder / "src" / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))


class _Unsaid(ast.NodeTransformer):
    """Empties the message and the hint of each error that is raised."""

    def visit_Raise(self, node: ast.Raise) -> ast.Raise:
        """Empty the texts, not what is filled into them."""
        if isinstance(node.exc, ast.Call):
            said = [*node.exc.args[:1], *(each.value for each in node.exc.keywords if each.arg == "hint")]
            for text in said:
                for part in text.values if isinstance(text, ast.JoinedStr) else [text]:
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        part.value = ""
        return node


def changes(text: str) -> dict[str, list[str]]:
    """The changes in a module of mutmut's, by their functions, each with the lines that differ.

    Those that concern the texts of errors and nothing else are left out.
    """
    sources, trees = dict[str, str](), dict[str, str]()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and "__mutmut_" in node.name:
            name, node.name = node.name, ""
            sources[name] = ast.unparse(node)
            trees[name] = ast.dump(_Unsaid().visit(node))
    found = {}
    for name, source in sources.items():
        original = f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"
        if trees[name] != trees[original]:
            lines = difflib.unified_diff(sources[original].splitlines(), source.splitlines(), n=0, lineterm="")
            found[name] = [line for line in lines if re.match(r"[-+](?![-+])", line)]
    return found


def measured(module: Path, folder: Path) -> list[Outcome]:
    """What became of each change of a module that was tried."""
    settings = (ROOT / "pyproject.toml").read_text()
    listed = {"source_paths": ["src"], "only_mutate": [f"src/{module}"], "also_copy": ["tests"]}
    listed["pytest_add_cli_args_test_selection"] = [str(mirror_of(module).relative_to(ROOT))]
    listed["pytest_add_cli_args"] = ["-p", "no:cacheprovider", "-o", "timeout=60"]
    section = "".join(f"{name} = {json.dumps(value)}\n" for name, value in listed.items())
    (folder / "pyproject.toml").write_text(f"{settings}\n[tool.mutmut]\n{section}")
    shutil.rmtree(folder / "mutants", ignore_errors=True)
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", "2"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
        output = done.stdout[-2000:] + done.stderr[-2000:]
    except subprocess.TimeoutExpired:
        output = f"it took longer than {SECONDS} s"
    changed = folder / "mutants/src" / module
    kept = changed.with_suffix(".py.meta")
    codes = json.loads(kept.read_text())["exit_code_by_key"] if kept.exists() else {}
    if not codes or all(code in UNTRIED for code in codes.values()):
        print(f"{module}: nothing was tried\n{output}", flush=True)
        return []
    lines = changes(changed.read_text())
    tried = {name: code for name, code in codes.items() if code not in UNTRIED and name.rpartition(".")[2] in lines}
    return [Outcome(name, OUTCOMES.get(code, "killed"), lines[name.rpartition(".")[2]]) for name, code in tried.items()]


def report(module: Path, outcomes: list[Outcome]) -> float:
    """Print what survived; return the share that was killed, in percent."""
    survivors = [each for each in outcomes if each.became in ("survived", "not tested")]
    killed = len(outcomes) - len(survivors)
    share = 100 * killed / len(outcomes)
    print(f"{share:5.1f} %  {killed:4} of {len(outcomes):4}  {module}", flush=True)
    for each in survivors:
        print("\n".join(["", f"    {each.change} {each.became}", *(f"    {line}" for line in each.lines)]), flush=True)
    return share


def main() -> int:
    """Measure; the process's exit status says whether every module reached what is enough."""
    parser = argparse.ArgumentParser(description="Count the changes of pure modules that their tests notice.")
    parser.add_argument("words", nargs="*", help="only modules whose path holds one of these")
    words = parser.parse_args().words
    chosen = [each for each in deciding() if not words or any(word in str(each) for word in words)]
    shares = {}
    with tempfile.TemporaryDirectory(prefix="sh0-mutation-") as name:
        folder = Path(name)
        lay_out(folder)
        for module in chosen:
            if outcomes := measured(module, folder):
                shares[str(module)] = report(module, outcomes)
    short = [path for path, share in shares.items() if share < ENOUGH]
    print(f"{len(shares)} of {len(chosen)} modules measured; {len(short)} below {ENOUGH} %: {', '.join(short)}")
    return 1 if short or len(shares) < len(chosen) else 0


if __name__ == "__main__":
    sys.exit(main())
