"""How many connections the git server keeps, and which one goes when there are too many."""

import pytest

from sh0.adapters.ssh.limits import Connections

UNKNOWN, OF_ORIGIN, OF_KEY, KNOWN = 64, 16, 16, 128


def address(number: int) -> str:
    return f"10.0.{number // 200}.{number % 200}"


@pytest.fixture
def connections() -> Connections[str]:
    return Connections()


def arrive(connections: Connections[str], count: int) -> list[str]:
    """Connections from as many addresses, of which none has to go."""
    names = [f"c{number}" for number in range(count)]
    assert [connections.arrived(name, address(number)) for number, name in enumerate(names)] == [None] * count
    return names


def test_the_oldest_of_those_that_have_shown_no_key_gives_way(connections: Connections[str]) -> None:
    first, second, *_ = arrive(connections, UNKNOWN)
    assert connections.arrived("new", "10.9.9.9") == first
    assert connections.arrived("newer", "10.9.9.8") == second
    assert len(connections.all()) == UNKNOWN


@pytest.mark.parametrize(
    "addresses", [("10.0.0.1",) * 2, ("2001:db8::1", "2001:db8::2"), ("10.0.0.1", "::ffff:10.0.0.1")]
)
def test_an_address_has_its_own_share(connections: Connections[str], addresses: tuple[str, str]) -> None:
    first, other = addresses
    assert connections.arrived("before", "10.7.7.7") is None
    assert [connections.arrived(f"c{n}", first) for n in range(OF_ORIGIN)] == [None] * OF_ORIGIN
    assert connections.arrived("new", other) == "c0"
    assert connections.arrived("elsewhere", "10.8.8.8") is None
    assert connections.arrived("newer", other) == "c1"


def test_whoever_has_shown_a_key_gives_way_to_nobody_without_one(connections: Connections[str]) -> None:
    first, *_ = arrive(connections, UNKNOWN)
    assert connections.recognised(first, "key")
    assert connections.arrived("one", "10.9.9.9") is None
    assert connections.arrived("two", "10.9.9.8") == "c1"
    assert first in connections.all()


def test_a_connection_that_had_to_go_may_still_show_its_key_before_it_ends(connections: Connections[str]) -> None:
    first, *_ = arrive(connections, UNKNOWN)
    assert connections.arrived("new", "10.9.9.9") == first
    assert connections.recognised(first, "key")
    connections.left(first)
    assert first not in connections.all()


def test_a_key_has_its_own_share(connections: Connections[str]) -> None:
    names = arrive(connections, OF_KEY + 2)
    assert [connections.recognised(name, "key") for name in names] == [True] * OF_KEY + [False] * 2
    assert connections.recognised(names[0], "key")
    assert connections.recognised(names[-1], "another key")
    connections.left(names[0])
    assert connections.recognised(names[-2], "key")


def test_all_keys_together_have_a_bound(connections: Connections[str]) -> None:
    for number in range(KNOWN):
        connections.arrived(f"c{number}", address(number))
        assert connections.recognised(f"c{number}", f"key{number // OF_KEY}")
    connections.arrived("new", "10.9.9.9")
    assert not connections.recognised("new", "a further key")
    assert len(connections.all()) == KNOWN + 1


def test_a_connection_that_has_ended_takes_no_place(connections: Connections[str]) -> None:
    first, second, *_ = arrive(connections, UNKNOWN)
    connections.recognised(second, "key")
    for name in (first, second, "never seen"):
        connections.left(name)
    assert not {first, second} & set(connections.all())
    assert connections.arrived("one", "10.9.9.9") is None
    assert connections.arrived("two", "10.9.9.8") is None
    assert connections.arrived("three", "10.9.9.7") == "c2"
