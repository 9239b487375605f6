"""The recipe for Streamlit."""

from pathlib import Path

import pytest

from sh0.builds.detect import detect
from sh0.builds.dockerfile import render
from sh0.plugins import Plugins
from sh0.source.tree import Project

RECIPES = Plugins().recipes()


def project(folder: Path, **files: str) -> Project:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return Project(folder)


@pytest.mark.parametrize("script", ["streamlit_app__py", "app__py", "numbers_of_ours__py"])
def test_the_script_that_imports_streamlit_is_served(tmp_path: Path, script: str) -> None:
    source = project(
        tmp_path, requirements__txt="streamlit==1.40\n", **{script: "import streamlit as st\nst.title('x')\n"}
    )
    found = detect(source, RECIPES)
    path = script.replace("__", ".")
    assert found.framework == "Streamlit"
    assert found.command == ("streamlit", "run", path, "--server.address", "0.0.0.0", "--server.port", "8501")
    text = render(found)
    assert f'CMD ["streamlit", "run", "{path}"' in text
    assert "EXPOSE 8501" in text
    assert "STREAMLIT_SERVER_HEADLESS=true" in text


def test_the_port_of_the_app_wins(tmp_path: Path) -> None:
    source = project(tmp_path, requirements__txt="streamlit\n", app__py="import streamlit\n")
    assert detect(source, RECIPES, port=4000).command[-1] == "4000"


def test_among_several_scripts_none_is_guessed(tmp_path: Path) -> None:
    source = project(
        tmp_path, requirements__txt="streamlit\n", one__py="import streamlit\n", two__py="import streamlit\n"
    )
    assert RECIPES[0].detect(source) is None
