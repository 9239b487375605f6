"""A look at a project never fails in another way than by refusing it, whatever its files hold."""

import json
import os
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sh0.builds.detect import detect
from sh0.builds.dockerfile import render
from sh0.builds.model import Detection
from sh0.errors import Invalid
from sh0.source.tree import DEPTH_LIMIT, Project
from sh0_plugins.recipes.members import is_member
from tests.corpus.case import RECIPES

NAMES = st.sampled_from(
    [
        "package.json",
        "requirements.txt",
        "pyproject.toml",
        "Pipfile",
        "Procfile",
        "Dockerfile",
        "index.html",
        "app.py",
        "main.py",
        "manage.py",
        "src/app/main.py",
        ".python-version",
        ".nvmrc",
        "uv.lock",
        "pnpm-lock.yaml",
        "yarn.lock",
        "server.js",
        "next.config.js",
        "shop/settings.py",
        "shop/wsgi.py",
        ".yarnrc.yml",
        "poetry.lock",
        "go.mod",
        "Gemfile",
        "Gemfile.lock",
        "artisan",
        "composer.json",
        "composer.lock",
        "config/application.rb",
        "config.ru",
        "cpanfile",
        "app.psgi",
        "deno.json",
        "index.php",
        "main.ts",
        "mix.exs",
        "public/index.php",
        "angular.json",
        "apps/web/package.json",
        "apps/web/pyproject.toml",
        "apps/web/main.py",
        "astro.config.mjs",
        "lerna.json",
        "mise.toml",
        "nest-cli.json",
        "nuxt.config.ts",
        "pnpm-workspace.yaml",
        "svelte.config.js",
        "vite.config.ts",
        ".sdkmanrc",
        ".tool-versions",
    ]
)
PIECES = st.sampled_from(
    [
        "from flask import Flask\napp = Flask(__name__)\n",
        "import fastapi as f\ndef create_app(): return f.FastAPI()\n",
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\nimport django\n",
        "flask\n",
        '{"require": {"laravel/framework": 3, "php": "~8|x"}, "repositories": {"a": {"type": "path", "url": 3}}}',
        '{"require": {"symfony/framework-bundle": "*", "ext-gd": null}, "config": {"platform": {"php": "nine"}}}',
        '{"packages": [{"require": []}, 3], "tasks": {"start": {"command": "deno run \'"}}, "imports": []}',
        'gem "rails", path: "x"\nruby "3.4.99", ">= 3"\ngem "puma"\n',
        "PLATFORMS\n  java\n\nRUBY VERSION\n   ruby 9.9.9p1\n",
        '[app: :x, apps_path: "y", deps: [{:phoenix, "~> 1"}], releases: [a: []], elixir: "~> x"]\n',
        "export default { fetch() {} }\nDeno.serve({ port: 99999 })\n",
        "elixir 1.99-otp-99\nruby jruby-9\nphp 5\ndeno latest\n",
        "requires 'Starman';\nrequires 'perl', 'v5';\n",
        "fastapi[all]\n",
        "-r ../x\n",
        "-r requirements.txt\n",
        '{"scripts": {"start": "node $(x) \\"',
        '{"scripts": {"start": "# \'", "build": 3}}',
        '{"scripts": [], "engines": 3, "dependencies": {"next": null}}',
        '{"main": "..", "packageManager": "yarn@9"}',
        "[project]\nname = 3\ndependencies = [1, '']\n",
        "[project]\nname='x'\n[build-system]\nrequires=[]\n",
        "[tool.poetry]\n",
        "[tool.uv]\nsources = 3\n",
        "[packages]\nx = {path = '.'}\n",
        "web: # x\n",
        "web: '\nworker: a && b\n",
        "web: ''\n",
        "FROM a AS b\nFROM b\nEXPOSE $X ${Y:-3}-4/tcp 999999999\n",
        "ENV\nARG\nRUN <<A\n",
        "3.99\n",
        "lts/*\n",
        "\x00\ufeff",
        "STATIC_ROOT = x\nALLOWED_HOSTS = []\n",
        "app.run(host='127.0.0.1', port=99999999)\n",
        "x.listen(99999)\n",
        '{"workspaces": ["**/**/**", "!apps", "{a,{b,c}}/*", 3], "scripts": {"start": "node $PORT"}}',
        '{"workspaces": {"packages": "apps"}, "name": ["x"], "dependencies": {"web": "workspace:*", "x": "file:../x"}}',
        '{"name": "web", "scripts": {"build": "vite build --outDir ../"}, "devDependencies": {"vite": "", "web": "*"}}',
        '{"dependencies": {"nuxt": "2 || 3", "@sveltejs/kit": "1", "astro": "", "@nestjs/core": "x"}}',
        '{"dependencies": {"@angular/core": "1"}, "scripts": {"build": "ng build"}}',
        '{"projects": {"a": {"architect": {"build": {"options": {"outputPath": {"base": 3, "browser": []}}}}}}}',
        '{"projects": {"a\\nb": null}, "packages": ["*"]}',
        "packages: [apps/*, &a [*a]]\n",
        "packages:\n  - 'apps/*'\n",
        "export default { output: 'standalone', outDir: '../x', adapter: '@sveltejs/adapter-node', fallback: '/e' }\n",
        "export default { build: { outDir: 'a\\nb' }, distDir: \"$(x) 'y'\", pages: '' }\n",
        "[tools]\nnode = [{}, 3, ['x']]\npython = 'path:/x'\n",
        "nodejs \npython ref:x 3\n",
        "[tool.uv.workspace]\nmembers = ['*', 3, 'apps/**']\nexclude = 3\n",
        "[project]\nname='web'\n[tool.uv.sources]\nx = {path = '../../..'}\n",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=20), max_size=3).map("".join)
