"""Records to plain values and back, with secrets sealed for the place that they stand in.

A text that is no `Secret` is sealed as well where a URL in it carries credentials, whatever field it is in: a command,
a label, a health check.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sh0.codec import make_converter
from sh0.sensitive import credentials_in
from sh0.store.keyring import Keyring
from sh0.values import Secret

SEALED_TEXT = "sealed-text:"
"""What begins a text that is sealed for what it holds rather than for its type."""


class Sealing:
    """Converts the values of fields. A secret inside one is bound to table, key and field.

    Args:
        keyring: Seals and opens.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._here = threading.local()
        self._converter = make_converter()
        self._converter.register_unstructure_hook(Secret, lambda secret: keyring.encrypt(secret, self._here.place))
        self._converter.register_structure_hook(Secret, lambda text, _: self._open(text))

    def seal(self, value: object, annotation: object, place: str) -> Any:
        """A value as plain JSON with sealed secrets."""
        with self._at(place):
            plain = self._converter.unstructure(value, annotation)
        return _each_text(plain, lambda text: self._kept(text, place))

    def open(self, value: object, annotation: Any, place: str, *, unbound: bool = False) -> Any:
        """The value again.

        Args:
            value: Plain JSON.
            annotation: Its type.
            place: Where it stands.
            unbound: Whether its secrets are from before there were places.

        Raises:
            Undecryptable: A secret does not open there.
        """
        opened = _each_text(value, lambda text: self._text(text, place))
        with self._at(place, unbound):
            return self._converter.structure(opened, annotation)

    def _open(self, text: str) -> Secret:
        return self._keyring.decrypt(text, None if self._here.unbound else self._here.place)

    def secret(self, text: str, place: str | None) -> str:
        """A text as it is kept where a `Secret` is expected; bound to no place, if none is given."""
        return self._keyring.encrypt(Secret(text), place)

    def _kept(self, text: str, place: str) -> str:
        if text.startswith(SEALED_TEXT) or next(credentials_in(text), None) is not None:
            return SEALED_TEXT + self.secret(text, place)
        return text

    def _text(self, text: str, place: str) -> str:
        if not text.startswith(SEALED_TEXT):
            return text
        return self._keyring.decrypt(text.removeprefix(SEALED_TEXT), place).reveal()

    @contextmanager
    def _at(self, place: str, unbound: bool = False) -> Iterator[None]:
        self._here.place, self._here.unbound = place, unbound
        try:
            yield
        finally:
            del self._here.place


def _each_text(plain: Any, change: Callable[[str], str]) -> Any:
    """Plain JSON with each text in it changed, but for the names of members."""
    if isinstance(plain, str):
        return change(plain)
    if isinstance(plain, list | tuple):
        return [_each_text(inner, change) for inner in plain]
    return {key: _each_text(inner, change) for key, inner in plain.items()} if isinstance(plain, dict) else plain


def place_of(table: str, key: list[object], field: str) -> str:
    """The name of a place, another one for every table, key and field."""
    return json.dumps([table, *map(str, key), field], ensure_ascii=False)
