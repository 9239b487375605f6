"""Whatever a record is made of, the secrets in it come out nowhere."""

import json
import string
from collections.abc import Mapping

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0 import codec
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

    kept = codec.for_audit(registry.get("env.set"), {"app": "shop", **arguments})
    assert "hunter22" not in repr(kept)
    assert kept["app"] == "shop"


def test_the_audit_log_does_not_repeat_a_value_that_broke_its_rule() -> None:
    """Somebody pastes the private half of a key where the public one belongs."""
    from sh0.platform import registry

    private = "-----BEGIN OPENSSH PRIVATE KEY-----"
    assert private not in repr(codec.for_audit(registry.get("keys.add"), {"name": "me", "public_key": private}))
