"""The variables of a text, found and rewritten."""

import pytest

from sh0.source.dollars import escape, references, rewrite


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plain", []),
        ("$A-${B}", [("A", "", ""), ("B", "", "")]),
        ("${A:-x}", [("A", ":-", "x")]),
        ("${A-}", [("A", "-", "")]),
        ("${A:?say it}", [("A", ":?", "say it")]),
        ("${A:-${B:-c}}d", [("A", ":-", "${B:-c}")]),
        ("$$A $${B} $$$C", [("C", "", "")]),
        ("${A:-un closed", [("A", ":-", "un closed")]),
        ("$ ${} ${1}", []),
    ],
)
def test_references_are_found_with_what_stands_in_for_them(text: str, found: list[tuple[str, str, str]]) -> None:
    assert [(each.name, each.operator, each.operand) for each in references(text)] == found


def test_what_is_not_changed_stays_to_the_letter() -> None:
    text = "a $$x ${A:-${B}} $C ${D"
    assert rewrite(text, lambda each: None) == text
    assert rewrite(text, lambda each: f"<{each.name}>" if each.name == "C" else None) == "a $$x ${A:-${B}} <C> ${D"


def test_an_escaped_text_has_no_variables() -> None:
    assert list(references(escape("$A ${B:-c} $$D"))) == []


def test_however_deep_they_nest_it_takes_a_moment() -> None:
    assert len(list(references("${A:-" * 20_000))) == 1
