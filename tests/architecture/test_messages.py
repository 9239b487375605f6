"""What errors say has one form: a message in lower case without a full stop, and a hint that is a sentence."""

import ast
from collections.abc import Iterator

import attrs
import pytest

from sh0.errors import error_types
from tests.architecture.sources import ROOT, short

RAISED = {*(cls.__name__ for cls in error_types()), "UsageError", "BadParameter", "ClickException"}
NAMES = (
    "Click ",
    "COPY ",
    "Dockerfile:",
    "OpenSSH ",
    "Procfile, ",
    "Staticfile: ",
    "HTTP ",
    "CPU ",
    "JSON ",
    "TOML ",
    "YAML ",
    "XML ",
)
"""What may begin a message with a capital letter: names, and abbreviations."""
PLACEHOLDER = "\0"


@attrs.frozen
class Said:
    """A message or a hint in the source, with ``\\0`` for what is put in when it is said."""

    place: str
    text: str


def texts(node: ast.AST | None) -> Iterator[str]:
    """What an expression may be, as far as it is written down."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(str(each.value) if isinstance(each, ast.Constant) else PLACEHOLDER for each in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            ends = list(texts(right)) or [PLACEHOLDER]
            yield from (begin + end for begin in list(texts(left)) or [PLACEHOLDER] for end in ends)
        case ast.IfExp(body=body, orelse=other):
            yield from (*texts(body), *texts(other))


def said() -> tuple[list[Said], list[Said]]:
    """Every message and every hint of the packages."""
    messages, hints = [], []
    for path in sorted((ROOT / "packages").glob("*/src/**/*.py")):
        tree = ast.parse(path.read_text())
        raised = {node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            message = node in raised or getattr(node.func, "id", getattr(node.func, "attr", "")) in RAISED
            hint = next((each.value for each in node.keywords if each.arg == "hint"), None)
            if message or hint is not None:
                place = f"{short(path)}:{node.lineno}"
                messages += [Said(place, text) for text in texts(node.args[0] if node.args else None) if message]
                hints += [Said(place, text) for text in texts(hint) if text]
    return messages, hints


MESSAGES, HINTS = said()


def begins_small(text: str) -> bool:
    return not text[:1].isupper() or text.startswith(NAMES) or text.split()[0].isupper()


def ends_open(text: str) -> bool:
    """The first line; what is printed as it stands has its hint below."""
    return not text.partition("\n")[0].rstrip().endswith(".")


def is_sentence(text: str) -> bool:
    """It ends as a sentence, or with what is to be copied: a command, a path, an address."""
    begins = not text[0].islower() or "/" in text.split()[0]
    return begins and (text.endswith((".", "?", PLACEHOLDER)) or ": " in text)


def test_there_are_many_messages_and_hints() -> None:
    assert len(MESSAGES) > 300
    assert len(HINTS) > 200


def test_a_message_begins_in_lower_case_unless_with_a_name() -> None:
    assert [each for each in MESSAGES if not begins_small(each.text)] == []


def test_a_message_ends_without_a_full_stop() -> None:
    assert [each for each in MESSAGES if not ends_open(each.text)] == []


def test_a_hint_is_a_sentence() -> None:
    assert [each for each in HINTS if not is_sentence(each.text)] == []


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("shop is not an app", True, True),
        ("There is no app", False, True),
        ("it is gone.", True, False),
        ("\0 is gone", True, True),
        ("YAML is wrong", True, True),
        ("Procfile, line \0: no name", True, True),
    ],
)
def test_what_counts_as_the_form(text: str, begins: bool, ends: bool) -> None:
    assert (begins_small(text), ends_open(text)) == (begins, ends)


def test_internal_errors_are_worded_in_one_place() -> None:
    """Logs say it their own way; the web process says nothing of the exception, and has a constant."""
    found = set()
    for path in sorted((ROOT / "packages").glob("*/src/**/*.py")):
        tree = ast.parse(path.read_text())
        logged = {
            inner
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and getattr(getattr(node.func, "value", None), "id", "") in ("log", "logging")
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and "internal error" in str(node.value) and node not in logged:
                found.add(short(path))
    assert found == {"sh0/errors.py", "sh0_web/refusals.py"}
