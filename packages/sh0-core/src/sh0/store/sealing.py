"""Records to plain values and back, with secrets sealed for the place that they stand in.

A place is a table, a key, a field, and the way to the secret inside the field: the members of objects and the numbers
of items in lists. A text that is no `Secret` is sealed as well where a URL in it carries credentials, whatever field it
is in: a command, a label, a health check.
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, Self

import attrs

from sh0.codec import make_converter
from sh0.errors import Undecryptable
from sh0.sensitive import credentials_in
from sh0.store.keyring import SEALED, UNBOUND, Keyring, not_opened
from sh0.values import Secret

SEALED_TEXT = "sealed-text:"
"""What begins a text that is sealed for what it holds rather than for its type."""

Way = tuple[str | int, ...]


@attrs.frozen
class Place:
    """Where a secret stands: another one for every table, key and field, and inside a field.

    Attributes:
        table: Name of the table.
        key: The key of the record.
        field: Name of its field.
        way: Members of objects and numbers of items, from the field to the secret.
    """

    table: str
    key: tuple[str, ...]
    field: str
    way: Way = ()

    @property
    def whole(self) -> "Place":
        """The place of the field."""
        return Place(self.table, self.key, self.field)

    def inside(self, way: Way) -> "Place":
        """A place in what stands here."""
        return Place(self.table, self.key, self.field, (*self.way, *way))

    def __str__(self) -> str:
        return json.dumps([self.table, *self.key, self.field, *self.way], ensure_ascii=False)


class _Clear(str):
    """The value of a `Secret` in plain JSON that is about to be sealed."""


class _Sealed(str):
    """A sealed value in plain JSON that is about to become a record, with the place that it stands in."""

    place: Place
    older: bool

    def __new__(cls, text: str, place: Place, older: bool) -> Self:
        made = super().__new__(cls, text)
        made.place, made.older = place, older
        return made


class Sealing:
    """Converts the values of fields. A secret inside one is bound to table, key, field and its way inside the field.

    Args:
        keyring: Seals and opens.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self.digest = keyring.digest
        self._converter = make_converter()
        self._converter.register_unstructure_hook(Secret, lambda secret: _Clear(secret.reveal()))
        self._converter.register_structure_hook(Secret, lambda text, _: self._secret(text))

    def seal(self, value: object, annotation: object, place: Place) -> Any:
        """A value as plain JSON with sealed secrets."""
        return _each_text(self._converter.unstructure(value, annotation), partial(self._kept, place))

    def opened(self, value: object, place: Place, *, older: bool = False) -> Any:
        """Plain JSON with its sealed texts opened, and its secrets ready to be.

        Args:
            value: Plain JSON.
            place: Where it stands.
            older: Whether its secrets may be from an earlier version: bound to their field as a whole, or to nothing.

        Raises:
            Undecryptable: A text does not open there.
        """
        return _each_text(value, partial(self._opened, older, place))

    def structure(self, value: object, annotation: Any) -> Any:
        """The value again, of plain JSON in which what is sealed is `opened`.

        Args:
            value: Plain JSON.
            annotation: Its type.

        Raises:
            Undecryptable: A secret does not open where it stands.
        """
        return self._converter.structure(value, annotation)

    def secret(self, text: str, place: Place | None) -> str:
        """A text as it is kept where a `Secret` is expected; bound to no place, if none is given."""
        return self._keyring.encrypt(Secret(text), None if place is None else str(place))

    def _kept(self, field: Place, text: str, way: Way) -> str:
        if isinstance(text, _Clear):
            return self.secret(text, field.inside(way))
        if text.startswith((SEALED_TEXT, SEALED)) or next(credentials_in(text), None) is not None:
            return SEALED_TEXT + self.secret(text, field.inside(way))
        return text

    def _opened(self, older: bool, field: Place, text: str, way: Way) -> str:
        if text.startswith(SEALED_TEXT):
            return self._decrypted(text.removeprefix(SEALED_TEXT), field.inside(way), older).reveal()
        return _Sealed(text, field.inside(way), older) if text.startswith(SEALED) else text

    def _secret(self, text: object) -> Secret:
        if not isinstance(text, _Sealed):
            raise not_opened()
        return self._decrypted(str(text), text.place, text.older)

    def _decrypted(self, text: str, place: Place, older: bool) -> Secret:
        if older and text.startswith(UNBOUND):
            return self._keyring.decrypt(text)
        try:
            return self._keyring.decrypt(text, str(place))
        except Undecryptable:
            if not older:
                raise
            return self._keyring.decrypt(text, str(place.whole))


def holds_sealed(kept: str) -> bool:
    """Whether there may be something to open in a column; in most there is nothing."""
    return SEALED in kept or SEALED_TEXT in kept


def _each_text(plain: Any, change: Callable[[str, Way], str], way: Way = ()) -> Any:
    """Plain JSON with each text in it changed, but for the names of members; `change` is told the way to it."""
    if isinstance(plain, str):
        return change(plain, way)
    if isinstance(plain, list | tuple):
        return [_each_text(inner, change, (*way, at)) for at, inner in enumerate(plain)]
    if isinstance(plain, dict):
        return {key: _each_text(inner, change, (*way, str(key))) for key, inner in plain.items()}
    return plain
