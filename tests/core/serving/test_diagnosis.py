"""A container that is not ready gets the hint for what was seen, one per case."""

import pytest

from sh0.serving.diagnosis import Listener, diagnose, listeners, why_it_ended

REFUSED = "nothing accepts connections on port 8080"
SILENT = "port 8080 accepts connections and does not answer HTTP"
V4, V4_LOCAL = Listener(8080, loopback=False, ipv6=False), Listener(8080, loopback=True, ipv6=False)
V6, V6_LOCAL = Listener(8080, loopback=False, ipv6=True), Listener(8080, loopback=True, ipv6=True)
OTHER = Listener(3000, loopback=False, ipv6=False)


@pytest.mark.parametrize(
    ("wrong", "found", "seen", "hint", "final"),
    [
        ("GET / on port 8080 answers 500", (V4,), "", "--health-path", False),
        ("GET /up on port 8080 answers 404", None, "", "--health-path", False),
        ("port 8080 speaks HTTP/2 without TLS", (V4,), "", "gRPC", True),
        (REFUSED, (V4_LOCAL,), "127.0.0.1:8080 only", "0.0.0.0", True),
        (REFUSED, (V6_LOCAL,), "127.0.0.1:8080 only", "0.0.0.0", True),
        (REFUSED, (V6,), "listens on IPv6 only", "0.0.0.0 instead of [::]", True),
        (SILENT, (V6,), "", "answer HTTP", False),
        (SILENT, (V4,), "", "answer HTTP", False),
        (REFUSED, (OTHER,), "port 3000 instead", "--port 3000", False),
        (REFUSED, (), "does not listen on any port", "worker", False),
        (REFUSED, None, "", "$PORT (8080)", False),
    ],
)
def test_each_case_has_its_hint(
    wrong: str, found: tuple[Listener, ...] | None, seen: str, hint: str, final: bool
) -> None:
    diagnosis = diagnose("shop", 8080, wrong, found)
    assert seen in diagnosis.seen
    assert bool(seen) == bool(diagnosis.seen)
    assert hint in diagnosis.hint
    assert diagnosis.final is final


@pytest.mark.parametrize(
    ("code", "lines", "hint"),
    [
        (0, (), "nothing says what to start"),
        (0, (" ",), "nothing says what to start"),
        (0, ("done",), "keep running in the foreground"),
        (1, ("exec /app: exec format error",), "architecture"),
        (127, ("exec ./start.sh: no such file or directory",), "line ends of Unix"),
        (127, ("sh: gunicorn: not found",), "is not there"),
        (126, ("./start.sh: Permission denied",), "chmod"),
        (1, ("Traceback",), "last lines say why"),
        (None, (), "sh0 logs shop"),
    ],
)
def test_each_end_has_its_hint(code: int | None, lines: tuple[str, ...], hint: str) -> None:
    assert hint in why_it_ended("shop", code, lines)


def test_sockets_of_both_families_are_told_apart() -> None:
    table = (
        "  0: 00000000:1F90 00000000:0000 0A 0\n"
        "  1: 0100007F:0BB8 00000000:0000 0A 0\n"
        "  2: 0B00007F:A000 00000000:0000 0A 0\n"
        "  0: 00000000000000000000000000000000:1F91 00000000000000000000000000000000:0000 0A 0\n"
        "  1: 00000000000000000000000001000000:1F92 00000000000000000000000000000000:0000 0A 0\n"
        "  2: 00000000000000000000000000000000:1F93 00000000000000000000000000000000:0000 01 0\n"
    )
    assert listeners(table) == (
        Listener(8080, loopback=False, ipv6=False),
        Listener(3000, loopback=True, ipv6=False),
        Listener(8081, loopback=False, ipv6=True),
        Listener(8082, loopback=True, ipv6=True),
    )
