"""What refers to what in a project: profiles, dependencies and their cycles, names that must exist."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

import attrs

from sh0.compose.model import ComposeProject
from sh0.compose.services import Service, VolumeMount
from sh0.compose.tree import bad
from sh0.errors import Invalid
from sh0.place import Place
from sh0.values import LEAST_CPUS, memory_limit

__all__ = ["check_references", "order", "resolved"]


def resolved(
    services: Mapping[str, Service], off: Mapping[str, tuple[str, ...]], elsewhere: frozenset[str]
) -> dict[str, Service]:
    """The services without dependencies on what may be missing.

    Args:
        services: Those that are on.
        off: Those that are not, with the profiles that would turn them on.
        elsewhere: Those that somebody else provides; nothing waits for them.

    Raises:
        Invalid: One needs another that is off or does not exist, or they depend on each other in a circle.
    """
    found = {}
    for name, service in services.items():
        kept = {}
        for other, dependency in service.depends_on.items():
            if other in services:
                kept[other] = dependency
            elif other not in elsewhere and dependency.required:
                why = "is off: none of its profiles is on" if other in off else "does not exist"
                raise bad(
                    dependency.place,
                    f"services.{name}.depends_on",
                    f"{name} depends on {other}, which {why}",
                    f"Turn on {' or '.join(off[other])}, or write required: false." if other in off else "",
                )
        found[name] = attrs.evolve(service, depends_on=kept)
    order(found)
    return found


def order(services: Mapping[str, Service]) -> tuple[tuple[str, ...], ...]:
    """The services in groups, each after all it depends on; those of a group do not depend on each other.

    Raises:
        Invalid: They depend on each other in a circle; the message names it.
    """
    sorter = TopologicalSorter({name: service.depends_on for name, service in services.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        names = list(reversed(error.args[1]))
        raise bad(
            services[names[0]].depends_on[names[1]].place,
            f"services.{names[0]}.depends_on",
            f"services depend on each other in a circle: {' → '.join(names)}",
            "Leave one of these dependencies out.",
        ) from None
    rank = {name: index for index, name in enumerate(services)}
    groups: list[tuple[str, ...]] = []
    while sorter.is_active():
        ready = sorter.get_ready()
        groups.append(tuple(sorted(ready, key=rank.__getitem__)))
        sorter.done(*ready)
    return tuple(groups)


def check_references(project: ComposeProject) -> None:
    """Demand that everything that a service names exists.

    Raises:
        Invalid: Something does not; the message says who names it and where.
    """
    for name, service in project.services.items():
        for mount in service.mounts:
            if isinstance(mount, VolumeMount) and mount.source and mount.source not in project.volumes:
                raise _undeclared(name, "volume", mount.source, "volumes", mount.place)
        for network in service.networks:
            if network not in project.networks:
                raise _undeclared(name, "network", network, "networks", service.where("networks"))
        secrets = (*service.secrets, *(service.build.secrets if service.build else ()))
        for kind, grants, known in (
            ("config", service.configs, project.configs),
            ("secret", secrets, project.secrets),
        ):
            for grant in grants:
                if grant.source not in known:
                    raise _undeclared(name, kind, grant.source, f"{kind}s", grant.place)
                config = known[grant.source]
                if config.content is None and not config.external:
                    raise bad(
                        config.place,
                        f"{kind}s.{config.key}",
                        f"{config.origin} is not there, and the service {name} is granted it",
                    )
        _check_numbers(name, service)


def _check_numbers(name: str, service: Service) -> None:
    if service.container_name and service.replicas > 1:
        raise bad(
            service.where("container_name"),
            f"services.{name}",
            f"asks for {service.replicas} containers of one name",
            "Leave container_name out, or the replicas.",
        )
    if service.limits.memory and (service.reservations.memory or 0) > service.limits.memory:
        raise bad(service.place, f"services.{name}", "reserves more memory than its limit allows")
    if service.limits.memory:
        try:
            memory_limit(service.limits.memory)
        except ValueError as error:
            raise bad(service.where("mem_limit"), f"services.{name}", str(error)) from None
    if 0 < (service.limits.cpus or 0) < LEAST_CPUS:
        reason = f"{service.limits.cpus} cores are too few: the engine takes {LEAST_CPUS} and more"
        raise bad(service.where("cpus"), f"services.{name}", reason)


def _undeclared(service: str, kind: str, name: str, element: str, place: Place) -> Invalid:
    return bad(
        place,
        f"services.{service}",
        f"uses the {kind} {name}, which is not declared",
        f"Declare it at the top level, under {element}:.",
    )
