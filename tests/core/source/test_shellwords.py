"""Command lines are split as a shell would, in time that grows with their length alone."""

import shlex
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.source.shellwords import split


@given(st.text(st.sampled_from("ab \t\n\r\f'\"\\$#;&é\u00a0"), max_size=30))
def test_the_words_are_those_of_a_shell(line: str) -> None:
    try:
        expected = shlex.split(line)
    except ValueError:
        with pytest.raises(ValueError, match="no "):
            split(line)
    else:
        assert split(line) == expected


@pytest.mark.parametrize("piece", [":", "a=", "''", '""', "\\a", "'", '"', '"a\\', " ", "a ", "\\"])
def test_a_long_line_takes_no_time(piece: str) -> None:
    begin = time.process_time()
    try:
        split(piece * (4_000_000 // len(piece)))
    except ValueError:
        pass
    assert time.process_time() - begin < 5
