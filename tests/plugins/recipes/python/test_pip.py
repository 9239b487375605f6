"""Whether the running app may call pip, which is left out of its image otherwise."""

from pathlib import Path

import pytest

from sh0.source.tree import Project
from sh0_plugins.recipes.python.packages import PythonProject
from sh0_plugins.recipes.python.pip import uses_pip


@pytest.mark.parametrize(
    ("name", "text", "used"),
    [
        ("sh0.yaml", "processes:\n  worker: sh -c 'pip install -r more.txt && python w.py'\n", True),
        ("sh0.yaml", "processes:\n  worker: python w.py\n", False),
        ("Procfile", "worker: python -m pip list\n", True),
        ("start.sh", "pip3 install extra\n", True),
        ("a.py", "import pipeline\n", False),
        ("a.py", "subprocess.run(['pip', 'download'])\n", True),
        (".github/workflows/test.yml", "run: pip install tox\n", False),
    ],
)
def test_a_call_of_pip_keeps_it(name: str, text: str, used: bool, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text)
    assert uses_pip(Project(tmp_path), PythonProject("pip")) is used
