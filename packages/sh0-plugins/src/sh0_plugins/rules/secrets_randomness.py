"""Whether a value looks as if chance had made it, or consists of words. Pure.

Text in a human language and identifiers consist of few pairs of letters that follow each other often; in random
letters all pairs are as frequent. What consists of words is no secret, whatever separates them: an attribute path
(`settings.auth.token2`), a key of a translation, a path, the name of a constant.
"""

import re
from math import log2
from typing import Final

__all__ = ["entropy", "random", "spelled", "wordy"]

_SHORTEST = 12
_USUAL = """
ab ac ad af ag ai al am an ap ar as at au av ay ba be bl bo br bu by ca ce ch ci ck cl co cr ct cu da de di do ds
du ea ec ed ee ef ei el em en ep er es et ev ew ex ey fa fe ff fi fo fr ft ga ge gh gi go gr gu ha he hi ho ia ic
id ie if ig il im in io ir is it iv ke ki ks ku la ld le li ll lo ls lu ly ma mb me mi mo mp ms my na nc nd ne ng
ni no ns nt ob oc od of og oi ok ol om on oo op or os ot ou ov ow pa pe ph pi pl po pp pr pt pu qu ra rd re rg ri
rm rn ro rs rt ru ry sa sc se sh si so sp ss st su ta te th ti to tr ts tt tu ty ua ub uc ud ue ug ul um un up ur
us ut va ve vi wa we wh wi wo ys
"""
_PAIRS: Final = frozenset(_USUAL.split())
_RUN = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}")
_PLAIN = re.compile(r"[a-z]{1,12}|[A-Z]{1,12}|[A-Z][a-z]{1,12}|[0-9]{1,12}|[A-Za-z]{1,5}[0-9]{1,4}")


def random(value: str) -> bool:
    """Whether chance made a value: letters and digits mixed, spread evenly, and no words."""
    if len(value) < _SHORTEST or not re.search(r"[A-Za-z]", value) or wordy(value):
        return False
    if re.fullmatch(r"[0-9a-fA-F-]+", value):
        return entropy(value) >= 2.9 and re.search(r"[0-9]", value) is not None
    mixed = re.search(r"[0-9]", value) or (len(value) >= 30 and re.search(r"[a-z][A-Z].*[a-z][A-Z]", value))
    return bool(mixed) and entropy(value) >= (3.4 if len(value) >= 20 else 3.0)


def wordy(value: str) -> bool:
    """Whether most of a value are words: runs of letters whose pairs are those of a language, or short plain parts."""
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", value) if part]
    inside = sum(len(part) if len(parts) > 2 and _PLAIN.fullmatch(part) else _letters(part) for part in parts)
    return inside * 2 >= sum(map(len, parts))


def spelled(value: str) -> bool:
    """Whether most of a value are runs of letters whose pairs are those of a language."""
    return _letters(value) * 2 >= sum(letter.isalnum() for letter in value)


def _letters(part: str) -> int:
    """How many characters of a part are in words."""
    return sum(len(run) for run in _RUN.findall(part) if _word(run.lower()))


def _word(run: str) -> bool:
    usual = sum(run[place : place + 2] in _PAIRS for place in range(len(run) - 1))
    return usual >= 0.6 * (len(run) - 1)


def entropy(value: str) -> float:
    """Bits per character after Shannon: about 4 for random hexadecimal digits, 5 for letters and digits."""
    counts = [value.count(letter) for letter in set(value)]
    return -sum(count / len(value) * log2(count / len(value)) for count in counts)
