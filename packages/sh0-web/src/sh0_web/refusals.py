"""Answers to what is no request that could be passed on, as bytes: the problem documents that all errors are."""

import json
from http import HTTPStatus
from typing import Final

from gunicorn.http.errors import (
    ExpectationFailed,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)

from sh0_web.problems import PROBLEM, document

_STATUS = (
    (LimitRequestLine, 414, "the address of the request is too long"),
    (LimitRequestHeaders, 431, "the head of the request is too large"),
    (ExpectationFailed, 417, "only 'Expect: 100-continue' can be met"),
    (UnsupportedTransferCoding, 501, "only 'Transfer-Encoding: chunked' is read"),
    (ParseException, 400, "this is not HTTP"),
)


INTERNAL: Final = "internal error of the web process"
"""All that is said of an exception that nobody foresaw: whoever asks here need not be anybody's user."""


def refusal(status: int, detail: str) -> bytes:
    """A whole answer after which the connection ends."""
    code = "error" if status >= 500 else "invalid"
    body = json.dumps(document(status, code, detail, ""), ensure_ascii=False).encode()
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nConnection: close\r\nContent-Type: {PROBLEM}\r\n"
    return head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body


def judge(error: BaseException) -> tuple[int, str]:
    """Status and words for an error of the server below the application."""
    for kind, status, said in _STATUS:
        if isinstance(error, kind):
            return status, said
    return 500, INTERNAL
