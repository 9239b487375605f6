"""Records of credentials."""

from datetime import datetime
from typing import Annotated

import attrs

from sh0.values import AppName, KeyName, Rule

Grant = Annotated[
    str,
    Rule(
        "a grant",
        "scope:effect, as in apps:write or *:read",
        pattern=r"(?:\*|projects|apps|env|deployments|domains|servers|access|audit):(?:read|write|destroy)",
        example="deployments:write",
    ),
]
PublicKey = Annotated[
    str,
    Rule(
        "a public SSH key",
        "one line that begins with ssh-ed25519, ssh-rsa or ecdsa-sha2-…",
        pattern=r"(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)"
        r"|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com)"
        r" [A-Za-z0-9+/]+=*(?: [^\r\n]*)?",
        maximum=8192,
        normalise=str.strip,
    ),
]

Days = Annotated[int, Rule("a number of days", "a number between 1 and 36500", minimum=1, maximum=36500)]


@attrs.frozen
class SshKey:
    """A public key that may push.

    Attributes:
        name: Its name.
        public_key: The key in OpenSSH's form.
        fingerprint: SHA256 fingerprint.
        grants: What its owner may do.
        created: When it was added.
    """

    name: KeyName
    public_key: PublicKey
    fingerprint: str
    grants: tuple[Grant, ...]
    created: datetime


@attrs.frozen
class Token:
    """A credential of a program. Only a digest of it is kept.

    Attributes:
        name: Its name.
        digest: SHA-256 of the token, hex.
        grants: What it may do.
        app: The only app it may touch, or None.
        created: When it was made.
        expires: When it stops working, or None.
    """

    name: KeyName
    digest: str
    grants: tuple[Grant, ...]
    app: AppName | None
    created: datetime
    expires: datetime | None


@attrs.frozen
class TokenSummary:
    """A token without what identifies it."""

    name: str
    grants: tuple[str, ...]
    app: str | None
    created: datetime
    expires: datetime | None


@attrs.frozen
class IssuedToken:
    """A new token; its value is shown this once.

    Attributes:
        name: Its name.
        token: The value to send as ``Authorization: Bearer …``.
    """

    name: str
    token: str
