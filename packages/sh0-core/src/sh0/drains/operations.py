"""Operations on log drains."""

import secrets
from typing import TYPE_CHECKING, Any

import attrs

from sh0.drain_values import CertificateText, DrainUrl, HeaderName
from sh0.errors import InvalidValue, NameTaken
from sh0.operations import Effect, Operations, Scope, operation
from sh0.process_values import ProcessName
from sh0.records.app import APPS
from sh0.records.drain import DRAINS, MOST_DRAINS, DrainStatus, LogDrain, is_file, unusable
from sh0.values import AppName, EnvName, Secret

if TYPE_CHECKING:
    from sh0.context import Context
    from sh0.drains.sender import DrainSender
    from sh0.logs.kept import KeptLogs


class Drains(Operations, domain="drains"):
    """Log drains: where what an app prints is sent, besides being kept."""

    tables = (DRAINS,)
    migrations = "sh0.drains.migrations:migrations"

    def __init__(self, context: "Context", sender: "DrainSender", kept: "KeptLogs") -> None:
        self._records, self._clock, self._settings = context.records, context.clock, context.settings
        self._sender, self._kept = sender, kept

    @operation("POST /apps/{app}/drains", effect=Effect.WRITE, scope=Scope.APPS)
    def add(
        self,
        app: AppName,
        destination: DrainUrl,
        *,
        name: ProcessName | None = None,
        credential: str | Secret | None = None,
        variable: EnvName | None = None,
        header: HeaderName = "Authorization",
        ca: CertificateText = "",
        gzip: bool = False,
        backlog: bool = False,
    ) -> DrainStatus:
        """Send what an app prints from now on, besides keeping it.

        What is kept is the buffer: a receiver that is away gets it later, in order, as far back as the app's log goes.
        Each line arrives at least once. A file is in the folder that the operator of the platform has named, under
        the name of the app.

        Args:
            app: Name of the app.
            destination: Where to: syslog+tls://HOST:PORT, https://HOST/PATH (JSON, an object a line), or file:. What is
                sent to syslog+tcp://HOST:PORT or http://HOST/PATH can be read on its way.
            name: Name of the drain; what it sends with, as in syslog, when left out.
            credential: Token that the receiver of HTTP asks for. It is sent in the header, or where {credential}
                stands in the URL.
            variable: Variable of the app that holds the credential instead.
            header: Header field that it is sent in. In Authorization it is a bearer token, unless it names a scheme.
            ca: Certificates (PEM) that sign the receiver's, instead of those that this machine trusts.
            gzip: Compress what is sent over HTTP.
            backlog: Begin with what is kept already.

        Raises:
            NotFound: There is no such app.
            NameTaken: It has a drain of that name.
            InvalidValue: It has too many drains, or nothing can be sent in that way.
        """
        now = self._clock.now()
        with self._records.transaction():
            self._records[APPS].get(app)
            there = {each.name for each in self._records[DRAINS].where(app=app)}
            chosen = name or _free(destination, there)
            drain = LogDrain(
                app, chosen, destination, secrets.token_hex(8), now, _held(credential), variable, header, ca, gzip
            )
            if chosen in there:
                raise NameTaken(
                    f"{app} has a log drain {chosen} already",
                    hint=f"Change it: sh0 drains change {app} {chosen}, or give the new one another name.",
                )
            if len(there) >= MOST_DRAINS:
                raise InvalidValue(
                    f"{app} has {MOST_DRAINS} log drains, and no more than that",
                    hint=f"Remove one that is not needed any more: sh0 drains remove {app} NAME",
                    path="$.name",
                    reason="count",
                )
            self._demand_usable(drain)
            self._sender.begin(drain, backlog=backlog)
            self._records[DRAINS].insert(drain)
        self._sender.sync()
        return self._status(drain)

    @operation("PATCH /apps/{app}/drains/{name}", effect=Effect.WRITE, scope=Scope.APPS)
    def change(
        self,
        app: AppName,
        name: ProcessName,
        *,
        destination: DrainUrl | None = None,
        credential: str | Secret | None = None,
        variable: EnvName | None = None,
        header: HeaderName | None = None,
        ca: CertificateText | None = None,
        gzip: bool | None = None,
    ) -> DrainStatus:
        """Change a log drain. What is left out stays; it goes on with the line after the last that has arrived.

        Args:
            app: Name of the app.
            name: Name of the drain.
            destination: Where to.
            credential: Token that the receiver asks for, in place of what it was, or of a variable. An empty one
                removes both.
            variable: Variable of the app that holds the credential, in place of what it was.
            header: Header field that it is sent in.
            ca: Certificates (PEM) that sign the receiver's; empty for those that this machine trusts.
            gzip: Compress what is sent over HTTP.

        Raises:
            NotFound: There is no such app, or it has no such drain.
            InvalidValue: Nothing can be sent in that way.
        """
        given = {"destination": destination, "header": header, "ca": ca, "gzip": gzip}
        changes: dict[str, Any] = {field: value for field, value in given.items() if value is not None}
        if credential is not None:
            changes |= {"credential": _held(credential), "variable": None}
        if variable is not None:
            changes |= {"variable": variable, "credential": changes.get("credential")}
        with self._records.transaction():
            self._records[APPS].get(app)
            changed = attrs.evolve(self._records[DRAINS].get(app, name), **changes)
            self._demand_usable(changed)
            self._records[DRAINS].save(changed)
        self._sender.sync()
        return self._status(changed)

    @operation("GET /drains", effect=Effect.READ, scope=Scope.APPS, belongs_to=lambda drain: drain.app)
    def list(self, *, app: AppName | None = None) -> tuple[DrainStatus, ...]:
        """List log drains, and how sending goes.

        Args:
            app: Only those of this app.

        Raises:
            NotFound: There is no such app.
        """
        if app is not None:
            self._records[APPS].get(app)
        found = self._records[DRAINS].where(order="app, name")
        return tuple(self._status(drain) for drain in found if app in (None, drain.app))

    @operation("GET /apps/{app}/drains/{name}", effect=Effect.READ, scope=Scope.APPS)
    def get(self, app: AppName, name: ProcessName) -> DrainStatus:
        """Show a log drain: where it sends to, how far it has come, and what went wrong.

        Args:
            app: Name of the app.
            name: Name of the drain.

        Raises:
            NotFound: There is no such app, or it has no such drain.
        """
        self._records[APPS].get(app)
        return self._status(self._records[DRAINS].get(app, name))

    @operation("DELETE /apps/{app}/drains/{name}", effect=Effect.DESTROY, scope=Scope.APPS)
    def remove(self, app: AppName, name: ProcessName) -> None:
        """Send no more to a log drain. What is kept stays kept, and so does a file that it has written.

        Args:
            app: Name of the app.
            name: Name of the drain.

        Raises:
            NotFound: There is no such app, or it has no such drain.
        """
        self._records[APPS].get(app)
        self._records[DRAINS].get(app, name)
        self._records[DRAINS].delete(app, name)
        self._sender.sync()

    def _status(self, drain: LogDrain) -> DrainStatus:
        progress, file = self._sender.progress(drain), self._sender.file(drain)
        end = self._kept.of(drain.app).end
        fields = {field.name: getattr(drain, field.name) for field in attrs.fields(LogDrain)}
        return DrainStatus(
            **fields,
            state=progress.state,
            since=progress.since,
            sent=progress.sent,
            behind=max(0, end.line - progress.position.line),
            dropped=progress.dropped,
            delivered=progress.delivered,
            problem=progress.problem,
            file=str(file) if file is not None else None,
        )

    def _demand_usable(self, drain: LogDrain) -> None:
        if is_file(drain) and not self._settings.drain_folder:
            raise InvalidValue(
                "this platform writes what apps print to no files",
                hint="Its operator can name a folder for them: sh0 up --drain-folder /var/log/apps. Or send it:"
                " syslog+tls://HOST:PORT or https://HOST/PATH.",
                path="$.destination",
                reason="no folder",
            )
        others = self._records[DRAINS].where(app=drain.app, destination=drain.destination)
        if any(each.name != drain.name for each in others):
            raise InvalidValue(
                f"{drain.app} has a log drain to there already: {others[0].name}",
                hint=f"See: sh0 drains get {drain.app} {others[0].name}",
                path="$.destination",
                reason="twice",
            )
        token = drain.credential is not None or drain.variable is not None
        reason = unusable(drain.destination, token=token, ca=bool(drain.ca), gzip=drain.gzip)
        if drain.credential is not None and drain.variable is not None:
            reason = "it has a token and a variable that holds one: give one of them"
        if reason is not None:
            hint = "See 'sh0 drains add --help' for what goes together."
            raise InvalidValue(f"the log drain {drain.name}: {reason}", hint=hint, path="$.destination", reason=reason)


def _held(credential: str | Secret | None) -> Secret | None:
    """A credential as it is kept; none for an empty one."""
    held = Secret(credential) if isinstance(credential, str) else credential
    return held or None


def _free(url: str, taken: set[str]) -> str:
    """A name for a drain that was given none: what it sends with, and a number where that is taken."""
    kind = url.partition(":")[0].partition("+")[0].replace("https", "http")
    return next(name for name in (kind, *(f"{kind}-{n}" for n in range(2, MOST_DRAINS + 2))) if name not in taken)
