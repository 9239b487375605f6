"""A container that is not ready gets the hint for what was seen, one per case."""

import pytest

from sh0.serving.diagnosis import Listener, diagnose, killed_at, listeners, more_memory, named, why_it_ended
from sh0.values import ByteSize
from tests.core.examples import placement

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
        ("port 8080 speaks TLS", (V4,), "", "Let it serve plain HTTP", True),
        ("port 8080 speaks TLS", None, "", "Let it serve plain HTTP", True),
        (REFUSED, (V4_LOCAL,), "127.0.0.1:8080 only", "0.0.0.0", True),
        (REFUSED, (V6_LOCAL,), "127.0.0.1:8080 only", "0.0.0.0", True),
        (REFUSED, (V6,), "listens on IPv6 only", "0.0.0.0 instead of [::]", True),
        (SILENT, (V6,), "", "answer HTTP", False),
        (SILENT, (V4,), "", "answer HTTP", False),
        (REFUSED, (OTHER,), "port 3000 instead", "--port 3000", False),
        (REFUSED, (OTHER, Listener(80, loopback=False, ipv6=True)), "port 80, 3000 instead", "--port 80", False),
        (REFUSED, (OTHER, V4_LOCAL), "127.0.0.1:8080 only", "0.0.0.0", True),
        (REFUSED, (Listener(3000, loopback=True, ipv6=False),), "does not listen on any port", "worker", False),
        (
            REFUSED,
            (Listener(3000, loopback=True, ipv6=False),),
            "but on 127.0.0.1:3000",
            "Let it listen on 0.0.0.0",
            False,
        ),
        (REFUSED, (), "does not listen on any port", "sh0 apps configure shop --port", False),
        (REFUSED, (), "does not listen on any port", "$PORT (8080)", False),
        (REFUSED, None, "", "sh0 apps configure shop --port", False),
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
        (127, ("a line", "sh: 1: Gunicorn: NOT FOUND"), "is not there"),
        (126, ("exec ./start.sh: no such file or directory",), "is not there"),
        (1, ("page not found",), "last lines say why"),
        (126, (), "chmod"),
        (1, ("exec ./start.sh: Permission denied",), "chmod"),
        (255, ("exec", "permission denied"), "chmod"),
        (1, ("permission denied: /data",), "last lines say why"),
        (1, ("exec failed",), "last lines say why"),
        (0, ("exec: permission denied",), "keep running in the foreground"),
        (None, (), "It printed nothing"),
        (None, (" ", ""), "It printed nothing"),
        (3, (), "It printed nothing"),
        (None, ("listening",), "last lines say why"),
    ],
)
def test_each_end_has_its_hint(code: int | None, lines: tuple[str, ...], hint: str) -> None:
    assert hint in why_it_ended(code, lines)


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


@pytest.mark.parametrize(
    ("wrong", "hint", "final"),
    [
        ("GET / on port 8080 answers 404", "index.html", True),
        ("GET / on port 8080 answers 403", "index.html", True),
        ("GET / on port 8080 answers 500", "--health-path", False),
    ],
)
def test_a_web_server_of_files_has_no_page_where_it_finds_none(wrong: str, hint: str, final: bool) -> None:
    diagnosis = diagnose("shop", 8080, wrong, (V4,), pages=True)
    assert (diagnosis.seen, hint in diagnosis.hint, diagnosis.final) == ("", True, final)


@pytest.mark.parametrize(("code", "lines"), [(1, ["Traceback"]), (None, ["x"])])
def test_whose_last_lines_are_shown_need_not_be_looked_up(code: int | None, lines: list[str]) -> None:
    assert "sh0 logs" not in why_it_ended(code, lines)


@pytest.mark.parametrize(
    ("limit", "more"),
    [(None, "512"), (ByteSize(64 << 20), "128"), (ByteSize(100_000_000), "190")],  # whole MiB, twice as much
)
def test_twice_the_memory_is_proposed_in_whole_mib(limit: ByteSize | None, more: str) -> None:
    assert f"sh0 apps configure shop --memory {ByteSize(int(more) << 20)}," in more_memory("shop", limit)


def test_a_limit_that_killed_a_container_is_named_if_it_is_known() -> None:
    assert killed_at(ByteSize(64 << 20)).endswith("memory limit of 64 MiB")
    assert killed_at(None).endswith("memory limit")


def test_a_container_is_named_as_users_know_it() -> None:
    assert named(placement("shop-1", 2)) == "shop-1 web 2"
