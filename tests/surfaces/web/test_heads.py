"""What has arrived of the head of a request, and how long the rest may take."""

import pytest

from sh0_web.heads import Arrival, Head

GET = b"GET / HTTP/1.1\r\nHost: a.test\r\n"
LARGEST = 32 << 10
NOW = 1000.0


@pytest.mark.parametrize(
    ("received", "arrival"),
    [
        (b"", Arrival.PARTIAL),
        (b"GET", Arrival.PARTIAL),
        (GET, Arrival.PARTIAL),
        (GET + b"\r", Arrival.PARTIAL),
        (GET + b"\r\n", Arrival.WHOLE),
        (GET + b"\n", Arrival.WHOLE),
        (GET.replace(b"\r", b"") + b"\n", Arrival.WHOLE),
        (GET + b"\r\n" + b"\0" * 9, Arrival.WHOLE),  # a body may hold anything
        (GET + b"\r\n" + b"x" * 2 * LARGEST, Arrival.WHOLE),
        (b"GET /caf\xe9\t\x7f", Arrival.PARTIAL),
        (b"\x16\x03\x01\x02\x00", Arrival.NO_HTTP),  # how TLS begins
        (GET + b"X: \0\r\n\r\n", Arrival.NO_HTTP),
        (b"x" * LARGEST, Arrival.PARTIAL),
        (b"x" * (LARGEST + 1), Arrival.HUGE),
        (b"x" * LARGEST + b"\r\n\r\n", Arrival.WHOLE),
        (b"x" * (LARGEST + 1) + b"\r\n\r\n", Arrival.HUGE),
        (b"\0" * (LARGEST + 1), Arrival.HUGE),
    ],
    ids=lambda value: value.name if isinstance(value, Arrival) else repr(value[:20]),
)
def test_a_head_is_what_its_bytes_are(received: bytes, arrival: Arrival) -> None:
    assert Head(NOW).add(NOW, received) is arrival
    assert Head(NOW, received).arrival() is arrival


def test_a_head_may_come_in_parts() -> None:
    head = Head(NOW)
    assert [head.add(NOW, part) for part in (GET, b"\r", b"\n")] == [Arrival.PARTIAL, Arrival.PARTIAL, Arrival.WHOLE]
    assert head.received == GET + b"\r\n"


def test_a_connection_waits_longer_for_a_further_request_than_for_its_first() -> None:
    assert Head(NOW).deadline == NOW + 10
    assert Head(NOW, further=True).deadline == NOW + 15
    assert Head(NOW, b"GE", further=True).deadline == NOW + 10
    assert Head(NOW, b"GE").deadline == NOW + 10


def test_the_first_byte_sets_the_time_for_the_head_and_no_later_one_does() -> None:
    head = Head(NOW, further=True)
    head.add(NOW + 14, b"G")
    assert head.deadline == NOW + 24
    head.add(NOW + 23, b"E")
    assert head.deadline == NOW + 24
