"""An app with the settings of another one. Pure."""

import shlex
from collections.abc import Iterable
from datetime import datetime
from typing import Self

import attrs

from sh0.records.app import NOTHING_DECLARED, App
from sh0.records.deployment import Deployment, PushedRevision, RegistryImage, RemoteRepository

__all__ = ["ClonedApp", "cloned"]


@attrs.frozen
class ClonedApp(App):
    """An app that was made with the settings of another one.

    Attributes:
        copied: What it has of the other one besides its settings.
        left_out: What it has not.
        first: The command that brings its first version.
    """

    copied: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    first: str = ""

    @classmethod
    def of(cls, app: App, brought: Deployment | None, copied: Iterable[str], *, variables: bool) -> Self:
        """An app, and how it came to be.

        Args:
            app: The app.
            brought: The deployment that brought what serves the other one; None if nothing does.
            copied: What it has of the other one besides its settings.
            variables: Whether it has its variables.
        """
        left_out = [
            "versions",
            "what is in volumes",
            "host names",
            "repository",
            "deploy key",
            "logs and history",
            "log drains",
        ]
        if not variables:
            left_out.insert(0, "variables")
        fields = {field.name: getattr(app, field.name) for field in attrs.fields(App)}
        return cls(**fields, copied=tuple(copied), left_out=tuple(left_out), first=_first(app, brought))


def cloned(original: App, name: str, now: datetime) -> App:
    """An app with the settings of another one, that has never been live."""
    return attrs.evolve(original, name=name, live=None, stopped=False, created=now, ports=(), declared=NOTHING_DECLARED)


def _first(app: App, brought: Deployment | None) -> str:
    """The command that brings an app the same source as another one has."""
    source = brought.source if brought is not None else None
    if isinstance(source, RegistryImage):
        return f"sh0 deploy {app.name} --image {shlex.quote(source.image)}"
    if isinstance(source, RemoteRepository):
        return f"sh0 deploy {app.name} {shlex.join(['--git', source.url, '--branch', source.branch])}"
    if isinstance(source, PushedRevision):
        return f"git push ssh://git@HOST:PORT/{app.name} {app.branch}"
    return f"sh0 push PATH --app {app.name}"
