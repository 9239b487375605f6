"""Every rule of the code base: measured first, matched in linear time, with both ends of its bounds."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

import pytest

import sh0
from sh0.codec import ARGUMENTS, TEXT, structure
from sh0.errors import InvalidValue
from sh0.rule import COLLECTION, LONGEST, Rule
from sh0.rule import TEXT as ANY_TEXT
from sh0.values import ByteSize, MemoryLimit, Secret

LARGE = 8 << 20
BLINK = 0.1  # seconds of processor time


def _annotations() -> Iterator[tuple[str, Any]]:
    seen: list[object] = []
    for module in pkgutil.walk_packages(sh0.__path__, "sh0."):
        if module.name.endswith("__main__") or ".testing" in module.name:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if any(value is known for known in seen):
                continue
            if get_origin(value) is Annotated and any(isinstance(extra, Rule) for extra in get_args(value)):
                seen.append(value)
                yield name, value


RULED = dict(_annotations())
TEXTS = {name: annotation for name, annotation in RULED.items() if get_args(annotation)[0] is str}
NUMBERS = {name: annotation for name, annotation in RULED.items() if get_args(annotation)[0] in (int, float)}

HOSTILE = {
    "one letter": "a" * LARGE,
    "hyphenated": "a-" * (LARGE // 2) + "!",
    "dotted": "1." * (LARGE // 2),
    "labels": ("a" * 63 + ".") * (LARGE // 64),
    "digits": "9" * LARGE,
    "slashes": "/" * LARGE,
    "accents": "é" * LARGE,
    "accented labels": "é." * (LARGE // 2),
    "blanks": " " * LARGE,
    "line ends": "\n" * LARGE,
    "stars": "* " * (LARGE // 2),
    "locks": "a.lock/" * (LARGE // 7),
    "key": "ssh-rsa " + "A" * LARGE,
    "url": "https://" + "a" * LARGE,
    "beginnings of addresses": "://" * (LARGE // 3),
    "addresses": "http://a:" * (LARGE // 9),
    "addresses with users": ("://:" + "://" * 340 + " @") * (LARGE // 1026),
    "nothing that shows": "\u202e" * LARGE,
}


def test_the_walk_finds_the_rules() -> None:
    assert {"Branch", "Grant", "PublicKey"} <= TEXTS.keys()
    assert len(TEXTS) > 20
    assert len(NUMBERS) > 5


@pytest.mark.parametrize("shape", HOSTILE)
@pytest.mark.parametrize("name", sorted(set(TEXTS)))
def test_a_text_of_megabytes_is_refused_at_once_and_not_repeated(name: str, shape: str) -> None:
    begun = time.thread_time()
    with pytest.raises(InvalidValue) as refusal:
        structure(HOSTILE[shape], TEXTS[name], converter=ARGUMENTS)
    assert time.thread_time() - begun < BLINK
    assert len(str(refusal.value)) < 2000


@pytest.mark.parametrize("shape", HOSTILE)
@pytest.mark.parametrize("annotation", [str, Secret, ByteSize, MemoryLimit, int, float, bool])
def test_so_it_is_without_a_rule(annotation: Any, shape: str) -> None:
    begun = time.thread_time()
    for converter in (ARGUMENTS, TEXT):
        with pytest.raises(InvalidValue) as refusal:
            structure(HOSTILE[shape], annotation, converter=converter)
        assert len(str(refusal.value)) < 2000
    assert time.thread_time() - begun < BLINK


@pytest.mark.parametrize("name", sorted(set(TEXTS)))
def test_the_longest_text_is_judged_in_a_blink(name: str) -> None:
    rule = next(extra for extra in get_args(TEXTS[name]) if isinstance(extra, Rule))
    for shape in HOSTILE.values():
        begun = time.thread_time()
        try:
            rule.check(shape[: rule.longest])
        except ValueError:
            pass  # whether it fits is not asked here
        assert time.thread_time() - begun < BLINK


@pytest.mark.parametrize("name", sorted(set(TEXTS)))
def test_no_text_holds_what_does_not_show(name: str) -> None:
    rule = next(extra for extra in get_args(TEXTS[name]) if isinstance(extra, Rule))
    good = rule.example or "a"
    for mark in (
        "\x00",
        *(() if rule.several_lines else ("\x1b", "\n", "\t", "\x7f", "\x9b", "\u202e", "\u2066", "\u200f")),
    ):
        with pytest.raises(ValueError, match=" is not "):
            rule.check(good[:1] + mark + good[1:])


@pytest.mark.parametrize("name", sorted(set(NUMBERS)))
def test_numbers_have_both_ends(name: str) -> None:
    rule = next(extra for extra in get_args(NUMBERS[name]) if isinstance(extra, Rule))
    assert rule.minimum is not None
    assert rule.maximum is not None
    for fits in (rule.minimum, rule.maximum):
        assert rule.check(fits) == fits
    for wrong in (rule.minimum - 1, rule.maximum + 1):
        with pytest.raises(ValueError, match="is not"):
            rule.check(wrong)


def test_texts_and_collections_without_a_rule_have_bounds_too() -> None:
    assert structure("a" * LONGEST, str, converter=ARGUMENTS) == "a" * LONGEST
    assert structure(["a"] * LONGEST, tuple[str, ...], converter=ARGUMENTS) == ("a",) * LONGEST
    for value, kind in (("a" * (LONGEST + 1), str), (["a"] * (LONGEST + 1), tuple[str, ...])):
        with pytest.raises(InvalidValue, match="at most 1000"):
            structure(value, kind, converter=ARGUMENTS)
    with pytest.raises(InvalidValue, match="at most 1000"):
        structure({str(n): "" for n in range(LONGEST + 1)}, dict[str, str], converter=ARGUMENTS)
    assert (ANY_TEXT.longest, COLLECTION.longest) == (LONGEST, LONGEST)


@pytest.mark.parametrize("size", ["0", "6m", 6 << 20, "512m", "1t"])
def test_memory_limits_that_the_engine_takes_pass(size: str | int) -> None:
    structure(size, MemoryLimit, converter=ARGUMENTS)


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (512, "was 512m meant"),
        ("1k", "6m and more$"),
        ("1", "6m and more"),
        ((6 << 20) - 1, "6m and more"),
        ("5m", "6m and"),
    ],
)
def test_memory_limits_with_which_nothing_starts_are_refused(size: str | int, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        structure(size, MemoryLimit, converter=ARGUMENTS)


@pytest.mark.parametrize(
    ("expects", "longest", "said"),
    [
        ("letters, at most 40 characters", 40, "letters, at most 40 characters"),
        ("letters", 40, "letters (at most 40)"),
        ("letters, 400 of them", 40, "letters, 400 of them (at most 40)"),
    ],
)
def test_a_bound_is_said_once(expects: str, longest: int, said: str) -> None:
    with pytest.raises(ValueError, match=rf"is not a word: {re.escape(said)}$"):
        Rule("a word", expects, maximum=longest).demand_length("a" * 900)
