"""What is open ends with the credential behind it."""

import threading
from collections.abc import Callable, Mapping

import pytest

from sh0.access.credentials import Credentials
from sh0.access.operations import Keys, Tokens
from sh0.errors import Unauthenticated
from sh0.operations import SYSTEM, Caller, acting_as
from sh0.records.credential import SSH_KEYS, TOKENS
from sh0.store import Records
from sh0.testing.clock import FakeClock
from tests.core.access.test_access import KEY


def _owner(credentials: Credentials) -> Caller:
    owner = credentials.key_owner(KEY)
    assert owner is not None
    return owner


@pytest.mark.parametrize("how", ["revoked", "expired", "replaced by one with other grants"])
def test_what_is_held_open_with_a_token_ends(
    how: str, tokens: Tokens, credentials: Credentials, clock: FakeClock, records: Records
) -> None:
    issued, other = tokens.create("ci", days=1), tokens.create("other")
    ended, untouched = threading.Event(), threading.Event()
    credentials.hold(credentials.caller(issued.token), ended.set)
    credentials.hold(credentials.caller(other.token), untouched.set)
    assert not ended.wait(0.6)
    endings: Mapping[str, Callable[[], object]] = {
        "revoked": lambda: tokens.revoke("ci"),
        "expired": lambda: clock.advance(86_400),
        "replaced by one with other grants": lambda: records[TOKENS].change("ci", grants=("apps:read",)),
    }
    endings[how]()
    assert ended.wait(5)
    assert not untouched.is_set()


def test_what_is_held_open_with_a_key_ends_when_it_is_removed(keys: Keys, credentials: Credentials) -> None:
    keys.add("laptop", KEY)
    ended = threading.Event()
    credentials.hold(_owner(credentials), ended.set)
    keys.remove("laptop")
    assert ended.wait(5)


def test_what_is_over_is_not_ended(keys: Keys, credentials: Credentials) -> None:
    keys.add("laptop", KEY)
    first, second = threading.Event(), threading.Event()
    release = credentials.hold(_owner(credentials), first.set)
    credentials.hold(_owner(credentials), second.set)
    release()
    release()
    keys.remove("laptop")
    assert second.wait(5)
    assert not first.is_set()


def test_the_system_and_the_operator_hold_without_a_credential(credentials: Credentials) -> None:
    release: Callable[[], None] = credentials.hold(SYSTEM, lambda: pytest.fail("the system was ended"))
    release()
    assert credentials.current(SYSTEM) is SYSTEM


def test_a_pass_dies_with_its_key_and_follows_its_grants(
    keys: Keys, credentials: Credentials, records: Records
) -> None:
    keys.add("laptop", KEY)
    owner = _owner(credentials)
    issued = credentials.issue_pass(Caller(owner.kind, owner.name, owner.grants, "shop", owner.credential))
    assert credentials.caller(issued).app == "shop"
    records[SSH_KEYS].change("laptop", grants=("apps:read",))
    assert credentials.caller(issued).grants == {"apps:read"}
    keys.remove("laptop")
    with pytest.raises(Unauthenticated):
        credentials.caller(issued)


def test_a_token_makes_none_that_outlives_it(
    tokens: Tokens, keys: Keys, credentials: Credentials, clock: FakeClock
) -> None:
    parent = credentials.caller(tokens.create("parent", grants=("access:write", "apps:read"), days=2).token)
    with acting_as(parent):
        made = [tokens.create("always", grants=("apps:read",)), tokens.create("longer", grants=("apps:read",), days=9)]
        shorter = tokens.create("shorter", grants=("apps:read",), days=1)
        key = keys.add("key", KEY, grants=("apps:read",))
    assert {each.expires for each in made} == {parent.expires}
    assert key.expires == parent.expires
    assert shorter.expires is not None
    assert parent.expires is not None
    assert shorter.expires < parent.expires
    clock.advance(2 * 86_400)
    assert credentials.key_owner(KEY) is None
    for each in made:
        with pytest.raises(Unauthenticated):
            credentials.caller(each.token)


def test_revoking_names_what_was_made_and_works_on(tokens: Tokens, keys: Keys, credentials: Credentials) -> None:
    grants = ("access:destroy", "apps:read")
    parent = credentials.caller(tokens.create("parent", grants=grants).token)
    with acting_as(parent):
        child = credentials.caller(tokens.create("child", grants=grants).token)
        keys.add("key", KEY, grants=("apps:read",))
    with acting_as(child):
        grandchild = tokens.create("grandchild", grants=("apps:read",))
    tokens.create("other")
    made_by = {each.name: each.made_by for each in tokens.list()}
    assert made_by["grandchild"] == ("token:child", "token:parent", "system")
    assert tokens.revoke("child").still_valid == ("token:grandchild",)
    told = tokens.revoke("parent")
    assert set(told.still_valid) == {"token:grandchild", "key:key"}
    assert told.with_it == ()
    assert credentials.caller(grandchild.token).name == "grandchild"


def test_revoking_together_takes_all_that_was_made(tokens: Tokens, keys: Keys, credentials: Credentials) -> None:
    parent = credentials.caller(tokens.create("parent", grants=("access:write", "apps:read")).token)
    with acting_as(parent):
        child = credentials.caller(tokens.create("child", grants=("access:write", "apps:read")).token)
        keys.add("key", KEY, grants=("apps:read",))
    with acting_as(child):
        tokens.create("grandchild", grants=("apps:read",))
    tokens.create("other")
    told = tokens.revoke("parent", with_children=True)
    assert set(told.with_it) == {"token:child", "token:grandchild", "key:key"}
    assert [each.name for each in tokens.list()] == ["other"]
    assert keys.list() == ()


def test_a_namesake_is_not_taken_for_the_parent(tokens: Tokens, credentials: Credentials, clock: FakeClock) -> None:
    parent = credentials.caller(tokens.create("parent", grants=("access:write", "apps:read")).token)
    with acting_as(parent):
        tokens.create("child", grants=("apps:read",))
    tokens.revoke("parent")
    clock.advance(1)
    tokens.create("parent")
    assert tokens.revoke("parent").still_valid == ()
