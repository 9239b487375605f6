"""Records to plain values and back, with secrets sealed for the place that they stand in."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sh0.codec import make_converter
from sh0.store.keyring import Keyring
from sh0.values import Secret


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
            return self._converter.unstructure(value, annotation)

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
        with self._at(place, unbound):
            return self._converter.structure(value, annotation)

    def _open(self, text: str) -> Secret:
        return self._keyring.decrypt(text, None if self._here.unbound else self._here.place)

    @contextmanager
    def _at(self, place: str, unbound: bool = False) -> Iterator[None]:
        self._here.place, self._here.unbound = place, unbound
        try:
            yield
        finally:
            del self._here.place


def place_of(table: str, key: list[object], field: str) -> str:
    """The name of a place, another one for every table, key and field."""
    return json.dumps([table, *map(str, key), field], ensure_ascii=False)
