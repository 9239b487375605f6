"""Change the pure modules, one small change at a time, and count which changes their own tests notice.

Each module is measured with mutmut in a copy of the sources, with only the tests of its name, within a time. Survivors
are printed as differences, and a table at the end. Changes of what an error says are left out: what people read is no
decision. ``uv run nox -s mutation`` measures every module, ``uv run nox -s mutation -- routing`` those whose path holds
one of these words.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FURTHER = {"sh0/jobs/redactor.py", "sh0/deployments/snapshots.py"}
"""Modules that decide what must not go wrong, and do not call themselves pure."""
SECONDS = 600  # for the changes of one module
SLOWER = 5.0  # how many times longer than unchanged a change, whose tests would take a second more, may take
MINUTES = 90  # for those of all
ENOUGH = 85  # percent
OUTCOMES = {0: "survived", 5: "not tested", 33: "not tested", 24: "too slow", 36: "too slow", -24: "too slow"}
UNTRIED = (None, 2, 34, 37)


@dataclass(frozen=True)
class Outcome:
    """What became of a change: its name, a word, and the lines that it concerns."""

    change: str
    became: str
    lines: list[str]

    @property
    def noticed(self) -> bool:
        """Whether a test failed, or did not end."""
        return self.became not in ("survived", "not tested")


@dataclass(frozen=True)
class Measurement:
    """What came out for a module: what became of each change that was tried, how many were not, and the time taken."""

    module: Path
    outcomes: list[Outcome]
    untried: int
    seconds: float

    @property
    def noticed(self) -> int:
        """How many changes were."""
        return sum(each.noticed for each in self.outcomes)

    @property
    def share(self) -> float:
        """Of the changes that were tried, how many were noticed, in percent."""
        return 100 * self.noticed / len(self.outcomes) if self.outcomes else 0.0


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
    shutil.copy(ROOT / "tools/uncached.py", folder / "src")


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


def measured(module: Path, folder: Path, processes: int) -> Measurement:
    """Try the changes of a module, in as many processes, until all are tried or its time is over."""
    settings = (ROOT / "pyproject.toml").read_text()
    listed: dict[str, list[str] | float] = {
        "source_paths": ["src"],
        "only_mutate": [f"src/{module}"],
        "also_copy": ["tests"],
    }
    listed["pytest_add_cli_args_test_selection"] = [str(mirror_of(module).relative_to(ROOT))]
    listed["pytest_add_cli_args"] = ["-p", "no:cacheprovider", "-p", "uncached", "-o", "timeout=60"]
    listed |= {"timeout_multiplier": SLOWER, "timeout_constant": 1.0}
    section = "".join(f"{name} = {json.dumps(value)}\n" for name, value in listed.items())
    (folder / "pyproject.toml").write_text(f"{settings}\n[tool.mutmut]\n{section}")
    shutil.rmtree(folder / "mutants", ignore_errors=True)
    started = time.monotonic()
    output = run(
        [sys.executable, "-m", "mutmut", "run", "--max-children", str(processes)],
        folder,
        {"SH0_MEASURED": ".".join(module.with_suffix("").parts)},
    )
    changed = folder / "mutants/src" / module
    kept = changed.with_suffix(".py.meta")
    codes = json.loads(kept.read_text())["exit_code_by_key"] if kept.exists() else {}
    lines = changes(changed.read_text()) if codes else {}
    codes = {name: code for name, code in codes.items() if name.rpartition(".")[2] in lines}
    outcomes = [
        Outcome(name, OUTCOMES.get(code, "killed"), lines[name.rpartition(".")[2]])
        for name, code in codes.items()
        if code not in UNTRIED
    ]
    if not outcomes:
        print(f"{module}: nothing was tried\n{output}", flush=True)
    return Measurement(module, outcomes, len(codes) - len(outcomes), time.monotonic() - started)


def run(command: Sequence[str], folder: Path, variables: dict[str, str]) -> str:
    """Run a command in a folder within the time of a module; the end of what it prints."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            return process.communicate(timeout=SECONDS)[0][-4000:]
        except subprocess.TimeoutExpired:
            return f"it took longer than {SECONDS} s"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # its children as well


def report(measurement: Measurement) -> None:
    """Print what survived of a module."""
    print(row(measurement), flush=True)
    for each in measurement.outcomes:
        if not each.noticed:
            shown = [f"    {each.change} {each.became}", *(f"    {line}" for line in each.lines)]
            print("\n".join(["", *shown]), flush=True)


def row(measurement: Measurement) -> str:
    """A line of the table."""
    changes, remark = len(measurement.outcomes), ""
    if measurement.untried:
        remark = f"  {measurement.untried} further changes were not tried in {SECONDS} s"
    figures = f"{changes:7}  {measurement.noticed:7}  {measurement.share:5.1f} %  {measurement.seconds:5.0f} s"
    return f"{figures}  {measurement.module}{remark}"


def table(measurements: Sequence[Measurement]) -> str:
    """All modules, those first whose tests notice least, and the sum."""
    rows = [row(each) for each in sorted(measurements, key=lambda each: each.share)]
    outcomes = [outcome for each in measurements for outcome in each.outcomes]
    total = Measurement(Path("all"), outcomes, 0, sum(each.seconds for each in measurements))
    return "\n".join(["changes  noticed    share     took  module", *rows, row(total)])


def main() -> int:
    """Measure; the process's exit status says whether every module reached what is enough."""
    parser = argparse.ArgumentParser(description="Count the changes of pure modules that their tests notice.")
    parser.add_argument("words", nargs="*", help="only modules whose path holds one of these")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="how many changes at a time")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="when the last module may begin (%(default)s)")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = [each for each in deciding() if not asked.words or any(word in str(each) for word in asked.words)]
    measurements, until = list[Measurement](), time.monotonic() + 60 * asked.minutes
    with tempfile.TemporaryDirectory(prefix="sh0-mutation-") as name:
        folder = Path(name)
        lay_out(folder)
        with suppress(KeyboardInterrupt):  # then the table is of what has been measured
            for module in chosen:
                if time.monotonic() < until:
                    measurements.append(measured(module, folder, asked.processes))
                    report(measurements[-1])
    print(f"\n{table(measurements)}\n")
    short = [each.module for each in measurements if each.share < ENOUGH]
    left = chosen[len(measurements) :]
    print(f"below {ENOUGH} %: {', '.join(map(str, short)) or 'none'}")
    print(f"not measured: {', '.join(map(str, left)) or 'none'}")
    return 1 if short or left else 0


if __name__ == "__main__":
    sys.exit(main())
