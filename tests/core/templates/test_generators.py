"""Values that are made at random: of the kind and length that is asked for, and never the same twice."""

import base64
import string
import uuid

import pytest

from sh0.templates.generators import generate, parse


def made(spec: str) -> str:
    return generate(parse(spec)).reveal()


@pytest.mark.parametrize("spec", ["secret:32", "password:24"])
def test_passwords_are_letters_and_digits_some_of_each(spec: str) -> None:
    value = made(spec)
    assert len(value) == int(spec.partition(":")[2])
    assert set(value) <= set(string.ascii_letters + string.digits)
    for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits):
        assert set(value) & set(kind)


@pytest.mark.parametrize("length", [1, 7, 32, 65])
def test_hexadecimal_digits_are_counted(length: int) -> None:
    value = made(f"hex:{length}")
    assert len(value) == length
    assert set(value) <= set("0123456789abcdef")


def test_base64_counts_the_bytes() -> None:
    assert len(base64.b64decode(made("base64:48"), validate=True)) == 48


def test_a_uuid_is_a_random_one() -> None:
    assert uuid.UUID(made("uuid")).version == 4


@pytest.mark.parametrize("spec", ["secret:32", "password:24", "hex:32", "base64:32", "uuid"])
def test_no_two_are_the_same_and_none_is_printed(spec: str) -> None:
    generator = parse(spec)
    assert len({generate(generator).reveal() for _ in range(50)}) == 50
    assert generate(generator).reveal() not in repr(generate(generator))
    assert generator.bits >= 120


@pytest.mark.parametrize("spec", ["", "secret", "secret:0", "secret:-1", "secret:99999", "uuid:4", "md5:32", "hex:1.5"])
def test_what_is_no_generator_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match="is no generator"):
        parse(spec)
