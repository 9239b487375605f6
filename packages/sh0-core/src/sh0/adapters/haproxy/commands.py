"""Commands of HAProxy's runtime API as values (Management Guide of HAProxy 2.6, section 9.3)."""

from collections.abc import Iterable

import attrs

from sh0.adapters.haproxy.layout import CERTIFICATE_LIST, Layout, certificate_file
from sh0.adapters.haproxy.render import SERVER_OPTIONS, pem, server_address, server_path
from sh0.ports.proxy import ServerCertificate, Upstream
from sh0.values import Secret

_NO_ANSWER = ("Unknown command", "Permission denied", "Can't find the target", "Can't connect to the target")


@attrs.frozen
class Command:
    """One command.

    Attributes:
        text: The command; it may stand in an error.
        payload: Lines that follow it, without empty ones.
        expects: What the answer of a success contains; "" for an empty answer, None for a query.
        tolerates: Refusals that mean the wanted state is reached already.
    """

    text: str
    payload: Secret | None = None
    expects: str | None = ""
    tolerates: tuple[str, ...] = ()

    def succeeded(self, answer: str) -> bool:
        """Whether this answer means that the command did what it should."""
        if self.expects is None:
            return not answer.startswith(_NO_ANSWER)
        if any(refusal in answer for refusal in self.tolerates):
            return True
        return self.expects in answer if self.expects else not answer


def query(text: str) -> Command:
    """A command whose answer is to be read."""
    return Command(text, expects=None)


def add_server(slot: int, upstream: Upstream) -> tuple[Command, ...]:
    """A new server that is checked and gets no requests yet."""
    name = server_path(slot, upstream)
    return (
        Command(
            f"add server {name} {server_address(upstream)} {SERVER_OPTIONS}",
            expects="New server registered",
            tolerates=("Already exists",),
        ),
        *hold_server(name),
    )


def hold_server(name: str) -> tuple[Command, ...]:
    """Check a server, and give it no requests."""
    return (Command(f"set server {name} state drain"), Command(f"enable health {name}"))


def open_server(name: str) -> Command:
    """Give a server requests."""
    return Command(f"set server {name} state ready")


def drain_server(name: str) -> Command:
    """Give a server no new requests; those in flight go on."""
    return Command(f"set server {name} state drain", tolerates=("No such server",))


def delete_server(name: str) -> tuple[Command, ...]:
    """Remove a server that has no connection left; the answer says when it has."""
    gone = ("No such server",)
    return (
        Command(f"set server {name} state maint", tolerates=gone),
        Command(f"del server {name}", expects="Server deleted", tolerates=gone),
    )


def cut_server(name: str) -> Command:
    """End every request in flight of a server."""
    return Command(f"shutdown sessions server {name}", tolerates=("No such server",))


def cut_session(session: str) -> Command:
    """End one request in flight."""
    return Command(f"shutdown session {session}", tolerates=("No such session",))


def change_map(path: str, running: dict[str, str], wanted: dict[str, str]) -> tuple[Command, ...]:
    """What turns one map into another: additions and changes first."""
    changes = [
        Command(f"{'set' if key in running else 'add'} map {path} {key} {value}")
        for key, value in wanted.items()
        if running.get(key) != value
    ]
    changes += [Command(f"del map {path} {key}") for key in running if key not in wanted]
    return tuple(changes)


def load_certificate(certificate: ServerCertificate, layout: Layout, *, known: bool) -> tuple[Command, ...]:
    """Put a certificate into the proxy's store, in place of one of the same name."""
    path = layout.path(certificate_file(certificate.name))
    return (
        *(() if known else (Command(f"new ssl cert {path}", expects="New empty certificate store"),)),
        Command(f"set ssl cert {path}", payload=Secret(pem(certificate)), expects="Transaction"),
        Command(f"commit ssl cert {path}", expects="Success!"),
    )


def list_certificate(certificate: ServerCertificate, layout: Layout) -> Command:
    """Choose a certificate for its host names."""
    line = " ".join((layout.path(certificate_file(certificate.name)), *sorted(certificate.hosts)))
    return Command(f"add ssl crt-list {layout.path(CERTIFICATE_LIST)}", payload=Secret(line + "\n"), expects="Success!")


def unlist_certificates(entries: Iterable[str], layout: Layout) -> tuple[Command, ...]:
    """Choose these entries ("path:line") no longer."""
    path = layout.path(CERTIFICATE_LIST)
    return tuple(Command(f"del ssl crt-list {path} {entry}", expects="deleted in crtlist") for entry in entries)


def drop_certificate(path: str) -> Command:
    """Remove a certificate that nothing chooses from the store."""
    return Command(f"del ssl cert {path}", expects="deleted!")


def abort_transaction(path: str) -> Command:
    """Give up a change of a certificate that somebody began and never committed."""
    return Command(f"abort ssl cert {path}", expects="aborted")
