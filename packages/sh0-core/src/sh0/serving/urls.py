"""Where an app is reached. Pure."""

from collections.abc import Iterable

from sh0.records.domain import Domain, Https
from sh0.settings import Settings


def urls(domains: Iterable[Domain], settings: Settings) -> tuple[str, ...]:
    """The URLs of host names, over TLS where they are served so; the usual ports are left out."""
    return tuple(_url(domain, settings) for domain in domains)


def _url(domain: Domain, settings: Settings) -> str:
    secure = domain.https is not Https.OFF
    port, usual = (settings.https_port, 443) if secure else (settings.http_port, 80)
    return f"{'https' if secure else 'http'}://{domain.host}" + ("" if port == usual else f":{port}")
