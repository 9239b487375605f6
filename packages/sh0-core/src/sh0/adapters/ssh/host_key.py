"""The git server's own key: made once, kept, never replaced."""

import os
from pathlib import Path

import attrs
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

from sh0.errors import Corrupt

__all__ = ["HostKey"]


@attrs.frozen
class HostKey:
    """A key of a server.

    Attributes:
        private: The whole of it, in OpenSSH's form.
        public: What clients may know of it, in OpenSSH's form: ``ssh-ed25519 AAAA…``.
    """

    private: bytes = attrs.field(repr=False)
    public: str

    @classmethod
    def load(cls, file: Path) -> "HostKey":
        """Read the key from its file; it is made (Ed25519, 0600) when it is missing.

        Raises:
            Corrupt: The file holds no key.
        """
        try:
            return _read(file.read_bytes())
        except FileNotFoundError:
            made = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise Corrupt(
                f"{file} holds no private key: {error}",
                hint="Put the right one back. Without it a new one is made, which those who pushed before must accept.",
            ) from None
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_bytes(made)
        draft.replace(file)
        return _read(made)


def _read(written: bytes) -> HostKey:
    load = load_ssh_private_key if b"OPENSSH PRIVATE KEY" in written else load_pem_private_key
    public = load(written, None).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return HostKey(written, public.decode())
