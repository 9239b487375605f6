"""From records to what the proxy serves. Pure: the same records always give the same routes."""

from collections.abc import Iterable, Mapping

from sh0.ports.proxy import Backend, Routes, ServerCertificate, Upstream
from sh0.records.app import WEB, App
from sh0.records.certificate import Certificate
from sh0.records.deployment import Placement
from sh0.records.domain import Domain, Https


def routes(
    apps: Iterable[App],
    placements: Iterable[Placement],
    domains: Iterable[Domain],
    certificates: Iterable[Certificate],
) -> Routes:
    """What the proxy serves: each app's live containers behind its host names.

    An app that is stopped, or was never live, keeps its backend without containers and answers 503.
    """
    domains = tuple(domains)
    by_deployment: dict[str, list[Placement]] = {}
    for placement in placements:
        by_deployment.setdefault(placement.deployment, []).append(placement)
    slots: dict[tuple[str, int | None], int] = {}
    backends = []
    for app in apps:
        serving = [] if app.stopped or app.live is None else by_deployment.get(app.live, [])
        serving = [placement for placement in serving if placement.process == WEB]
        serving.sort(key=lambda placement: placement.replica)
        for port, slot in ((None, app.slot), *((each.port, each.slot) for each in app.ports)):
            slots[app.name, port] = slot
            backends.append(Backend(slot, app.name, tuple(upstreams(serving, port))))
    backends.sort(key=lambda backend: backend.slot)
    hosts = {}
    for domain in domains:
        led_to = slots.get((domain.app, domain.port), slots.get((domain.app, None)))
        if led_to is not None:
            hosts[domain.host] = led_to
    return Routes(tuple(backends), hosts, tuple(_served(domains, certificates)), frozenset())


def upstreams(placements: Iterable[Placement], port: int | None = None) -> Iterable[Upstream]:
    """Containers as the proxy knows them, at their own port or at another; those without any take no requests."""
    for placement in placements:
        if (led_to := port or placement.port) is not None:
            yield Upstream(placement.container, placement.address, led_to)


def _served(domains: Iterable[Domain], certificates: Iterable[Certificate]) -> Iterable[ServerCertificate]:
    wanted: Mapping[str, Domain] = {domain.host: domain for domain in domains if domain.https is not Https.OFF}
    for certificate in sorted(certificates, key=lambda certificate: certificate.host):
        if certificate.host in wanted:
            yield ServerCertificate(certificate.host, (certificate.host,), certificate.chain, certificate.key)


def free_slot(apps: Iterable[App], taken: Iterable[int] = ()) -> int:
    """The lowest number of a backend that no app has, and that is not taken otherwise."""
    used = {slot for app in apps for slot in app.slots} | set(taken)
    return next(number for number in range(1, len(used) + 2) if number not in used)
