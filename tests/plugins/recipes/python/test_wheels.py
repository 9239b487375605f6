"""Where no file names a version of Python, it is one that the pinned packages have wheels for."""

from pathlib import Path

import pytest

from sh0.builds.detect import detect
from sh0.builds.model import Detection
from sh0.source.tree import Project
from tests.corpus.case import RECIPES


def detected(folder: Path, **files: str) -> Detection:
    (folder / "main.py").write_text("print('hello')\n")
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return detect(Project(folder), RECIPES)


def wheels(name: str, version: str, *tags: str) -> str:
    files = ", ".join(f'{{file = "{name}-{version}-{tag}.whl", hash = "sha256:0"}}' for tag in tags)
    return f'[[package]]\nname = "{name}"\nversion = "{version}"\nfiles = [{files}]\n'


LINUX = "manylinux_2_17_x86_64.manylinux2014_x86_64"
PROJECT = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["engine"]\n'


def test_the_newest_version_with_wheels_for_every_pin_is_used_and_told(tmp_path: Path) -> None:
    found = detected(tmp_path, requirements__txt="numpy==1.26.0\nflask==3.0\n")
    assert (found.version, found.version_source) == ("3.12", "requirements.txt")
    assert [told for told in found.warnings if "Python 3.12 is used: requirements.txt pins numpy 1.26.0" in told]


@pytest.mark.parametrize(
    ("pin", "version"),
    [
        ("multidict==6.0.4", "3.11"),
        ("frozenlist==1.3.3", "3.11"),
        ("yarl==1.8.2", "3.11"),
        ("wrapt==1.14.1", "3.11"),
        ("zope.interface==6.1", "3.12"),
        ("regex==2023.12.25", "3.12"),
        ("torch==2.2.1", "3.12"),
        ("tensorflow==2.16.1", "3.12"),
        ("multidict==6.0.5", "3.13"),
        ("yarl==1.9.4", "3.13"),
    ],
)
def test_compiled_packages_that_many_others_pull_in_are_known(pin: str, version: str, tmp_path: Path) -> None:
    assert detected(tmp_path, requirements__txt=f"flask\n{pin}\n").version == version


def test_a_named_version_stays_and_the_warning_names_the_other_one(tmp_path: Path) -> None:
    found = detected(tmp_path, requirements__txt="numpy==1.26.0\n", **{"__python-version": "3.13"})
    assert found.version == "3.13"
    assert [told for told in found.warnings if "write 3.12 into .python-version" in told]


@pytest.mark.parametrize("lock", ["poetry.lock", "uv.lock", "pdm.lock"])
def test_the_wheels_of_a_lock_file_decide(tmp_path: Path, lock: str) -> None:
    text = wheels("engine", "1.0", f"cp310-cp310-{LINUX}", f"cp311-cp311-{LINUX}", "cp313-cp313-win_amd64")
    text += wheels("pure", "1.0", "py3-none-any") + wheels("stable", "1.0", f"cp38-abi3-{LINUX}")
    text += wheels("windows-only", "1.0", "cp313-cp313-win_amd64")
    found = detected(tmp_path, pyproject__toml=PROJECT, **{lock.replace(".", "__"): text})
    assert (found.version, found.version_source) == ("3.11", lock)


def test_a_package_without_wheels_for_any_version_changes_nothing(tmp_path: Path) -> None:
    text = wheels("backport", "1.0", f"cp38-cp38-{LINUX}") + wheels("engine", "2.0", f"cp313-cp313-{LINUX}")
    found = detected(tmp_path, pyproject__toml=PROJECT, poetry__lock=text)
    assert (found.version, found.version_source) == ("3.13", "pyproject.toml")
    assert not [told for told in found.warnings if "backport" in told]


def test_the_range_of_the_manifest_bounds_the_choice(tmp_path: Path) -> None:
    text = wheels("engine", "1.0", f"cp310-cp310-{LINUX}")
    pyproject = PROJECT.replace(">=3.10", ">=3.12")
    found = detected(tmp_path, pyproject__toml=pyproject, poetry__lock=text)
    assert found.version == "3.13"
    assert [told for told in found.warnings if "engine 1.0, without a wheel for Python 3.13" in told]


def test_a_pipfile_lock_and_dependencies_of_pyproject_are_read_too(tmp_path: Path) -> None:
    lock = '{"default": {"numpy": {"version": "==1.26.4"}}}'
    found = detected(tmp_path, Pipfile='[packages]\nnumpy = "*"\n', Pipfile__lock=lock)
    assert (found.version, found.version_source) == ("3.12", "Pipfile.lock")
    for name in ("Pipfile", "Pipfile.lock"):
        (tmp_path / name).unlink()
    found = detected(tmp_path, pyproject__toml=PROJECT.replace("engine", "pandas==2.1.4"))
    assert (found.version, found.version_source) == ("3.12", "pyproject.toml")


def test_pip_leaves_the_image_unless_something_calls_it(tmp_path: Path) -> None:
    assert detected(tmp_path, requirements__txt="flask\n").cleanup
    assert not detected(tmp_path, requirements__txt="flask\npip-tools\n").cleanup
    assert not detected(tmp_path, requirements__txt="flask\n", start__sh="pip install more\n").cleanup
    (tmp_path / "start.sh").unlink()
    source = "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'list'])\n"
    assert not detected(tmp_path, requirements__txt="flask\n", plugin__py=source).cleanup
