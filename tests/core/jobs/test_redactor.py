"""Secret values are taken out of texts, whole words alone where a value is a word, and never a name of ours."""

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.adapters.docker import logs
from sh0.jobs.redactor import SHORTEST, Redactor
from sh0.sensitive import REDACTED
from sh0.serving.output import Redacted
from sh0.values import Secret

STAMP = b"2026-01-01T00:00:00.000000000Z"
unlike_words = st.text(min_size=SHORTEST, max_size=60).filter(
    lambda text: len(text.strip()) >= SHORTEST and not text.strip().isalnum()
)


def redact(*values: str, own: tuple[str, ...] = ()) -> Redactor:
    return Redactor(map(Secret, values), own)


@given(unlike_words, st.text(), st.text())
def test_a_value_that_is_no_word_is_found_wherever_it_is(secret: str, before: str, after: str) -> None:
    assert secret.strip() not in redact(secret)(before + secret + after).replace(REDACTED, "\0")


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("start", "1 container started", "1 container started"),
        ("start", "npm start", f"npm {REDACTED}"),
        ("start", "npm restart", "npm restart"),
        ("start", "npm start_it", "npm start_it"),
        ("http", "https://a.example, httpd", "https://a.example, httpd"),
        ("Main", "Mainframe, Main!", f"Mainframe, {REDACTED}!"),
        ("1234", "012345", "012345"),
        ("1234", "pin 1234.", f"pin {REDACTED}."),
        ("start", r"\nstart\n", rf"\n{REDACTED}\n"),
        ("start", "%3Dstart%26", f"%3D{REDACTED}%26"),
        ("start", "\x1b[31mstart\x1b[0m", f"\x1b[31m{REDACTED}\x1b[0m"),
        ("hunter22", "xhunter22x", f"x{REDACTED}x"),
    ],
)
def test_a_value_like_a_word_is_found_where_it_stands_alone(value: str, text: str, expected: str) -> None:
    assert redact(value)(text) == expected


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        (lambda value: json.dumps({"a": value}), f'{{"a": "{REDACTED}"}}'),
        (lambda value: json.dumps({"a": value}, ensure_ascii=False), f'{{"a": "{REDACTED}"}}'),
        (lambda value: json.dumps({"a": value}).replace("/", "\\/"), f'{{"a": "{REDACTED}"}}'),
        (lambda value: f"https://h/?q={quote(value, safe='')}", f"https://h/?q={REDACTED}"),
        (lambda value: f"https://h/{quote(value)}", f"https://h/{REDACTED}"),
        (lambda value: quote_plus(value), REDACTED),
        (lambda value: re.sub("%..", lambda found: found[0].lower(), quote(value, safe="")), REDACTED),
        (lambda value: quote(value, safe="").replace("~", "%7E"), REDACTED),
        (lambda value: repr(value), f"'{REDACTED}'"),
        (lambda value: html.escape(value), REDACTED),
        (lambda value: "'" + value.replace("'", "'\\''") + "'", f"'{REDACTED}'"),
    ],
)
@pytest.mark.parametrize("value", ['p"ä/s s\\w0~d', "p'a/s s&w0~d"])
def test_the_forms_of_json_urls_html_and_shells_are_found(form: Callable[[str], str], shown: str, value: str) -> None:
    assert redact(value)(form(value)).replace('"', "'") == shown.replace('"', "'")


def test_a_value_that_is_encoded_already_is_found_decoded() -> None:
    assert redact("p%40ss%2Fw")("p@ss/w") == REDACTED


def test_every_line_of_a_value_is_found() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nq83vEjRWeJ\n-----END KEY-----\n"
    assert redact(key)("got MIIEvQIBADANBg and q83vEjRWeJ") == f"got {REDACTED} and {REDACTED}"
    assert redact(key)(json.dumps({"key": key})).count("MIIE") == 0


