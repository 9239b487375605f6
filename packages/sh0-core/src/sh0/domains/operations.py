"""Operations on host names."""

from typing import TYPE_CHECKING

from sh0.errors import NameTaken
from sh0.operations import ANY_APP, Effect, Operations, Scope, operation
from sh0.records.app import APPS
from sh0.records.certificate import CERTIFICATES
from sh0.records.domain import HOST_NAMES, Domain, Https
from sh0.values import AppName, DomainName

if TYPE_CHECKING:
    from sh0.certificates.authority import LocalAuthority
    from sh0.context import Context
    from sh0.serving.rollout import Rollout


class Domains(Operations, domain="domains"):
    """Host names that lead to apps."""

    tables = (HOST_NAMES, CERTIFICATES)

    def __init__(self, context: "Context", rollout: "Rollout", authority: "LocalAuthority") -> None:
        self._records, self._clock = context.records, context.clock
        self._rollout, self._authority = rollout, authority

    @operation("POST /apps/{app}/domains", effect=Effect.WRITE, scope=Scope.DOMAINS)
    def add(self, app: AppName, host: DomainName, *, https: Https = Https.OFF) -> Domain:
        """Lead a host name to an app, at once. One that leads there already stays as it is.

        Args:
            app: Name of the app.
            host: The host name; its address record is yours to make.
            https: How to serve it over TLS: off, or local (a certificate of this platform's own authority).

        Raises:
            NotFound: There is no such app.
            NameTaken: The host name leads to another app, or is served over TLS in another way.
        """
        self._records[APPS].get(app)
        with self._records.transaction():
            owner = self._records[HOST_NAMES].find(host)
            if owner is not None and owner.app == app and https in (Https.OFF, owner.https):
                return owner
            if owner is not None and owner.app == app:
                raise NameTaken(
                    f"the host name {host} leads to {app} already, with https {owner.https.value}",
                    hint=f"Choose how it is served: sh0 domains secure {host} --https {https.value}",
                )
            if owner is not None:
                raise NameTaken(
                    f"the host name {host} leads to {owner.app}",
                    hint=f"Remove it there first: sh0 domains remove {host}",
                )
            domain = self._records[HOST_NAMES].insert(Domain(host, app, False, https, self._clock.now()))
            self._certify(domain)
        self._reroute(domain)
        return domain

    @operation("GET /domains", effect=Effect.READ, scope=Scope.DOMAINS, belongs_to=lambda domain: domain.app)
    def list(self, *, app: AppName | None = None) -> tuple[Domain, ...]:
        """List host names.

        Args:
            app: Only those of this app.

        Raises:
            NotFound: There is no such app.
        """
        order = "app, generated, host"
        if app is None:
            return tuple(self._records[HOST_NAMES].where(order=order))
        return tuple(self._records[HOST_NAMES].where(app=self._records[APPS].get(app).name, order=order))

    @operation("POST /domains/{host}/https", effect=Effect.WRITE, scope=Scope.DOMAINS)
    def secure(self, host: DomainName, https: Https = Https.LOCAL) -> Domain:
        """Choose how a host name is served over TLS.

        Args:
            host: The host name.
            https: off, or local (a certificate of this platform's own authority).

        Raises:
            NotFound: There is no such host name.
        """
        with self._records.transaction():
            domain = self._records[HOST_NAMES].change(host, https=https)
            self._certify(domain)
        self._reroute(domain)
        return domain

    @operation("DELETE /domains/{host}", effect=Effect.DESTROY, scope=Scope.DOMAINS)
    def remove(self, host: DomainName) -> None:
        """Stop leading a host name to its app.

        Args:
            host: The host name.

        Raises:
            NotFound: There is no such host name.
        """
        domain = self._records[HOST_NAMES].get(host)
        with self._records.transaction():
            self._records[HOST_NAMES].delete(host)
            self._records[CERTIFICATES].delete(host)
        self._reroute(domain)

    @operation("GET /authority", effect=Effect.READ, scope=Scope.DOMAINS, belongs_to=lambda _: ANY_APP)
    def authority(self) -> str:
        """Show the root certificate of this platform's own authority (PEM), for browsers that shall trust it."""
        return self._authority.root()

    def _reroute(self, domain: Domain) -> None:
        self._rollout.reroute(self._records[APPS].get(domain.app).server)

    def _certify(self, domain: Domain) -> None:
        if domain.https is Https.OFF:
            self._records[CERTIFICATES].delete(domain.host)
        elif self._records[CERTIFICATES].find(domain.host) is None:
            self._records[CERTIFICATES].insert(self._authority.issue(domain.host))
