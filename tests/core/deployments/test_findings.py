"""The way out that a refused deployment names exists: comments where the file can have them, else sh0.yaml."""

import pytest

from sh0 import Category, Finding, Place, Severity
from sh0.deployments.findings import checks_of, demand, lines
from sh0.errors import ChecksFailed
from sh0.rules.configuration import FILE, read
from sh0.rules.report import Report


@pytest.mark.parametrize(
    ("path", "line", "commented"),
    [
        ("package.json", 3, False),
        ("web/package-lock.json", 1, False),
        ("poetry.lock", 9, False),
        ("keys/server.key", 1, False),
        ("notebook.ipynb", 4, False),
        ("settings.py", 0, False),
        ("", 0, False),
        ("settings.py", 7, True),
        ("pom.xml", 7, True),
        ("Dockerfile", 1, True),
        ("requirements.txt", 1, True),
    ],
)
def test_the_hint_says_where_a_finding_can_be_ignored(path: str, line: int, commented: bool) -> None:
    finding = Finding("SH0-TT001", Category.RUNTIME, Severity.ERROR, "Wrong.", Place(path, line))
    with pytest.raises(ChecksFailed) as caught:
        demand(checks_of("shop-1", "shop", None, Report((finding,))))
    hint = caught.value.hint or ""
    assert ("sh0: ignore[SH0-TT001] reason" in hint) is commented
    if not commented:
        written = hint.partition(f"in {FILE}, '")[2].partition("'. ")[0].replace("…", "it is tested")
        configured = read(written)
        assert configured.reason_to_ignore(finding) == "it is tested"


def test_what_was_warned_of_already_is_not_told_again() -> None:
    found = Finding(
        "SH0-XX001", Category.RELIABILITY, Severity.WARNING, "What is kept is lost.", Place("Dockerfile", 1, 1)
    )
    checks = checks_of("shop-1", "shop", None, Report((found,), (), (), 1, (), None))
    assert len([line for line in lines(checks) if "is lost" in line]) == 1
    assert [line for line in lines(checks, ["what is kept is lost"]) if "is lost" in line] == []
    assert list(lines(checks, ["something else"]))[-1].startswith("checks found 1 warning")
