"""Records of log drains: where what an app prints is sent."""

from datetime import datetime
from enum import StrEnum
from typing import Final

import attrs

from sh0.drain_values import FILE, PLACEHOLDER, CertificateText, DrainUrl, HeaderName
from sh0.process_values import ProcessName
from sh0.store import TableSpec
from sh0.values import AppName, EnvName, Secret

MOST_DRAINS: Final = 5
"""Drains that an app has at most."""


@attrs.frozen
class LogDrain:
    """Where what an app prints is sent, besides being kept.

    Attributes:
        app: Whose lines.
        name: Unique in its app.
        destination: Where they go.
        id: Stands for it as long as it is there, whatever is changed of it.
        created: When it was added.
        credential: What the receiver asks for: a token, sealed at rest.
        variable: Variable of the app that holds that instead.
        header: Header field that it is sent in.
        ca: Certificates (PEM) that sign the receiver's, instead of those that this machine trusts.
        gzip: Whether what is sent over HTTP is compressed.
    """

    app: AppName
    name: ProcessName
    destination: DrainUrl
    id: str
    created: datetime
    credential: Secret | None = None
    variable: EnvName | None = None
    header: HeaderName = "Authorization"
    ca: CertificateText = ""
    gzip: bool = False

    @property
    def sent_in(self) -> str:
        """The header field that the credential is sent in; empty where it is a part of the URL."""
        return "" if PLACEHOLDER in self.destination else self.header


def unusable(destination: str, *, token: bool, ca: bool, gzip: bool) -> str | None:
    """Why nothing can be sent in a way; None if it can.

    Args:
        destination: Where to.
        token: Whether there is one, or a variable that holds one.
        ca: Whether there are certificates to trust.
        gzip: Whether it is to be compressed.
    """
    http, tls = destination.startswith("http"), destination.startswith(("https:", "syslog+tls:"))
    if token and not http:
        return "a token is sent over HTTP only"
    if PLACEHOLDER in destination and not token:
        return f"there is {PLACEHOLDER} in its URL, and no token for it"
    if gzip and not http:
        return "what is sent is compressed over HTTP only"
    if ca and not tls:
        return "certificates are for syslog+tls and https"
    return None


class DrainState(StrEnum):
    """How sending goes.

    Attributes:
        WAITING: Nothing has been sent yet, and nothing went wrong.
        SENDING: What was printed has been sent, or is about to be.
        FAILING: The receiver does not take what it is sent; it is tried again until it does.
    """

    WAITING = "waiting"
    SENDING = "sending"
    FAILING = "failing"


@attrs.frozen
class DrainStatus(LogDrain):
    """A log drain, and how sending goes.

    Attributes:
        state: How sending goes.
        since: Since when.
        sent: Lines that the receiver has got.
        behind: Lines that are kept and not sent yet.
        dropped: Lines that were never sent: they became too old or too many first, or the receiver refused them.
        delivered: When it has last got something.
        problem: What went wrong; None if nothing does.
        file: File that lines are written to; None where they are sent.
    """

    state: DrainState = DrainState.WAITING
    since: datetime | None = None
    sent: int = 0
    behind: int = 0
    dropped: int = 0
    delivered: datetime | None = None
    problem: str | None = None
    file: str | None = None


def is_file(drain: LogDrain) -> bool:
    """Whether lines are written to a file of this machine."""
    return drain.destination == FILE


DRAINS = TableSpec("log_drains", LogDrain, ("app", "name"), "log drain", "sh0 drains list")
