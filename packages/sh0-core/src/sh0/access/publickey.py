"""What is a public SSH key that the git server takes. Pure.

The middle of the line is decoded: a key that was cut off by copying begins as it should, and would only show as a
pusher's "Permission denied".
"""

import base64
from collections.abc import Mapping
from typing import Annotated, Final

from sh0.rule import Rule, harmful

_WEAKEST_RSA: Final = 2048
_STRONGEST_RSA: Final = 16384
_ED25519: Final = 32  # bytes
_CURVES: Final[Mapping[str, int]] = {"nistp256": 32, "nistp384": 48, "nistp521": 66}  # bytes of a coordinate
_WITH_FIELDS: Final[Mapping[str, int]] = {
    "ssh-ed25519": 2,
    "ssh-rsa": 3,
    "ecdsa-sha2-nistp256": 3,
    "ecdsa-sha2-nistp384": 3,
    "ecdsa-sha2-nistp521": 3,
    "sk-ssh-ed25519@openssh.com": 3,
    "sk-ecdsa-sha2-nistp256@openssh.com": 4,
}
"""Every algorithm that is taken, with the number of fields in its keys."""

_EXPECTS: Final = "one line that begins with ssh-ed25519, ssh-rsa, ecdsa-sha2-… or sk-…, as in a file that ends in .pub"


def read_public_key(text: str) -> str:
    """A public key in OpenSSH's form, without space around it.

    Raises:
        ValueError: It is none that may push; the text never repeats what was given, which may be a private key.
    """
    try:
        return _read(text.strip())
    except ValueError as error:
        raise ValueError(f"this is not a public SSH key that may push: {error}") from None


_WRITTEN: Final = rf"^(?:{'|'.join(_WITH_FIELDS)}) AAAA[A-Za-z0-9+/]{{30,4000}}={{0,2}}(?: [!-~]{{1,80}})?$"
PublicKey = Annotated[
    str,
    Rule(
        "a public SSH key",
        _EXPECTS,
        maximum=8192,
        normalise=read_public_key,
        schema={"type": "string", "pattern": _WRITTEN, "maxLength": 8192},
    ),
]


def _read(line: str) -> str:
    _judge_form(line)
    kind, _, rest = line.partition(" ")
    encoded, _, comment = rest.strip().partition(" ")
    if kind == "ssh-dss":
        raise ValueError("a DSA key is too weak: make an Ed25519 key with 'ssh-keygen -t ed25519'")
    if kind.endswith("-cert-v01@openssh.com"):
        raise ValueError("it is a certificate: give the public key that it was made for")
    if kind not in _WITH_FIELDS:
        if any(word in _WITH_FIELDS or word == "ssh-dss" for word in line.split()):
            raise ValueError(
                "options in front of a key, as in authorized_keys, are not honoured: begin with the type of the key;"
                " what it may do is said with grants"
            )
        raise ValueError(f"expected is {_EXPECTS}")
    if harmful(comment) is not None:
        raise ValueError("its comment holds control characters, or it is more than one line")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise ValueError(f"the middle part of the {kind} key is not base64: it may have been cut off") from None
    _judge(kind, _fields(kind, blob))
    return " ".join(part for part in (kind, encoded, comment.strip()) if part)


def _judge_form(line: str) -> None:
    if "PRIVATE KEY" in line:
        raise ValueError(
            "it is a private key, which must not leave its machine: give the public one, from the file that ends in"
            " .pub. If the private one went anywhere, make a new pair"
        )
    if "BEGIN" in line[:20]:
        raise ValueError("it is not in OpenSSH's form: 'ssh-keygen -i -f FILE' converts it (-m PKCS8 for PEM)")
    if line == "-" or line.startswith(("/", "~", "./", "../")) or line.endswith(".pub"):
        raise ValueError('it is the name of a file: give what is in it, as in "$(cat ~/.ssh/id_ed25519.pub)"')


def _fields(kind: str, blob: bytes) -> list[bytes]:
    """The fields of a key (RFC 4251, section 5: strings with their length in front)."""
    fields, at = [], 0
    while at < len(blob):
        size = int.from_bytes(blob[at : at + 4], "big")
        if at + 4 + size > len(blob):
            raise ValueError(f"the {kind} key is incomplete: it may have been cut off by copying")
        fields.append(blob[at + 4 : at + 4 + size])
        at += 4 + size
    if not fields or fields[0] != kind.encode():
        raise ValueError(f"it does not hold what its name says: it is no {kind} key inside")
    if len(fields) != _WITH_FIELDS[kind]:
        raise ValueError(f"the {kind} key has {len(fields)} parts instead of {_WITH_FIELDS[kind]}: it is damaged")
    return fields


def _judge(kind: str, fields: list[bytes]) -> None:
    if kind in ("ssh-ed25519", "sk-ssh-ed25519@openssh.com"):
        if len(fields[1]) != _ED25519:
            raise ValueError(f"the {kind} key has {len(fields[1])} bytes instead of {_ED25519}: it is damaged")
    elif kind == "ssh-rsa":
        _judge_rsa(exponent=fields[1], modulus=fields[2])
    else:
        _judge_point(kind, fields[1], fields[2])


def _judge_rsa(exponent: bytes, modulus: bytes) -> None:
    if exponent[:1] > b"\x7f" or modulus[:1] > b"\x7f":
        raise ValueError("the ssh-rsa key has a negative part: it is damaged")
    bits, public = int.from_bytes(modulus, "big").bit_length(), int.from_bytes(exponent, "big")
    if bits < _WEAKEST_RSA:
        raise ValueError(
            f"an RSA key of {bits} bits is too weak: {_WEAKEST_RSA} are the least;"
            " 'ssh-keygen -t ed25519' makes a better one"
        )
    if bits > _STRONGEST_RSA or not 3 <= public < 1 << 64 or not public & 1 or not modulus[-1] & 1:
        raise ValueError("the ssh-rsa key cannot be used: its numbers are not those of a key")


def _judge_point(kind: str, curve: bytes, point: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    name = kind.removeprefix("sk-").removeprefix("ecdsa-sha2-").removesuffix("@openssh.com")
    curves = {"nistp256": ec.SECP256R1(), "nistp384": ec.SECP384R1(), "nistp521": ec.SECP521R1()}
    if curve != name.encode() or len(point) != 1 + 2 * _CURVES[name] or point[:1] != b"\x04":
        raise ValueError(f"the {kind} key does not hold a point of {name}: it is damaged")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(curves[name], point)
    except ValueError:
        raise ValueError(f"the {kind} key does not hold a point of {name}: it is damaged") from None
