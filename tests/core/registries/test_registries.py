"""Credentials of registries: kept sealed, given to each server's engine, and used no more once they are removed."""

import pytest

from sh0.errors import InvalidValue, NotFound
from sh0.values import Secret
from tests.core.shop import Shop


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://index.docker.io/v1/", "docker.io"),
        ("Registry-1.Docker.io", "docker.io"),
        ("GHCR.io", "ghcr.io"),
        ("registry.example.org:5000", "registry.example.org:5000"),
        ("[::1]:5000", "[::1]:5000"),
    ],
)
def test_a_registry_is_kept_under_the_name_that_references_have(shop: Shop, written: str, kept: str) -> None:
    assert shop.platform.registries.add(written, "joe", Secret("planted-value")).registry == kept


def test_the_engines_are_given_what_is_kept(shop: Shop) -> None:
    logins = shop.stage.core.context.fleet.at("local").logins
    shop.platform.registries.add("ghcr.io", "joe", Secret("first"))
    shop.platform.registries.add("ghcr.io", "ann", Secret("second"))
    assert [(each.username, each.password.reveal()) for each in logins.all()] == [("ann", "second")]
    shop.platform.registries.remove("ghcr.io")
    assert logins.all() == ()
    with pytest.raises(NotFound):
        shop.platform.registries.remove("ghcr.io")


def test_passwords_are_sealed_and_in_no_answer(shop: Shop) -> None:
    shop.platform.registries.add("ghcr.io", "joe", Secret("planted-value"))
    shown = (shop.platform.registries.list(), shop.platform.audit.list())
    assert "planted-value" not in str(shown)
    assert "planted-value" not in str(shop.records.database.query("select * from registries"))


@pytest.mark.parametrize("name", ["", "ghcr.io:x", "a b", "joe@ghcr.io"])
def test_what_is_no_registry_is_refused(shop: Shop, name: str) -> None:
    with pytest.raises(InvalidValue):
        shop.platform.registries.add(name, "joe", Secret("x"))
