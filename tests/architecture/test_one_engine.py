"""Work that takes time has one engine: no kind of work has steps, ends, retries or threads of its own."""

import re

import pytest

from tests.architecture.sources import ROOT, short

SOURCES = {
    short(path): path.read_text()
    for package in ("jobs", "deployments", "stacks", "templates")
    for path in (ROOT / "packages/sh0-core/src/sh0" / package).rglob("*.py")
}
PLACES = {
    "the beginning of a step": (r"log\.begin\(", {"sh0/jobs/run.py"}),
    "the time of a step": (r"\btiming\(|StepTiming\(", {"sh0/jobs/run.py"}),
    "what an error means": (r"\bended_by\(", {"sh0/jobs/ends.py", "sh0/jobs/pipeline.py"}),
    "asking for space": (r"\bdemand_space\(", {"sh0/jobs/ends.py", "sh0/jobs/pipeline.py"}),
    "waiting out a full disk": (r"\bexcept passing\b|\bexcept .*DiskFull", {"sh0/jobs/retry.py"}),
    "sleeping": (r"\bsleep\(", set()),
    "threads: of runs, of schedules, of the recovery of each server": (
        r"\bThread\(",
        {"sh0/jobs/engine.py", "sh0/jobs/scheduler.py", "sh0/deployments/recovery.py"},
    ),
}


@pytest.mark.parametrize(("pattern", "places"), PLACES.values(), ids=PLACES)
def test_it_stands_in_one_place(pattern: str, places: set[str]) -> None:
    assert {path for path, text in SOURCES.items() if re.search(pattern, text)} == places
