"""Reading a Procfile, and what its web line means in the image of a recipe."""

from pathlib import Path

import pytest

from sh0.builds.detect import detect
from sh0.builds.model import Detection
from sh0.errors import Invalid
from sh0.source.procfile import parse
from sh0.source.tree import Project
from tests.corpus.case import RECIPES


def test_blanks_and_comments_are_passed_over() -> None:
    assert parse("# c\n\nweb: a: b\r\n  \nworker:c  \n") == {"web": "a: b", "worker": "c"}


@pytest.mark.parametrize("odd", ["\x0b", "\x0c", "\x85", "\u2028"])
def test_only_line_feeds_end_a_line(odd: str) -> None:
    assert parse(f"web: a {odd}worker: b\n") == {"web": f"a {odd}worker: b"}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("web: a\nnot a line\n", 2, "no line `type: command`"),
        ("web:\n", 1, "no line `type: command`"),
        ("bad name: x\n", 1, "no line `type: command`"),
        ("web: a\n\nweb: b\n", 3, "two lines `web:`"),
        ("worker: a\nworker: a\n", 2, "two lines `worker:`"),
        ("WEB: a\n", 1, "`WEB:` is not `web:`"),
        ("web: a\nRelease: b\n", 2, "`Release:` is not `release:`"),
        ("<<<<<<< HEAD\nweb: a\n=======\n", 1, "merge conflict"),
        ("web: a\n=======\n", 2, "merge conflict"),
        (">>>>>>> branch: x\n", 1, "merge conflict"),
    ],
)
def test_a_broken_line_is_named(text: str, line: int, said: str) -> None:
    with pytest.raises(Invalid, match=f"Procfile, line {line}: ") as caught:
        parse(text)
    assert said in caught.value.message
    assert caught.value.hint


GO = {"go.mod": "module example.com/shop\n\ngo 1.22\n", "main.go": "package main\nfunc main() {}\n"}
RUST = {
    "Cargo.toml": '[package]\nname = "shop"\nversion = "1.0.0"\nedition = "2021"\n',
    "src/main.rs": "fn main() {}\n",
}
LEIN = {"project.clj": '(defproject shop "1" :main shop.core)', "src/shop/core.clj": "(ns shop.core)"}
DOTNET = {"Web.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net10.0</TargetFramework>'
          "</PropertyGroup></Project>"}  # fmt: skip
PYTHON = {"requirements.txt": "flask==3.1\ngunicorn==23\n", "app.py": "import flask\napp = flask.Flask('a')\n"}
MAVEN = {"pom.xml": "<project><artifactId>a</artifactId><version>1</version></project>",
         "HelloWorld.java": "", "src/main/java/HelloWorld.java": "public class HelloWorld {}"}  # fmt: skip
NODE = {"package.json": '{"scripts": {"start": "node a.js"}, "dependencies": {"pm2": "5"}}',
        "package-lock.json": '{"lockfileVersion": 3, "packages": {}}', "a.js": ""}  # fmt: skip
PHP = {"composer.json": "{}", "web/index.php": "<?php", "index.php": "<?php"}


@pytest.mark.parametrize(
    ("files", "line", "start"),
    [
        (GO, "./server", ("/app/bin/shop",)),
        (GO, "./out serve", ("/app/bin/shop", "serve")),
        (GO, "out --port $PORT", ("/bin/sh", "-c", 'exec /app/bin/shop --port "$PORT"')),
        (GO, "go run . -- -v", ("/app/bin/shop", "-v")),
        (RUST, "cargo run --release", ("/app/target/release/shop",)),
        (RUST, "cargo run -- --all", ("/app/target/release/shop", "--all")),
        (RUST, "./target/debug/shop", ("/app/target/release/shop",)),
        (LEIN, "lein run", ("java", "-XX:MaxRAMPercentage=75", "-jar", "app.jar")),
    ],
)
def test_what_means_the_program_of_the_recipe_becomes_it(
    files: dict[str, str], line: str, start: tuple[str, ...], tmp_path: Path
) -> None:
    found = _detect(tmp_path, files, f"web: {line}\n")
    assert found.start == start
    assert "which the image does not hold" in " ".join(found.warnings)


