"""Who may come in, and that nobody gives more than they have."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import get_args

import pytest

from sh0.access.credentials import Credentials, fingerprint, new_token
from sh0.access.operations import Keys, Tokens
from sh0.errors import Forbidden, InvalidValue, NameTaken, NotFound, Unauthenticated
from sh0.operations import Caller, CallerKind, acting_as
from sh0.operations.caller import ANONYMOUS
from sh0.records.credential import TOKENS, Grant
from sh0.store import Records
from sh0.testing.clock import FakeClock

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@here"
OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJm you@there"
DAY = 86_400


def test_a_token_names_its_caller_with_what_it_may(tokens: Tokens, credentials: Credentials) -> None:
    issued = tokens.create("ci", grants=("deployments:write",), app="shop")
    assert credentials.caller(issued.token) == Caller(
        CallerKind.TOKEN, "ci", frozenset({"deployments:write"}), app="shop"
    )


def test_no_token_is_nobody_and_a_wrong_one_is_refused(credentials: Credentials) -> None:
    assert credentials.caller(None) is ANONYMOUS
    for wrong in ("", "x", new_token()):
        with pytest.raises(Unauthenticated):
            credentials.caller(wrong)


def test_the_value_of_a_token_is_stored_nowhere(tokens: Tokens, records: Records, tmp_path: Path) -> None:
    issued = tokens.create("ci")
    assert all(issued.token.encode() not in path.read_bytes() for path in tmp_path.iterdir())
    assert issued.token not in repr(tokens.list())
    assert issued.token not in repr(records[TOKENS].where())


def test_a_token_ends_when_its_days_are_over(tokens: Tokens, credentials: Credentials, clock: FakeClock) -> None:
    issued = tokens.create("ci", days=2)
    clock.advance(2 * DAY - 1)
    credentials.caller(issued.token)
    clock.advance(1)
    with pytest.raises(Unauthenticated):
        credentials.caller(issued.token)


@pytest.mark.parametrize("days", [0, -1, 10**9])
def test_a_token_has_a_sensible_number_of_days(tokens: Tokens, days: int) -> None:
    with pytest.raises(InvalidValue, match=r"\$\.days"):
        tokens.create("ci", days=days)


def test_a_revoked_token_ends_at_once(tokens: Tokens, credentials: Credentials) -> None:
    issued = tokens.create("ci")
    tokens.revoke("ci")
    with pytest.raises(Unauthenticated):
        credentials.caller(issued.token)
    with pytest.raises(NotFound):
        tokens.revoke("ci")


@pytest.mark.parametrize(
    ("grant", "meant"),
    [
        ("app:write", "apps:write"),
        ("apps:wirte", "apps:write"),
        ("Apps:Read", "apps:read"),
        ("write:apps", "apps:write"),
        ("apps.read", "apps:read"),
        ("*:raed", "*:read"),
        ("deploy:write", "deployments:write"),
        ("stacks", "one of stacks:read, stacks:write, stacks:destroy"),
        ("apps:delete", "one of apps:read, apps:write, apps:destroy"),
        ("apps:read:write", "one of apps:read, apps:write, apps:destroy"),
    ],
)
def test_a_misspelt_grant_is_answered_with_the_nearest(grant: str, meant: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"'{grant}' is not a grant: scope:effect")) as refused:
        get_args(Grant)[1].check(grant)
    assert str(refused.value).endswith(f"; did you mean {meant}?")


@pytest.mark.parametrize("grant", ["", "nosuch:read", ":", "apps:read,http://joe:hunter22@h"])
def test_nothing_is_suggested_that_is_not_near_and_no_password_is_repeated(grant: str) -> None:
    with pytest.raises(ValueError, match="is not a grant") as refused:
        get_args(Grant)[1].check(grant)
    assert "hunter22" not in str(refused.value)
    assert "did you mean" not in str(refused.value) or "apps" in grant


@pytest.mark.parametrize(
    ("own", "given", "allowed"),
    [
        ("access:write", ("access:write",), True),
        ("access:write", ("access:read",), True),
        ("access:write", ("access:destroy",), False),
        ("access:write", ("apps:read",), False),
        ("access:write", ("access:read", "apps:read"), False),
        ("access:write", ("*:read",), False),
        ("*:write", ("*:write", "apps:read"), True),
        ("*:write", ("apps:destroy",), False),
        ("*:destroy", ("*:destroy",), True),
    ],
)
def test_nobody_grants_more_than_they_have(
    tokens: Tokens, keys: Keys, own: str, given: tuple[str, ...], allowed: bool
) -> None:
    with acting_as(Caller(CallerKind.TOKEN, "me", frozenset({own}))):
        for attempt in (lambda: tokens.create("new", grants=given), lambda: keys.add("new", KEY, grants=given)):
            if allowed:
                attempt()
            else:
                with pytest.raises(Forbidden, match="cannot grant"):
                    attempt()


def test_a_caller_confined_to_an_app_makes_no_token_for_another_and_no_key_at_all(tokens: Tokens, keys: Keys) -> None:
    confined = Caller(CallerKind.TOKEN, "ci", frozenset({"*:destroy"}), app="shop")
    with acting_as(confined):
        tokens.create("own", grants=("apps:read",), app="shop")
        for attempt in (
            lambda: tokens.create("any", grants=("apps:read",)),
            lambda: tokens.create("other", grants=("apps:read",), app="blog"),
            lambda: keys.add("key", KEY, grants=("apps:read",)),
            lambda: tokens.revoke("own"),
            lambda: tokens.list(),
        ):
            with pytest.raises(Forbidden):
                attempt()


@pytest.mark.parametrize("grant", ["everything", "apps:*", "shops:read", "apps"])
def test_a_grant_that_does_not_exist_is_refused(tokens: Tokens, grant: str) -> None:
    with pytest.raises(InvalidValue, match=r"\$\.grants\[0\]"):
        tokens.create("ci", grants=(grant,))


def test_a_name_is_given_once(tokens: Tokens, keys: Keys) -> None:
    tokens.create("ci")
    keys.add("me", KEY)
    with pytest.raises(NameTaken):
        tokens.create("ci")
    with pytest.raises(NameTaken, match="there is an SSH key me"):
        keys.add("me", OTHER)
    with pytest.raises(NameTaken, match="registered as me"):
        keys.add("you", KEY)


def test_a_key_names_its_owner_until_it_is_removed(keys: Keys, credentials: Credentials) -> None:
    keys.add("me", KEY)
    owner = Caller(CallerKind.KEY, "me", frozenset({"apps:read", "deployments:write"}))
    assert credentials.key_owner(KEY) == owner
    assert credentials.key_owner(" ".join([*KEY.split()[:2], "another comment"])) == owner
    assert credentials.key_owner(OTHER) is None
    keys.remove("me")
    assert credentials.key_owner(KEY) is None


@pytest.mark.parametrize(
    "wrong", ["ssh-ed25519 A", "ssh-ed25519 AAAAA=", "nonsense", "-----BEGIN OPENSSH PRIVATE KEY-----"]
)
def test_what_is_no_public_key_is_refused(keys: Keys, wrong: str) -> None:
    with pytest.raises(InvalidValue, match=r"\$\.public_key"):
        keys.add("me", wrong)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="compares with ssh-keygen")
def test_a_fingerprint_is_the_one_that_ssh_prints(tmp_path: Path) -> None:
    (tmp_path / "key.pub").write_text(KEY + "\n")
    shown = subprocess.run(["ssh-keygen", "-lf", tmp_path / "key.pub"], capture_output=True, text=True, check=True)
    assert shown.stdout.split()[1] == fingerprint(KEY)


def test_a_pass_stands_for_its_caller_until_it_is_withdrawn_or_over(credentials: Credentials, clock: FakeClock) -> None:
    pusher = Caller(CallerKind.KEY, "me", frozenset({"deployments:write"}), app="shop")
    first, second = credentials.issue_pass(pusher), credentials.issue_pass(pusher)
    assert first != second
    assert credentials.caller(first) == credentials.caller(second) == pusher
    credentials.withdraw_pass(first)
    clock.advance(4 * 3600)
    for over in (first, second):
        with pytest.raises(Unauthenticated):
            credentials.caller(over)
    credentials.issue_pass(pusher)
    assert len(credentials._passes) == 1