def test_of_values_that_overlap_nothing_stays_behind() -> None:
    assert redact("abcd", "abcdefgh")("x abcdefgh y") == f"x {REDACTED} y"
    assert redact("ab-cd", "cd-ef")("x ab-cd-ef y") == f"x {REDACTED} y"
    assert redact("ab-cd", "ef-gh")("ab-cdef-gh") == REDACTED + REDACTED
    assert redact("!!!!")("x !!!!! y") == f"x {REDACTED} y"


def test_the_longest_value_is_looked_for_first() -> None:
    redactor = redact("ab-cd", "ab-cdef-gh")
    redactor.hide([Secret("ab-cdef")])
    assert [value for value in redactor.values() if value.startswith("ab")] == ["ab-cdef-gh", "ab-cdef", "ab-cd"]


def test_values_that_are_too_short_to_tell_stay() -> None:
    assert redact("1", "", "abc", "  a  ")("1 abc a") == "1 abc a"


def test_names_of_ours_stay_whatever_the_values_are() -> None:
    shown = redact("shop", "example", "postgres", own=("shop", "shop.example.org"))
    assert (
        shown("shop at shop.example.org, postgres of example") == f"shop at shop.example.org, {REDACTED} of {REDACTED}"
    )


@pytest.mark.parametrize(
    ("value", "own", "text", "expected"),
    [
        ("shop-", "shop-a", "shop-a", "shop-a"),
        ("op-a", "shop-a", "shop-a", "shop-a"),
        ("hop-", "shop-a", "shop-a", "shop-a"),
        ("hop-", "shop-a", "xshop-ax", f"xs{REDACTED}ax"),  # no name of ours, only letters of it
        ("shop-ab", "shop-a", "shop-ab", REDACTED),
    ],
)
def test_a_part_of_a_name_of_ours_stays_where_the_name_stands_alone(
    value: str, own: str, text: str, expected: str
) -> None:
    assert redact(value, own=(own,))(text) == expected


def test_credentials_in_a_url_are_found_though_nobody_has_set_them() -> None:
    assert redact()("get https://__token__:pypi-abc@example.net/x") == f"get https://__token__:{REDACTED}@example.net/x"


def test_a_redactor_only_grows() -> None:
    redactor = redact("old-value")
    redactor.hide([Secret("new-value")])
    assert redactor("old-value new-value") == f"{REDACTED} {REDACTED}"


@given(unlike_words.filter(lambda text: "\n" not in text and "\r" not in text), st.data())
def test_no_cut_of_a_long_line_shows_a_secret(secret: str, data: st.DataObject) -> None:
    """Wherever the engine splits, and wherever a line is cut, not even over two lines."""
    secret = secret.strip()
    text = ("ä" * data.draw(st.integers(0, 40)) + secret + "B" * data.draw(st.integers(0, 40)) + secret + "\n").encode()
    size = data.draw(st.integers(1, 8))
    longest = data.draw(st.integers(size, 64))
    pieces = [("stdout", STAMP + b" " + text[at : at + size]) for at in range(0, len(text), size)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logs, "PIECE", size)
        patch.setattr(logs, "LONGEST_LINE", longest)
        shown = [line.text for line in Redacted(logs.lines(pieces, "web"), redact(secret))]
        whole = "".join(line.text for line in logs.lines(pieces, "web"))
    if text.count(b"\n") == 1:
        assert whole == text.decode().rstrip("\r\n")
    for joined in ["".join(shown), *shown]:
        assert secret not in joined.replace(REDACTED, "\0")
    assert "".join(shown).replace(REDACTED, "").strip("äB") == ""


