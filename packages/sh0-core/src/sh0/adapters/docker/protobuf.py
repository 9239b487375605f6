"""As much of the protobuf wire format as BuildKit's progress and its sessions need (protobuf.dev, "Encoding")."""

from collections.abc import Iterator


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field: an int for varints and fixed numbers, bytes for everything with a
    length.

    Raises:
        ValueError: The bytes are no such message.
    """
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        value: int | bytes
        if kind == 0:
            value, at = _varint(message, at)
        else:
            if kind == 2:
                length, at = _varint(message, at)
            elif kind in (1, 5):
                length = 8 if kind == 1 else 4
            else:
                raise ValueError(f"no wire type {kind}")
            if at + length > len(message):
                raise ValueError("a field is cut off")
            content = message[at : at + length]
            value = content if kind == 2 else int.from_bytes(content, "little")
            at += length
        yield key >> 3, value


def field(number: int, content: bytes) -> bytes:
    """A field that holds a text, bytes or a message."""
    return _number(number << 3 | 2) + _number(len(content)) + content


def _number(value: int) -> bytes:
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(groups) + bytes([value])


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(message) or shift > 63:
            raise ValueError("a number is cut off")
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
