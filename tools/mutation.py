"""Change the pure modules, one small change at a time, and count which changes their own tests notice.

Each module is measured with mutmut in a copy of the sources, with only the tests of its name, within a time. Survivors
are printed as differences. ``uv run nox -s mutation`` measures every module, ``uv run nox -s mutation -- routing``
those whose name holds one of these words.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
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
class Module:
    """A module to change, and the tests that have to notice: `path` is below a folder ``src``."""

    path: str
    tests: tuple[str, ...]


def is_pure(source: str) -> bool:
    """Whether a module calls itself pure."""
    return re.search(r"\b[Pp]ure\b", ast.get_docstring(ast.parse(source)) or "") is not None


def modules(words: list[str]) -> Iterator[Module]:
    """The modules to measure that have tests of their name."""
    for file in sorted(ROOT.glob("packages/*/src/*/**/*.py")):
        path = file.relative_to(next(parent for parent in file.parents if parent.name == "src"))
        if path.name == "__init__.py" or (words and not any(word in str(path) for word in words)):
            continue
        if str(path) in FURTHER or is_pure(file.read_text()):
            tests = [str(each.relative_to(ROOT)) for each in tests_of(path)]
            if tests:
                yield Module(str(path), tuple(tests))


def tests_of(module: Path) -> list[Path]:
    """The test modules of its name: in the folder that mirrors its own, or anywhere for frontends and plugins."""
    name = f"test_{module.stem}.py"
    if module.parts[0] == "sh0":
        mirrored = ROOT / "tests/core" / module.relative_to("sh0").parent / name
        return [mirrored] if mirrored.exists() else []
    folder = {"sh0_plugins": "plugins"}.get(module.parts[0], f"surfaces/{module.parts[0].removeprefix('sh0_')}")
    return sorted((ROOT / "tests" / folder).rglob(name))


def lay_out(folder: Path) -> None:
    """Copy what tests need into a folder, with the packages side by side in ``src``."""
    for source in sorted(ROOT.glob("packages/*/src/*")):
        if (source / "__init__.py").exists():
            shutil.copytree(source, folder / "src" / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))


def measured(module: Module, folder: Path) -> dict[str, str]:
    """What became of each change of a module, by the change's name."""
    settings = (ROOT / "pyproject.toml").read_text()
    listed = {"source_paths": ["src"], "only_mutate": [f"src/{module.path}"], "also_copy": ["tests"]}
    listed["pytest_add_cli_args_test_selection"] = list(module.tests)
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
    kept = folder / "mutants/src" / f"{module.path}.meta"
    codes = json.loads(kept.read_text())["exit_code_by_key"] if kept.exists() else {}
    if not codes or all(code in UNTRIED for code in codes.values()):
        print(f"{module.path}: nothing was tried\n{output}", flush=True)
    return {name: OUTCOMES.get(code, "killed") for name, code in codes.items() if code not in UNTRIED}


def report(module: Module, outcomes: dict[str, str], folder: Path) -> float:
    """Print what survived; return the share that was killed, in percent."""
    counts = Counter(outcomes.values())
    noticed = counts["killed"] + counts["too slow"]
    share = 100 * noticed / len(outcomes)
    print(f"{share:5.1f} %  {noticed:4} of {len(outcomes):4}  {module.path}", flush=True)
    for name, outcome in outcomes.items():
        if outcome in ("survived", "not tested"):
            command = [sys.executable, "-m", "mutmut", "show", name]
            shown = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
            lines = [line for line in shown.stdout.splitlines() if re.match(r"[-+](?![-+])", line)]
            print("\n".join(["", f"    {name} {outcome}", *(f"    {line}" for line in lines)]), flush=True)
    return share


def main() -> int:
    """Measure; the process's exit status says whether every module reached what is enough."""
    parser = argparse.ArgumentParser(description="Count the changes of pure modules that their tests notice.")
    parser.add_argument("words", nargs="*", help="only modules whose path holds one of these")
    chosen = list(modules(parser.parse_args().words))
    shares = {}
    with tempfile.TemporaryDirectory(prefix="sh0-mutation-") as name:
        folder = Path(name)
        lay_out(folder)
        for module in chosen:
            if outcomes := measured(module, folder):
                shares[module.path] = report(module, outcomes, folder)
    short = [path for path, share in shares.items() if share < ENOUGH]
    print(f"{len(shares)} of {len(chosen)} modules measured; {len(short)} below {ENOUGH} %: {', '.join(short)}")
    return 1 if short or len(shares) < len(chosen) else 0


if __name__ == "__main__":
    sys.exit(main())
