"""The mark that makes a method an operation. It only marks; nothing is registered by importing a module."""

from collections.abc import Callable
from enum import StrEnum
from typing import ParamSpec, TypeVar

import attrs

P = ParamSpec("P")
R = TypeVar("R")

MARK = "__sh0_operation__"


class Effect(StrEnum):
    """What a call does to the platform."""

    READ = "read"
    WRITE = "write"
    DESTROY = "destroy"


class Scope(StrEnum):
    """The area that a grant names; see `Caller.grants`."""

    PROJECTS = "projects"
    APPS = "apps"
    ENVIRONMENT = "env"
    DEPLOYMENTS = "deployments"
    DOMAINS = "domains"
    STACKS = "stacks"
    SERVERS = "servers"
    ACCESS = "access"
    AUDIT = "audit"


@attrs.frozen
class Mark:
    """What `operation` writes on a method: HTTP verb, path template, effect and scope."""

    verb: str
    path: str
    effect: Effect
    scope: Scope


def operation(route: str, *, effect: Effect, scope: Scope) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a method of an `Operations` class as an operation.

    Args:
        route: Verb and path template, as in ``"POST /apps/{app}/scale"``; names in braces are parameters.
        effect: What a call does.
        scope: Area that the caller's grants must cover.
    """
    verb, path = route.split(" ", 1)

    def mark(method: Callable[P, R]) -> Callable[P, R]:
        setattr(method, MARK, Mark(verb, path, effect, scope))
        return method

    return mark
