"""The table of hadolint's rules in the reference: complete, and naming rules that exist."""

import re
from pathlib import Path

from sh0.plugins import Plugins

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"
ROWS = dict(re.findall(r"^\| (DL[0-9]{4}) \| (.+) \|$", PAGE.read_text(), re.MULTILINE))


def test_each_row_names_a_rule_that_exists_or_says_why_there_is_none() -> None:
    known = {rule.id for rule in Plugins().rules()}
    for name, said in ROWS.items():
        named = set(re.findall(r"SH0-[A-Z]{2}[0-9]{3}", said))
        assert named <= known, name
        assert named or re.match(r"no: \w+", said), name


def test_a_reference_to_another_row_leads_to_one() -> None:
    assert {other for said in ROWS.values() for other in re.findall(r"DL[0-9]{4}", said)} <= ROWS.keys()


def test_most_of_them_have_a_counterpart() -> None:
    assert len(ROWS) == 71
    assert sum(said.startswith("SH0-") for said in ROWS.values()) >= 45
