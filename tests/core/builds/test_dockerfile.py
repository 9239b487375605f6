"""What a generated Dockerfile says for each part of a detection."""

import os
from pathlib import Path
from typing import Any

import attrs
import pytest

from sh0.builds.dockerfile import USER, nginx_configuration, render
from sh0.builds.model import SHELL, Detection
from sh0.errors import Invalid

GOLDEN = Path(__file__).parents[2] / "golden/dockerfiles"
COMPILED = Detection(
    "go",
    build_image="golang:1",
    runtime_image="debian:12",
    install=("go mod download",),
    build=("go build -o /app/bin/server",),
    artifacts=("/app/bin/server", "/usr/share/zoneinfo"),
    keep_source=False,
    start=("/app/bin/server",),
    port=8080,
)


def test_compiled_program_leaves_its_source_behind() -> None:
    last = render(COMPILED).split("\n\n")[-1]
    copied = [line for line in last.splitlines() if line.startswith("COPY")]
    assert copied == [
        "COPY --from=build --chown=10001:10001 /app/bin/server /app/bin/server",
        "COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo",
    ]


def test_commands_of_the_last_stage_come_before_the_app() -> None:
    lines = render(attrs.evolve(COMPILED, runtime_setup=("a2enmod rewrite",))).splitlines()
    assert lines.index("RUN a2enmod rewrite") < next(
        n for n, line in enumerate(lines) if "/app/bin/server /app" in line
    )


def test_tools_of_other_images_are_there_before_the_commands_that_use_them() -> None:
    lines = render(
        attrs.evolve(COMPILED, tools={"/usr/bin/composer": "composer:2"}, setup=("composer --version",))
    ).splitlines()
    copied = lines.index("COPY --from=composer:2 /usr/bin/composer /usr/bin/composer")
    assert copied < lines.index("RUN composer --version")


def test_member_of_a_workspace_is_built_and_started_in_its_folder() -> None:
    text = render(attrs.evolve(COMPILED, keep_source=True, root="apps/web"))
    build, last = text.split("\n\n")
    assert build.index("COPY . .") < build.index("WORKDIR /app/apps/web") < build.index("RUN go build")
    assert last.index("COPY --from=build --chown=10001:10001 /app /app") < last.index("WORKDIR /app/apps/web")


def test_pages_of_a_member_are_found_below_its_folder() -> None:
    pages = Detection("static", port=8080, static_directory="dist", runtime_image="n", build_image="b", root="a/b")
    assert "COPY --from=build /app/a/b/dist /srv/site" in render(pages)


def test_health_check_can_be_left_out() -> None:
    assert "HEALTHCHECK" not in render(attrs.evolve(COMPILED, health=""))


INTERPRETED = Detection(
    "python",
    framework="Flask",
    version="3.13",
    package_manager="pip",
    tools={"/usr/bin/uv": "uv:1"},
    setup=("pip install uv",),
    manifests=("requirements.txt", "apps/web/setup.py", "apps/web/setup.cfg"),
    install=("pip install -r requirements.txt",),
    cleanup=("rm -rf /root/.cache",),
    artifacts=("/opt/venv", "/app/apps/web/static"),
    start=(*SHELL, "exec gunicorn --bind 0.0.0.0:$PORT app:app"),
    port=8000,
    environment={"PATH": "/opt/venv/bin:$PATH", "GREETING": "two words", "EMPTY": ""},
    build_environment={"PIP_NO_CACHE_DIR": "1", "CI": "true"},
    build_packages=("gcc", "libpq-dev"),
    runtime_packages=("libpq5",),
    runtime_setup=("ldconfig",),
    build_image="python:3.13",
    runtime_image="python:3.13-slim",
    health="/up",
)
PAGES = Detection("static", port=8080, static_directory=".", runtime_image="nginx:1")
DETECTIONS = {
    "compiled": COMPILED,
    "interpreted": INTERPRETED,
    "built": attrs.evolve(INTERPRETED, build=("npm run build",)),
    "source-first": attrs.evolve(INTERPRETED, copy_first=True, root="apps/web", build=("make",)),
    "unbuilt-member": attrs.evolve(INTERPRETED, root="apps/my web", manifests=(), artifacts=()),
    "nothing-installed": Detection("node", start=("node", "a.js"), port=3000, runtime_image="node:22", health=""),
    "pages": PAGES,
    "built-pages": attrs.evolve(
        PAGES,
        static_directory="dist",
        root="a b",
        build_image="node:22",
        build=("x",),
        fallback="index.html",
        port=9090,
    ),
}


