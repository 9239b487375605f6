"""The syntax of .env files (https://github.com/compose-spec/compose-spec/blob/main/05-services.md#env_file-format)."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.compose.dotenv import parse, parse_raw
from sh0.errors import Invalid
from tests.core.compose.parts import project, service


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("VAR=VAL", "VAL"),
        ('VAR="VAL"', "VAL"),
        ("VAR='VAL'", "VAL"),
        ("VAR=VAL # comment", "VAL"),
        ("VAR=VAL# not a comment", "VAL# not a comment"),
        ('VAR="VAL # not a comment"', "VAL # not a comment"),
        ('VAR="VAL" # comment', "VAL"),
        ("VAR='$OTHER'", "$OTHER"),
        ("VAR='${OTHER}'", "${OTHER}"),
        ("VAR=$OTHER", "other"),
        ('VAR="a ${OTHER:-x} b"', "a other b"),
        (r"VAR='Let\'s go!'", "Let's go!"),
        (r'VAR="{\"hello\": \"json\"}"', '{"hello": "json"}'),
        (r'VAR="some\tvalue"', "some\tvalue"),
        (r"VAR='some\tvalue'", r"some\tvalue"),
        (r"VAR=some\tvalue", r"some\tvalue"),
        (r'VAR="a\$OTHER"', "a$OTHER"),
        ("VAR=", ""),
        ("VAR= ", ""),
        ("export VAR=x", "x"),
        ("VAR = x", "x"),
        ("VAR: x", "x"),
        ('VAR="two\nlines"', "two\nlines"),
        ("VAR=# only a comment", ""),
        ("VAR=a=b", "a=b"),
        ("VAR", None),
        ("OTHER=mine\nVAR=$OTHER", "other"),
        ("MINE=mine\nVAR=$MINE", "mine"),
    ],
)
def test_a_line_is_read_as_the_specification_says(line: str, value: str | None) -> None:
    assert parse(line + "\n", ".env", {"OTHER": "other"})["VAR"] == value
    assert parse(line, ".env", {"OTHER": "other"})["VAR"] == value, "without an end of line as well"


def test_comments_and_empty_lines_are_passed_over() -> None:
    assert parse("# a\n\n  # b\nA=1\n\n\n#c\nB=2\n#", ".env", {}) == {"A": "1", "B": "2"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A=1\n=2\n", ".env, line 2: this is no NAME=value"),
        ("A=1\n\nB='x\n", ".env, line 3: the quote ' is never closed"),
        ('A="x" y\n', ".env, line 1: nothing but a comment"),
        ("A=${B\n", ".env, line 1: a ${ is not closed"),
        ("A=${B:?say}\n", ".env, line 1: B has no value: say"),
        ("some words\n", ".env, line 1: this is no NAME=value"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(text, ".env", {})
    assert said in caught.value.message


def test_raw_values_are_kept_as_they_are() -> None:
    assert parse_raw("A=\"x\" # $B\n# c\nB='$A'\n", "x.env") == {"A": '"x" # $B', "B": "'$A'"}


@given(st.text(alphabet="AB=:'\"\\$#{} \n\texport", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Invalid):
        parse(text, ".env", {"A": "1"})


@given(st.text(max_size=40).filter(lambda text: "'" not in text and "\\" not in text and "\0" not in text))
def test_what_is_written_in_single_quotes_comes_back(value: str) -> None:
    assert parse(f"A='{value}'\nB=1", ".env", {})["A"] == value


def test_values_that_double_each_other_are_refused_in_time() -> None:
    lines = ["A0=xxxxxxxxxx"] + [f"A{n}=$A{n - 1}$A{n - 1}" for n in range(1, 60)]
    with pytest.raises(Invalid, match="more than"):
        parse("\n".join(lines), ".env", {})


def test_the_environment_that_is_given_wins_over_the_file() -> None:
    text = "services:\n  web:\n    image: web:$TAG-$FLAVOUR\n"
    found = project(text, {"TAG": "2"}, files={".env": "TAG=1\nFLAVOUR=slim\n"})
    assert found.services["web"].image == "web:2-slim"


def test_env_files_come_below_the_environment_of_the_service_and_later_ones_on_top() -> None:
    files = "[a.env, {path: b.env, required: false}, {path: none.env, required: false}]"
    body = f"env_file: {files}\nenvironment: {{C: mine, D: }}"
    found = service(body, {"D": "given"}, a_env="A=1\nB=1\nC=1\n", b_env="B=2$A\nNONE\n")
    assert {name: value.reveal() for name, value in found.environment.items()} == {
        "A": "1",
        "B": "21",
        "C": "mine",
        "D": "given",
    }


def test_a_raw_env_file_is_not_interpreted() -> None:
    found = service("env_file: [{path: a.env, format: raw}]", {}, a_env="A='$B'\n")
    assert found.environment["A"].reveal() == "'$B'"


def test_an_env_file_that_is_missing_is_named() -> None:
    with pytest.raises(Invalid, match=r"compose.yaml, line 4: services.web.env_file\[0\]: there is no file a.env"):
        service("env_file: a.env")


def test_a_variable_without_a_value_anywhere_is_left_out() -> None:
    found = service("environment: [A, B=1]\nenv_file: a.env", {}, a_env="A=from the file\n")
    assert {name: value.reveal() for name, value in found.environment.items()} == {"B": "1"}
