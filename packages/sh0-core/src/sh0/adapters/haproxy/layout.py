"""Where the files of the proxy lie, seen from inside its container."""

import os
from pathlib import PurePosixPath

import attrs

CONFIG = "haproxy.cfg"
HOSTS = "hosts.map"
HTTPS_ONLY = "https-only.map"
CERTIFICATE_LIST = "certificates.list"
FALLBACK = "fallback.pem"
CERTIFICATES = "certificates"
RUNTIME_SOCKET = "run.sock"
MASTER_SOCKET = "master.sock"
NEXT_HTTP_SOCKET = "next-http.sock"
NEXT_HTTPS_SOCKET = "next-https.sock"

WORKER_ID = 99  # user and group haproxy of the official image; by number, it needs no entry in a user database


@attrs.frozen
class Layout:
    """The proxy's folder and the owner of its sockets.

    Attributes:
        folder: The folder as the container sees it; the paths in the files begin with it.
        uid: Numeric user that may talk to the proxy.
        gid: Numeric group of that user.
    """

    folder: str = "/usr/local/etc/haproxy"
    uid: int = attrs.field(factory=os.getuid)
    gid: int = attrs.field(factory=os.getgid)

    def path(self, name: str) -> str:
        """A file of the folder, as HAProxy names it."""
        return str(PurePosixPath(self.folder) / name)


def certificate_file(name: str) -> str:
    """Path of a certificate, relative to the folder."""
    return f"{CERTIFICATES}/{name}.pem"
