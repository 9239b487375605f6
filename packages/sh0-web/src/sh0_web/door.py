"""The web door: the API passed on to the daemon, terminals, and a start page."""

import logging

from flask import Flask, Response, request
from flask_sock import Sock
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException

from sh0_web import headers, start_page
from sh0_web.daemon_socket import DaemonSocket
from sh0_web.problems import problem
from sh0_web.relay import Relay, raw_target
from sh0_web.terminal import LARGEST_MESSAGE, WebSocket, bridge

log = logging.getLogger("sh0.web")

_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_CODES = {404: "not-found", 500: "error"}
_PING = 25  # seconds; keeps idle terminals through NAT and finds dead ones


def create_app(daemon: DaemonSocket, upload_limit: int, open_at_once: int) -> Flask:
    """The door as a WSGI application.

    Args:
        daemon: Where the daemon is.
        upload_limit: Largest body in bytes.
        open_at_once: Most requests and terminals that are passed on at the same time.
    """
    app = Flask("sh0_web", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = upload_limit
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.config["SOCK_SERVER_OPTIONS"] = {"ping_interval": _PING, "max_message_size": LARGEST_MESSAGE}
    app.url_map.merge_slashes = False
    relay = Relay(daemon, open_at_once)
    page = start_page.StartPage()

    @app.get("/")
    def start() -> Response:
        return page.answer(request.host_url)

    @app.get("/healthz")
    def health() -> Response:
        try:
            daemon.connect().close()
        except OSError:
            return Response("the daemon does not answer\n", 503, mimetype="text/plain")
        return Response("ok\n", mimetype="text/plain")

    @app.route("/api/v1/<path:_>", methods=_VERBS, provide_automatic_options=False)
    def api(_: str) -> Response:
        return relay(request)

    _terminals(app, relay)

    @app.after_request
    def secure(answer: Response) -> Response:
        for name, value in headers.SECURITY.items():
            answer.headers.setdefault(name, value)
        answer.headers.setdefault("Content-Security-Policy", headers.CLOSED_POLICY)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        return _failed(error)

    return app


def _terminals(app: Flask, relay: Relay) -> None:
    sock = Sock(app)

    @sock.route("/api/v1/apps/<_>/terminal")  # type: ignore[untyped-decorator]
    def terminal(websocket: WebSocket, _: str) -> None:
        target = raw_target(request)
        if target is None or not relay.places.acquire(blocking=False):
            return
        try:
            bridge(websocket, relay.daemon, target, request.headers.get("Authorization"))
        finally:
            relay.places.release()


def _failed(error: Exception) -> Response:
    if isinstance(error, ParseException):
        raise error  # the body is no HTTP; gunicorn answers, and hangs up
    if isinstance(error, HTTPException):
        status, said = error.code or 500, error.description or error.name
    else:
        log.error("%s %s failed", request.method, request.path, exc_info=error)
        status, said = 500, "a fault in the web door"
    if request.path.startswith("/api"):
        answer = problem(status, _CODES.get(status, "invalid"), said, "See the door's log." if status == 500 else "")
    else:
        answer = Response(f"{status} {said}\n", status, mimetype="text/plain")
    if isinstance(error, HTTPException):
        answer.headers.extend((n, v) for n, v in error.get_headers() if n not in ("Content-Type", "Content-Length"))
    return answer
