"""Secrets at rest."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.errors import Corrupt, Undecryptable
from sh0.store import Keyring
from sh0.values import Secret

RING = Keyring(bytes(32))


@given(st.text(st.characters(codec="utf-8")))
def test_what_was_sealed_opens_again(text: str) -> None:
    sealed = RING.encrypt(Secret(text))
    assert RING.decrypt(sealed) == Secret(text)
    assert len(text) < 6 or text not in sealed


def test_every_changed_bit_is_noticed() -> None:
    sealed = RING.encrypt(Secret("x"))
    prefix, _, body = sealed.partition(":")
    raw = base64.b64decode(body)
    for position in range(len(raw)):
        changed = raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :]
        with pytest.raises(Undecryptable):
            RING.decrypt(f"{prefix}:{base64.b64encode(changed).decode()}")


@pytest.mark.parametrize("text", ["", "hunter22", "aes256gcm:", "aes256gcm:AAAA", "aes256gcm:!!!", "aes256gcm:ä"])
def test_what_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(Undecryptable) as refusal:
        RING.decrypt(text)
    assert "hunter22" not in str(refusal.value)


def test_a_home_without_a_key_gets_one_that_only_its_owner_reads(tmp_path: Path) -> None:
    made = Keyring.load(tmp_path / "master.key")
    assert (tmp_path / "master.key").stat().st_mode & 0o777 == 0o600
    assert len((tmp_path / "master.key").read_bytes()) == 32
    assert Keyring.load(tmp_path / "master.key").decrypt(made.encrypt(Secret("x"))) == Secret("x")


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_of_the_wrong_length_is_corrupt(tmp_path: Path, size: int) -> None:
    (tmp_path / "master.key").write_bytes(bytes(size))
    with pytest.raises(Corrupt, match=f"has {size} bytes instead of 32"):
        Keyring.load(tmp_path / "master.key")


def test_a_probe_tells_whether_key_and_database_belong_together() -> None:
    RING.fits(RING.probe())
    with pytest.raises(Undecryptable):
        RING.fits(Keyring(bytes([1] * 32)).probe())
    with pytest.raises(Undecryptable, match="something else"):
        RING.fits(RING.encrypt(Secret("another word")))


def test_a_digest_needs_the_key() -> None:
    assert RING.digest("guess") == RING.digest("guess")
    assert len({RING.digest("guess"), RING.digest("other"), Keyring(bytes([1] * 32)).digest("guess")}) == 3
