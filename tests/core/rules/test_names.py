"""Patterns of names and paths mean what they mean to `fnmatch`."""

from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from sh0.rules.names import Names

parts = st.sampled_from(["*", "?", "[ab]", "[!a]", "a", "b", ".py", ".", "/", "Docker", "-"])
patterns = st.lists(st.lists(parts, min_size=1, max_size=4).map("".join), min_size=1, max_size=3).map(tuple)
paths = st.lists(st.sampled_from(["a", "b", ".py", "/", "Docker", "-", "x"]), min_size=1, max_size=6).map("".join)


@given(patterns=patterns, path=paths)
def test_a_file_matches_by_its_name_or_its_path(patterns: tuple[str, ...], path: str) -> None:
    name = path.rpartition("/")[2]
    expected = any(fnmatchcase(path, pattern) or fnmatchcase(name, pattern) for pattern in patterns)
    assert Names(patterns).match(path) is expected


def test_no_patterns_match_every_file() -> None:
    assert Names(()).match("a/b")
