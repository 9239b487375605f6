"""Answering gRPC calls on a connection, as the side that was called: bytes in, bytes out.

One message in and one out per call, which is all that a session of BuildKit asks for ("gRPC over HTTP2").
"""

from collections.abc import Callable, Mapping
from typing import Final

import attrs
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, Event, RequestReceived, StreamEnded, StreamReset, WindowUpdated

__all__ = ["INVALID_ARGUMENT", "NOT_FOUND", "CallRefused", "GrpcServer", "Method"]

INVALID_ARGUMENT: Final = 3
NOT_FOUND: Final = 5
UNIMPLEMENTED: Final = 12

LONGEST: Final = 64 << 10
"""Bytes of a call's message."""

_PREFIX: Final = 5  # whether it is compressed, and the length of the message
_HEAD: Final = [(":status", "200"), ("content-type", "application/grpc")]

Method = Callable[[bytes], bytes]
"""Answers the message of a call; it raises `CallRefused` where there is no answer."""


class CallRefused(Exception):
    """A call ends without an answer.

    Args:
        status: Status of gRPC.
        reason: Why, in ASCII.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


@attrs.define
class _Call:
    path: str
    message: bytearray = attrs.field(factory=bytearray)


class GrpcServer:
    """One connection.

    Args:
        methods: What is answered, by path.
    """

    def __init__(self, methods: Mapping[str, Method]) -> None:
        self._methods = methods
        self._connection = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self._connection.initiate_connection()
        self._calls: dict[int, _Call] = {}
        self._answers: dict[int, bytes] = {}  # what of an answer there was no room for yet

    def outgoing(self) -> bytes:
        """What is to be sent now."""
        return self._connection.data_to_send()

    def receive(self, data: bytes) -> None:
        """Take what has come.

        Raises:
            ProtocolError: It is no HTTP/2 (`h2.exceptions`).
        """
        for event in self._connection.receive_data(data):
            self._take(event)
        for stream in tuple(self._answers):
            self._send(stream)

    def _take(self, event: Event) -> None:
        match event:
            case RequestReceived():
                headers = {str(name): str(value) for name, value in event.headers}
                self._calls[event.stream_id] = _Call(headers.get(":path", ""))
            case DataReceived():
                self._connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                if (call := self._calls.get(event.stream_id)) is not None:
                    call.message += event.data[: LONGEST + 1 - len(call.message)]
            case StreamEnded():
                if (call := self._calls.pop(event.stream_id, None)) is not None:
                    self._answer(event.stream_id, call)
            case StreamReset():
                self._calls.pop(event.stream_id, None)
                self._answers.pop(event.stream_id, None)
            case WindowUpdated():
                pass  # every answer is tried again after each event
            case _:
                pass

    def _answer(self, stream: int, call: _Call) -> None:
        try:
            answer = self._called(call)
        except CallRefused as refused:
            trailers = [("grpc-status", str(refused.status)), ("grpc-message", refused.reason)]
            self._connection.send_headers(stream, [*_HEAD, *trailers], end_stream=True)
            return
        self._connection.send_headers(stream, _HEAD)
        self._answers[stream] = b"\0" + len(answer).to_bytes(4, "big") + answer

    def _called(self, call: _Call) -> bytes:
        method = self._methods.get(call.path)
        if method is None:
            raise CallRefused(UNIMPLEMENTED, "there is no such method")
        length = int.from_bytes(call.message[1:_PREFIX], "big")
        if call.message[:1] != b"\0" or len(call.message) != _PREFIX + length:
            raise CallRefused(INVALID_ARGUMENT, "one plain message is expected")
        try:
            return method(bytes(call.message[_PREFIX:]))
        except ValueError:
            raise CallRefused(INVALID_ARGUMENT, "the message is not of its type") from None

    def _send(self, stream: int) -> None:
        """Send as much of an answer as there is room for."""
        rest = self._answers[stream]
        while rest and (room := self._connection.local_flow_control_window(stream)) > 0:
            size = min(room, self._connection.max_outbound_frame_size)
            self._connection.send_data(stream, rest[:size])
            rest = rest[size:]
        self._answers[stream] = rest
        if not rest:
            del self._answers[stream]
            self._connection.send_headers(stream, [("grpc-status", "0")], end_stream=True)
