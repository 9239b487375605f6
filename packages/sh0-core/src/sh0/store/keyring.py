"""Secrets at rest: AES-256-GCM under the home's master key. What cannot be opened stops the operation."""

import base64
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sh0.errors import Corrupt, Undecryptable
from sh0.values import Secret

_PREFIX = "aes256gcm:"
_NONCE = 12  # bytes; NIST SP 800-38D, section 5.2.1.1
_PROBE = "sh0-master-key"


class Keyring:
    """Encrypts and decrypts under one key.

    Args:
        key: 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

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

    def encrypt(self, secret: Secret) -> str:
        """The secret as text that only this key opens."""
        nonce = os.urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, secret.reveal().encode(), None)
        return _PREFIX + base64.b64encode(nonce + sealed).decode("ascii")

    def decrypt(self, text: str) -> Secret:
        """The secret again.

        Raises:
            Undecryptable: The text was sealed under another key, or changed since.
        """
        try:
            if not text.startswith(_PREFIX):
                raise ValueError
            sealed = base64.b64decode(text[len(_PREFIX) :], validate=True)
            return Secret(self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode())
        except (InvalidTag, ValueError):
            raise Undecryptable(
                "a stored secret does not open with this home's master key",
                hint="Restore the master.key that belongs to this sh0.db. Nothing was deployed with an empty value.",
            ) from None

    def probe(self) -> str:
        """A sealed word that a home keeps, to find out at start whether its key and its database belong together."""
        return self.encrypt(Secret(_PROBE))

    def fits(self, probe: str) -> None:
        """Check a probe.

        Raises:
            Undecryptable: It was made with another key.
        """
        if self.decrypt(probe) != Secret(_PROBE):
            raise Undecryptable("the probe of this home opens to something else", hint="Restore master.key.")
