"""What a `.dockerignore` excludes is what the engine's own matcher excludes."""

import json
import time
from pathlib import Path

import pytest
from docker.utils.build import PatternMatcher
from hypothesis import given, settings
from hypothesis import strategies as st

from sh0.errors import Invalid
from sh0.source.dockerignore import DockerIgnore, ignore_file_of, lines_of
from sh0.source.globs import LONGEST, MOST, TOTAL

CASES = json.loads((Path(__file__).parents[2] / "corpus" / "dockerignore.json").read_text())
"""Texts of random patterns, and what the matcher of the engine said about some paths."""


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_it_excludes_what_the_engine_excludes(case: dict[str, list[str]]) -> None:
    ignored = DockerIgnore(lines_of(str(case["text"])))
    paths = [*case["excluded"], *case["kept"]]
    assert [path for path in paths if ignored.excludes(path)] == case["excluded"]


@pytest.mark.parametrize(
    ("text", "path", "excluded"),
    [
        ("\ufeff# not a comment, but the mark of the bytes is gone\nx", "x", True),
        (" # a pattern, since only a hash at the very beginning is a comment", "x", False),
        ("/x/", "x/y", True),
        ("a/../x", "x", True),
        ("x\n!x/keep\n", "x/keep", False),
        ("x\n!x/keep\nx/keep", "x/keep", True),
        ("! x\nx", "x", True),
        ("**/*.log", "deep/er/a.log", True),
        ("**/*.log", "a.log", True),
        ("a/**/z", "a/z", True),
        ("a/**/z", "a/b/c/z", True),
        ("a*", "a/b", True),
        ("*/b", "a/c/b", False),
        ("[a-c].txt", "b.txt", True),
        ("[^a].txt", "a.txt", False),
        ("\\*.txt", "*.txt", True),
        ("\\*.txt", "a.txt", False),
        ("CASE", "case", False),
        ("*\n!src", "src/a/b", False),
        (".", "x", False),
        ("crlf\r\n", "crlf", True),
    ],
)
def test_the_rules_that_people_rely_on(text: str, path: str, excluded: bool) -> None:
    assert DockerIgnore(lines_of(text)).excludes(path) is excluded


WORDS = st.sampled_from(["a", "b", "*.txt", "*", "a*", "?b", "c.txt"])
LINES = st.builds(lambda no, parts: "!" * no + "/".join(parts), st.booleans(), st.lists(WORDS, min_size=1, max_size=2))
PATHS = st.lists(st.sampled_from(["a", "b", "ab", "c.txt", "x.txt"]), min_size=1, max_size=2).map("/".join)


@settings(deadline=None)
@given(st.lists(LINES, min_size=1, max_size=4), PATHS)
def test_harmless_patterns_mean_what_dockers_python_library_says(lines: list[str], path: str) -> None:
    theirs = PatternMatcher(list(lines))
    assert DockerIgnore(lines).excludes(path) == theirs.matches(path)  # type: ignore[arg-type]  # it takes texts


@pytest.mark.parametrize("text", ["*a" * 500 + "*b", "**/a" * 400 + "b", "[a-z]*" * 300 + "!", "?*" * 900])
def test_no_pattern_takes_long(text: str) -> None:
    begun = time.process_time()
    DockerIgnore([text]).excludes("a" * 250 + "/" + "a" * 250)
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize(
    "patterns", [["a"] * (MOST + 1), ["a" * (LONGEST + 1)], ["a" * LONGEST] * (TOTAL // LONGEST + 1)]
)
def test_more_patterns_than_anybody_needs_are_refused_with_words(patterns: list[str]) -> None:
    with pytest.raises(Invalid, match=r"\.dockerignore") as refused:
        DockerIgnore(patterns)
    assert refused.value.hint


def test_as_many_as_are_allowed_are_taken() -> None:
    assert DockerIgnore(["a" * LONGEST, *["*b?c"] * (MOST - 1)]).excludes("a" * LONGEST)


@pytest.mark.parametrize("pattern", ["!", "[", "a[b", "x\n[z-"])
def test_what_the_engine_refuses_is_refused_before_the_build(pattern: str) -> None:
    with pytest.raises(Invalid, match="no pattern that Docker understands"):
        DockerIgnore(lines_of(pattern))


def test_a_dockerfile_may_have_an_ignore_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "docker").mkdir()
    own = tmp_path / "docker/web.Dockerfile.dockerignore"
    assert ignore_file_of(tmp_path, tmp_path / "docker/web.Dockerfile") == ".dockerignore"
    own.write_text("docs\n")
    assert ignore_file_of(tmp_path, tmp_path / "docker/web.Dockerfile") == "docker/web.Dockerfile.dockerignore"
    assert ignore_file_of(tmp_path, tmp_path / "Dockerfile") == ".dockerignore"
    assert ignore_file_of(tmp_path / "docker", tmp_path / "web.Dockerfile") == ".dockerignore"


def test_an_ignore_file_that_is_a_link_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile.dockerignore").symlink_to("/etc/hostname")
    assert ignore_file_of(tmp_path, tmp_path / "Dockerfile") == ".dockerignore"
