"""From records to what the proxy serves. Pure: the same records always give the same routes."""

from collections.abc import Iterable, Mapping

from sh0.apps.model import App
from sh0.certificates.model import Certificate
from sh0.deployments.model import Placement
from sh0.domains.model import Domain, Https
from sh0.ports.proxy import Backend, Routes, ServerCertificate, Upstream


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
    slots: dict[str, int] = {}
    backends = []
    for app in sorted(apps, key=lambda app: app.slot):
        slots[app.name] = app.slot
        serving = [] if app.stopped or app.live is None else by_deployment.get(app.live, [])
        backends.append(Backend(app.slot, app.name, tuple(map(upstream, sorted(serving, key=lambda p: p.replica)))))
    hosts = {domain.host: slots[domain.app] for domain in domains if domain.app in slots}
    return Routes(tuple(backends), hosts, tuple(_served(domains, certificates)), frozenset())


def upstream(placement: Placement) -> Upstream:
    """A container as the proxy knows it."""
    return Upstream(placement.container, placement.address, placement.port)


def _served(domains: Iterable[Domain], certificates: Iterable[Certificate]) -> Iterable[ServerCertificate]:
    wanted: Mapping[str, Domain] = {domain.host: domain for domain in domains if domain.https is not Https.OFF}
    for certificate in sorted(certificates, key=lambda certificate: certificate.host):
        if certificate.host in wanted:
            yield ServerCertificate(certificate.host, (certificate.host,), certificate.chain, certificate.key)


def free_slot(taken: Iterable[int]) -> int:
    """The lowest number of a backend that no app has."""
    used = set(taken)
    return next(number for number in range(1, len(used) + 2) if number not in used)
