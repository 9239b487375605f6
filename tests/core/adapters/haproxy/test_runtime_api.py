"""Conversations with HAProxy, against a socket that answers from a script."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import IPv4Network

import attrs
import pytest

from sh0.adapters.haproxy.commands import Command, delete_server, query
from sh0.adapters.haproxy.runtime_api import RuntimeApi
from sh0.errors import ProxyUnavailable, ServerUnreachable
from sh0.values import Secret


@attrs.frozen
class Scripted:
    """A link to a proxy that knows some commands; an unknown one ends the conversation."""

    answers: Mapping[str, str]

    def routes(self) -> tuple[IPv4Network, ...]:
        return ()

    def dial_unix(self, path: str, timeout: float = 5.0) -> socket.socket:
        near, far = socket.socketpair()
        threading.Thread(target=self._serve, args=(far,), daemon=True).start()
        return near

    def dial_tcp(self, host: str, port: int, timeout: float = 5.0) -> socket.socket:
        raise ServerUnreachable("no TCP here")

    def _serve(self, channel: socket.socket) -> None:
        with channel, channel.makefile("rwb") as stream:
            for line in stream:
                text = line.decode().strip()
                if text.endswith("<<"):
                    while stream.readline().strip():
                        stream.write(b"+ ")
                if text != "prompt" and text not in self.answers:
                    return
                answer = self.answers.get(text, "")
                stream.write((f"{answer}\n" if answer else "").encode() + b"\n> ")
                stream.flush()


class Unreachable(Scripted):
    def dial_unix(self, path: str, timeout: float = 5.0) -> socket.socket:
        raise ServerUnreachable("nobody listens")


@contextmanager
def refused(match: str) -> Iterator[pytest.ExceptionInfo[ProxyUnavailable]]:
    with pytest.raises(ProxyUnavailable, match=match) as raised:
        yield raised


def test_answers_come_in_the_order_of_commands() -> None:
    api = RuntimeApi(Scripted({"show a": "first\nsecond", "show b": "third"}), "/s")
    assert api.send((query("show a"), query("show b"))) == ["first\nsecond", "third"]


def test_a_refusal_names_the_command_and_what_the_proxy_said() -> None:
    api = RuntimeApi(Scripted({"set server x state drain": "No such server."}), "/s")
    with refused("'set server x state drain': No such server"):
        api.send((Command("set server x state drain"),))


def test_a_refusal_that_means_it_is_so_already_is_none() -> None:
    gone = {"set server x state maint": "No such server.", "del server x": "No such server."}
    RuntimeApi(Scripted(gone), "/s").send(delete_server("x"))


def test_a_payload_is_sent_and_never_shown() -> None:
    api = RuntimeApi(Scripted({"set ssl cert c <<": "it is broken"}), "/s")
    with refused("it is broken") as raised:
        api.send((Command("set ssl cert c", payload=Secret("PRIVATE\n"), expects="Transaction"),))
    assert "PRIVATE" not in str(raised.value)


def test_silence_is_unavailable() -> None:
    with refused("nobody listens"):
        RuntimeApi(Unreachable({}), "/s").ask("show info")


def test_a_conversation_that_breaks_off_is_unavailable() -> None:
    with refused("in the middle of an answer"):
        RuntimeApi(Scripted({}), "/s").ask("show info")
