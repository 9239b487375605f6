"""Secrets at rest: AES-256-GCM under the home's master key. What cannot be opened stops the operation.

A sealed value is bound to its place, which is authenticated with it: a value that was moved to another record, field or
table, or to another member of the same field, does not open there.
"""

import base64
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sh0.errors import Corrupt, Undecryptable
from sh0.values import Secret

SEALED = "aes256gcm"
"""What begins every sealed value."""
UNBOUND = f"{SEALED}:"
"""What begins a value that is bound to no place, of a database from before there were places."""
_BOUND = f"{SEALED}-bound:"
_NONCE = 12  # bytes; NIST SP 800-38D, section 5.2.1.1
_PROBE = "sh0-master-key"
_PLACE_OF_PROBE = "probe"
_DIGESTS = b"digests"  # digests have a key of their own, which nothing is sealed with


class Keyring:
    """Encrypts and decrypts under one key.

    Args:
        key: 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._digests = hmac.digest(key, _DIGESTS, "sha256")

    @classmethod
    def load(cls, path: Path) -> "Keyring":
        """The keyring of a key file; a home without one gets a new key, readable by its owner only.

        Raises:
            Corrupt: The file is not a key.
        """
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            key = AESGCM.generate_key(256)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:
                file.write(key)
                file.flush()
                os.fsync(file.fileno())
        if len(key) != 32:
            raise Corrupt(
                f"the master key {path} has {len(key)} bytes instead of 32",
                hint="Restore the file from your copy. Without it the secrets of this home cannot be read.",
            )
        return cls(key)

    def encrypt(self, secret: Secret, place: str | None = None) -> str:
        """The secret as text that only this key opens, and in this place only, if one is given."""
        nonce = os.urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, secret.reveal().encode(), _context(place))
        return (UNBOUND if place is None else _BOUND) + base64.b64encode(nonce + sealed).decode("ascii")

    def decrypt(self, text: str, place: str | None = None) -> Secret:
        """The secret again.

        Raises:
            Undecryptable: The text was sealed under another key or for another place, or changed since.
        """
        prefix = UNBOUND if place is None else _BOUND
        try:
            if not text.startswith(prefix):
                raise ValueError
            sealed = base64.b64decode(text[len(prefix) :], validate=True)
            return Secret(self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _context(place)).decode())
        except (InvalidTag, ValueError):
            raise not_opened(place) from None

    def digest(self, text: str) -> str:
        """A digest of a text that only this key makes: who has it can try out no guess of what the text holds."""
        return hmac.new(self._digests, text.encode(), hashlib.sha256).hexdigest()

    def probe(self) -> str:
        """A sealed word that a home keeps, to find out at start whether its key and its database belong together."""
        return self.encrypt(Secret(_PROBE), _PLACE_OF_PROBE)

    def fits(self, probe: str) -> None:
        """Check a probe.

        Raises:
            Undecryptable: It was made with another key.
        """
        if self.decrypt(probe, None if probe.startswith(UNBOUND) else _PLACE_OF_PROBE) != Secret(_PROBE):
            raise Undecryptable("the probe of this home opens to something else", hint="Restore master.key.")


def not_opened(place: str | None = None) -> Undecryptable:
    """The error of a value that does not open in its place."""
    where = "" if place is None else f" as {place}"
    return Undecryptable(
        f"a stored secret does not open{where} with this home's master key",
        hint="Restore the master.key and the sh0.db that belong together; a value that somebody moved within"
        " the database has to be set again. Nothing was deployed with an empty value.",
    )


def _context(place: str | None) -> bytes | None:
    return None if place is None else place.encode()
