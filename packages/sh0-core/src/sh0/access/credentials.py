"""Telling who somebody is from what they show."""

import base64
import hashlib
import secrets

import attrs

from sh0.access.revocation import Revocations
from sh0.errors import Unauthenticated
from sh0.operations import Caller, CallerKind
from sh0.operations.caller import ANONYMOUS
from sh0.ports.clock import Clock
from sh0.records.credential import SSH_KEYS, TOKENS
from sh0.store import Records

PREFIX = "sh0_"
_PASS_SECONDS = 4 * 3600.0


def new_token() -> str:
    """A fresh token: a recognisable prefix and 32 random bytes."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a token. It holds 256 random bits, so a plain hash is as good as a slow one."""
    return hashlib.sha256(token.encode()).hexdigest()


def fingerprint(public_key: str) -> str:
    """SHA256 fingerprint of an OpenSSH public key, as ``ssh-keygen -l`` prints it."""
    blob = base64.b64decode(public_key.split()[1])
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


class Credentials:
    """Knows every credential of a platform.

    Besides the tokens in the database there are passes: tokens in memory for the hook of one push. What anybody may is
    looked up whenever it is asked for, so that it ends with its credential.
    """

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records, self._clock = records, clock
        self._passes: dict[str, tuple[Caller, float]] = {}
        self._revocations = Revocations(self.current)
        self.hold = self._revocations.hold

    def caller(self, token: str | None) -> Caller:
        """Whoever sends this token.

        Raises:
            Unauthenticated: Nobody knows it, or it has expired.
        """
        if token is None:
            return ANONYMOUS
        mark = digest(token)
        held = self._passes.get(mark)
        if held is not None and held[1] > self._clock.monotonic():
            found = self.current(held[0])
        else:
            found = self._token_owner(mark)
        if found is None:
            raise Unauthenticated(
                "the token is unknown or has expired",
                hint="The operator makes one with 'sh0 tokens create NAME'.",
            )
        return found

    def key_owner(self, public_key: str) -> Caller | None:
        """The owner of an SSH key, or None."""
        return self._key_owner(fingerprint(public_key))

    def current(self, caller: Caller) -> Caller | None:
        """A caller with what they may do now; None once their credential is gone.

        A caller without a credential (the operator, the system) is as they were.
        """
        if not caller.credential:
            return caller
        find = self._key_owner if caller.kind is CallerKind.KEY else self._token_owner
        found = find(caller.credential)
        if found is not None and found.app is None and caller.app is not None:
            return attrs.evolve(found, app=caller.app)  # a pass is confined further than its credential
        return found

    def issue_pass(self, caller: Caller) -> str:
        """A token that stands for a caller as long as a push may take, and as long as their credential lasts."""
        now, token = self._clock.monotonic(), new_token()
        for mark, (_, ends) in list(self._passes.items()):
            if ends <= now:
                self._passes.pop(mark, None)
        self._passes[digest(token)] = (caller, now + _PASS_SECONDS)
        return token

    def withdraw_pass(self, token: str) -> None:
        """End a pass before its time."""
        self._passes.pop(digest(token), None)

    def _token_owner(self, mark: str) -> Caller | None:
        for found in self._records[TOKENS].where(digest=mark):
            if found.expires is None or found.expires > self._clock.now():
                return Caller(CallerKind.TOKEN, found.name, frozenset(found.grants), found.app, mark, found.expires)
        return None

    def _key_owner(self, mark: str) -> Caller | None:
        for key in self._records[SSH_KEYS].where(fingerprint=mark):
            if key.expires is None or key.expires > self._clock.now():
                return Caller(CallerKind.KEY, key.name, frozenset(key.grants), key.app, mark, key.expires)
        return None
