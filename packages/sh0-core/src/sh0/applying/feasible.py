"""Whether what a plan promises can be done, found out before any of it is."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from sh0.errors import Forbidden, InvalidValue, NameTaken, NotFound
from sh0.manifest.planner import ManifestPlan

if TYPE_CHECKING:
    from sh0.operations import Call
    from sh0.platform import Platform

__all__ = ["demand_feasible"]

T = TypeVar("T")


def demand_feasible(platform: "Platform", plan: ManifestPlan) -> None:
    """Refuse a plan of which the platform would refuse a part.

    What the caller may not see is left to the call itself.

    Raises:
        NameTaken: A host name leads to another app.
        NotFound: There is no such project.
        InvalidValue: It wants more cores than the server has.
    """
    for call in plan.calls:
        if call.operation == "apps.create":
            _creation(platform, plan.app, call)
        elif call.operation == "apps.configure":
            _limits(platform, call)
        elif call.operation == "domains.add":
            _demand_free(platform, plan.app, str(call.arguments["host"]))


def _creation(platform: "Platform", app: str, call: "Call") -> None:
    project = call.arguments.get("project")
    known = _seen(platform.projects.list)
    if project is not None and known is not None and project not in {each.name for each in known}:
        raise NotFound(
            f"there is no project {project}, which sh0.yaml names",
            hint=f"Create it: sh0 projects create {project}, or correct `project` in sh0.yaml.",
        )
    status = _seen(platform.system.status)
    if status is not None:
        _demand_free(platform, app, f"{app}.{status.base_domain}")


def _demand_free(platform: "Platform", app: str, host: str) -> None:
    owner = next((each.app for each in _seen(platform.domains.list) or () if each.host == host), app)
    if owner != app:
        raise NameTaken(
            f"the host name {host} leads to {owner}, and sh0.yaml wants it for {app}",
            hint=f"Remove it there first: sh0 domains remove {host}",
        )


def _limits(platform: "Platform", call: "Call") -> None:
    wanted = call.arguments.get("cpus")
    servers = _seen(platform.servers.list) if isinstance(wanted, int | float) and wanted else None
    cores = max((each.cpus for each in servers or ()), default=0)
    if isinstance(wanted, int | float) and 0 < cores < wanted:
        raise InvalidValue(
            f"sh0.yaml wants {wanted:g} cores (`resources.cpus`), and the server has {cores}",
            hint="Give fewer, or 0 for no limit.",
        )


def _seen(ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except Forbidden:
        return None
