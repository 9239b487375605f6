"""Files of variables: what is taken of them, and what is refused with its place."""

import io

import pytest

from sh0.environment import variable_file
from sh0.errors import Invalid


def read(content: bytes) -> dict[str, str]:
    found = variable_file.read(io.BytesIO(content), "shop.env")
    return {name: value.reveal() for name, value in found.items()}


def test_a_file_is_read_as_compose_reads_it() -> None:
    lines = ("# shop", "export A=1 # one", "B='$A'", 'C="${A}\n2"', "discovery.type=single-node", "my-var=x", "D=", "")
    content = b"\xef\xbb\xbf" + "\r\n".join(lines).encode()
    assert read(content) == {
        "A": "1",
        "B": "$A",
        "C": "1\n2",
        "discovery.type": "single-node",
        "my-var": "x",
        "D": "",
    }


def test_the_later_of_two_values_counts() -> None:
    assert read(b"A=1\nA=2\n") == {"A": "2"}


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"A=1\nnothing here\n", 2, "this is no NAME=value"),
        (b"A=1\n\nB\n", 3, "B has no value"),
        (b"A=1\nPASSWORD=ab$cd\n", 2, "PASSWORD uses a variable with"),
        (b"A='1\n2\n", 1, "is never closed"),
        (b"A=1\nB=\xff\n", 2, "this is no UTF-8"),
        (b"A=1\n" + b"B" * 300 + b"=x\n", 2, "255"),
        (b"".join(b"A%d=\n" % number for number in range(1001)), 1001, "more than 1000"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_taken_has_a_line(content: bytes, line: int, reason: str) -> None:
    with pytest.raises(Invalid, match=reason) as caught:
        read(content)
    assert caught.value.message.startswith(f"shop.env, line {line}: ")
    assert caught.value.hint


def test_no_message_repeats_a_value() -> None:
    with pytest.raises(Invalid) as caught:
        read(b"PASSWORD=hunter2$x\n")
    assert "hunter2" not in caught.value.message + caught.value.hint


def test_a_file_is_not_read_without_end() -> None:
    with pytest.raises(Invalid, match="larger than 1 MiB"):
        read(b"# \n" * (1 << 20))
