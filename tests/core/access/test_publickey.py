"""Which public keys may be added, and what is said of those that may not."""

import base64
import subprocess
from pathlib import Path

import pytest

from sh0 import codec
from sh0.access.publickey import PublicKey, read_public_key
from sh0.errors import InvalidValue

_LOCAL_KINDS = [("ed25519", 256), ("rsa", 2048), ("rsa", 3072), ("ecdsa", 256), ("ecdsa", 384), ("ecdsa", 521)]


def _make(folder: Path, kind: str, bits: int) -> str:
    file = folder / f"{kind}{bits}"
    arguments = ["ssh-keygen", "-q", "-t", kind, "-b", str(bits), "-N", "", "-C", "me here", "-f", str(file)]
    subprocess.run(arguments, check=True)
    return file.with_suffix(".pub").read_text()


def _blob(*fields: bytes) -> str:
    return base64.b64encode(b"".join(len(field).to_bytes(4, "big") + field for field in fields)).decode()


def _rsa(exponent: int, modulus: bytes) -> str:
    return "ssh-rsa " + _blob(b"ssh-rsa", exponent.to_bytes(exponent.bit_length() // 8 + 1, "big"), modulus)


def _modulus(bits: int) -> bytes:
    """An odd number of so many bits, positive as the format has it."""
    return ((1 << bits - 1) + 1).to_bytes(bits // 8 + 1, "big")


def _point(curve: str, kind: str = "ecdsa-sha2-nistp256", form: bytes = b"\x04", *more: bytes) -> str:
    """The point at which the arithmetic of P-256 begins."""
    x = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    y = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    return f"{kind} " + _blob(kind.encode(), curve.encode(), form + bytes.fromhex(x + y), *more)


SK_ECDSA = "sk-ecdsa-sha2-nistp256@openssh.com"
ED25519 = "ssh-ed25519 " + _blob(b"ssh-ed25519", bytes(range(32)))
SK = "sk-ssh-ed25519@openssh.com " + _blob(b"sk-ssh-ed25519@openssh.com", bytes(range(32)), b"ssh:")


@pytest.mark.parametrize(("kind", "bits"), _LOCAL_KINDS)
def test_keys_of_every_kind_are_taken(tmp_path: Path, kind: str, bits: int) -> None:
    made = _make(tmp_path, kind, bits)
    assert read_public_key(made) == made.strip()
    assert read_public_key("  " + made.rsplit(" ", 2)[0] + "\n") == made.rsplit(" ", 2)[0]


@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
def test_a_key_that_was_cut_off_anywhere_is_refused(tmp_path: Path, kind: str) -> None:
    name, encoded, _ = _make(tmp_path, kind, 2048 if kind == "rsa" else 256).split(" ", 2)
    for length in (1, 4, 20, len(encoded) // 2 // 4 * 4, len(encoded) - 4, len(encoded) - 1):
        with pytest.raises(ValueError, match=r"cut off|damaged|does not hold"):
            read_public_key(f"{name} {encoded[:length]}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ssh-rsa nonsense", "not base64|incomplete|does not hold"),
        ("ssh-ed25519 AAAA", "incomplete|does not hold"),
        ("ssh-ed25519", "does not hold"),
        ("ssh-rsa " + ED25519.split()[1], "no ssh-rsa key inside"),
        ("ssh-ed25519 " + _blob(b"ssh-ed25519", bytes(31)), "31 bytes instead of 32"),
        ("ssh-ed25519 " + _blob(b"ssh-ed25519", bytes(32), b"more"), "3 parts instead of 2"),
        ("ssh-rsa " + _blob(b"ssh-rsa", b"\x01\x00\x01", b"\x00" + b"\xff" * 128), "1024 bits is too weak"),
        ("ssh-rsa " + _blob(b"ssh-rsa", b"\x01\x00\x01", b"\x00" + b"\xff" * 255 + b"\xfe"), "cannot be used"),
        ("ecdsa-sha2-nistp256 " + _blob(b"ecdsa-sha2-nistp256", b"nistp256", b"\x04" + bytes(64)), "a point of"),
        ("ecdsa-sha2-nistp256 " + _blob(b"ecdsa-sha2-nistp256", b"nistp384", b"\x04" + bytes(64)), "a point of"),
        (_rsa(65537, _modulus(2047 // 8 * 8)), "2040 bits is too weak"),
        (_rsa(65537, _modulus(16392)), "cannot be used"),
        (_rsa(1, _modulus(2048)), "cannot be used"),
        (_rsa(65536, _modulus(2048)), "cannot be used"),
        (_rsa((1 << 64) + 1, _modulus(2048)), "cannot be used"),
        ("ssh-rsa " + _blob(b"ssh-rsa", b"\x80\x01", _modulus(2048)), "negative"),
        (_rsa(65537, b"\xff" * 256), "negative"),
        (_point("nistp384"), "a point of nistp256"),
        (_point("nistp256", form=b"\x03"), "a point of nistp256"),
        (_point("nistp256", form=b"\x04\x00"), "a point of nistp256"),
        (_point("nistp256", SK_ECDSA), "3 parts instead of 4"),
        (f"{ED25519[:30]}!{ED25519[30:]}", "not base64"),
        ("ssh-dss " + _blob(b"ssh-dss", b"\x01"), "DSA key is too weak"),
        ('command="sh" ' + ED25519, "options in front"),
        ("no-pty,from=10.0.0.1 " + ED25519, "options in front"),
        ("no-pty ssh-dss AAAA", "options in front"),
        (f"{ED25519} me\x1bhere", "control characters"),
        ("ssh-ed25519-cert-v01@openssh.com AAAA", "certificate"),
        ("~/.ssh/id_ed25519.pub", "name of a file"),
        ("id_rsa.pub", "name of a file"),
        ("-", "name of a file"),
        ("/root/key", "name of a file"),
        ("~/key", "name of a file"),
        ("./key", "name of a file"),
        ("../key", "name of a file"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "is a private key"),
        ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA", "ssh-keygen -i"),
        ("hello", "begins with ssh-ed25519"),
        ("", "begins with ssh-ed25519"),
    ],
    ids=lambda value: value[:20],
)
def test_what_is_no_key_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_public_key(text)


@pytest.mark.parametrize("key", [SK, _point("nistp256", SK_ECDSA, b"\x04", b"ssh:")], ids=["ed25519", "ecdsa"])
def test_a_key_on_a_token_of_hardware_is_taken(key: str) -> None:
    assert read_public_key(key + " token") == key + " token"


@pytest.mark.parametrize(
    "key",
    [_rsa(3, _modulus(2048)), _rsa((1 << 64) - 1, _modulus(16384)), _rsa(0x7F0001, b"\x7f" + b"\xff" * 256)],
    ids=["least", "most", "as large as may be positive"],
)
def test_rsa_keys_at_the_bounds_are_taken(key: str) -> None:
    assert read_public_key(key) == key


def test_a_private_key_is_never_repeated(tmp_path: Path) -> None:
    _make(tmp_path, "ed25519", 256)
    private = (tmp_path / "ed25519256").read_text()
    for text in (private, private * 100, "x " * 5000 + private):
        with pytest.raises(InvalidValue) as caught:
            codec.structure(text, PublicKey)
        assert not any(line in str(caught.value) for line in private.splitlines()[1:-1])


@pytest.mark.parametrize("mark", ["\x00", "\x1b[2J", "\n", "\u202e", "\u2066", "\x7f", "\x9b"])
def test_comments_hold_no_control_characters(mark: str) -> None:
    with pytest.raises(InvalidValue):
        codec.structure(f"{ED25519} me{mark}here", PublicKey)
