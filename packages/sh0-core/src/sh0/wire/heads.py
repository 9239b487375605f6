"""The head of a request, read strictly: what two programs could read differently is refused.

h11 takes line feeds without carriage returns, folded headers and a length besides chunks. Each has been used to
smuggle a request past whoever reads it in the other way (RFC 9112, section 11.2).
"""

import re
from collections import Counter

import h11

LARGEST = 32 << 10  # bytes
_NO_TEXT = re.compile(rb"[^\t\r\n\x20-\xff]|\x7f")
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n|\Z)")
_FOLDED = re.compile(rb"\r\n[ \t]")
_ONCE = (b"authorization", b"content-length", b"content-type", b"expect", b"host", b"transfer-encoding", b"upgrade")
_LENGTH = re.compile(rb"[0-9]{1,18}")


def whole(received: bytes) -> bool:
    """Whether a head has arrived.

    Raises:
        RemoteProtocolError: What has arrived cannot be a head, whatever follows.
    """
    end = received.find(b"\r\n\r\n")
    head = received[: end + 4] if end >= 0 else received
    if len(head) > LARGEST:
        raise h11.RemoteProtocolError(f"the head of the request is larger than {LARGEST >> 10} KiB", 431)
    for pattern, said in (
        (_NO_TEXT, "a control character"),
        (_BARE, "a line that does not end with CR LF"),
        (_FOLDED, "a folded line"),
    ):
        if pattern.search(head):
            raise h11.RemoteProtocolError(f"the head of the request has {said}")
    return end >= 0


def check(received: bytes) -> None:
    """Refuse headers that contradict each other. h11 joins equal lengths, so the bytes themselves are looked at.

    Args:
        received: A whole head, and perhaps more.

    Raises:
        RemoteProtocolError: One that can be there once is there twice, or the length of the body is said in two ways.
    """
    request, *lines = received[: received.find(b"\r\n\r\n")].split(b"\r\n")
    headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
    counted, values = Counter(name for name, _ in headers), dict(headers)
    for name in _ONCE:
        if counted[name] > 1:
            raise h11.RemoteProtocolError(f"the header {name.decode()} is given {counted[name]} times")
    if counted[b"content-length"] and counted[b"transfer-encoding"]:
        raise h11.RemoteProtocolError("a request has a content-length or a transfer-encoding, not both")
    if counted[b"content-length"] and not _LENGTH.fullmatch(values[b"content-length"]):
        raise h11.RemoteProtocolError("the content-length is no number")
    if counted[b"transfer-encoding"] and not request.endswith(b"HTTP/1.1"):
        raise h11.RemoteProtocolError("a transfer-encoding needs HTTP/1.1")
