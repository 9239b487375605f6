"""What comes from elsewhere controls no terminal, whichever command prints it, and wherever it goes."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from sh0.bootstrap import Core
from sh0.errors import BuildFailed, NotFound
from sh0.testing import FakeBuilder, Program
from sh0_cli import failure
from sh0_cli.output import Output, confirm

from .conftest import Ran

EVIL = "one\x1b]0;PWNED\x07\x1b]52;c;cm0=\x07\x1b[2J\x9b2J\x1b[1A two\rthree\u202efour\x08"
SEEN = "one two threefour"

METHODS: dict[str, Callable[[Output], None]] = {
    "say": lambda output: output.say(EVIL, "bold"),
    "heading": lambda output: output.heading(EVIL),
    "line": lambda output: output.line(("place ", "dim"), (EVIL, "red")),
    "printed": lambda output: output.printed(EVIL, (EVIL, "dim")),
    "text": lambda output: output.text(EVIL),
    "table": lambda output: output.table(["a", EVIL], [(EVIL, "x\nfalse row")]),
    "empty table": lambda output: output.table([], [], empty=EVIL),
    "pairs": lambda output: output.pairs([(EVIL, EVIL)]),
    "warn": lambda output: output.warn(EVIL),
    "problem": lambda output: output.problem({"detail": EVIL}),
    "document": lambda output: output.document({"text": EVIL}),
    "item": lambda output: output.item({"text": EVIL}),
    "question": lambda output: cast(None, confirm(EVIL, abort=False)),
    "error": lambda output: cast(None, failure.show(NotFound(EVIL, hint=EVIL, log=[EVIL]), as_json=output.json)),
}


def controls(text: str) -> set[str]:
    """What a terminal acts on in a text, but for line ends and the colours of ours."""
    import re

    bare = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return {each for each in bare if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp")} - {"\n", "\t"}


@pytest.mark.parametrize("pretty", [True, False], ids=["terminal", "pipe"])
@pytest.mark.parametrize("name", METHODS)
def test_every_way_of_printing_is_harmless(
    name: str, pretty: bool, capsys: pytest.CaptureFixture[str], typed: Callable[[str], None]
) -> None:
    typed("n\n")
    METHODS[name](Output(pretty=pretty))
    out, err = capsys.readouterr()
    assert controls(out + err) == set()
    assert "PWNED" not in out + err or name in ("document", "item", "problem")


def test_the_spinner_and_the_bar_print_nothing_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    with Output(pretty=False).spinner(EVIL) as now, Output(pretty=False).progress(3) as advance:
        now(EVIL)
        advance(3)
    assert capsys.readouterr().out == ""


def test_json_says_exactly_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    Output(json=True).document({"text": EVIL + "\u2028\U000e0041 naïve"})
    out = capsys.readouterr().out
    assert json.loads(out) == {"text": EVIL + "\u2028\U000e0041 naïve"}
    assert controls(out) == set()
    assert "naïve" in out


def test_a_line_break_in_a_cell_makes_no_row(capsys: pytest.CaptureFixture[str]) -> None:
    for pretty in (True, False):
        Output(pretty=pretty).table(["id", "label"], [("shop-1", "x\nshop-2\tlive")])
        assert len([line for line in capsys.readouterr().out.splitlines() if "shop-1" in line or "shop-2" in line]) == 1


def test_colours_of_a_program_stay_on_a_terminal_and_go_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    Output(pretty=False).printed("\x1b[31mred\x1b[0m plain")
    assert capsys.readouterr().out == "red plain\n"


def test_a_text_says_when_something_was_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    Output(pretty=False).text("FROM a\nRUN b\n")
    assert capsys.readouterr() == ("FROM a\nRUN b\n", "")
    Output(pretty=False).text("FROM a\x1b[2J\n")
    out, err = capsys.readouterr()
    assert out == "FROM a\n"
    assert "--json" in err


def test_lines_of_an_app_and_of_its_builds(sh0: Callable[..., Ran], core: Core, folder: Path) -> None:
    core.context.fleet.at("local").runtime.on_start = lambda _: Program((("stdout", EVIL),))  # type: ignore[attr-defined]
    assert sh0("push", str(folder), "--app", "shop").code == 0
    assert sh0("logs", "shop").out == f"{SEEN}\n"
    assert json.loads(sh0("logs", "shop", "--json").out)["text"] == EVIL
    cast(FakeBuilder, core.context.fleet.at("local").builder).fail_next(BuildFailed(EVIL, hint=EVIL, log=[EVIL]))
    for words in (("push", str(folder), "--app", "shop"), ("logs", "shop", "-d", "shop-2"), ("status", "shop")):
        ran = sh0(*words)
        assert controls(ran.out + ran.err) == set(), words


@pytest.mark.parametrize("words", [("logs",), ("deployments", "list"), ("deployments", "log"), ("audit", "list")])
def test_a_word_of_the_user_comes_back_harmless_in_a_refusal(sh0: Callable[..., Ran], words: tuple[str, ...]) -> None:
    ran = sh0(*words, EVIL, EVIL)
    assert ran.code != 0
    assert controls(ran.out + ran.err) == set()


def test_names_of_files_in_a_check_and_a_detection(lonely: Callable[..., Ran], folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM python:latest\x1b]0;PWNED\x07\n")
    (folder / "\x1b]0;PWNED\x07id_rsa.pem").write_text(
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n"
    )
    for words in (("check", str(folder)), ("detect", str(folder)), ("detect", str(folder), "--dockerfile")):
        ran = lonely(*words)
        assert controls(ran.out + ran.err) == set(), words
