"""Operations on credentials."""

from datetime import timedelta

from sh0.access.credentials import digest, fingerprint, new_token
from sh0.access.model import Days, Grant, IssuedToken, PublicKey, SshKey, Token, TokenSummary
from sh0.errors import Forbidden, InvalidValue, NameTaken
from sh0.operations import Effect, Operations, Scope, current_caller, operation
from sh0.ports.clock import Clock
from sh0.records import Records
from sh0.values import AppName, KeyName

_PUSHER: tuple[str, ...] = ("apps:read", "deployments:write")


class Keys(Operations, domain="keys"):
    """SSH keys that may push."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records, self._clock = records, clock

    @operation("POST /keys", effect=Effect.WRITE, scope=Scope.ACCESS)
    def add(self, name: KeyName, public_key: PublicKey, *, grants: tuple[Grant, ...] = _PUSHER) -> SshKey:
        """Let the owner of an SSH key push.

        Args:
            name: Name of the key; pushes are signed with it.
            public_key: The public key, one line in OpenSSH's form.
            grants: What its owner may do; pushing needs deployments:write.

        Raises:
            NameTaken: The name, or the key itself, is registered.
        """
        _within_own(grants)
        try:
            mark = fingerprint(public_key)
        except ValueError:
            raise InvalidValue(
                "$.public_key: the middle part is not base64", path="$.public_key", reason="not base64"
            ) from None
        if self._records.ssh_keys.find(name):
            raise NameTaken(f"there is an SSH key {name}", hint="Choose another name, or remove that one first.")
        for other in self._records.ssh_keys.where(fingerprint=mark):
            raise NameTaken(f"this SSH key is registered as {other.name}", hint="Remove that one first to rename it.")
        return self._records.ssh_keys.insert(SshKey(name, public_key, mark, tuple(grants), self._clock.now()))

    @operation("GET /keys", effect=Effect.READ, scope=Scope.ACCESS)
    def list(self) -> tuple[SshKey, ...]:
        """List the SSH keys that may push."""
        return tuple(self._records.ssh_keys.where(order="name"))

    @operation("DELETE /keys/{name}", effect=Effect.DESTROY, scope=Scope.ACCESS)
    def remove(self, name: KeyName) -> None:
        """Take an SSH key away; its owner can push no more.

        Args:
            name: Name of the key.

        Raises:
            NotFound: There is no such key.
        """
        self._records.ssh_keys.get(name)
        self._records.ssh_keys.delete(name)


class Tokens(Operations, domain="tokens"):
    """Tokens of programs."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records, self._clock = records, clock

    @operation("POST /tokens", effect=Effect.WRITE, scope=Scope.ACCESS)
    def create(
        self,
        name: KeyName,
        *,
        grants: tuple[Grant, ...] = ("*:read",),
        app: AppName | None = None,
        days: Days | None = None,
    ) -> IssuedToken:
        """Make a token; its value is shown this once.

        Args:
            name: Name of the token; what it does is signed with it.
            grants: What it may do. Nobody can grant more than they have.
            app: The only app it may touch; all of them when left out.
            days: Days after which it expires; never when left out.

        Raises:
            NameTaken: There is a token of that name.
            Forbidden: A grant goes beyond the caller's own.
        """
        _within_own(grants)
        if self._records.tokens.find(name):
            raise NameTaken(f"there is a token {name}", hint="Choose another name, or revoke that one first.")
        now, value = self._clock.now(), new_token()
        expires = now + timedelta(days=days) if days is not None else None
        self._records.tokens.insert(Token(name, digest(value), tuple(grants), app, now, expires))
        return IssuedToken(name, value)

    @operation("GET /tokens", effect=Effect.READ, scope=Scope.ACCESS)
    def list(self) -> tuple[TokenSummary, ...]:
        """List the tokens, without their values."""
        return tuple(
            TokenSummary(t.name, t.grants, t.app, t.created, t.expires)
            for t in self._records.tokens.where(order="name")
        )

    @operation("DELETE /tokens/{name}", effect=Effect.DESTROY, scope=Scope.ACCESS)
    def revoke(self, name: KeyName) -> None:
        """Revoke a token at once.

        Args:
            name: Name of the token.

        Raises:
            NotFound: There is no such token.
        """
        self._records.tokens.get(name)
        self._records.tokens.delete(name)


def _within_own(grants: tuple[str, ...]) -> None:
    caller = current_caller()
    for grant in grants:
        area, level = grant.split(":")
        scopes = list(Scope) if area == "*" else [Scope(area)]
        if not all(caller.permits(scope, Effect(level)) for scope in scopes):
            raise Forbidden(f"{caller} cannot grant {grant}: it goes beyond what they may do themselves")
