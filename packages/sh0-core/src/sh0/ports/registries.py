"""Credentials for registries, as adapters ask for them at each pull."""

from collections.abc import Callable, Iterable

import attrs

from sh0.values import Secret

DOCKER_HUB = "docker.io"
"""What Docker Hub is called in references."""


@attrs.frozen
class RegistryLogin:
    """What a registry is pulled from with.

    Attributes:
        registry: Host name of the registry, with its port if it has one.
        username: Who.
        password: Password or token.
    """

    registry: str
    username: str
    password: Secret


def _none() -> Iterable[RegistryLogin]:
    return ()


class RegistryLogins:
    """The credentials that a platform holds. They are read anew each time: what was removed is used no more."""

    def __init__(self) -> None:
        self._read: Callable[[], Iterable[RegistryLogin]] = _none

    def come_from(self, read: Callable[[], Iterable[RegistryLogin]]) -> None:
        """Say where they are kept."""
        self._read = read

    def all(self) -> tuple[RegistryLogin, ...]:
        """Every one."""
        return tuple(self._read())
