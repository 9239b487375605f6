"""What keeps a container from being ready, one hint per case that was seen. Pure."""

import re
from collections.abc import Sequence

import attrs

from sh0.records.deployment import Placement
from sh0.values import ByteSize

_NO_PAGE = (
    "The folder that is served has no index.html at its top (404), or the web server may not read it (403): add one, "
    "name another folder with 'root:' in a Staticfile, or let everybody read the files (chmod -R a+rX)."
)
_EVERYWHERE = "Let it listen on 0.0.0.0: an option --host or --bind, or the variable HOST, in most frameworks."
_HTTP2 = "speaks HTTP/2 without TLS"
_TLS = "speaks TLS"


@attrs.frozen
class Listener:
    """A socket that is listened on in a container.

    Attributes:
        port: Its port.
        loopback: Whether only the container itself reaches it.
        ipv6: Whether it is an IPv6 socket; most of those take IPv4 as well.
    """

    port: int
    loopback: bool
    ipv6: bool


@attrs.frozen
class Diagnosis:
    """Why a container is not ready.

    Attributes:
        seen: What was seen, to be added to the message; may be empty.
        hint: What to do.
        final: Whether waiting longer changes nothing.
    """

    seen: str
    hint: str
    final: bool = False


def named(placement: Placement) -> str:
    """A container as users know it: deployment, process, which one."""
    return f"{placement.deployment} {placement.process} {placement.replica}"


def listeners(table: str) -> tuple[Listener, ...]:
    """What Linux's ``/proc/net/tcp`` and ``/proc/net/tcp6`` say is listened on; Docker's own resolver is left out."""
    found = []
    for line in table.splitlines():
        match = re.match(r"\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A ", line)  # 0A is TCP_LISTEN
        if match and match[1] != "0B00007F":
            loopback = match[1].endswith("7F") or match[1] == "00000000000000000000000001000000"
            found.append(Listener(int(match[2], 16), loopback, len(match[1]) == 32))
    return tuple(found)


def diagnose(
    app: str, port: int | None, wrong: str, found: Sequence[Listener] | None, *, pages: bool = False
) -> Diagnosis:
    """Tell why a container that runs is not ready.

    Args:
        app: Name of the app.
        port: The port that is asked.
        wrong: What the last try has met.
        found: What is listened on in it; None if that cannot be read.
        pages: Whether it serves files.
    """
    if pages and re.search(r"answers 40[34]", wrong):
        return Diagnosis("", _NO_PAGE, final=True)
    if "answers" in wrong:
        return Diagnosis("", f"Its last lines may say why. Ask another path: sh0 apps configure {app} --health-path /…")
    if _HTTP2 in wrong:
        hint = (
            "HTTP/2 backends are not supported yet: let the app answer HTTP/1.1 on this port, as gRPC-Web and JSON "
            "gateways do."
        )
        return Diagnosis("", hint, final=True)
    if _TLS in wrong:
        hint = "Let it serve plain HTTP on this port: the proxy speaks TLS to its visitors."
        return Diagnosis("", hint, final=True)
    if found is None:
        return Diagnosis("", _expected(app, port))
    here = [each for each in found if each.port == port]
    others = sorted({each.port for each in found if not each.loopback and each.port != port})
    if any(not each.loopback and not each.ipv6 for each in here):
        return Diagnosis("", f"It must answer HTTP there. More time: sh0 apps configure {app} --health-timeout 120")
    if any(not each.loopback for each in here):
        if "accepts connections and" in wrong:
            return Diagnosis("", f"It must answer HTTP there. More time: sh0 apps configure {app} --health-timeout 120")
        return Diagnosis("; it listens on IPv6 only", "Let it listen on 0.0.0.0 instead of [::].", final=True)
    if here:
        seen = f"; it listens on 127.0.0.1:{port} only, where nobody outside the container can reach it"
        return Diagnosis(seen, _EVERYWHERE, final=True)
    if others:
        seen = f"; it listens on port {', '.join(map(str, others))} instead"
        return Diagnosis(seen, f"Let it listen on $PORT ({port}), or: sh0 apps configure {app} --port {others[0]}")
    hint = (
        f"{_expected(app, port)} If it serves nobody, it is a worker: declare it among the processes of sh0.yaml, "
        "next to a process web."
    )
    local = sorted({each.port for each in found if each.loopback})
    if local:
        seen = f" that is reached from outside the container, but on 127.0.0.1:{', '.join(map(str, local))}"
        return Diagnosis(f"; it does not listen on any port{seen}", f"{hint} {_EVERYWHERE}")
    return Diagnosis("; it does not listen on any port", hint)


def _expected(app: str, port: int | None) -> str:
    return (
        f"The app must listen on 0.0.0.0, on the port in $PORT ({port}). Another port: sh0 apps configure {app} "
        "--port N; more time: --health-timeout 120."
    )


def killed_at(limit: ByteSize | None) -> str:
    """How a container has ended that the kernel has killed because of its memory."""
    return "was killed at its memory limit" + (f" of {limit.words}" if limit else "")


def more_memory(app: str, limit: ByteSize | None) -> str:
    """What to do about that."""
    more = ByteSize((limit or 256 << 20) * 2 >> 20 << 20)
    return (
        f"Give it more memory: sh0 apps configure {app} --memory {more}, or resources.memory in its sh0.yaml; a "
        "service of a stack: deploy.resources.limits.memory in its Compose file. 0 is no limit."
    )


def why_it_ended(exit_code: int | None, lines: Sequence[str]) -> str:
    """The hint for a container that has ended, from its exit code and its last lines."""
    text = "\n".join(lines).lower()
    if "exec format error" in text:
        return "The program is built for another processor: build the image for the architecture of this server."
    if exit_code in (126, 127) and ("no such file" in text or "not found" in text):
        return (
            "A program or script that the image starts is not there, or a script's first line ends with a carriage "
            "return: save it with line ends of Unix (LF), as 'git config core.autocrlf input' does."
        )
    if exit_code == 126 or (exit_code != 0 and "exec" in text and "permission denied" in text):
        return "What the image starts may not be executed: git update-index --chmod=+x FILE, or chmod it in the build."
    if exit_code == 0 and not any(line.strip() for line in lines):
        return (
            "It ended without an error and without a word: it is a job, or nothing says what to start. Say it with "
            "CMD in the Dockerfile, or 'processes: web:' in sh0.yaml."
        )
    if exit_code == 0:
        return "It ended without an error: an app must keep running in the foreground."
    if not any(line.strip() for line in lines):
        return (
            "It printed nothing: look at what the image starts, which is CMD in the Dockerfile, or 'processes: web:' "
            "in sh0.yaml."
        )
    return "Its last lines say why."
