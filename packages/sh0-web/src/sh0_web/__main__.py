"""``python -m sh0_web``: the web process, as the daemon starts it.

It inherits a listening socket (``SH0_LISTEN_FD``), finds the daemon at ``SH0_SOCKET``, and becomes ``SH0_RUN_AS``
before it serves anybody.
"""

import os
import sys
from pathlib import Path

from sh0_web.app import create_app
from sh0_web.daemon_socket import DaemonSocket
from sh0_web.places import Places
from sh0_web.privileges import become, parse_identity
from sh0_web.server import OF_ONE_CLIENT, OPEN_AT_ONCE, Server, warm_up

_UPLOAD_LIMIT = 2 << 30


def main() -> int:
    """Serve until SIGTERM."""
    environment = os.environ
    try:
        descriptor, path = int(environment["SH0_LISTEN_FD"]), Path(environment["SH0_SOCKET"])
        daemon = DaemonSocket(path)
        identity = parse_identity(environment["SH0_RUN_AS"]) if "SH0_RUN_AS" in environment else None
    except (KeyError, ValueError, OSError) as error:
        print(f"sh0-web: the daemon starts this program; {error!r}", file=sys.stderr)
        return 2
    if identity is None and os.geteuid() == 0:
        print("sh0-web: this program serves nobody as root; set SH0_RUN_AS to uid:gid", file=sys.stderr)
        return 2
    places = Places(OPEN_AT_ONCE, OF_ONE_CLIENT)
    app = create_app(daemon, int(environment.get("SH0_UPLOAD_LIMIT", _UPLOAD_LIMIT)), places)
    server = Server(app, descriptor)
    warm_up(app)
    if identity is not None:
        become(*identity)
    server.serve()


if __name__ == "__main__":
    sys.exit(main())
