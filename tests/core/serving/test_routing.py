"""From records to what the proxy serves."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.ports.proxy import Backend, ServerCertificate, Upstream
from sh0.records.app import AppPort
from sh0.records.certificate import Certificate
from sh0.records.domain import Domain, Https
from sh0.serving.routing import free_slot, routes
from sh0.values import Secret
from tests.core.examples import NOON, app, placement

SHOP, BLOG = app("shop", 1, "shop-2"), app("blog", 2, "blog-1")
PLACED = [
    placement("shop-1", 1, "10.208.0.11"),
    placement("shop-2", 2, "10.208.0.13"),
    placement("shop-2", 1, "10.208.0.12"),
    placement("blog-1", 1, "10.208.0.14"),
]


def domain(host: str, app: str = "shop", https: Https = Https.OFF) -> Domain:
    return Domain(host, app, False, https, NOON)


def certificate(host: str) -> Certificate:
    return Certificate(host, "x", f"chain of {host}", Secret("key"), NOON, NOON)


def test_an_app_is_served_by_the_containers_of_its_live_deployment_and_no_others() -> None:
    served = routes([SHOP, BLOG], PLACED, [], [])
    assert served.backends == (
        Backend(
            1,
            "shop",
            (Upstream("sh0-x-shop-2-1", "10.208.0.12", 8080), Upstream("sh0-x-shop-2-2", "10.208.0.13", 8080)),
        ),
        Backend(2, "blog", (Upstream("sh0-x-blog-1-1", "10.208.0.14", 8080),)),
    )


@pytest.mark.parametrize("idle", [app("shop", 1, None), app("shop", 1, "shop-2", stopped=True)], ids=["new", "stopped"])
def test_an_app_that_serves_nothing_keeps_its_place(idle: object) -> None:
    served = routes([idle], PLACED, [domain("a.org")], [])  # type: ignore[list-item]
    assert served.backends == (Backend(1, "shop", ()),)
    assert served.hosts == {"a.org": 1}


def test_host_names_lead_to_the_slot_of_their_app() -> None:
    served = routes([SHOP, BLOG], [], [domain("a.org"), domain("b.org", "blog"), domain("c.org", "gone")], [])
    assert served.hosts == {"a.org": 1, "b.org": 2}


def test_a_certificate_is_served_where_it_is_wanted_only() -> None:
    domains = [domain("plain.org"), domain("b.org", https=Https.LOCAL), domain("a.org", https=Https.LOCAL)]
    served = routes([SHOP], [], domains, [certificate(host) for host in ("plain.org", "b.org", "a.org", "gone.org")])
    assert served.certificates == tuple(
        ServerCertificate(host, (host,), f"chain of {host}", Secret("key")) for host in ("a.org", "b.org")
    )
    assert served.https_only == frozenset()


def test_the_order_of_the_records_does_not_matter() -> None:
    domains = [domain("a.org", https=Https.LOCAL), domain("b.org", "blog")]
    assert routes([SHOP, BLOG], PLACED, domains, [certificate("a.org")]) == routes(
        [BLOG, SHOP], PLACED[::-1], domains[::-1], [certificate("a.org")]
    )


def test_records_may_come_from_a_generator() -> None:
    domains = [domain("a.org", https=Https.LOCAL)]
    generated = routes(iter([SHOP]), iter(PLACED), iter(domains), iter([certificate("a.org")]))
    assert generated == routes([SHOP], PLACED, domains, [certificate("a.org")])


@given(st.sets(st.integers(1, 30)))
def test_a_free_slot_is_the_lowest_that_no_app_has(taken: set[int]) -> None:
    slots = [*taken, 0, 0]
    first, *others = slots
    apps = [app("a", first), attrs.evolve(app("b", first), ports=tuple(AppPort(80, slot) for slot in others))]
    slot = free_slot(apps)
    assert slot not in taken
    assert set(range(1, slot)) <= taken


def test_the_first_slot_is_one() -> None:
    assert [free_slot([]), free_slot([], [1]), free_slot([app("a", 2)])] == [1, 2, 1]


def test_a_service_without_a_port_takes_no_requests_and_one_with_two_takes_them_at_both() -> None:
    quiet = [attrs.evolve(each, port=None) for each in PLACED]
    further = attrs.evolve(SHOP, ports=(AppPort(9001, 5),))
    domains = [domain("a.org"), attrs.evolve(domain("b.org"), port=9001), attrs.evolve(domain("c.org"), port=1)]
    served = routes([further, BLOG], [*quiet[:3], PLACED[3]], domains, [])
    assert [(b.slot, [u.port for u in b.upstreams]) for b in served.backends] == [(1, []), (2, [8080]), (5, [9001] * 2)]
    assert served.hosts == {"a.org": 1, "b.org": 5, "c.org": 1}


def test_what_is_moved_keeps_its_slot() -> None:
    assert routes([attrs.evolve(SHOP, live="shop-1")], PLACED, [], []).backends[0].slot == SHOP.slot


def test_a_worker_gets_no_requests() -> None:
    worker = attrs.evolve(placement("shop-2", 3, "10.208.0.15"), process="worker")
    [backend, _] = routes([SHOP, BLOG], [*PLACED, worker], [], []).backends
    assert {each.address for each in backend.upstreams} == {"10.208.0.12", "10.208.0.13"}
