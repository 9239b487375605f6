"""The web process: the API passed on to the daemon, terminals, and a start page."""

import logging
from typing import NoReturn

from flask import Flask, Response, request
from gunicorn.http.errors import ParseException
from simple_websocket import Server
from werkzeug.exceptions import HTTPException

from sh0_web import api_page, headers, start_page
from sh0_web.daemon_socket import DaemonSocket
from sh0_web.exchange import DaemonGone
from sh0_web.places import Places
from sh0_web.problems import PROBLEM, busy, daemon_away, problem
from sh0_web.refusals import INTERNAL
from sh0_web.relay import PREFIX, Relay, credentials, raw_target
from sh0_web.terminal import LARGEST_MESSAGE, Refusal, bridge, end, open_terminal
from sh0_web.worker import STALLED

log = logging.getLogger("sh0.web")

_VERBS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]  # the daemon knows which
_CODES = {404: "not-found", 500: "error"}
_SAID = {404: "nothing is here", 405: "this is answered to GET only"}
_HINTS = {404: f"The API begins at {PREFIX}; /api shows all of it.", 500: "See the web process's log."}
_PING = 25  # seconds; keeps idle terminals through NAT and finds dead ones


def create_app(daemon: DaemonSocket, upload_limit: int, places: Places) -> Flask:
    """It as a WSGI application.

    Args:
        daemon: Where the daemon is.
        upload_limit: Largest body in bytes.
        places: For the requests and terminals that are passed on at the same time.
    """
    app = Flask("sh0_web", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = upload_limit
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.url_map.merge_slashes = False
    relay = Relay(daemon, places)
    page, operations = start_page.StartPage(), api_page.ApiPage(daemon)

    @app.before_request
    def bound() -> None:
        connection = request.environ.get("gunicorn.socket")
        if connection is not None:
            connection.settimeout(STALLED)

    @app.get("/")
    def start() -> Response:
        return page.answer(request.host_url)

    @app.get("/docs")
    @app.get("/api")
    def docs() -> Response:
        return operations.answer()

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


class _Switched(Response):
    """The end of a connection that is not HTTP any more."""

    def __call__(self, *_: object) -> NoReturn:
        raise StopIteration  # gunicorn's sign for it


def _terminals(app: Flask, relay: Relay) -> None:
    @app.route(f"{PREFIX}apps/<_>/terminal", websocket=True)
    def terminal(_: str) -> Response:
        client = request.remote_addr or ""
        if raw_target(request) is None or not relay.places.take(client):
            return busy()
        try:
            return _terminal(relay)
        finally:
            relay.places.give_back(client)


def _terminal(relay: Relay) -> Response:
    """The daemon opens the terminal first: whoever it refuses gets that answer, and no WebSocket."""
    connection = request.environ["gunicorn.socket"]
    try:
        opened = open_terminal(relay.daemon, str(raw_target(request)), credentials(request))
    except (OSError, DaemonGone):
        return daemon_away()
    if isinstance(opened, Refusal):
        return Response(opened.document, opened.status, content_type=PROBLEM)
    connection.settimeout(None)
    try:
        websocket = Server(request.environ, ping_interval=_PING, max_message_size=LARGEST_MESSAGE)
    except BaseException:
        opened.close()
        raise
    bridge(websocket, opened)
    end(websocket, connection)
    return _Switched()


def _failed(error: Exception) -> Response:
    if isinstance(error, ParseException):
        raise error  # the body is no HTTP; gunicorn answers, and hangs up
    if isinstance(error, HTTPException):
        status, said = error.code or 500, _SAID.get(error.code or 500, error.description or error.name)
    else:
        log.error("%s %s failed", request.method, request.path, exc_info=error)
        status, said = 500, INTERNAL
    if request.path.startswith("/api"):
        answer = problem(status, _CODES.get(status, "invalid"), said, _HINTS.get(status, ""))
    else:
        text = "\n".join(filter(None, (f"{status} {said}", _HINTS.get(status, ""))))
        answer = Response(f"{text}\n", status, mimetype="text/plain")
    if isinstance(error, HTTPException):
        answer.headers.extend((n, v) for n, v in error.get_headers() if n not in ("Content-Type", "Content-Length"))
    return answer
