"""Text from elsewhere neither controls a terminal nor shows as something else."""

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.printable import escaped, printable

HOSTILE = {
    "title": ("\x1b]0;PWNED\x07shop", "shop"),
    "title, other end": ("\x1b]2;PWNED\x1b\\shop", "shop"),
    "title without an end": ("\x1b]0;shop", "0;shop"),
    "title, one byte": ("\x9d0;PWNED\x9cshop", "shop"),
    "clipboard": ("\x1b]52;c;cm0gLXJm\x07shop", "shop"),
    "link": ("\x1b]8;;https://evil.example\x1b\\shop\x1b]8;;\x1b\\", "shop"),
    "device control": ("\x1bP$qm\x1b\\shop", "shop"),
    "clear": ("\x1b[2J\x1b[Hshop", "shop"),
    "clear, one byte": ("\x9b2Jshop", "shop"),
    "cursor": ("shop\x1b[1A\x1b[2K", "shop"),
    "reset": ("\x1bcshop", "shop"),
    "character set": ("\x1b(0shop\x0e", "shop"),
    "colour": ("\x1b[1;31mshop\x1b[0m", "shop"),
    "bell and backspace": ("sh\x07op\x08", "shop"),
    "delete": ("shop\x7f", "shop"),
    "overwritten": ("all is well\rshop", "all is well shop"),
    "another row": ("shop\nfalse row", "shop false row"),
    "another row, other ends": ("a\x0bb\x0cc\x85d\u2028e\u2029f", "a b c d e f"),
    "override": ("sh\u202eop", "shop"),
    "isolates": ("\u2066sh\u2069op\u200f", "shop"),
    "invisible": ("s\u200bh\u2060o\ufeffp\u00ad\U000e0041", "shop"),
    "half a character": ("shop\ud800", "shop\ufffd"),
    "sequence out of pieces": ("\x1b\x00[2J\x1b\x1b[2Jshop", "[2Jshop"),
}


@pytest.mark.parametrize(("text", "shown"), HOSTILE.values(), ids=HOSTILE)
def test_what_a_terminal_acts_on_is_not_printed(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize("text", [text for text, _ in HOSTILE.values()], ids=HOSTILE)
def test_of_programs_only_colours_stay_and_end_with_the_line(text: str) -> None:
    shown = printable(text, colours=True)
    assert "\x1b" not in re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "\x1b" not in shown or shown.endswith("\x1b[0m")


def test_a_text_of_several_lines_keeps_them() -> None:
    assert printable("a\tb\r\nc\x1b[2J\nd\re\n", several_lines=True) == "a\tb\nc\nd e\n"


@pytest.mark.parametrize("text", ["naïve café", "日本語\u3000テスト", "مرحبا", "👩🏽 ✓ — …", "a\tb"])
def test_what_people_write_stays(text: str) -> None:
    assert printable(text) == text


@given(st.text(st.characters(codec=None)), st.booleans(), st.booleans())
def test_nothing_that_controls_is_ever_left(text: str, lines: bool, colours: bool) -> None:
    shown = printable(text, several_lines=lines, colours=colours)
    shown.encode()
    bare = re.sub(r"\x1b\[[0-9;:]*m", "", shown) if colours else shown
    left = {each for each in bare if unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp")}
    assert left <= ({"\t", "\n"} if lines else {"\t"})
    assert printable(shown, several_lines=lines, colours=colours).replace("\x1b[0m", "") == shown.replace("\x1b[0m", "")


@given(st.text(st.characters(codec=None)))
def test_an_escaped_document_says_the_same(text: str) -> None:
    document = escaped(json.dumps({"text": text}, ensure_ascii=False))
    assert json.loads(document) == json.loads(json.dumps({"text": text}))
    assert not any(unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") for each in document)
    assert not set("\u202e\u2066\u200b") & set(document)
