"""Values that nobody has to think up: passwords, keys and ids, from the system's random numbers."""

import base64
import re
import secrets
import string
import uuid
from typing import Final

import attrs

from sh0.values import Secret

__all__ = ["Generator", "generate", "parse"]

KINDS: Final = ("secret", "password", "hex", "base64", "uuid")
LONGEST: Final = 4096
_LETTERS: Final = string.ascii_letters + string.digits
_CLASSES: Final = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
_SPEC = re.compile(r"(secret|password|hex|base64):([1-9][0-9]{0,3})")


@attrs.frozen
class Generator:
    """How a value is made.

    Attributes:
        kind: One of `KINDS`.
        length: Characters of the value; of ``base64``, random bytes; of ``uuid``, nothing.
    """

    kind: str
    length: int = 0

    @property
    def bits(self) -> int:
        """How many random bits are in it."""
        per = {"hex": 4.0, "base64": 8.0, "uuid": 0.0}.get(self.kind, 5.954)  # log₂ of 62 letters and digits
        return 122 if self.kind == "uuid" else int(per * self.length)


def parse(spec: str) -> Generator:
    """Read how a value is made, as in ``secret:32`` or ``uuid``.

    Raises:
        ValueError: It is none of these.
    """
    if spec == "uuid":
        return Generator("uuid")
    match = _SPEC.fullmatch(spec)
    if match is None or int(match[2]) > LONGEST:
        raise ValueError(f"{spec!r} is no generator: secret:N, password:N, hex:N, base64:N (N up to {LONGEST}) or uuid")
    return Generator(match[1], int(match[2]))


def generate(generator: Generator) -> Secret:
    """Make a value."""
    n = generator.length
    match generator.kind:
        case "uuid":
            return Secret(str(uuid.uuid4()))
        case "hex":
            return Secret(secrets.token_hex(n // 2 + 1)[:n])
        case "base64":
            return Secret(base64.b64encode(secrets.token_bytes(n)).decode())
        case _:
            return Secret(_word(n))


def _word(length: int) -> str:
    """Letters and digits; where there is room, some of each, as many programs demand of a password."""
    while True:
        word = "".join(secrets.choice(_LETTERS) for _ in range(length))
        if length < 8 or all(any(letter in kind for letter in word) for kind in _CLASSES):
            return word