def test_what_dotnet_published_elsewhere_is_started_where_it_is(tmp_path: Path) -> None:
    found = _detect(tmp_path, DOTNET, "web: cd bin/publish && ./Web --urls http://*:$PORT\n")
    assert found.start[2:4] == ("dotnet", "Web.dll")


@pytest.mark.parametrize(
    ("files", "line"),
    [
        (GO, "bin/shop"),
        (GO, "shop"),
        (GO, "sh -c 'exec shop'"),
        (RUST, "./target/release/shop"),
        (RUST, "RUST_LOG=info target/release/shop --port $PORT"),
        (PYTHON, "gunicorn app:app"),
        (PYTHON, "python app.py"),
        (PYTHON, "/usr/bin/env python app.py"),
        (NODE, "node a.js"),
        (NODE, "node --require ./a.js --enable-source-maps a.js"),
        (NODE, "pm2 start a.js"),
        (NODE, "npm run start"),
        (MAVEN, "java -cp target/classes:target/dependency/* HelloWorld"),
    ],
)
def test_what_the_image_holds_is_started_as_it_stands(files: dict[str, str], line: str, tmp_path: Path) -> None:
    found = _detect(tmp_path, files, f"web: {line}\n")
    assert line in found.start[-1]
    assert "does not hold" not in " ".join(found.warnings)


@pytest.mark.parametrize(
    ("files", "line", "missing"),
    [
        (PYTHON, "./out serve", "./out"),
        (PYTHON, "npm start", "npm"),
        (PYTHON, "sh missing.sh", "missing.sh"),
        (PYTHON, "cd server && ./run", "server/./run"),
        (GO, "mvn verify", "mvn"),
        (LEIN, "target/bin/webapp", "target/bin/webapp"),
        (GO, "sh -c './out serve'", "./out"),
        (PYTHON, "python missing.py", "missing.py"),
        (PYTHON, "python3 -u jobs/missing.py --port $PORT", "jobs/missing.py"),
        (PYTHON, "npx serve", "npx"),
        (PYTHON, "puma -p $PORT", "puma"),
        (PYTHON, "/start web", "/start"),
        (PYTHON, "/cnb/process/web", "/cnb/process/web"),
        (NODE, "node missing.js", "missing.js"),
        (NODE, "serve -s build", "serve"),
        (NODE, "gunicorn app:app", "gunicorn"),
    ],
)
def test_anything_else_that_the_image_does_not_hold_is_told(
    files: dict[str, str], line: str, missing: str, tmp_path: Path
) -> None:
    warnings = _detect(tmp_path, files, f"web: {line}\n").warnings
    assert f"The command of web starts {missing}, which the image does not hold" in " ".join(warnings)


@pytest.mark.parametrize(
    ("manager", "lock"), [("npm", "package-lock.json"), ("yarn", "yarn.lock"), ("pnpm", "pnpm-lock.yaml")]
)
def test_a_script_that_package_json_does_not_hold_is_told(manager: str, lock: str, tmp_path: Path) -> None:
    files = {name: text for name, text in NODE.items() if name != "package-lock.json"} | {lock: NODE.get(lock, "")}
    warnings = _detect(tmp_path, files, f"web: {manager} run missing\n").warnings
    assert f"starts {manager} run missing, which package.json does not hold" in " ".join(warnings)


def test_a_file_that_a_script_may_make_counts_as_held(tmp_path: Path) -> None:
    package = '{"scripts": {"start": "node a.js", "postinstall": "tsc"}}'
    warnings = _detect(tmp_path, NODE | {"package.json": package}, "web: node dist/main.js\n").warnings
    assert "does not hold" not in " ".join(warnings)


def test_a_maven_image_carries_what_the_line_names(tmp_path: Path) -> None:
    found = _detect(tmp_path, MAVEN, "web: java -cp target/classes:target/dependency/* HelloWorld\n")
    assert found.artifacts == ("/app/target",)
    assert "dependency:copy-dependencies" in found.build[0]


@pytest.mark.parametrize("path", ["vendor/bin/", "vendor/heroku/heroku-buildpack-php/bin/", ""])
def test_apache_serves_the_folder_of_herokus_program(path: str, tmp_path: Path) -> None:
    found = _detect(tmp_path, PHP, f"web: {path}heroku-php-apache2 web/\n")
    assert "heroku-php-apache2 exists only at Heroku" in " ".join(found.warnings)
    assert not found.start or "heroku" not in found.start[-1]


