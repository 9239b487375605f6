"""Every kind of event: emitted by somebody, documented, and read as it was written."""

import ast
import inspect
import json
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from docstring_parser import DocstringStyle, parse

import sh0
from sh0 import codec
from sh0.records import event_types
from sh0.records.deployment import DeploymentState
from sh0.records.event_types import ENDED_DEPLOYMENTS, ENDED_RELEASES, EventType

SOURCES = Path(sh0.__file__).parent
each_kind = pytest.mark.parametrize("kind", EventType, ids=lambda kind: kind.value)
TABLES = {"ENDED_DEPLOYMENTS": ENDED_DEPLOYMENTS, "ENDED_RELEASES": ENDED_RELEASES}


def emitted() -> set[EventType]:
    """The kinds that are the first argument of a call of `emit`, or what a kind of work gives the engine to emit.

    They are named, or looked up by how something ended.
    """
    found: set[EventType] = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "emit":
                found.update(kinds_in(node.args[0]))
            elif isinstance(node, ast.FunctionDef) and node.name in ("begun", "ended"):
                for end in ast.walk(node):
                    if isinstance(end, ast.Return) and isinstance(end.value, ast.Tuple):
                        found.update(kinds_in(end.value.elts[0]))
    return found


def kinds_in(expression: ast.expr) -> Iterator[EventType]:
    for part in ast.walk(expression):
        if isinstance(part, ast.Attribute) and part.attr in EventType.__members__:
            yield EventType[part.attr]
        elif isinstance(part, ast.Name) and part.id in TABLES:
            yield from TABLES[part.id].values()


def test_every_kind_is_emitted_somewhere() -> None:
    assert emitted() == set(EventType)


@each_kind
def test_it_says_when_it_happens_and_its_payload_what_each_field_is(kind: EventType) -> None:
    assert kind.when.endswith(".")
    assert inspect.getdoc(kind.payload)
    doc = parse(inspect.getdoc(kind.payload) or "", DocstringStyle.GOOGLE)
    assert {p.arg_name for p in doc.params} == {field.name for field in attrs.fields(kind.payload)}
    assert kind.payload.__name__ in sh0.__all__


@each_kind
def test_its_name_is_a_subject_and_what_happened_to_it(kind: EventType) -> None:
    subject, dot, what = kind.value.partition(".")
    assert subject.isalpha()
    assert what.isalpha()
    assert dot
    assert json.loads(json.dumps(codec.unstructure(kind))) == kind.value


def test_every_payload_is_that_of_a_kind() -> None:
    payloads = {value for name, value in vars(event_types).items() if name.endswith("Payload")}
    assert payloads == {kind.payload for kind in EventType}
    assert len({payload.kind for payload in payloads}) == len(payloads)


def test_every_way_in_which_a_deployment_or_a_release_ends_has_a_kind() -> None:
    served_later = {DeploymentState.REPLACED, DeploymentState.STOPPED}
    ends = {state for state in DeploymentState if state.ended} - served_later
    assert set(ENDED_DEPLOYMENTS) == ends
    assert set(ENDED_RELEASES) == ends - {DeploymentState.SUPERSEDED}  # a second release is refused, not queued


def test_the_reference_has_an_entry_for_every_kind_with_its_scope_and_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "docs" / "_ext"))
    import events_reference

    text = "\n".join(events_reference.entries())
    for kind in EventType:
        entry = text.partition(f"## {kind.value}\n")[2].partition("\n## ")[0]
        assert kind.when in entry
        assert f"`{kind.scope.value}:read`" in entry
        assert all(f"- `{field.name}` (" in entry for field in attrs.fields(kind.payload))
