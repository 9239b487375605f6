"""Which deployments a rollback of a stack needs. Pure."""

from collections.abc import Iterable

from sh0.records.stack import Release


def released(releases: Iterable[Release], keep: int) -> frozenset[str]:
    """Deployments of the releases under way and, of each stack, of the last `keep` that have served."""
    counted: dict[str, int] = {}
    found: set[str] = set()
    for release in sorted(releases, key=lambda release: -release.number):
        served = release.state.served
        counted[release.stack] = counted.get(release.stack, 0) + served
        if not release.state.ended or (served and counted[release.stack] <= keep):
            found |= {each.deployment for each in release.services if each.deployment is not None}
    return frozenset(found)