@pytest.mark.parametrize("files", [PYTHON, {"Dockerfile": "FROM a\nEXPOSE 80\n"}], ids=["recipe", "dockerfile"])
def test_every_line_is_a_process_and_release_is_the_command_before_it(files: dict[str, str], tmp_path: Path) -> None:
    text = "release: python app.py\nweb: python app.py\nworker: python app.py\nclock_1: sh -c 'tick \"a\"'\n"
    found = _detect(tmp_path, files, text)
    assert found.web
    assert found.processes["worker"] == "python app.py"
    assert found.processes["clock_1"] == "sh -c 'tick \"a\"'"
    assert found.processes["release"] == "python app.py"
    assert "release" not in " ".join(found.warnings)


def test_sh0_yaml_wins_name_by_name_and_its_lines_go_the_same_way(tmp_path: Path) -> None:
    manifest = "processes:\n  web: uv run python app.py\n  worker: {command: poetry run python app.py}\n  clock: {}\n"
    found = _detect(tmp_path, {**PYTHON, "sh0.yaml": manifest}, "web: nothing\nworker: a\nclock: python app.py\n")
    assert found.start == ("/bin/sh", "-c", "exec python app.py")
    assert found.processes == {"web": "uv run python app.py", "worker": "python app.py", "clock": "python app.py"}
    assert [each.partition(" ")[0] for each in found.warnings] == ["The", "worker:"]


def test_what_a_worker_starts_and_the_image_does_not_hold_is_told_with_its_name(tmp_path: Path) -> None:
    found = _detect(tmp_path, PYTHON, "web: python app.py\nworker: python missing.py\n")
    assert found.processes["worker"] == "python missing.py"
    assert [
        each for each in found.warnings if each.startswith("worker: The command starts missing.py, which the image")
    ]


def test_a_bot_needs_no_web_line_and_nothing_to_start(tmp_path: Path) -> None:
    node = {"package.json": '{"name": "x"}', "package-lock.json": NODE["package-lock.json"], "bot.js": ""}
    found = _detect(tmp_path, node, "worker: node bot.js\n")
    assert (found.stack, found.web, found.start) == ("node", False, ())


@pytest.mark.parametrize(
    ("files", "procfile"),
    [
        ({"requirements.txt": "flask\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}, "worker: rq\n"),
        ({"index.html": ""}, "worker: a\n"),
        ({"Dockerfile": "FROM a\n"}, "worker: a\n"),
        (PYTHON, "release: a\n"),
        ({**PYTHON, "sh0.yaml": "processes: {web: {replicas: 1}}\n"}, "worker: a\n"),
    ],
    ids=["framework", "site", "dockerfile", "release alone", "declared"],
)
def test_what_serves_by_itself_has_a_process_web_all_the_same(
    files: dict[str, str], procfile: str, tmp_path: Path
) -> None:
    assert _detect(tmp_path, files, procfile).web


def test_a_name_that_no_process_has_is_told(tmp_path: Path) -> None:
    found = _detect(tmp_path, PYTHON, "web: python app.py\n1st: python app.py\n")
    assert list(found.processes) == ["web"]
    assert "1st of the Procfile is not run" in " ".join(found.warnings)


def test_a_dockerfile_keeps_its_command_and_the_web_line_is_told(tmp_path: Path) -> None:
    found = _detect(tmp_path, {"Dockerfile": "FROM a\nEXPOSE 80\n"}, "web: python app.py\n")
    assert found.start == ()
    assert 'write in sh0.yaml: processes: {web: "python app.py"}' in found.warnings[0]


def _detect(folder: Path, files: dict[str, str], procfile: str) -> Detection:
    for path, text in {**files, "Procfile": procfile}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return detect(Project(folder), RECIPES)


@pytest.mark.parametrize("text", ["\x00\x01\x02", "web: ok\n\x7fELF\x02\x01", "PK\x03\x04 a"])
def test_what_is_no_text_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Invalid, match="this is not text") as caught:
        parse(text)
    assert "\x00" not in str(caught.value)
