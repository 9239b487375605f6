"""Docker's stream of frames as lines."""

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.adapters.docker.logs import LONGEST_LINE, PIECE, frames, lines, query, unframed

STAMPS = [f"2026-05-01T10:00:00.{number:06d}789Z ".encode() for number in range(10)]


def frame(stream: int, payload: bytes) -> bytes:
    return struct.pack(">BxxxL", stream, len(payload)) + payload


@given(st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=50))), st.integers(1, 20))
def test_frames_are_read_however_the_bytes_arrive(sent: list[tuple[int, bytes]], size: int) -> None:
    stream = b"".join(frame(number, payload) for number, payload in sent)
    chunks = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert list(frames(chunks)) == [("stdout" if number == 1 else "stderr", payload) for number, payload in sent]


def test_a_frame_that_was_cut_off_is_dropped() -> None:
    assert list(frames([frame(1, b"whole"), frame(1, b"half")[:-1]])) == [("stdout", b"whole")]


@given(st.lists(st.text(alphabet="ab 1", max_size=30), max_size=10), st.integers(1, 20))
def test_what_a_terminal_shows_is_read_however_the_bytes_arrive(sent: list[str], size: int) -> None:
    stream = b"".join(STAMPS[at] + text.encode() + b"\r\n" for at, text in enumerate(sent))
    chunks = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert [line.text for line in lines(unframed(chunks), "web")] == sent


def test_what_a_terminal_shows_without_an_end_is_bounded() -> None:
    sizes = [len(piece) for _, piece in unframed([b"a" * (LONGEST_LINE + 1), b"b"])]
    assert sum(sizes) == LONGEST_LINE + 2
    assert max(sizes) <= PIECE + len(STAMPS[0])


@pytest.mark.parametrize("end", [b"\r\n", b"\r"], ids=["json-file", "local"])
@pytest.mark.parametrize("size", [PIECE - 1, PIECE, PIECE + 1, PIECE + 3, 2 * PIECE, 2 * PIECE + 9, 5 * PIECE - 1])
@pytest.mark.parametrize("chunk", [7, 4096, 1 << 20])
def test_the_pieces_of_a_long_line_of_a_terminal_are_joined(size: int, end: bytes, chunk: int) -> None:
    """As an engine sends them: each piece with its time, and the last one without a newline where it is forgotten."""
    whole = b"B" * size + b"\r\n"
    pieces = [whole[at : at + PIECE] for at in range(0, len(whole), PIECE)]
    if len(pieces) > 1:
        pieces[-1] = pieces[-1].removesuffix(b"\n") if end == b"\r" else pieces[-1]
    stream = b"".join(STAMPS[0] + piece for piece in pieces) + STAMPS[1] + b"next 2026\r\n"
    chunks = [stream[at : at + chunk] for at in range(0, len(stream), chunk)]
    assert [line.text for line in lines(unframed(chunks), "web")] == ["B" * size, "next 2026"]


def test_a_very_long_line_of_a_terminal_is_cut_with_one_time() -> None:
    chunks = [STAMPS[0] + b"a" * PIECE] * 40
    found = list(lines(unframed(chunks), ""))
    assert sum(len(line.text) for line in found) == 40 * PIECE
    assert {line.time for line in found} == {datetime(2026, 5, 1, 10, 0, 0, 0, UTC)}


def test_lines_carry_time_stream_and_name() -> None:
    (line,) = lines([("stderr", STAMPS[3] + b"hello \xff\r\n")], "web")
    assert (line.stream, line.text, line.instance) == ("stderr", "hello �", "web")
    assert line.time == datetime(2026, 5, 1, 10, 0, 0, 3, UTC)


def test_the_pieces_of_a_long_line_are_joined_past_lines_of_the_other_stream() -> None:
    pieces = [
        ("stdout", STAMPS[0] + b"a" * PIECE),
        ("stderr", STAMPS[1] + b"between\n"),
        ("stdout", STAMPS[0] + b"b" * PIECE),
        ("stdout", STAMPS[0] + b"c\n"),
    ]
    found = list(lines(pieces, ""))
    assert [line.stream for line in found] == ["stderr", "stdout"]
    assert found[1].text == "a" * PIECE + "b" * PIECE + "c"


def test_a_last_piece_without_a_newline_ends_its_line() -> None:
    pieces = [
        ("stdout", STAMPS[0] + b"a" * PIECE),
        ("stdout", STAMPS[0] + b"b"),
        ("stdout", STAMPS[1] + b"next\n"),
    ]
    assert [line.text[-4:] for line in lines(pieces, "")] == ["aaab", "next"]


def test_another_time_ends_a_line_too() -> None:
    pieces = [("stdout", STAMPS[0] + b"a" * PIECE), ("stdout", STAMPS[1] + b"next\n")]
    assert [len(line.text) for line in lines(pieces, "")] == [PIECE, 4]


def test_a_line_without_end_is_cut_into_bounded_ones() -> None:
    pieces = [("stdout", STAMPS[0] + b"a" * PIECE)] * 40
    found = [len(line.text) for line in lines(pieces, "")]
    assert sum(found) == 40 * PIECE
    assert max(found) == LONGEST_LINE


def test_the_query_asks_from_a_moment_on() -> None:
    asked = query(tail=5, follow=True, since=datetime(2026, 1, 1, 0, 0, 0, 250_000, UTC))
    assert (asked["tail"], asked["follow"], asked["since"]) == (5, 1, "1767225600.250000")
