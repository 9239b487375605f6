"""What another name changes of an app. Pure."""

from collections.abc import Collection, Iterable

import attrs

from sh0.errors import InvalidValue, NameTaken, WrongState
from sh0.records.app import App
from sh0.records.domain import Domain, Https
from sh0.values import AppName, DomainName

__all__ = ["RenamePlan", "demand_renamable", "generated_host", "planned", "renamed_hosts"]


@attrs.frozen
class RenamePlan:
    """What another name changes of an app. What serves it goes on serving, in the same containers.

    Attributes:
        app: The name that it has.
        name: The name that it gets.
        host: The host name that is made from it; None if the one of the present name was removed.
        kept: The host name that was made from the name that it has, and goes on leading to it; None if there is none,
            or it is given up.
        given_up: The same, if it leads nowhere any more.
        repository: The end of the URL that is pushed to.
        credentials: Tokens and keys that are confined to the app, and follow it.
        notes: What stays as it was, and what to do.
    """

    app: AppName
    name: AppName
    host: DomainName | None
    kept: DomainName | None
    given_up: DomainName | None
    repository: str
    credentials: tuple[str, ...]
    notes: tuple[str, ...]


def generated_host(app: str, base_domain: str) -> str:
    """The first host name of an app."""
    return f"{app}.{base_domain}"


def demand_renamable(app: App, name: str, taken: App | None, leads_to: Domain | None, leftovers: Iterable[str]) -> None:
    """See to it that an app can have another name.

    Args:
        app: The app.
        name: The name.
        taken: The app that has the name, if there is one.
        leads_to: What the host name that is made from it leads to, if it leads somewhere.
        leftovers: What is still there of an app of that name that was deleted, in words.

    Raises:
        InvalidValue: It has that name.
        NameTaken: Another app has it, or its host name, or something is left of one.
        WrongState: It is a service of a stack.
    """
    if app.stack is not None:
        raise WrongState(
            f"{app.name} is a service of the stack {app.stack}",
            hint="Its Compose file names it. Rename the service there, and bring the stack up.",
        )
    if app.name == name:
        raise InvalidValue(f"the app is called {name} already", path="$.name", reason="the same name")
    if taken is not None:
        raise NameTaken(f"there is an app {name}", hint="Choose another name.")
    if leads_to is not None and leads_to.app != app.name:
        raise NameTaken(
            f"the host name {leads_to.host} leads to {leads_to.app}",
            hint=f"Choose another name, or remove it there first: sh0 domains remove {leads_to.host}",
        )
    if left := sorted(leftovers):
        raise NameTaken(
            f"of an app {name} that was deleted there is still: {', '.join(left)}",
            hint="It would belong to the renamed app. Remove it first, or choose another name.",
        )


def planned(
    app: App, name: str, domains: Collection[Domain], credentials: Iterable[str], base_domain: str, *, keep_host: bool
) -> RenamePlan:
    """What another name changes.

    Args:
        app: The app.
        name: The name that it gets.
        domains: Host names that lead to it.
        credentials: Tokens and keys that are confined to it.
        base_domain: What generated host names end with.
        keep_host: Whether the host name of its present name goes on leading to it.
    """
    former = generated_host(app.name, base_domain)
    there = next((each for each in domains if each.host == former), None)
    host = generated_host(name, base_domain) if there is not None else None
    notes = ["Deployments, commands and containers that there are keep their ids. New ones begin with the new name."]
    if app.live is not None:
        notes.append("The next build is made anew, even if its source has not changed.")
    notes.append(f"If its sh0.yaml says 'app: {app.name}', write 'app: {name}' there.")
    if there is not None and there.https is not Https.OFF:
        notes.append(f"{host} is not served over TLS until you say so: sh0 domains secure {host}")
    return RenamePlan(
        app=app.name,
        name=name,
        host=host,
        kept=former if there is not None and keep_host else None,
        given_up=former if there is not None and not keep_host else None,
        repository=name,
        credentials=tuple(sorted(credentials)),
        notes=tuple(notes),
    )


def renamed_hosts(hosts: Iterable[str], plan: RenamePlan) -> tuple[str, ...]:
    """The host names of a version that has run, as a return to it finds them under the new name."""
    former = plan.kept or plan.given_up
    found: list[str] = []
    for host in hosts:
        found += [plan.host] if host == former and plan.host is not None else []
        found += [host] if host != plan.given_up else []
    return tuple(dict.fromkeys(found))
