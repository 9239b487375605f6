"""A look at a project never fails in another way than by refusing it, whatever its files hold."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sh0.builds.detect import detect
from sh0.builds.dockerfile import render
from sh0.builds.model import Detection
from sh0.builds.project import Project
from sh0.errors import Invalid

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
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=20), max_size=3).map("".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(NAMES, TEXTS, max_size=5))
def test_any_project_is_detected_or_refused(tmp_path_factory: pytest.TempPathFactory, files: dict[str, str]) -> None:
    folder = tmp_path_factory.mktemp("project")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", errors="replace")
    try:
        found = detect(Project(folder))
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
        detect(Project(tmp_path))
    assert time.process_time() - begun < 5


def test_a_line_break_in_a_name_begins_no_instruction() -> None:
    found = Detection("python", manifests=("a\nRUN evil",), build_image="x", runtime_image="y", start=("z",), port=1)
    with pytest.raises(Invalid, match="line break"):
        render(found)


def test_names_with_spaces_are_copied_in_the_json_form() -> None:
    found = Detection("python", manifests=("a b/c.txt",), build_image="x", runtime_image="y", start=("z",), port=1)
    assert 'COPY ["a b/c.txt", "./a b/"]' in render(found)
