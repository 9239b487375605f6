"""Choosing a version of a language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.builds.images import NODE, PYTHON
from sh0.builds.procfile import parse
from sh0.builds.versions import Choice, choose


@pytest.mark.parametrize(
    ("wanted", "version", "exact"),
    [
        ("3.12.4", "3.12", True),
        ("3", "3.13", True),
        ("python-3.11.9", "3.11", True),
        ("cpython-3.11", "3.11", True),
        (">=3.9", "3.13", True),
        (">=3.11,<3.13", "3.12", True),
        (">= 3.10 , != 3.13.* , <4", "3.14", True),
        (">=3.11,<3.12.5", "3.11", True),
        ("<=3.12", "3.12", True),
        ("~=3.11", "3.13", True),
        ("~=3.11.2", "3.11", True),
        ("^3.10", "3.13", True),
        ("~3.10", "3.10", True),
        ("==3.12.*", "3.12", True),
        ("3.13.0rc1", "3.13", True),
        ("3.14t", "3.14", True),
        ("", "3.13", True),
        ("3.8", "3.10", False),
        ("2.7.18", "3.10", False),
        (">=3.15", "3.14", False),
        ("<3.9", "3.10", False),
        ("my-environment", "3.13", False),
    ],
)
def test_python_versions(wanted: str, version: str, exact: bool) -> None:
    assert choose(wanted, PYTHON.versions, PYTHON.default) == Choice(version, exact)


@pytest.mark.parametrize(
    ("wanted", "version", "exact"),
    [
        ("v20.11.1", "20", True),
        ("20.x", "20", True),
        (">=18", "22", True),
        ("^18.2.0 || ^20.1.0", "20", True),
        ("18 - 20", "20", True),
        (">=18.17 <21", "20", True),
        (">22", "24", True),
        ("lts/*", "22", True),
        ("lts/Iron", "20", True),
        ("node", "24", True),
        ("*", "22", True),
        ("~20.9", "20", True),
        ("16", "18", False),
        ("21", "20", False),
        ("99", "24", False),
    ],
)
def test_node_versions(wanted: str, version: str, exact: bool) -> None:
    assert choose(wanted, NODE.versions, NODE.default) == Choice(version, exact)


@given(st.text(max_size=40))
def test_any_text_gives_a_supported_version(wanted: str) -> None:
    assert choose(wanted, PYTHON.versions, PYTHON.default).version in PYTHON.versions


def test_the_nearest_version_is_told() -> None:
    found = NODE.version("16", ".nvmrc")
    assert found.image == "node:18-slim"
    assert found.warnings == (".nvmrc asks for Node 16; the nearest supported version is 18.",)


def test_procfile_lines_that_are_none_are_left_out() -> None:
    assert parse("# c\nweb: a: b\n\nworker:c  \nnot a line\r\nbad name: x\n") == {"web": "a: b", "worker": "c"}
