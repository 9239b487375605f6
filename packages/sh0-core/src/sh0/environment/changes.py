"""What setting variables changes of those that there are. Pure."""

from collections.abc import Mapping

import attrs

from sh0.values import EnvName, Secret

__all__ = ["EnvironmentChanges", "compared"]


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
