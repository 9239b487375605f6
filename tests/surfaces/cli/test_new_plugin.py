"""A plugin's first package, as ``sh0 plugins new`` writes it, and the fixtures that its tests use."""

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from sh0_cli.main import run


def test_the_package_is_valid_and_its_own_tests_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plugins", "new", "sh0-fortran", "--in", str(tmp_path)]) == 0
    folder = tmp_path / "sh0-fortran"
    assert str(folder / "src/sh0_fortran/plugin.py") in capsys.readouterr().out
    project = tomllib.loads((folder / "pyproject.toml").read_text())
    assert project["project"]["entry-points"]["sh0"] == {"fortran": "sh0_fortran.plugin"}
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "5 passed" in tested.stdout


def test_what_is_written_names_the_plugin_everywhere(tmp_path: Path) -> None:
    run(["plugins", "new", "fortran", "--in", str(tmp_path)])
    texts = {path: path.read_text() for path in (tmp_path / "fortran").rglob("*") if path.is_file()}
    assert len(texts) == 8
    assert [path for path, text in texts.items() if "@" in text.replace("@hookimpl", "")] == []
    for path, text in texts.items():
        if path.suffix == ".py":
            assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("name", ["Sh0", "sh0", "with space", "-x", "../up", "class", ""])
def test_a_name_that_no_package_can_have_is_refused(name: str, tmp_path: Path) -> None:
    assert run(["plugins", "new", "--in", str(tmp_path), "--", name]) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert run(["plugins", "new", "mine", "--in", str(tmp_path)]) == 2
    assert list((tmp_path / "mine").iterdir()) == []
