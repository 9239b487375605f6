"""The mark that makes a method an operation. It only marks; nothing is registered by importing a module."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, ParamSpec, TypeVar

import attrs

P = ParamSpec("P")
R = TypeVar("R")

MARK = "__sh0_operation__"

BODY = 64 << 10
"""Bytes of arguments that are names, numbers and short texts."""

FILES = 8 << 20
"""Bytes of arguments among which are texts of files, values of variables or what a push changes."""


class Effect(StrEnum):
    """What a call does to the platform.

    Attributes:
        READ: It changes nothing.
        WRITE: It makes or changes something.
        DESTROY: It removes something for good.
    """

    READ = "read"
    WRITE = "write"
    DESTROY = "destroy"


class Scope(StrEnum):
    """The area that a grant names; see `Caller.grants`.

    HOST is what reaches the server itself: mounting its folders, its devices and the engine's socket, and whatever
    else a stack needs permission for. It amounts to root, so ``*`` does not contain it.

    Attributes:
        PROJECTS: Groups of apps.
        APPS: Apps, their settings, logs and terminals.
        ENVIRONMENT: Variables of apps, and the passwords that templates made.
        DEPLOYMENTS: Versions of apps: pushing, rolling back, restarting, scaling, stopping.
        DOMAINS: Host names and certificates.
        STACKS: Stacks, releases and templates.
        SERVERS: Machines that apps run on, and the state of the platform itself.
        ACCESS: Keys and tokens.
        AUDIT: The log of calls, and every event.
        HOST: What reaches the server itself.
    """

    PROJECTS = "projects"
    APPS = "apps"
    ENVIRONMENT = "env"
    DEPLOYMENTS = "deployments"
    DOMAINS = "domains"
    STACKS = "stacks"
    SERVERS = "servers"
    ACCESS = "access"
    AUDIT = "audit"
    HOST = "host"


BelongsTo = Callable[[Any], str | None]
"""Tells the app that a part of a result belongs to, `ANY_APP`, or None for no app."""

ANY_APP = "*"
"""In place of an app's name: what a caller who is confined to an app may see as well."""


@attrs.frozen
class Parts:
    """Of what areas the items of a result are, for an operation that reads of several.

    Attributes:
        scopes: The areas. Whoever may read one of them may call the operation, and is shown what is of it.
        of: Tells the area of an item.
    """

    scopes: frozenset[Scope]
    of: Callable[[Any], Scope]


@attrs.frozen
class Mark:
    """What `operation` writes on a method; its arguments say what each part means."""

    verb: str
    path: str
    effect: Effect
    scope: Scope
    body: int = BODY
    belongs_to: BelongsTo | None = None
    parts: Parts | None = None


def operation(
    route: str,
    *,
    effect: Effect,
    scope: Scope,
    body: int = BODY,
    belongs_to: BelongsTo | None = None,
    parts: Parts | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a method of an `Operations` class as an operation.

    Args:
        route: Verb and path template, as in ``"POST /apps/{app}/scale"``; names in braces are parameters.
        effect: What a call does.
        scope: Area that the caller's grants must cover.
        body: Most bytes of a request's JSON; `FILES` where texts of files or values of variables travel.
        belongs_to: For an operation that reads of all apps: whose an item of its result is. The gate shows a caller
            who is confined to an app those of that app; without this it refuses them.
        parts: For an operation that reads of several areas: of which an item is. The gate shows callers whose grants
            do not cover ``scope`` what they may read.
    """
    verb, path = route.split(" ", 1)

    def mark(method: Callable[P, R]) -> Callable[P, R]:
        setattr(method, MARK, Mark(verb, path, effect, scope, body, belongs_to, parts))
        return method

    return mark
