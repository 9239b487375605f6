"""From routes to the files of HAProxy. Pure: the same routes give the same bytes."""

import hashlib
from collections.abc import Iterable

from sh0.adapters.haproxy.claims import CLAIM
from sh0.adapters.haproxy.layout import (
    CERTIFICATE_LIST,
    CONFIG,
    FALLBACK,
    HOSTS,
    HTTPS_ONLY,
    MASTER_SOCKET,
    NEXT_HTTP_SOCKET,
    NEXT_HTTPS_SOCKET,
    RUNTIME_SOCKET,
    WORKER_ID,
    Layout,
    certificate_file,
)
from sh0.adapters.haproxy.template import FRONTENDS, GLOBAL
from sh0.ports.proxy import Backend, ProxySettings, Routes, ServerCertificate, Upstream

HEADER_LINES = 256
"""Headers of a request. Those of an answer are bounded by what the proxy can hold."""

_HOST = r"^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?(:[0-9]{1,5})?$"
_LONGEST_HOST = 253 + len(".:65535")
_REWRITING = 1024  # bytes of a buffer that HAProxy keeps for headers that it adds

POOL_STEP = 32
POOL_SPARE = 8

# Every three seconds, and often while in doubt; ten failures in a row take a server out. That is longer than
# a container's restart in place: requests wait for it (`retries`) rather than being refused.
SERVER_OPTIONS = "check inter 3s fastinter 400ms downinter 400ms rise 1 fall 10 pool-max-conn -1 pool-purge-delay 5s"


def pool_size(routes: Routes, running: int = 0) -> int:
    """How many backends to prepare: enough that some are free, in large steps, and never fewer than run."""
    highest = max((backend.slot for backend in routes.backends), default=0)
    if running >= highest + POOL_SPARE:
        return running
    return -(-(highest + POOL_SPARE) // POOL_STEP) * POOL_STEP


def server_name(upstream: Upstream) -> str:
    """HAProxy's name of an upstream. It holds the address, so that one that moved is another server."""
    return f"{upstream.name}:{upstream.address}:{upstream.port}"


def server_path(slot: int, upstream: Upstream) -> str:
    """Backend and name, as commands take it."""
    return f"slot{slot}/{server_name(upstream)}"


def server_address(upstream: Upstream) -> str:
    """Address and port as HAProxy writes them."""
    return _address(upstream.address, upstream.port)


def pem(certificate: ServerCertificate) -> str:
    """Chain and key as one file. Without empty lines: one would end the payload of a runtime command."""
    lines = f"{certificate.chain}\n{certificate.key.reveal()}".splitlines()
    return "".join(f"{line.strip()}\n" for line in lines if line.strip())


def render(routes: Routes, settings: ProxySettings, layout: Layout, slots: int) -> dict[str, bytes]:
    """Every file of the proxy but the fallback certificate, by its path relative to the folder."""
    texts = {
        CONFIG: _config(routes.backends, settings, layout, slots),
        HOSTS: "".join(f"{host} {slot}\n" for host, slot in sorted(routes.hosts.items())),
        HTTPS_ONLY: "".join(f"{host} 1\n" for host in sorted(routes.https_only)),
        CERTIFICATE_LIST: _certificate_list(routes.certificates, layout),
    }
    texts |= {certificate_file(certificate.name): pem(certificate) for certificate in routes.certificates}
    return {name: text.encode() for name, text in texts.items()}


def fingerprint(settings: ProxySettings, layout: Layout, slots: int) -> str:
    """Identifies everything in the configuration that only a reload can change."""
    static = _static(settings, layout, "") + str(slots) + SERVER_OPTIONS
    return hashlib.sha256(static.encode()).hexdigest()[:16]


def _config(backends: Iterable[Backend], settings: ProxySettings, layout: Layout, slots: int) -> str:
    by_slot = {backend.slot: backend for backend in backends}
    parts = [_static(settings, layout, fingerprint(settings, layout, slots))]
    for slot in range(1, slots + 1):
        parts.append(f"\nbackend slot{slot}\n")
        if backend := by_slot.get(slot):
            parts.append(f"    # {backend.app}\n")
            parts += [
                f"    server {server_name(upstream)} {server_address(upstream)} {SERVER_OPTIONS}\n"
                for upstream in sorted(backend.upstreams, key=server_name)
            ]
    return "".join(parts)


def _static(settings: ProxySettings, layout: Layout, mark: str) -> str:
    values = {
        "mark": mark,
        "max_connections": settings.max_connections,
        "runtime_socket": layout.path(RUNTIME_SOCKET),
        "uid": layout.uid,
        "gid": layout.gid,
        "http": _bind(settings.bind, settings.http_port),
        "https": _bind(settings.bind, settings.https_port),
        "https_suffix": "" if settings.https_port == 443 else f":{settings.https_port}",
        "worker": WORKER_ID,
        "buffer": 4 * settings.header_limit,
        "most_headers": 8 * HEADER_LINES,
        "header_limit": settings.header_limit >> 10,
        "header_bytes": int(settings.header_limit),
        "answer_limit": (4 * settings.header_limit - _REWRITING) >> 10,
        "header_lines": HEADER_LINES,
        "host_pattern": _quoted(_HOST),
        "longest_host": _LONGEST_HOST,
        "claim": _quoted(CLAIM),
        "next_http": layout.path(NEXT_HTTP_SOCKET),
        "next_https": layout.path(NEXT_HTTPS_SOCKET),
        "next_options": f"mode 600 uid {WORKER_ID} gid {WORKER_ID} accept-proxy",
        "hosts": layout.path(HOSTS),
        "https_only": layout.path(HTTPS_ONLY),
        "certificates": layout.path(CERTIFICATE_LIST),
    }
    return (GLOBAL + FRONTENDS).format_map(values)


def _quoted(text: str) -> str:
    return f"'{text}'"


def _certificate_list(certificates: Iterable[ServerCertificate], layout: Layout) -> str:
    lines = [layout.path(FALLBACK)]
    lines += [
        " ".join((layout.path(certificate_file(certificate.name)), *sorted(certificate.hosts)))
        for certificate in sorted(certificates, key=lambda certificate: certificate.name)
    ]
    return "\n".join(lines) + "\n"


def _address(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _bind(address: str, port: int) -> str:
    return _address(address, port) + (" v4v6" if address == "::" else "")


def command_line(layout: Layout) -> tuple[str, ...]:
    """Arguments that start HAProxy: a master with a socket of its own, and a worker that it can replace."""
    master = f"{layout.path(MASTER_SOCKET)},mode,600,uid,{layout.uid},gid,{layout.gid}"
    return ("haproxy", "-W", "-db", "-S", master, "-f", layout.path(CONFIG))
