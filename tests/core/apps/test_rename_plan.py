"""What another name changes of an app, and when it cannot have it."""

import attrs
import pytest

from sh0.apps.rename_plan import RenamePlan, demand_renamable, generated_host, planned, renamed_hosts
from sh0.errors import InvalidValue, NameTaken, WrongState
from sh0.records.domain import Domain, Https
from tests.core.examples import NOON, app

GENERATED = Domain("shop.example.org", "shop", True, Https.OFF, NOON)
OWN = Domain("shop.com", "shop", False, Https.LOCAL, NOON)


def plan(*domains: Domain, keep_host: bool = True, live: str | None = None) -> RenamePlan:
    record = app(live=live)
    return planned(record, "store", domains, ["token ci", "SSH key me"], "example.org", keep_host=keep_host)


def test_the_host_name_of_the_present_name_is_kept_or_given_up() -> None:
    kept = plan(GENERATED, OWN)
    assert (kept.host, kept.kept, kept.given_up) == ("store.example.org", "shop.example.org", None)
    dropped = plan(GENERATED, OWN, keep_host=False)
    assert (dropped.host, dropped.kept, dropped.given_up) == ("store.example.org", None, "shop.example.org")


@pytest.mark.parametrize("keep_host", [True, False])
def test_an_app_whose_generated_host_name_was_removed_gets_no_other_one(keep_host: bool) -> None:
    found = plan(OWN, keep_host=keep_host)
    assert (found.host, found.kept, found.given_up) == (None, None, None)


def test_it_says_what_follows_and_what_is_to_be_done() -> None:
    found = plan(GENERATED)
    assert (found.app, found.name, found.repository) == ("shop", "store", "store")
    assert found.credentials == ("SSH key me", "token ci")
    assert [note for note in found.notes if "ids" in note]
    assert [note for note in found.notes if "'app: store'" in note]
    assert not [note for note in found.notes if "build" in note or "TLS" in note]
    assert [note for note in plan(GENERATED, live="shop-1").notes if "next build" in note]
    secured = plan(attrs.evolve(GENERATED, https=Https.LOCAL))
    assert [note for note in secured.notes if note.endswith("sh0 domains secure store.example.org")]


def test_a_version_that_has_run_finds_the_host_names_of_the_new_name() -> None:
    before = ("shop.com", "shop.example.org", "x.com")
    assert renamed_hosts(before, plan(GENERATED)) == ("shop.com", "store.example.org", "shop.example.org", "x.com")
    assert renamed_hosts(before, plan(GENERATED, keep_host=False)) == ("shop.com", "store.example.org", "x.com")
    assert renamed_hosts(before, plan(OWN)) == before
    both = ("store.example.org", "shop.example.org")
    assert renamed_hosts(both, plan(GENERATED)) == both


def test_a_name_that_is_free_is_taken() -> None:
    demand_renamable(app(), "store", None, None, ())
    demand_renamable(app(), "store", None, attrs.evolve(GENERATED, host=generated_host("store", "example.org")), ())


def test_a_service_of_a_stack_keeps_its_name() -> None:
    with pytest.raises(WrongState, match="service of the stack wiki"):
        demand_renamable(attrs.evolve(app(), stack="wiki"), "store", None, None, ())


def test_the_same_name_is_refused() -> None:
    with pytest.raises(InvalidValue, match="called shop already"):
        demand_renamable(app(), "shop", app(), None, ())


def test_what_has_the_name_is_said() -> None:
    with pytest.raises(NameTaken, match="there is an app store"):
        demand_renamable(app(), "store", app("store"), None, ())
    elsewhere = Domain("store.example.org", "blog", False, Https.OFF, NOON)
    with pytest.raises(NameTaken, match=r"store\.example\.org leads to blog") as raised:
        demand_renamable(app(), "store", None, elsewhere, ())
    assert "sh0 domains remove store.example.org" in raised.value.hint
    with pytest.raises(NameTaken, match="there is still: token ci, volume data"):
        demand_renamable(app(), "store", None, None, ["volume data", "token ci"])
