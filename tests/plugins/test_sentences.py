"""What a recipe and a rule both see in a project is told once while it is deployed, however many of them see it."""

from pathlib import Path

import pytest

from sh0 import ChecksMode
from sh0.builds.detect import detect
from sh0.deployments.findings import checks_of, lines
from sh0.plugins import Plugins
from sh0.rules.engine import check
from sh0.source.tree import Project
from sh0_plugins.sentences import local_only, no_lock, several_locks
from tests.corpus.case import RECIPES

RULES = Plugins().rules()

LOCK = ("lock", "manifest.toml", "go.sum", "other versions")
LOCAL = ("127.0.0.1", "localhost", "local address")
SEVERAL = ("several package managers", "another package manager")

_NODE_SERVER = "require('http').createServer((q, s) => s.end('x')).listen(process.env.PORT, '127.0.0.1')\n"
_GO_SERVER = 'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.ListenAndServe("127.0.0.1:8090", nil)\n}\n'


def _told(folder: Path) -> list[str]:
    """All warnings and errors of a deployment before it builds: those of the recipe, then those of the rules."""
    project = Project(folder)
    warnings = detect(project, RECIPES).warnings
    report = check(project, RULES)
    assert not report.broken
    found = lines(checks_of("shop-1", "shop", ChecksMode.ENFORCE, report), warnings)
    return [*warnings, *(line for line in found if not line.startswith("checks found"))]


@pytest.mark.parametrize(
    ("files", "about"),
    [
        ({"Gemfile": "source 'https://rubygems.org'\ngem 'sinatra'\n", "app.rb": "require 'sinatra'\n"}, LOCK),
        ({"composer.json": '{"require": {"slim/slim": "^4"}}', "index.php": "<?php echo 1;\n"}, LOCK),
        (
            {"Cargo.toml": '[package]\nname = "x"\n[dependencies]\naxum = "0.8"\n', "src/main.rs": "fn main() {}\n"},
            LOCK,
        ),
        ({"Pipfile": '[packages]\nflask = "*"\n', "app.py": "import flask\napp = flask.Flask(__name__)\n"}, LOCK),
        ({"package.json": '{"scripts": {"start": "node a.js"}, "dependencies": {"koa": "^3"}}', "a.js": "1\n"}, LOCK),
        (
            {
                "mix.exs": "defmodule Shop.MixProject do\n  def project, do: [app: :shop, deps: deps()]\n"
                '  defp deps, do: [{:plug, "~> 1.0"}]\nend\n'
            },
            LOCK,
        ),
        ({"package.json": '{"scripts": {"start": "node a.js"}}', "a.js": _NODE_SERVER}, LOCAL),
        ({"main.py": "import uvicorn\nuvicorn.run('main:app', host='127.0.0.1')\n", "requirements.txt": ""}, LOCAL),
        ({"go.mod": "module shop\n\ngo 1.23\n", "main.go": _GO_SERVER}, LOCAL),
        ({"go.mod": "module shop\n\ngo 1.23\n", "cmd/web/server.go": _GO_SERVER}, LOCAL),
        (
            {
                "package.json": '{"scripts": {"start": "node a.js"}}',
                "a.js": "1\n",
                "yarn.lock": "",
                "package-lock.json": '{"name": "x", "lockfileVersion": 3, "packages": {"": {"name": "x"}}}',
            },
            SEVERAL,
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_project_is_told_once_what_it_lacks(files: dict[str, str], about: tuple[str, ...], tmp_path: Path) -> None:
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    told = _told(tmp_path)
    assert len([line for line in told if any(word in line for word in about)]) == 1, told


@pytest.mark.parametrize(
    "files",
    [
        {"package.json": '{"scripts": {"start": "node a.js"}}', "a.js": "1\n"},
        {"composer.json": '{"require": {"php": ">=8.2"}}', "index.php": "<?php echo 1;\n"},
    ],
    ids=lambda files: next(iter(files)),
)
def test_a_project_that_needs_nothing_lacks_no_lock_file(files: dict[str, str], tmp_path: Path) -> None:
    for path, text in files.items():
        (tmp_path / path).write_text(text)
    told = _told(tmp_path)
    assert [line for line in told if "other versions" in line] == []


def test_a_sentence_names_each_file_whatever_their_order() -> None:
    assert local_only("cmd/web.go").startswith("cmd/web.go ")
    assert "no api/go.sum:" in no_lock("api/go.sum")
    assert several_locks(["yarn.lock", "bun.lock", "a.lock"]).endswith(": a.lock, bun.lock, yarn.lock.")
