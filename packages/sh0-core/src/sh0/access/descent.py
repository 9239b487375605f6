"""Which credentials have made which, directly or through others."""

from collections.abc import Iterable

from sh0.operations import Caller, CallerKind
from sh0.records.credential import SSH_KEYS, TOKENS, SshKey, Token
from sh0.store import Records

Credential = SshKey | Token


def label(credential: Credential) -> str:
    """A credential as its caller is written, as in ``token:ci``."""
    return f"{'key' if isinstance(credential, SshKey) else 'token'}:{credential.name}"


def ancestry(records: Records, caller: Caller) -> tuple[str, ...]:
    """Who makes what `caller` makes now: themselves, who made their credential, and so on."""
    found: list[Credential] = []
    if caller.kind is CallerKind.TOKEN:
        found = [*records[TOKENS].where(digest=caller.credential)]
    elif caller.kind is CallerKind.KEY:
        found = [*records[SSH_KEYS].where(fingerprint=caller.credential)]
    return (str(caller), *(maker for each in found for maker in each.made_by))


def descendants(parent: Credential, everybody: Iterable[Credential]) -> tuple[Credential, ...]:
    """What `parent` has made and what that has made, oldest first, whatever became of those in between.

    A name can be given again: what is older than its namesake was made by another.
    """
    made = [each for each in everybody if label(parent) in each.made_by and each.created >= parent.created]
    return tuple(sorted(made, key=lambda each: each.created))