@pytest.mark.parametrize("name", DETECTIONS)
def test_a_detection_becomes_a_dockerfile(name: str) -> None:
    """Run with SH0_GOLDEN=write to accept what is rendered now."""
    text, file = render(DETECTIONS[name]), GOLDEN / f"{name}.Dockerfile"
    if os.environ.get("SH0_GOLDEN") == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert text == file.read_text()


def test_a_repositorys_own_dockerfile_is_given_back_as_it_is() -> None:
    assert render(Detection("dockerfile", dockerfile="ops/D", dockerfile_text="FROM a\n")) == "FROM a\n"


@pytest.mark.parametrize(("path", "quoted"), [("/srv/a b", '["/srv/a b", "/srv/a b"]'), ("[a]", '["[a]", "[a]"]')])
def test_paths_of_copy_are_a_list_where_words_would_be_read_otherwise(path: str, quoted: str) -> None:
    text = render(attrs.evolve(COMPILED, artifacts=(path,)))
    assert f"COPY --from=build {quoted}" in text


@pytest.mark.parametrize(
    ("path", "inside"), [("/app", True), ("/app/bin", True), ("/application", False), ("/opt/app", False)]
)
def test_what_is_taken_from_the_build_belongs_to_the_user_if_it_is_of_the_app(path: str, inside: bool) -> None:
    [copy] = [line for line in render(attrs.evolve(COMPILED, artifacts=(path,))).splitlines() if "--from=build" in line]
    assert (f"--chown={USER}:{USER}" in copy) is inside


def test_a_dollar_sign_in_a_path_begins_no_variable() -> None:
    text = render(attrs.evolve(COMPILED, manifests=("a$b/x",), root="c$d", keep_source=True))
    assert "COPY a\\$b/x ./a$b/" not in text
    assert "COPY a\\$b/x ./a\\$b/" in text
    assert "WORKDIR /app/c\\$d" in text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a:b/c-d.e_f@g,h+i*j$K", "a:b/c-d.e_f@g,h+i*j$K"),
        ("", '""'),
        ("a b", '"a b"'),
        ('a"b', '"a\\"b"'),
        ("a#b", '"a#b"'),
    ],
)
def test_a_value_is_quoted_where_it_has_to_be(value: str, written: str) -> None:
    assert f"NAME={written}" in render(attrs.evolve(COMPILED, environment={"NAME": value}))


@pytest.mark.parametrize("mark", ["\n", "\r", "\0", chr(0xD800), chr(0xDFFF)])
@pytest.mark.parametrize(
    "part", ["build_image", "runtime_image", "root", "setup", "install", "artifacts", "manifests", "build_packages"]
)
def test_no_part_of_a_detection_begins_an_instruction_of_its_own(part: str, mark: str) -> None:
    text = f"a{mark}USER root"
    value: Any = text if isinstance(getattr(COMPILED, part), str) else (text,)
    with pytest.raises(Invalid):
        render(attrs.evolve(COMPILED, **{part: value}))


def test_letters_of_any_language_are_fine() -> None:
    assert "RUN echo é 漢 🎉" in render(attrs.evolve(COMPILED, setup=("echo é 漢 🎉",)))


@pytest.mark.parametrize("name", ["compiled", "interpreted", "pages", "built-pages"])
def test_where_no_port_can_be_told_it_is_the_one_that_the_platform_asks_at(name: str) -> None:
    start = ("/app/bin/server", "--port=$PORT")
    told = attrs.evolve(DETECTIONS[name], port=8080, start=start)
    assert render(attrs.evolve(told, port=None)) == render(told)


@pytest.mark.parametrize(("fallback", "missing"), [("", "=404"), ("index.html", "/index.html")])
def test_what_is_no_page_is_answered_with_404_or_the_fallback(fallback: str, missing: str) -> None:
    lines = nginx_configuration(9000, fallback=fallback).splitlines()
    assert "listen 9000;" in lines
    assert f"location / {{ try_files $uri $uri/ $uri.html {missing}; }}" in lines


def test_everything_runs_as_a_user_without_privileges() -> None:
    for detection in DETECTIONS.values():
        assert render(detection).splitlines().count(f"USER {USER}:{USER}") == 1
