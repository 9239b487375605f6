"""An instruction whose list is nested deeper than anybody can mean is read, judged and built as plain text."""

import json
from pathlib import Path

import pytest

from sh0.builds.detect import detect
from sh0.plugins import Plugins
from sh0.rules.engine import check
from sh0.source.buildkit import needs_buildkit
from sh0.source.dockerfile import parse
from sh0.source.tree import Project

RULES = Plugins().rules()
DEPTH = 20_000
DEEP = {
    "open": "[ " * DEPTH,
    "closed": "[" * DEPTH + "]" * DEPTH,
    "objects": '[{"a":' * DEPTH,
    "behind a text": '["a", ' + "[" * DEPTH + "]" * DEPTH + "]",
}
LISTS = ("RUN", "CMD", "ENTRYPOINT", "SHELL", "HEALTHCHECK CMD", "COPY", "ADD", "VOLUME")
KEPT = tuple(f"ONBUILD {name}" for name in LISTS)


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
@pytest.mark.parametrize("name", [*LISTS, *KEPT])
def test_a_list_that_is_nested_too_deeply_is_text(name: str, text: str, tmp_path: Path) -> None:
    dockerfile = f"FROM debian:12\n{name} {text}\nEXPOSE 8080\n"
    instruction = parse(dockerfile).stages[0].instructions[0]
    inner = instruction.triggered or instruction
    assert inner.name == name.removeprefix("ONBUILD ").split()[0]
    assert inner.arguments is None
    (tmp_path / "Dockerfile").write_text(dockerfile)
    assert detect(Project(tmp_path)).port == 8080
    assert needs_buildkit(dockerfile) is None
    assert not check(Project(tmp_path), RULES).broken


@pytest.mark.parametrize("name", ["RUN", "CMD", "ENTRYPOINT", "SHELL", "COPY", "VOLUME", "ONBUILD RUN"])
@pytest.mark.parametrize("value", [["a"], ["a", "b"], ["[[[", "]"], []])
def test_a_list_of_texts_is_a_list(name: str, value: list[str]) -> None:
    instruction = parse(f"FROM a\n{name} {json.dumps(value)}\n").stages[0].instructions[0]
    assert (instruction.triggered or instruction).arguments == tuple(value)
    nested = parse(f"FROM a\n{name} {json.dumps([value])}\n").stages[0].instructions[0]
    assert (nested.triggered or nested).arguments is None
