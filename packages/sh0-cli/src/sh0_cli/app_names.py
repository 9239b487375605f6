"""Names of apps, deployments, host names, stacks, variables and so on, for completion in a shell.

A shell asks at each press of a key, so the platform is asked directly, without loading the library: that alone takes
longer than the rest.
"""

import json
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import attrgetter, getitem
from string import Formatter
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, urlsplit

import click

from sh0_cli.session import Session

if TYPE_CHECKING:
    from sh0 import Platform

_PATIENCE = 1.5  # seconds; nobody waits longer for a completion
_LARGEST = 4 << 20  # bytes of an answer

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def completing(operation: str, path: str, field: str, within: str = "") -> Complete:
    """What completes a word with a field of what a GET answers; nothing when the platform does not answer soon.

    Args:
        operation: The operation.
        path: Its path; words in braces are parameters of the command that were typed before.
        field: Name of the field, or the way to it with dots.
        within: Name of the list in the answer that has it; empty where the answer is the list.
    """

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        found: list[str] = []
        given = {name: value for name, value in context.params.items() if isinstance(value, str)}
        # Behind an option that still waits for its value Click keeps what was typed before as mere words.
        needed = [name for _, name, _, _ in Formatter().parse(path) if name and name not in given]
        given |= dict(zip(needed, context.args, strict=False))
        session = context.ensure_object(Session)

        def ask() -> None:
            try:
                if session.given is None:
                    answer = _get(session, path, given)
                    names = [
                        str(reduce(getitem, field.split("."), each)) for each in (answer[within] if within else answer)
                    ]
                else:
                    names = _asked(session.given, operation, path, given, (within, field))
                found.extend(name for name in names if name.startswith(incomplete))
            except Exception:
                pass

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(_PATIENCE)
        return list(found)

    return complete


def _asked(
    platform: "Platform", operation: str, path: str, given: Mapping[str, str], where: tuple[str, str]
) -> list[str]:
    """The same of a platform in this process."""
    from sh0.frontend import Call

    wanted = {name: value for name, value in given.items() if f"{{{name}}}" in path}
    (within, field), answer = where, platform.invoke(Call(operation, wanted))
    return [str(attrgetter(field)(each)) for each in cast(Any, getattr(answer, within) if within else answer)]


def _get(session: Session, path: str, given: Mapping[str, str]) -> Any:
    """The answer of a platform, which is found as `Session` finds it."""
    from http.client import HTTPConnection, HTTPSConnection

    path = path.format(**{name: quote(value, safe="") for name, value in given.items()})
    url, token, socket = session.address()
    parts = urlsplit(url or "http://sh0")
    connection = (HTTPSConnection if parts.scheme == "https" else HTTPConnection)(parts.netloc, timeout=_PATIENCE)
    if socket is not None:
        import socket as sockets

        connection.sock = sockets.socket(sockets.AF_UNIX)
        connection.sock.settimeout(_PATIENCE)
        connection.sock.connect(os.fspath(socket))
    headers = {"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    connection.request("GET", f"{parts.path.rstrip('/')}/api/v1{path}", headers=headers)
    answer = connection.getresponse()
    return json.loads(answer.read(_LARGEST)) if answer.status == 200 else []


def among(words: Callable[[], Iterable[str]]) -> Complete:
    """What completes a word with one that is known without a platform.

    Args:
        words: Finds them.
    """
    return lambda context, parameter, incomplete: [word for word in words() if word.startswith(incomplete)]


def _grants() -> Iterable[str]:
    from sh0.frontend import Effect, Scope

    return (f"{area}:{effect}" for area in (*Scope, "*") for effect in Effect)


def _permissions() -> Iterable[str]:
    from sh0 import PermissionKind

    return PermissionKind


def _rules() -> Iterable[str]:
    from sh0.frontend import Checker

    return sorted(rule.id for rule in Checker.installed().rules)


complete_apps = completing("apps.list", "/apps", "name")
complete_deployments = completing("deployments.list", "/apps/{app}/deployments", "id")
complete_stacks = completing("stacks.list", "/stacks", "name")

COMPLETED: Mapping[str, Complete] = {
    "allow": among(_permissions),
    "app": complete_apps,
    "deployment": complete_deployments,
    "grants": among(_grants),
    "log_of": complete_deployments,
    "host": completing("domains.list", "/domains", "host"),
    "project": completing("projects.list", "/projects", "name"),
    "release": completing("stacks.releases", "/stacks/{stack}/releases", "id"),
    "rules": among(_rules),
    "server": completing("servers.list", "/servers", "name"),
    "services": completing("stacks.status", "/stacks/{stack}/status", "service", "services"),
    "stack": complete_stacks,
    "template": completing("templates.list", "/templates", "name"),
    "volume": completing("volumes.list", "/volumes?app={app}", "volume.name"),
}
"""What completes a parameter of that name."""

_VARIABLES = completing("env.list", "/apps/{app}/env", "name")
_RELEASES = COMPLETED["release"]
IN_GROUP: Mapping[tuple[str, str], Complete] = {
    ("compose", "to"): _RELEASES,
    ("stacks", "to"): _RELEASES,
    ("deployments", "to"): complete_deployments,
    ("env", "name"): _VARIABLES,
    ("env", "reveal"): _VARIABLES,
    ("env", "secret"): _VARIABLES,
    ("env", "unset"): _VARIABLES,
    ("keys", "name"): completing("keys.list", "/keys", "name"),
    ("projects", "name"): COMPLETED["project"],
    ("rules", "id"): COMPLETED["rules"],
    ("tokens", "name"): completing("tokens.list", "/tokens", "name"),
}
"""The same where the name alone does not say it: by the group that a command is in."""
_NEW = frozenset({"add", "create"})
"""Commands whose ``NAME`` is one that nothing has yet."""


def words_for(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """What completes a parameter of any command: by its group and name, or one of the words of its kind."""
    name, parent = parameter.name or "", context.parent
    if name == "name" and context.command.name in _NEW:
        return []
    complete = IN_GROUP.get((parent.info_name or "" if parent else "", name)) or COMPLETED.get(name)
    if complete is not None:
        return complete(context, parameter, incomplete)
    kinds = (parameter.metavar or "").split("|")
    return [word for word in kinds if word.startswith(incomplete)] if len(kinds) > 1 else []


app_argument = click.argument("app", shell_complete=complete_apps)
stack_argument = click.argument("stack", shell_complete=complete_stacks)
