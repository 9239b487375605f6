"""A command that goes through a package manager of Python, as it is within the one environment of an image."""

from pathlib import Path

import pytest

from sh0.builds.detect import detect
from sh0.source.tree import Project
from sh0_plugins.recipes.python.runners import named_commands, without_runner
from tests.corpus.case import RECIPES

COMMANDS = {"web": "gunicorn app:app -b 0.0.0.0:$PORT"}


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("uv run gunicorn app:app", "gunicorn app:app"),
        ("poetry run gunicorn app:app", "gunicorn app:app"),
        ("pipenv run gunicorn app:app", "gunicorn app:app"),
        ("hatch run gunicorn app:app", "gunicorn app:app"),
        ("uv run --no-dev --frozen gunicorn app:app", "gunicorn app:app"),
        ("uv run --python 3.12 -- gunicorn app:app", "gunicorn app:app"),
        ("poetry -q run -- gunicorn app:app", "gunicorn app:app"),
        ("python -m pipenv run gunicorn app:app", "gunicorn app:app"),
        ("exec uv run gunicorn app:app", "exec gunicorn app:app"),
        ("env A=1 B=2 uv run gunicorn app:app", "env A=1 B=2 gunicorn app:app"),
        ("cd src && uv run gunicorn app:app", "cd src && gunicorn app:app"),
        ("poetry run a up; poetry run b", "a up; b"),
        ("uv run -m gunicorn app:app", "python -m gunicorn app:app"),
        ("uv run app.py --fast", "python app.py --fast"),
        ("pipenv run web", "gunicorn app:app -b 0.0.0.0:$PORT"),
        ("pdm run web --reload", "gunicorn app:app -b 0.0.0.0:$PORT --reload"),
        ("uv run web", "web"),
    ],
)
def test_the_manager_is_left_out(line: str, plain: str) -> None:
    assert without_runner(line, COMMANDS) == plain


@pytest.mark.parametrize(
    "line",
    [
        "gunicorn app:app",
        "uv sync",
        "uv run --extra prod gunicorn app:app",
        "uv run --with rich gunicorn app:app",
        "uv run --directory src gunicorn app:app",
        "uv run --",
        "poetry run app.py",
        "echo uv run gunicorn",
        "xuv run gunicorn",
        "uv runs gunicorn",
        "uv run $PROGRAM",
    ],
)
def test_what_means_another_environment_or_cannot_be_told_stays(line: str) -> None:
    assert without_runner(line, COMMANDS) == line


def test_commands_are_those_of_the_manifests(tmp_path: Path) -> None:
    (tmp_path / "Pipfile").write_text('[scripts]\nweb = "gunicorn app:app"\nempty = " "\n')
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pdm.scripts]\nstart = {cmd = "python app.py"}\nall = {composite = ["a", "b"]}\n'
        '[tool.rye.scripts]\nserve = "flask run"\nlist = ["a"]\n[tool.poetry.scripts]\nshop = "shop:main"\n'
    )
    assert named_commands(Project(tmp_path)) == {
        "start": "python app.py",
        "serve": "flask run",
        "web": "gunicorn app:app",
    }


def test_a_project_without_manifests_names_no_command(tmp_path: Path) -> None:
    assert named_commands(Project(tmp_path)) == {}


@pytest.mark.parametrize(
    "line",
    [
        "gunicorn app:app",
        "uv run gunicorn app:app",
        "A=1 gunicorn app:app",
        "cd . && exec gunicorn app:app",
        "python -m gunicorn app:app",
        "bash -c 'exec gunicorn app:app'",
    ],
)
def test_the_server_that_a_line_starts_is_installed_however_it_is_started(line: str, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("flask==3.1.0\n")
    (tmp_path / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    (tmp_path / "Procfile").write_text(f"web: {line}\n")
    found = detect(Project(tmp_path), RECIPES)
    assert "pip install gunicorn" in found.install
    assert any("starts gunicorn, which is not among the dependencies" in warning for warning in found.warnings)


def test_what_a_manager_would_install_on_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("flask==3.1.0\n")
    (tmp_path / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    (tmp_path / "Procfile").write_text("web: uvx gunicorn app:app\n")
    assert any(
        "starts uvx, which the image does not hold" in each for each in detect(Project(tmp_path), RECIPES).warnings
    )
