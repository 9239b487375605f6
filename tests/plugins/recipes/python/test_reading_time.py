"""However a foreign file is made, reading it takes the time that its size explains."""

import time
from pathlib import Path

import pytest

from sh0.errors import Invalid
from sh0.source.tree import TEXT_LIMIT, Project
from sh0_plugins.recipes.python.source import read_source

UNITS = ("a", "a=", "a,", "a.", "(", "f(a)\n", "A.", "a: b\n", " ", "a = B.C(\n", "\\\n", "#\n")


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_a_large_python_file_does_not_hold_the_interpreter(unit: str) -> None:
    text = unit * (TEXT_LIMIT // len(unit))
    begun = time.process_time()
    read_source("app.py", text)
    assert time.process_time() - begun < 0.5


def test_a_large_python_file_is_read_by_its_lines() -> None:
    found = read_source("app.py", "app = flask.Flask(__name__)\n" + "# filler\n" * 10_000)
    assert found.calls == {"app": "Flask"}
    assert found.broken is None


@pytest.mark.parametrize("text", ["a." * 500_000, "[" + "a." * 500_000, "x = 1\n" + '"a".' * 250_000 + " = 1"], ids=len)
def test_a_key_of_too_many_parts_is_refused_at_once(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.toml").write_text(text)
    begun = time.process_time()
    with pytest.raises(Invalid, match="too many parts"):
        Project(tmp_path).toml("x.toml")
    assert time.process_time() - begun < 0.5


def test_values_may_have_as_many_dots_as_they_like(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(f'a.b = "{"." * 5000}"\n')
    assert Project(tmp_path).toml("x.toml") == {"a": {"b": "." * 5000}}
