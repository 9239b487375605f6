"""The pre-receive hook: asks the daemon, prints its answer line by line, and lets the push through or not.

A program of its own that imports neither sh0 nor anything slow. Git starts it with the updates on its standard input;
SH0_SOCKET, SH0_APP and SH0_TOKEN say whom to ask, for which app, and as whom.
"""

import json
import os
import re
import socket
import sys

TYPE_CHECKING = False  # importing typing would take longer than the rest
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

SILENCE = 120.0  # seconds; the daemon shows that it is alive every fifteen


UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""What a terminal acts on; the daemon sends none of it, but a message may quote what was pushed."""


class Refused(Exception):
    """The push does not go through; the text says why."""


def say(text: str) -> None:
    """Print for the pusher, at once."""
    sys.stdout.buffer.write(UNSEEN.sub("", text).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def request() -> bytes:
    """The question to the daemon, as it goes over the socket."""
    updates = [
        dict(zip(("old", "new", "ref"), line.split(" ", 2), strict=True))
        for line in sys.stdin.buffer.read().decode("utf-8", "surrogateescape").splitlines()
    ]
    count = int(os.environ.get("GIT_PUSH_OPTION_COUNT") or 0)
    question = {
        "updates": updates,
        "quarantine": os.path.basename(os.environ.get("GIT_QUARANTINE_PATH", "")),
        "options": [os.environ.get(f"GIT_PUSH_OPTION_{number}", "") for number in range(count)],
    }
    try:
        body = json.dumps(question, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Refused("sh0: the name of a branch or tag is not UTF-8") from None
    head = (
        f"POST /api/v1/apps/{os.environ['SH0_APP']}/receive HTTP/1.1\r\n"
        "Host: sh0\r\n"
        f"Authorization: Bearer {os.environ['SH0_TOKEN']}\r\n"
        f"X-Sh0-Client-Address: {os.environ.get('SH0_CLIENT_ADDRESS', '')}\r\n"
        "Accept: text/event-stream\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body


def headers(answer: "IO[bytes]") -> "tuple[int, dict[str, str]]":
    """Status and headers of the answer."""
    status = answer.readline(65536).split()
    if len(status) < 2 or not status[1].isdigit():
        raise Refused("sh0: the daemon hung up, so the push is rejected\n     Try again when it runs.")
    found = {}
    while line := answer.readline(65536).strip():
        name, _, value = line.decode("latin-1").partition(":")
        found[name.strip().lower()] = value.strip().lower()
    return int(status[1]), found


def content(answer: "IO[bytes]", header: "dict[str, str]") -> "Iterator[bytes]":
    """The body piece by piece, as it comes; ends early when the connection does."""
    if header.get("transfer-encoding") == "chunked":
        while True:
            size = answer.readline(1024).split(b";")[0].strip()
            length = int(size, 16) if size else 0
            if not length:
                return
            yield answer.read(length)
            answer.readline(1024)
    elif "content-length" in header:
        yield answer.read(int(header["content-length"]))
    else:
        yield from iter(answer.readline, b"")


def events(pieces: "Iterator[bytes]") -> "Iterator[tuple[str, str]]":
    """Name and data of each event; comments are left out."""
    rest, name, data = b"", "message", []
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            field, _, value = line.rstrip(b"\r").decode("utf-8", "replace").partition(":")
            value = value.removeprefix(" ")
            if field == "event":
                name = value
            elif field == "data":
                data.append(value)
            elif not field and not line.strip() and data:
                yield name, "\n".join(data)
                name, data = "message", []


def why(document: str) -> str:
    """A problem document in words."""
    try:
        problem = json.loads(document)
        told = [problem.get("detail") or problem.get("title"), problem.get("hint")]
        return "sh0: " + "\n     ".join(str(part) for part in told if part)
    except (ValueError, AttributeError):
        return "sh0: the daemon answered with an error that cannot be read; its log says more."


def accepted(answer: "IO[bytes]") -> bool:
    """Relay the answer; whether the push goes through."""
    status, header = headers(answer)
    pieces = content(answer, header)
    if status != 200:
        raise Refused(why(b"".join(pieces).decode("utf-8", "replace")))
    for name, data in events(pieces):
        if name == "error":
            raise Refused(why(data))
        if name != "message":
            continue
        line = json.loads(data)
        if line.get("text") or not line.get("done"):
            say(line.get("text", ""))
        if line.get("done"):
            return line.get("accepted") is True
    raise Refused(
        "sh0: the connection to the daemon was cut, so the push is rejected\n"
        f"     'sh0 status {os.environ['SH0_APP']}' says what became of the deployment."
    )


def main() -> int:
    """Answer the push; the exit code that git goes by."""
    try:
        missing = [name for name in ("SH0_SOCKET", "SH0_APP", "SH0_TOKEN") if not os.environ.get(name)]
        if missing:
            raise Refused(f"sh0: this repository is pushed to through sh0's own git server ({missing[0]} is not set)")
        question = request()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(SILENCE)
            try:
                connection.connect(os.environ["SH0_SOCKET"])
            except OSError as error:
                raise Refused(
                    f"sh0: the daemon does not answer ({error.strerror or error}), so the push is rejected\n"
                    "     Start it with 'sh0 up', then push again."
                ) from None
            connection.sendall(question)
            with connection.makefile("rb") as answer:
                return 0 if accepted(answer) else 1
    except Refused as refused:
        said = str(refused)
    except TimeoutError:
        said = f"sh0: the daemon has said nothing for {SILENCE:.0f} seconds, so the push is rejected."
    except (OSError, ValueError, LookupError) as error:
        said = f"sh0: the answer of the daemon cannot be read ({error}), so the push is rejected."
    try:
        say(said)
    except OSError:
        pass
    return 1


if __name__ == "__main__":
    code = main()
    try:
        sys.stdout.flush()
    finally:
        os._exit(code)
