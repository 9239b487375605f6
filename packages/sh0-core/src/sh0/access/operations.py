"""Operations on credentials."""

from typing import TYPE_CHECKING

from sh0.access.bounds import demand_own, expiry
from sh0.access.credentials import digest, fingerprint, new_token
from sh0.access.descent import Credential, ancestry, descendants, label
from sh0.access.publickey import PublicKey
from sh0.errors import NameTaken
from sh0.operations import Effect, Operations, Scope, current_caller, operation
from sh0.records.credential import SSH_KEYS, TOKENS, Days, Grant, IssuedToken, Revocation, SshKey, Token, TokenSummary
from sh0.store import Records
from sh0.values import AppName, KeyName

if TYPE_CHECKING:
    from sh0.context import Context

_PUSHER: tuple[str, ...] = ("apps:read", "deployments:write")


class Keys(Operations, domain="keys"):
    """SSH keys that may push."""

    tables = (SSH_KEYS,)

    def __init__(self, context: "Context") -> None:
        self._records, self._clock = context.records, context.clock

    @operation("POST /keys", effect=Effect.WRITE, scope=Scope.ACCESS)
    def add(
        self,
        name: KeyName,
        public_key: PublicKey,
        *,
        grants: tuple[Grant, ...] = _PUSHER,
        app: AppName | None = None,
        days: Days | None = None,
    ) -> SshKey:
        """Let the owner of an SSH key push.

        Args:
            name: Name of the key; pushes are signed with it.
            public_key: The public key, one line in OpenSSH's form.
            grants: What its owner may do, as scope:effect; pushing needs deployments:write. Nobody can grant more than
                they have.
            app: The only app that it reaches; all of them when left out.
            days: Days after which it stops working; when left out, as long as the credential of whoever adds it.

        Raises:
            NameTaken: The name, or the key itself, is registered.
            Forbidden: A grant goes beyond the caller's own.
        """
        caller, mark, now = current_caller(), fingerprint(public_key), self._clock.now()
        demand_own(caller, grants)
        if self._records[SSH_KEYS].find(name):
            raise NameTaken(f"there is an SSH key {name}", hint="Choose another name, or remove that one first.")
        for other in self._records[SSH_KEYS].where(fingerprint=mark):
            raise NameTaken(f"this SSH key is registered as {other.name}", hint="Remove that one first to rename it.")
        expires, made_by = expiry(caller, now, days), ancestry(self._records, caller)
        return self._records[SSH_KEYS].insert(SshKey(name, public_key, mark, tuple(grants), now, app, expires, made_by))

    @operation("GET /keys", effect=Effect.READ, scope=Scope.ACCESS)
    def list(self) -> tuple[SshKey, ...]:
        """List the SSH keys that may push."""
        return tuple(self._records[SSH_KEYS].where(order="name"))

    @operation("DELETE /keys/{name}", effect=Effect.DESTROY, scope=Scope.ACCESS)
    def remove(self, name: KeyName, *, with_children: bool = False) -> Revocation:
        """Take an SSH key away; its owner can push no more, and what they have open ends.

        Args:
            name: Name of the key.
            with_children: Revoke what was made with it as well; otherwise the answer names that.

        Raises:
            NotFound: There is no such key.
        """
        return revoke(self._records, self._records[SSH_KEYS].get(name), with_children=with_children)


class Tokens(Operations, domain="tokens"):
    """Tokens of programs."""

    tables = (TOKENS,)

    def __init__(self, context: "Context") -> None:
        self._records, self._clock = context.records, context.clock

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

        A grant is scope:effect. The scopes are projects, apps, env, deployments, domains, stacks, servers, access,
        audit and host; * stands for all of them but host. The effects are read, write and destroy, and each contains
        the ones before. host:write amounts to root on the server: it lets stacks mount its folders and the engine's
        socket.
        access:write makes further credentials, with no more than the token has itself.

        Args:
            name: Name of the token; what it does is signed with it.
            grants: What it may do, as in deployments:write or *:read. Nobody can grant more than they have.
            app: The only app it may touch; all of them when left out.
            days: Days after which it expires; when left out, with the token that made it, or never. A token never makes
                one that outlives it.

        Raises:
            NameTaken: There is a token of that name.
            Forbidden: A grant goes beyond the caller's own.
        """
        caller, now, value = current_caller(), self._clock.now(), new_token()
        demand_own(caller, grants)
        if self._records[TOKENS].find(name):
            raise NameTaken(f"there is a token {name}", hint="Choose another name, or revoke that one first.")
        expires = expiry(caller, now, days)
        self._records[TOKENS].insert(
            Token(name, digest(value), tuple(grants), app, now, expires, ancestry(self._records, caller))
        )
        return IssuedToken(name, value, expires)

    @operation("GET /tokens", effect=Effect.READ, scope=Scope.ACCESS)
    def list(self) -> tuple[TokenSummary, ...]:
        """List the tokens, without their values."""
        return tuple(
            TokenSummary(t.name, t.grants, t.app, t.created, t.expires, t.made_by)
            for t in self._records[TOKENS].where(order="name")
        )

    @operation("DELETE /tokens/{name}", effect=Effect.DESTROY, scope=Scope.ACCESS)
    def revoke(self, name: KeyName, *, with_children: bool = False) -> Revocation:
        """Revoke a token at once; what it has open ends.

        Args:
            name: Name of the token.
            with_children: Revoke what was made with it as well; otherwise the answer names that.

        Raises:
            NotFound: There is no such token.
        """
        return revoke(self._records, self._records[TOKENS].get(name), with_children=with_children)


def revoke(records: Records, credential: Credential, *, with_children: bool) -> Revocation:
    """Take a credential away, and with it what it has made if that is wanted."""
    with records.transaction():
        made = descendants(credential, [*records[TOKENS].where(), *records[SSH_KEYS].where()])
        for each in (credential, *(made if with_children else ())):
            (records[SSH_KEYS] if isinstance(each, SshKey) else records[TOKENS]).delete(each.name)
    names = tuple(map(label, made))
    return Revocation(credential.name, names if with_children else (), () if with_children else names)
