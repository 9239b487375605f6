"""Variables in Compose files (https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.compose.interpolation import DEPTH_LIMIT, BadSyntax, Missing, Use, substitute
from sh0.errors import Invalid
from tests.core.compose.parts import project, service

VALUES = {"SET": "value", "EMPTY": "", "OTHER": "other"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$SET", "value"),
        ("a${SET}b", "avalueb"),
        ("$SETx", ""),
        ("${UNSET}", ""),
        ("${SET:-d}", "value"),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${UNSET-d}", "d"),
        ("${UNSET:-}", ""),
        ("${SET:+r}", "r"),
        ("${EMPTY:+r}", ""),
        ("${EMPTY+r}", "r"),
        ("${UNSET+r}", ""),
        ("${SET:?gone}", "value"),
        ("${EMPTY?gone}", ""),
        ("${UNSET:-${SET}}", "value"),
        ("${UNSET:-${EMPTY:-deep}}", "deep"),
        ("${UNSET:-a$OTHER-b}", "aother-b"),
        ("${UNSET:-http://x:80/{y}", "http://x:80/{y"),
        ("$$SET", "$SET"),
        ("$${SET}", "${SET}"),
        ("$$$SET", "$value"),
        ("a$", "a$"),
        ("$1 $( $)", "$1 $( $)"),
        ("${SET:-${UNSET:?never asked}}", "value"),
    ],
)
def test_variables_are_replaced(text: str, expected: str) -> None:
    assert substitute(text, VALUES.get) == expected


@pytest.mark.parametrize(
    "text", ["${SET", "${", "${}", "${1}", "${SET/a/b}", "${SET:-${OTHER}", "${SET!}", "${UNSET:-$"]
)
def test_what_is_no_variable_is_refused(text: str) -> None:
    with pytest.raises(BadSyntax):
        substitute(text, VALUES.get)


@pytest.mark.parametrize(
    ("text", "said"), [("${UNSET?say why}", "say why"), ("${EMPTY:?$OTHER}", "other"), ("${UNSET?}", "")]
)
def test_a_variable_that_must_be_set_says_so(text: str, said: str) -> None:
    with pytest.raises(Missing) as caught:
        substitute(text, VALUES.get)
    assert caught.value.said == said


def test_every_variable_that_counts_is_told_of() -> None:
    met: list[Use] = []
    substitute("$SET ${UNSET:-${OTHER}} ${SET:-${NEVER}} $$NO", VALUES.get, met.append)
    assert met == [
        Use("SET", True, None),
        Use("OTHER", True, None),
        Use("UNSET", False, "other"),
        Use("SET", True, ""),
    ]


def test_defaults_nested_too_deeply_are_refused() -> None:
    with pytest.raises(BadSyntax, match="nested"):
        substitute("${A:-" * (DEPTH_LIMIT + 2) + "}" * (DEPTH_LIMIT + 2), VALUES.get)


@given(st.text(alphabet="${}:-?+aA1 ", max_size=60))
def test_any_text_is_replaced_or_refused(text: str) -> None:
    try:
        found = substitute(text, VALUES.get)
    except (BadSyntax, Missing):
        return
    assert "$" in text or found == text


@given(st.text(max_size=40))
def test_a_text_with_its_dollars_doubled_comes_back(text: str) -> None:
    assert substitute(text.replace("$", "$$"), VALUES.get) == text


def test_a_value_from_a_variable_is_read_as_what_its_key_takes() -> None:
    found = service(
        "privileged: ${YES}\ncpus: ${CPUS}\nports: ['$PORT:80']\n"
        "depends_on: {other: {condition: service_started, required: $NO}}",
        {"YES": "true", "CPUS": "0.5", "PORT": "8080", "NO": "false"},
    )
    assert (found.privileged, found.limits.cpus, found.ports[0].published) == (True, 0.5, 8080)
    assert found.depends_on == {}


def test_keys_are_not_replaced() -> None:
    found = service("labels: {$A: $A}\nenvironment: ['$A=$A']", {"A": "x"})
    assert found.labels == {"$A": "x"}
    assert list(found.environment) == ["x"]


def test_variables_that_are_missing_are_told_all_at_once_with_their_places() -> None:
    text = "services:\n  web:\n    image: web:${TAG:?pick a version}\n    environment:\n      A: ${KEY?}\n"
    with pytest.raises(Invalid) as caught:
        project(text)
    assert "compose.yaml, line 3: TAG: pick a version" in caught.value.message
    assert "compose.yaml, line 5: KEY" in caught.value.message
    assert caught.value.details["variables"] == ["TAG", "KEY"]


def test_a_project_says_which_variables_it_uses() -> None:
    found = project("services:\n  web:\n    image: $NAME:${TAG:-7}\n", {"NAME": "redis"})
    assert found.services["web"].image == "redis:7"
    assert [(v.name, v.set, v.default, v.place.line) for v in found.variables.values()] == [
        ("NAME", True, None, 3),
        ("TAG", False, "7", 3),
    ]


def test_a_mistake_in_a_variable_is_said_with_its_place() -> None:
    with pytest.raises(Invalid, match=r"compose.yaml, line 3: services.web.image: a \$\{ is not closed"):
        project("services:\n  web:\n    image: web:${TAG\n")
