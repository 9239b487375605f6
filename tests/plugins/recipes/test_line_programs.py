"""What a command starts, and whether a module that it names may be there."""

from pathlib import Path

import pytest

from sh0.source.tree import Project
from sh0_plugins.recipes.line_programs import programs
from sh0_plugins.recipes.python.modules import may_be_imported


@pytest.mark.parametrize(
    ("line", "started"),
    [
        ("python -m shop.main", ["python", "python -m shop.main"]),
        ("python3.12 -u -X dev -m shop", ["python3.12"]),  # an option with a value of its own is not looked behind
        ("gunicorn -w 4 --bind 0.0.0.0:8000 shop:app", ["gunicorn", "gunicorn shop:app"]),
        ("gunicorn -c python:settings shop.wsgi", ["gunicorn", "gunicorn shop.wsgi"]),
        ("gunicorn --bind unix:/tmp/s 'shop:create()'", ["gunicorn"]),
        ("uvicorn $APP", ["uvicorn"]),
        ("cd back && uvicorn shop:app", ["cd", "uvicorn", "uvicorn shop:app"]),
        ("streamlit run pages/one.py", ["streamlit", "pages/one.py"]),
        ("java -cp a:b/* Main", ["java", "java -cp a:b/*"]),
        ("java -cp a -jar b.jar", ["java", "b.jar"]),
        ("java -cp $PATHS Main", ["java"]),
    ],
)
def test_programs_and_what_they_run(line: str, started: list[str]) -> None:
    assert programs(line) == started


@pytest.mark.parametrize(
    ("module", "held"),
    [
        ("shop", True),
        ("shop.wsgi", True),
        ("wsgi", True),  # an option may say where to look
        ("shop.missing", False),
        ("missing", False),
        ("http.server", True),
        ("flask", True),
        ("telegram", True),
        ("fast", True),
    ],
)
def test_a_module_is_looked_for_by_its_name(module: str, held: bool, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/__init__.py").touch()
    (tmp_path / "shop/wsgi.py").touch()
    (tmp_path / "fast.cpython-313.so").touch()
    (tmp_path / "requirements.txt").write_text("Flask\npython-telegram-bot\n")
    assert may_be_imported(module, Project(tmp_path)) is held


def test_what_packages_of_the_project_bring_cannot_be_told(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("-e ./own\n")
    (tmp_path / "own").mkdir()
    (tmp_path / "own/setup.py").touch()
    assert may_be_imported("missing", Project(tmp_path))
