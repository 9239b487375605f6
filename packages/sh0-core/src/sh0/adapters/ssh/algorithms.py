"""Which algorithms the git server offers: those that current OpenSSH offers by default and that use no SHA-1 or CBC."""

from collections.abc import Iterable

from asyncssh.encryption import get_encryption_algs
from asyncssh.kex import get_kex_algs
from asyncssh.mac import get_mac_algs

_KEY_EXCHANGE = (
    "mlkem768x25519-sha256",
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group14-sha256",
)
_ENCRYPTION = (
    "chacha20-poly1305@openssh.com",
    "aes256-gcm@openssh.com",
    "aes128-gcm@openssh.com",
    "aes256-ctr",
    "aes192-ctr",
    "aes128-ctr",
)
_INTEGRITY = (
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "umac-128-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
    "umac-128@openssh.com",
)
SIGNATURES = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "rsa-sha2-512",
    "rsa-sha2-256",
)
"""Algorithms of the clients' keys."""


def _available(wanted: Iterable[str], library: Iterable[bytes]) -> list[str]:
    """Those that the libraries of this machine can do, in our order."""
    known = {name.decode("ascii") for name in library}
    return [name for name in wanted if name in known]


KEY_EXCHANGE = _available(_KEY_EXCHANGE, get_kex_algs())
ENCRYPTION = _available(_ENCRYPTION, get_encryption_algs())
INTEGRITY = _available(_INTEGRITY, get_mac_algs())
