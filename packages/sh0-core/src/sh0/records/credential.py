"""Records of credentials."""

import re
from datetime import datetime
from typing import Annotated

import attrs

from sh0.nearest import nearest
from sh0.operations import Effect, Scope
from sh0.rule import Rule
from sh0.store import TableSpec
from sh0.values import AppName, KeyName

_AREAS = tuple(scope.value for scope in Scope)
_LEVELS = tuple(effect.value for effect in Effect)


def _near(text: str) -> str:
    """The grant that was meant by what is none: with either word misspelt, in the other order, or parted otherwise."""
    words = [word for word in re.split(r"[^\w*]+", text.lower()) if word]
    for scope, effect in (words, reversed(words)) if len(words) == 2 else ():
        area, level = nearest(scope, ("*", *_AREAS)), nearest(effect, _LEVELS)
        if area is not None and level is not None:
            return f"did you mean {area}:{level}?"
    area = nearest(words[0], _AREAS) if words else None
    return "" if area is None else f"did you mean one of {', '.join(f'{area}:{level}' for level in _LEVELS)}?"


Grant = Annotated[
    str,
    Rule(
        "a grant",
        f"scope:effect, as in apps:write; scopes are {', '.join(_AREAS)}, and * for all of them but {Scope.HOST.value};"
        f" effects are {', '.join(_LEVELS)}, each of which contains the ones before",
        pattern=rf"(?:\*|{'|'.join(_AREAS)}):(?:{'|'.join(_LEVELS)})",
        maximum=40,
        suggest=_near,
        example="deployments:write",
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
        app: The only app that it reaches, or None.
        expires: When it stops working, or None.
        made_by: Who added it, as in ``token:ci``, then who made that credential, and so on.
    """

    name: KeyName
    public_key: str
    fingerprint: str
    grants: tuple[Grant, ...]
    created: datetime
    app: AppName | None = None
    expires: datetime | None = None
    made_by: tuple[str, ...] = ()


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
        made_by: Who made it, as in ``token:ci``, then who made that credential, and so on.
    """

    name: KeyName
    digest: str
    grants: tuple[Grant, ...]
    app: AppName | None
    created: datetime
    expires: datetime | None
    made_by: tuple[str, ...] = ()


@attrs.frozen
class TokenSummary:
    """A token without what identifies it.

    Attributes:
        name: Its name.
        grants: What it may do.
        app: The only app it may touch, or None.
        created: When it was made.
        expires: When it stops working, or None.
        made_by: Who made it, as in ``token:ci``, then who made that credential, and so on.
    """

    name: str
    grants: tuple[str, ...]
    app: str | None
    created: datetime
    expires: datetime | None
    made_by: tuple[str, ...] = ()


@attrs.frozen
class IssuedToken:
    """A new token; its value is shown this once.

    Attributes:
        name: Its name.
        token: The value to send as ``Authorization: Bearer …``.
        expires: When it stops working, or None; never later than the token that made it.
    """

    name: str
    token: str
    expires: datetime | None = None


@attrs.frozen
class Revocation:
    """A credential that was taken away, and what it had made.

    Attributes:
        name: Its name.
        with_it: Credentials that were revoked together with it, as in ``token:child``.
        still_valid: Credentials that it had made, directly or through others, and that work on.
    """

    name: str
    with_it: tuple[str, ...] = ()
    still_valid: tuple[str, ...] = ()


SSH_KEYS = TableSpec("ssh_keys", SshKey, ("name",), "SSH key", "sh0 keys list")


TOKENS = TableSpec("tokens", Token, ("name",), "token", "sh0 tokens list")
