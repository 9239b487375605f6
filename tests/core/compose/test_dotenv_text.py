"""Variables as the text of a file that gives them back as they were."""

from hypothesis import given
from hypothesis import strategies as st

from sh0.compose import dotenv
from sh0.compose.dotenv_text import written


@given(st.dictionaries(st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,9}", fullmatch=True), st.text(max_size=40)))
def test_what_is_written_is_read_again(variables: dict[str, str]) -> None:
    text = written(variables)
    assert dotenv.parse(text.replace("\r\n", "\n"), ".env", {}) == variables


def test_a_name_that_no_file_can_hold_is_said() -> None:
    assert written({"A": "1", "ä": "2"}) == "A=1\n# ä is left out: a file of variables cannot name it\n"