CONTENTS = TEXTS.map(lambda text: text.encode(errors="replace")) | st.binary(max_size=40)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(NAMES, CONTENTS, max_size=6), st.sampled_from(["", "", "apps/web", "src"]))
def test_any_project_is_detected_or_refused(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], root: str
) -> None:
    folder = tmp_path_factory.mktemp("project")
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    try:
        found = detect(Project(folder, root), RECIPES)
        text = render(found)
    except Invalid:
        return
    assert found.label
    assert found.port is None or 0 < found.port < 65536
    if not found.dockerfile:
        instructions = {line.split(" ")[0] for line in text.splitlines() if line and not line.startswith(" ")}
        allowed = {"#", "FROM", "RUN", "ENV", "WORKDIR", "COPY", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
        assert instructions <= allowed


@pytest.mark.parametrize(
    ("name", "piece"),
    [("deno.json", '"\\'), ("deno.json", "/*"), ("mix.exs", "def releases "), ("Gemfile", "\n"), ("Gemfile", 'ruby "')],
)
def test_a_mebibyte_of_half_a_thought_is_read_in_no_time(tmp_path: Path, name: str, piece: str) -> None:
    (tmp_path / name).write_text(piece * ((1 << 20) // len(piece)))
    begun = time.process_time()
    with pytest.raises(Invalid):
        detect(Project(tmp_path), RECIPES)
    assert time.process_time() - begun < 5


def test_a_line_break_in_a_name_begins_no_instruction() -> None:
    found = Detection("python", manifests=("a\nRUN evil",), build_image="x", runtime_image="y", start=("z",), port=1)
    with pytest.raises(Invalid, match="line break"):
        render(found)


def test_names_with_spaces_are_copied_in_the_json_form() -> None:
    found = Detection("python", manifests=("a b/c.txt",), build_image="x", runtime_image="y", start=("z",), port=1)
    assert 'COPY ["a b/c.txt", "./a b/"]' in render(found)


def test_names_with_dollar_signs_are_no_variables() -> None:
    found = Detection("python", manifests=("$A/x.txt",), build_image="x", runtime_image="y", start=("z",), port=1)
    assert "COPY \\$A/x.txt ./\\$A/" in render(found)


def test_names_that_are_no_utf8_are_refused(tmp_path: Path) -> None:
    member = tmp_path / os.fsdecode(b"apps/\xff")
    member.mkdir(parents=True)
    (tmp_path / "package.json").write_text('{"workspaces": ["apps/*"]}')
    (member / "package.json").write_text('{"scripts": {"start": "node a.js"}}')
    with pytest.raises(Invalid, match="no UTF-8"):
        render(detect(Project(tmp_path, os.fsdecode(b"apps/\xff")), RECIPES))


def test_files_of_a_gigabyte_cost_no_more_than_small_ones(tmp_path: Path) -> None:
    for name in ("server.js", "notes.txt", "yarn.lock"):
        (tmp_path / name).touch()
        os.truncate(tmp_path / name, 1 << 30)
    (tmp_path / "package.json").write_text('{"scripts": {"start": "node server.js"}}')
    begun = time.process_time()
    tracemalloc.start()
    found = detect(Project(tmp_path), RECIPES)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.stack == "node"
    assert peak < 64 << 20
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "name", ["package.json", "pyproject.toml", "angular.json", "mise.toml", "pnpm-workspace.yaml", "Procfile", ".nvmrc"]
)
def test_manifest_of_a_gigabyte_is_refused_by_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"@angular/core": "1"}, "scripts": {"start": "node ."}}')
    (tmp_path / name).touch()
    os.truncate(tmp_path / name, 1 << 30)
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps" / "package.json").write_text('{"scripts": {"start": "node ."}}')
    with pytest.raises(Invalid, match=name):
        detect(Project(tmp_path, "apps" if name == "pnpm-workspace.yaml" else ""), RECIPES)


