"""What setting variables changes of those that there are. Pure."""

from collections.abc import Collection, Mapping

import attrs

from sh0.records.variable import SharedVariable, Variable
from sh0.values import EnvName, Secret

__all__ = ["Assignment", "EnvironmentChanges", "assign", "compared"]


@attrs.frozen
class EnvironmentChanges:
    """The difference that a file of variables makes. Values are not part of it.

    Attributes:
        added: Names of variables that are set for the first time.
        changed: Names of variables that get another value.
        removed: Names of variables that are removed.
        unchanged: Names of variables that the file names and that stay as they are.
    """

    added: tuple[EnvName, ...]
    changed: tuple[EnvName, ...]
    removed: tuple[EnvName, ...]
    unchanged: tuple[EnvName, ...]

    @property
    def any(self) -> bool:
        """Whether there is a difference."""
        return bool(self.added or self.changed or self.removed)


def compared(
    now: Mapping[str, Secret],
    given: Mapping[str, Secret],
    *,
    replace: bool = False,
) -> EnvironmentChanges:
    """Compare variables with those that there are.

    Args:
        now: Those that there are.
        given: Those that are to be set.
        replace: Whether those that are not given are removed.
    """
    same = {name for name, value in given.items() if now.get(name) == value}
    return EnvironmentChanges(
        added=tuple(sorted(given.keys() - now.keys())),
        changed=tuple(sorted((given.keys() & now.keys()) - same)),
        removed=tuple(sorted(now.keys() - given.keys())) if replace else (),
        unchanged=tuple(sorted(same)),
    )


@attrs.frozen
class Assignment:
    """What setting variables that count at once makes of those that there are.

    Attributes:
        missing: The first name that is to be removed and is not there, or to be marked and will not be; None if there
            is none.
        after: The values of all that there are then.
        saved: Of those that are set or marked: the value, and whether it is marked as a secret.
    """

    missing: EnvName | None
    after: Mapping[EnvName, Secret]
    saved: Mapping[EnvName, tuple[Secret, bool]]


def assign(
    held: Mapping[EnvName, Variable | SharedVariable],
    given: Mapping[EnvName, Secret],
    secret: Collection[EnvName],
    unset: Collection[EnvName],
) -> Assignment:
    """Set variables. One that is marked stays so until it is removed.

    Args:
        held: Those that there are.
        given: Those that are set.
        secret: Names of those that are marked as secrets.
        unset: Names of those that are removed.
    """
    marked = [name for name in secret if name not in given]
    after = {name: each.value for name, each in held.items() if name not in unset} | {**given}
    absent = (*(name for name in unset if name not in held), *(name for name in marked if name not in after))
    return Assignment(
        missing=next(iter(absent), None),
        after=after,
        saved={
            name: (after[name], name in secret or (name in held and held[name].secret))
            for name in (*given, *marked)
            if name in after
        },
    )
