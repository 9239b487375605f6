"""Which addresses networks and containers get."""

from ipaddress import IPv4Network
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.errors import Conflict
from sh0.serving.addresses import free_addresses, subnets

POOL = "10.208.0.0/12"


def test_the_lowest_free_subnet_comes_first() -> None:
    assert list(islice(subnets(POOL, []), 2)) == ["10.208.0.0/22", "10.208.4.0/22"]
    assert next(subnets(POOL, ["10.208.0.0/22", "10.208.8.0/22"])) == "10.208.4.0/22"


@given(st.lists(st.integers(0, 20), max_size=10))
def test_a_subnet_overlaps_none_that_is_taken(taken: list[int]) -> None:
    others = [f"10.208.{4 * number}.0/22" for number in taken]
    for subnet in islice(subnets(POOL, others), 5):
        assert IPv4Network(subnet).subnet_of(IPv4Network(POOL))
        assert not any(IPv4Network(subnet).overlaps(IPv4Network(other)) for other in others)


def test_a_taken_network_of_another_size_is_stepped_over() -> None:
    assert next(subnets(POOL, ["10.208.0.0/16"])) == "10.209.0.0/22"
    assert next(subnets(POOL, ["10.208.0.128/25", "172.17.0.0/16"])) == "10.208.4.0/22"


def test_a_pool_that_is_used_up_offers_nothing() -> None:
    assert list(subnets("10.208.0.0/22", ["10.208.1.0/24"])) == []


def test_the_first_addresses_are_kept_for_the_network_itself() -> None:
    assert list(islice(free_addresses("10.208.0.0/22", []), 2)) == ["10.208.0.11", "10.208.0.12"]


def test_an_address_that_is_held_is_not_given_again() -> None:
    assert next(free_addresses("10.208.0.0/22", ["10.208.0.11", "10.208.0.12"])) == "10.208.0.13"


def test_all_addresses_of_a_network_are_different_and_then_it_is_full() -> None:
    addresses = free_addresses("10.208.0.0/22", [])
    given_out = list(islice(addresses, 1012))
    assert len(set(given_out)) == 1012
    assert "10.208.3.255" not in given_out
    with pytest.raises(Conflict, match="has no free address left"):
        next(addresses)