@given(unlike_words.filter(lambda text: "\n" not in text and "\r" not in text), st.data())
def test_of_a_secret_whose_beginning_is_missing_no_rest_is_shown_that_counts(secret: str, data: st.DataObject) -> None:
    """The last lines of a log may begin within one, on either stream, behind lines of the other."""
    secret = secret.strip()
    missing = data.draw(st.integers(1, len(secret) - 1))
    rest = secret[missing:]
    texts = [("stderr", "."), ("stdout", f"{rest} and more"), ("stdout", f"again {secret}"), ("stdout", "more")]
    pieces = [(stream, STAMP + b" " + text.encode() + b"\n") for stream, text in texts]
    shown = [line.text for line in Redacted(logs.lines(pieces, "web"), redact(secret))]
    assert shown[0] == "."
    assert shown[1] == f"{REDACTED if len(rest) >= SHORTEST else rest} and more"
    assert shown[2:] == [f"again {REDACTED}", "more"]


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("my-secret-shop", "shop is up", "shop is up"),
        ("my-secret-shop", "secret-shop, shop is up", f"{REDACTED}, shop is up"),
        ("abcdef", "def", "def"),
        ("abcdefgh", "defgh", REDACTED),
        ("abcdefgh", "abcdefgh defgh", f"{REDACTED} defgh"),
    ],
)
def test_the_rest_of_a_line(value: str, text: str, expected: str) -> None:
    assert redact(value, own=("shop",)).rest(text) == expected


def test_the_rest_of_a_line_may_begin_with_a_name_of_ours() -> None:
    redactor = redact("my-x-shop", own=("x-shop",))
    assert redactor.rest("x-shop is up") == "x-shop is up"
    assert redactor.rest("x-shops") == f"{REDACTED}s"
    assert redact().rest("a line") == "a line"


@pytest.mark.parametrize(
    ("text", "shown", "held"),
    [
        ("x ab", "x ", "ab"),
        ("x ab-a", "x ", "ab-a"),
        ("x ab-ab", "x ", "ab-ab"),  # its end may begin another one, and it is shown in no part
        ("ab-ab x", f"{REDACTED} ", "x"),  # a letter at the end may begin a URL
        ("x", "", "x"),
        ("x 1", "x 1", ""),
        ("", "", ""),
    ],
)
def test_the_end_of_a_text_is_held_back_that_may_begin_a_value(text: str, shown: str, held: str) -> None:
    assert redact("ab-ab").split(text) == (shown, held)


def test_a_whole_value_at_the_end_of_a_text_is_not_held_back() -> None:
    assert redact("ab-cd").split("x ab-cd") == (f"x {REDACTED}", "")


def test_what_is_held_back_comes_even_if_nothing_follows() -> None:
    pieces = [("stdout", STAMP + b" " + b"B" * logs.PIECE)] * (logs.LONGEST_LINE // logs.PIECE - 1)
    pieces += [("stdout", STAMP + b" " + b"B" * (logs.PIECE - 5) + b"Super")]
    shown = list(Redacted(logs.lines(pieces, "web"), redact("SuperSecretValue123C")))
    assert [len(line.text) for line in shown] == [logs.LONGEST_LINE - 5, 5]
    assert {line.time for line in shown} == {datetime(2026, 1, 1, tzinfo=UTC)}


@pytest.mark.parametrize(
    "url",
    [
        "postgres://joe:some-pass@db/x",
        "https://x-access-token:ghp_abc@github.com/a/b",
        "redis://:p/a+ss@cache",
        "https://example.org/hook?a=b&access_token=abcdefgh",
        "sqlite+x.y-z://u:pw@h",
    ],
)
def test_a_url_at_a_cut_is_shown_in_no_two_halves(url: str) -> None:
    """Wherever the line is cut, a password that is the value of no variable is taken out of the URL as a whole."""
    whole = redact()(f"see {url}")
    assert REDACTED in whole
    for at in range(len(url)):
        shown, held = redact().split(f"see {url[:at]}")
        assert shown + redact()(held + url[at:]) == whole, at


def test_no_more_of_a_url_without_an_end_is_held_back_than_is_bounded() -> None:
    shown, held = redact().split("http://" + "a" * 200_000)
    assert (len(shown), held) == (200_006, "a")
    shown, held = redact().split("x" * 100_000 + " http://" + "a" * 8000)
    assert (len(shown), len(held)) == (100_001, 8007)
