"""The runtime API of HAProxy over a unix socket: commands in, checked answers out."""

import re
import socket
from collections.abc import Iterable, Iterator, Sequence

import attrs

from sh0.adapters.haproxy.commands import Command, query
from sh0.errors import ProxyUnavailable, ServerUnreachable
from sh0.ports.link import ServerLink

_PROMPT = b"\n> "
_BATCH_BYTES = 4096
_PAYLOAD_PROMPTS = re.compile(r"^(?:\+ )+")


@attrs.frozen
class RuntimeApi:
    """A process of HAProxy that takes commands.

    Attributes:
        link: How its server is reached.
        path: Its socket, or the master's.
        prefix: None on a worker's own socket; on the master's, what addresses a process ("" is the master).
        patience: Seconds to wait for an answer.
    """

    link: ServerLink
    path: str
    prefix: str | None = None
    patience: float = 10.0

    def ask(self, text: str) -> str:
        """The answer to a query.

        Raises:
            ProxyUnavailable: Nobody answers, or the command is unknown.
        """
        return self.send((query(text),))[0]

    def send(self, commands: Iterable[Command]) -> list[str]:
        """Run commands in order, and return their answers; a refusal does not keep those after it from running.

        Raises:
            ProxyUnavailable: Nobody answers, or a command was refused; the message names it.
        """
        answers = []
        for command, answer in self.attempt(tuple(commands)):
            if not command.succeeded(answer):
                raise ProxyUnavailable(
                    f"the proxy refused the command '{command.text}': {answer or 'it said nothing'}",
                    hint="Look at the proxy's output; applying the routes again starts from what runs.",
                )
            answers.append(answer)
        return answers

    def attempt(self, commands: tuple[Command, ...]) -> list[tuple[Command, str]]:
        """Run commands in order whatever they answer; each with its answer.

        Raises:
            ProxyUnavailable: Nobody answers.
        """
        if not commands:
            return []
        try:
            if self.prefix is not None:
                return [(command, self._single(self.prefix + command.text)) for command in commands]
            return list(zip(commands, self._conversation(commands), strict=True))
        except (OSError, ServerUnreachable) as error:
            raise ProxyUnavailable(
                f"the proxy does not answer the command '{commands[0].text}' on {self.path}: {error}",
                hint="See whether its container runs; the daemon starts it when it starts.",
            ) from error

    def order(self, text: str) -> None:
        """Send a command that ends the conversation instead of answering, as a reload does."""
        try:
            self._single(text)
        except (OSError, ServerUnreachable) as error:
            raise ProxyUnavailable(f"the proxy does not take the command '{text}' on {self.path}: {error}") from error

    def _single(self, line: str) -> str:
        with self.link.dial_unix(self.path) as channel:
            channel.settimeout(self.patience)
            channel.sendall(line.encode() + b"\n")
            channel.shutdown(socket.SHUT_WR)  # the master keeps a conversation open until its caller has said all
            parts = []
            while part := channel.recv(65536):
                parts.append(part)
        return b"".join(parts).decode(errors="replace").strip()

    def _conversation(self, commands: tuple[Command, ...]) -> list[str]:
        with self.link.dial_unix(self.path) as channel:
            channel.settimeout(self.patience)
            answers = _Answers(channel)
            channel.sendall(b"prompt\n")
            answers.next()
            found = []
            for batch in _batches(commands):
                channel.sendall(b"".join(_wire(command) for command in batch))
                found += [answers.next() for _ in batch]
        return found


class _Answers:
    """Splits what comes from the socket at the prompts."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._received = b""

    def next(self) -> str:
        while _PROMPT not in self._received:
            part = self._channel.recv(65536)
            if not part:
                raise ConnectionResetError("it closed the connection in the middle of an answer")
            self._received += part
        answer, _, self._received = self._received.partition(_PROMPT)
        return _PAYLOAD_PROMPTS.sub("", answer.decode(errors="replace")).strip()


def _batches(commands: Sequence[Command]) -> Iterator[list[Command]]:
    """What is written at once: commands without a payload, as many as fit well into HAProxy's buffer."""
    batch: list[Command] = []
    size = 0
    for command in commands:
        alone = command.payload is not None
        if batch and (alone or size + len(command.text) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        if alone:
            yield [command]
        else:
            batch.append(command)
            size += len(command.text)
    if batch:
        yield batch


def _wire(command: Command) -> bytes:
    if command.payload is None:
        return command.text.encode() + b"\n"
    return f"{command.text} <<\n{command.payload.reveal()}\n".encode()
