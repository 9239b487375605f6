"""How long a look at a project takes: the walk, every recipe that is asked, and the Dockerfile."""

import json
import statistics
import tempfile
import time
from pathlib import Path

from sh0.builds.detect import detect
from sh0.builds.dockerfile import render
from sh0.plugins import Plugins
from sh0.source.tree import Project

FILES = 10_000
ROUNDS = 15


def run() -> None:
    """Measure and print."""
    recipes = Plugins().recipes()
    with tempfile.TemporaryDirectory(prefix="sh0-bench-") as folder:
        for name, make in (("Flask", _flask), ("Next.js", _next), ("member of a pnpm workspace", _workspace)):
            top = Path(folder, name.split(" ")[0])
            root = make(top)
            times = []
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                found = detect(Project(top, root), recipes)
                render(found)
                times.append(time.perf_counter() - begun)
            count = sum(1 for path in top.rglob("*") if path.is_file())
            median, worst = statistics.median(times) * 1000, max(times) * 1000
            print(f"{name}, {count} files: median {median:.0f} ms of {ROUNDS}, at most {worst:.0f} ms: {found.label}")


def _fill(top: Path, ending: str, text: str, count: int = FILES) -> None:
    """Files in folders of a hundred, three deep."""
    for number in range(count):
        path = top / f"part{number // 1000}" / f"group{number // 100}" / f"file{number}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _flask(top: Path) -> str:
    _fill(
        top / "shop",
        ".py",
        "import os\nfrom flask import request\n\ndef view():\n    return request.args\n" * 20,
        FILES - 2,
    )
    (top / "requirements.txt").write_text("flask\ngunicorn\n")
    (top / "shop" / "wsgi.py").write_text("from flask import Flask\n\napplication = Flask(__name__)\n")
    return ""


def _next(top: Path) -> str:
    _fill(top / "components", ".tsx", "export default () => <p>part</p>;\n", FILES - 1)
    (top / "package.json").write_text(json.dumps({"dependencies": {"next": "15"}, "scripts": {"build": "next build"}}))
    return ""


def _workspace(top: Path) -> str:
    members = 100
    for number in range(members):
        folder = top / "apps" / f"app{number}"
        _fill(folder, ".ts", "export const part = 1;\n", (FILES - members - 3) // members)
        needs = {f"app{number + 1}": "workspace:*"} if number + 1 < members else {}
        package = {"name": f"app{number}", "scripts": {"start": "node a.js", "build": "tsc"}, "dependencies": needs}
        (folder / "package.json").write_text(json.dumps(package))
    (top / "package.json").write_text(json.dumps({"name": "all", "private": True}))
    (top / "pnpm-workspace.yaml").write_text("packages:\n  - apps/*\n")
    (top / "pnpm-lock.yaml").write_text("lockfileVersion: '9.0'\n")
    return "apps/app0"
