"""Whatever a record is made of, the secrets in it come out nowhere."""

import json
import string
from collections.abc import Mapping

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0 import codec
from sh0.audited import for_audit
from sh0.errors import Sh0Error
from sh0.values import Secret
from sh0.wire import projection

LETTERS = string.ascii_letters + string.digits
secrets = st.text(LETTERS, min_size=12, max_size=24)


@attrs.frozen
class Inner:
    value: Secret
    others: tuple[Secret, ...] = ()


@attrs.frozen
class Outer:
    name: str
    plain: object
    inner: Inner | None
    by_name: Mapping[str, Secret]
    nested: tuple[Mapping[str, Inner], ...] = ()


def holders(secret: str) -> list[object]:
    inner = Inner(Secret(secret), (Secret(secret),))
    return [
        Secret(secret),
        {"a": Secret(secret)},
        [Secret(secret)],
        (inner,),
        Outer("x", Secret(secret), inner, {"A": Secret(secret)}, ({"b": inner},)),
        Outer("x", {"deep": [Secret(secret), inner]}, None, {}),
        {"outer": Outer("x", inner, inner, {"A": Secret(secret)})},
    ]


@given(secrets)
def test_a_secret_is_in_no_answer(secret: str) -> None:
    for value in holders(secret):
        assert secret not in repr(codec.unstructure(value))
        assert secret.encode() not in projection.dumps(value)


@given(secrets)
def test_a_secret_is_in_no_repr(secret: str) -> None:
    for value in holders(secret):
        assert secret not in repr(value) + str(value)


@given(secrets)
def test_a_secret_is_in_no_error(secret: str) -> None:
    for value in holders(secret):
        error = Sh0Error(f"it broke: {value}", hint=f"{value}", cause=value)
        assert secret not in str(error) + repr(error)
        assert secret.encode() not in projection.dumps(projection.problem(error)[1])


@given(secrets)
def test_a_secret_is_kept_where_it_has_to_go(secret: str) -> None:
    """A request to the platform carries it in clear: otherwise nobody could ever set one."""
    assert all(secret in json.dumps(codec.with_secrets(value)) for value in holders(secret))


@pytest.mark.parametrize("arguments", [{"variables": {"A": "hunter22"}}, {"variables": {"A": Secret("hunter22")}},
                                       {"variables": {"not a name": "hunter22"}}, {"variables": ["hunter22"]},
                                       {"variables": "hunter22"}, {"surprise": "hunter22"}], ids=repr)  # fmt: skip
def test_the_audit_log_knows_a_secret_by_the_parameter_it_is_for(arguments: dict[str, object]) -> None:
    """Over the wire a secret arrives as a string like any other, and a refused call is audited as well."""
    from sh0.platform import registry

    kept = for_audit(registry.get("env.set"), {"app": "shop", **arguments})
    assert "hunter22" not in repr(kept)
    assert kept["app"] == "shop"


def test_the_audit_log_does_not_repeat_a_value_that_broke_its_rule() -> None:
    """Somebody pastes the private half of a key where the public one belongs."""
    from sh0.platform import registry

    private = "-----BEGIN OPENSSH PRIVATE KEY-----"
    assert private not in repr(for_audit(registry.get("keys.add"), {"name": "me", "public_key": private}))


def test_the_audit_log_keeps_no_path_of_the_home_and_no_push_option() -> None:
    from sh0.platform import registry

    sent = {"quarantine": "tmp_objdir-incoming-a1", "options": ["ci.token=hunter22"], "app": "shop", "updates": []}
    assert for_audit(registry.get("git.receive"), sent) == {"app": "shop", "updates": []}


def test_the_audit_log_keeps_the_beginning_of_what_is_long() -> None:
    from sh0.platform import registry

    line = {"old": "0" * 40, "new": "1" * 40, "ref": "refs/heads/main"}
    kept = for_audit(registry.get("git.receive"), {"app": "shop", "updates": [line] * 20_000})
    assert kept["updates"] == [*[line] * 100, "… and 19900 more"]
    kept = for_audit(registry.get("templates.convert"), {"files": {"compose.yaml": "x" * 1_000_000}})
    assert kept == {"files": {"compose.yaml": "x" * 1000 + "… and 999000 more characters"}}
    many = {f"V{number}": Secret("hunter22") for number in range(150)}
    kept = for_audit(registry.get("env.set"), {"app": "shop", "variables": many})
    assert len(json.dumps(kept)) < 10_000
    assert "hunter22" not in repr(kept)
