"""The page at ``/docs``: every operation of the API on one page, without scripts or files of its own."""

import base64
import hashlib
import html
import json
from collections.abc import Iterator
from typing import Any

from flask import Response

from sh0 import __version__
from sh0_web.daemon_socket import DaemonSocket
from sh0_web.exchange import DaemonGone, Exchange
from sh0_web.problems import daemon_away

DOCUMENT = "/api/v1/openapi.json"
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}"
    "code{font-family:ui-monospace,monospace}dt{margin-top:1rem}dd{margin:0 0 0 1.5rem}h2{margin-top:2.5rem}"
)
_POLICY = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class ApiPage:
    """The operations, as the daemon describes them; it is asked once.

    Args:
        daemon: Where it is.
    """

    def __init__(self, daemon: DaemonSocket) -> None:
        self._daemon = daemon
        self._text = ""

    def answer(self) -> Response:
        """The page."""
        try:
            self._text = self._text or "".join(_page(self._described()))
        except (OSError, DaemonGone, ValueError):
            return daemon_away()
        answer = Response(self._text, mimetype="text/html")
        digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
        answer.headers["Content-Security-Policy"] = _POLICY.format(digest)
        return answer

    def _described(self) -> dict[str, Any]:
        exchange = Exchange(self._daemon.connect())
        try:
            exchange.ask("GET", DOCUMENT, [("connection", "close")])
            described: dict[str, Any] = json.loads(b"".join(exchange.pieces()))
        finally:
            exchange.close()
        return described


def _page(document: dict[str, Any]) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>API of sh0</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
    yield f"<h1>API of sh0 {html.escape(__version__)}</h1>"
    yield "".join(f"<p>{html.escape(part)}</p>" for part in document["info"]["description"].split("\n\n"))
    yield f'<p>For programs: <a href="{DOCUMENT}">{DOCUMENT}</a> (OpenAPI 3.1).</p>'
    operations = [(verb, path, told) for path, each in document["paths"].items() for verb, told in each.items()]
    for tag in document["tags"]:
        name, said = html.escape(tag["name"]), html.escape(tag["description"])
        yield f'<h2 id="{name}">{name}</h2><p>{said}</p><dl>'
        for verb, path, told in operations:
            if tag["name"] in told["tags"]:
                yield _entry(verb, path, told)
        yield "</dl>"
    yield "</body></html>"


def _entry(verb: str, path: str, told: dict[str, Any]) -> str:
    grant = f"{told['x-sh0-scope']}:{told['x-sh0-effect']}"
    return (
        f'<dt id="{html.escape(told["operationId"])}"><code>{verb.upper()} {html.escape(path)}</code></dt>'
        f"<dd>{html.escape(told['summary'])} Needs <code>{html.escape(grant)}</code>.</dd>"
    )
