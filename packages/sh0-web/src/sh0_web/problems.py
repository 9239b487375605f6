"""The web process's own errors, in the form that the daemon's have: RFC 9457 problem documents."""

import json

from flask import Response

PROBLEM = "application/problem+json"


def document(status: int, code: str, detail: str, hint: str) -> dict[str, object]:
    """The members of a problem document."""
    told: dict[str, object] = {
        "type": f"urn:sh0:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "code": code,
        "detail": detail,
    }
    return told | ({"hint": hint} if hint else {})


def problem(status: int, code: str, detail: str, hint: str = "") -> Response:
    """An error as an answer.

    Args:
        status: HTTP status.
        code: Stable code, one of those in `sh0.errors`.
        detail: What happened.
        hint: What to do about it.
    """
    text = json.dumps(document(status, code, detail, hint), ensure_ascii=False)
    answer = Response(text, status, content_type=PROBLEM)
    if status == 503:
        answer.headers["Retry-After"] = "2"
    return answer


def daemon_away() -> Response:
    """The daemon does not answer."""
    return problem(503, "daemon-unreachable", "the daemon does not answer", "Try again in a moment.")


def busy() -> Response:
    """All threads are taken."""
    return problem(
        503,
        "unavailable",
        "too many requests are open at the web process",
        "Close a stream or a terminal, or try later.",
    )