def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    for name in ("Dockerfile", "package.json", "Procfile", "main.py"):
        os.mkfifo(tmp_path / name)
    with pytest.raises(Invalid):
        detect(Project(tmp_path), RECIPES)


def test_folders_without_end_are_walked_to_a_depth(tmp_path: Path) -> None:
    here = tmp_path
    (tmp_path / "main.py").touch()
    for _ in range(100):
        here = here / "d"
        here.mkdir()
        (here / "Dockerfile").touch()
    project = Project(tmp_path)
    assert max(name.count("/") for name in project.names) == DEPTH_LIMIT
    assert detect(project, RECIPES).stack == "python"


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "a: " + "[" * 100_000])
@pytest.mark.parametrize("name", ["package.json", "pyproject.toml", "pnpm-workspace.yaml", "mise.toml"])
def test_nesting_without_end_is_an_error_with_its_file(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"scripts": {"start": "node ."}}')
    (tmp_path / name).write_text(text)
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps" / "package.json").write_text('{"scripts": {"start": "node ."}}')
    with pytest.raises(Invalid, match=name):
        detect(Project(tmp_path, "apps" if name == "pnpm-workspace.yaml" else ""), RECIPES)


@pytest.mark.parametrize("root", ["..", "/etc", "nowhere", "out", "file", "a\0b", "loop"])
def test_root_out_of_the_source_is_refused(root: str, tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "file").touch()
    (tmp_path / "source" / "out").symlink_to("/etc")
    (tmp_path / "source" / "loop").symlink_to("loop")
    with pytest.raises(Invalid, match="no folder"):
        Project(tmp_path / "source", root)


def test_members_that_need_each_other_are_built_once(tmp_path: Path) -> None:
    write_members(tmp_path, {"a": ["b"], "b": ["c", "a"], "c": ["a", "c"]})
    found = detect(Project(tmp_path, "apps/a"), RECIPES)
    assert found.build[:2] == ("cd /app/apps/c && npm run build", "cd /app/apps/b && npm run build")


def test_a_chain_of_hundreds_of_members_is_followed(tmp_path: Path) -> None:
    write_members(tmp_path, {f"m{number}": [f"m{number + 1}"] for number in range(400)})
    assert (
        len([step for step in detect(Project(tmp_path, "apps/m0"), RECIPES).build if step.startswith("cd /app/apps")])
        == 399
    )


@pytest.mark.parametrize("pattern", ["*" * 5000, "**/" * 5000 + "x", "{a,b}" * 500, "{" * 5000, "[" * 5000, "!" * 5000])
def test_patterns_of_members_cost_no_time(pattern: str) -> None:
    begun = time.process_time()
    assert not is_member("a/" * 500 + "y", [pattern])
    assert time.process_time() - begun < 2


def write_members(folder: Path, needs: dict[str, list[str]]) -> None:
    """A workspace of npm with a member for each name, which needs those listed."""
    (folder / "package.json").write_text('{"workspaces": ["apps/*"]}')
    for name, needed in needs.items():
        package = {
            "name": name,
            "dependencies": dict.fromkeys(needed, "*"),
            "scripts": {"build": "b", "start": "node ."},
        }
        (folder / "apps" / name).mkdir(parents=True)
        (folder / "apps" / name / "package.json").write_text(json.dumps(package))
