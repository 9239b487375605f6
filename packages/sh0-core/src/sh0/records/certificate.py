"""Records of certificates."""

from datetime import datetime

import attrs

from sh0.store import TableSpec
from sh0.values import DomainName, Secret


@attrs.frozen
class Certificate:
    """A certificate for a host name.

    Attributes:
        host: For which.
        issuer: Who signed it.
        chain: Certificates, PEM, the host's own first.
        key: Private key, PEM, sealed at rest.
        expires: When it ends.
        created: When it was made.
    """

    host: DomainName
    issuer: str
    chain: str
    key: Secret
    expires: datetime
    created: datetime


CERTIFICATES = TableSpec("certificates", Certificate, ("host",), "certificate for")
