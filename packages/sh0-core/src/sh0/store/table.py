"""Attrs records in SQLite tables."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Generic, TypeVar, cast, get_args

import attrs
import cattrs

from sh0.codec import rule_of, union_members
from sh0.errors import Conflict, Corrupt, NotFound
from sh0.nearest import did_you_mean
from sh0.store.database import Database
from sh0.store.keyring import SEALED
from sh0.store.sealing import Place, holds_sealed
from sh0.values import Secret

T = TypeVar("T")

_NAMES = ("name", "host")
_GUESSES = 1000  # records that a name is looked for among


@attrs.frozen
class TableSpec(Generic[T]):
    """What a table holds: a constant beside the record, by which everybody asks for the table.

    Attributes:
        name: Name of the table.
        record: The attrs class of its rows.
        key: Names of the fields that identify a record.
        noun: What a record is called in errors.
        listing: The command that lists them, for the hint where one is not found; empty where there is none.
        former: Table of names that records had before (``name``), and what they are called now (``app``); empty where
            names stay.
    """

    name: str
    record: type[T]
    key: tuple[str, ...]
    noun: str
    listing: str = ""
    former: str = ""


class Table(Generic[T]):
    """A table whose rows are records of one attrs class, a column a field.

    Text, numbers and null are stored as they are, everything else as JSON; secrets are sealed first.

    Args:
        database: Where it lives.
        spec: What it holds.
    """

    def __init__(self, database: Database, spec: TableSpec[T]) -> None:
        self._database, self._name, self._record = database, spec.name, spec.record
        self._key, self._noun, self._listing, self._former = spec.key, spec.noun, spec.listing, spec.former
        self._fields = tuple(attrs.fields_dict(cast("type[Any]", spec.record)))
        self._natives = {each.name: _is_native(each.type) for each in attrs.fields(cast("type[Any]", spec.record))}
        self._where = " and ".join(f"{field} = :{field}" for field in spec.key)

    def insert(self, record: T) -> T:
        """Add a record whose key is new.

        Raises:
            Conflict: It collides with one that exists.
        """
        try:
            return self._write(record, "")
        except sqlite3.IntegrityError as error:
            key = "/".join(str(getattr(record, field)) for field in self._key)
            raise Conflict(
                f"the {self._noun} {key} collides with another record: {error}",
                hint="Somebody else may have made it at the same time. Look what is there, then try again.",
            ) from error

    def save(self, record: T) -> T:
        """Add a record, or replace the one with its key."""
        changes = ", ".join(f"{field} = excluded.{field}" for field in self._fields if field not in self._key)
        return self._write(record, f"on conflict ({', '.join(self._key)}) do update set {changes}")

    def _write(self, record: T, clash: str) -> T:
        columns, values = ", ".join(self._fields), ", ".join(f":{field}" for field in self._fields)
        self._database.execute(f"insert into {self._name} ({columns}) values ({values}) {clash}", self._row(record))
        return record

    def find(self, *key: object) -> T | None:
        """The record with this key, or None."""
        rows = self._select(f"where {self._where}", dict(zip(self._key, key, strict=True)))
        return rows[0] if rows else None

    def get(self, *key: object) -> T:
        """The record with this key.

        Raises:
            NotFound: There is none.
        """
        found = self.find(*key)
        if found is None:
            raise NotFound(
                f"there is no {self._noun} {'/'.join(map(str, key))}",
                hint=self._renamed(key[-1]) or self._guess(*key) or self._where_listed,
                noun=self._noun,
            )
        return found

    @property
    def _where_listed(self) -> str:
        return f"'{self._listing}' shows those that there are." if self._listing else ""

    def _renamed(self, name: object) -> str:
        sql = f"select app from {self._former} where name = :name and app is not null"
        found = self._database.query(sql, {"name": name}) if self._former else []
        return f"It is called {found[0]['app']} now." if found else ""

    def _guess(self, *key: object) -> str:
        """The nearest name; ids that carry the name of an app or a stack are nobody else's business."""
        field = self._key[-1]
        if field not in _NAMES:
            return ""
        among: dict[str, Any] = dict(zip(self._key[:-1], key[:-1], strict=True))
        guess = did_you_mean(str(key[-1]), (str(getattr(each, field)) for each in self.where(**among, limit=_GUESSES)))
        return guess[:1].upper() + guess[1:]

    def where(
        self,
        sql: str = "",
        /,
        *,
        order: str = "",
        limit: int | None = None,
        values: Mapping[str, object] | None = None,
        **equals: object,
    ) -> list[T]:
        """Records that fit a condition, in an order.

        Args:
            sql: A condition of this project's own code (never of a user), or nothing.
            order: Columns to sort by.
            limit: At most so many.
            values: What the condition names, as in ``:app``.
            equals: Values that columns have.
        """
        conditions = [f"{name} is :{name}" for name in equals] + ([f"({sql})"] if sql else [])
        clause = (f"where {' and '.join(conditions)} " if conditions else "") + (f"order by {order}" if order else "")
        if limit is not None:
            clause += f" limit {int(limit)}"
        return self._select(clause, {**(values or {}), **equals})

    def count(self, sql: str = "", /, **equals: object) -> int:
        """How many records fit a condition; see `where`."""
        conditions = [*(f"{name} is :{name}" for name in equals), f"({sql or 1})"]
        query = f"select count(*) as n from {self._name} where {' and '.join(conditions)}"
        return int(self._database.query(query, equals)[0]["n"])

    def change(self, *key: object, **changes: object) -> T:
        """Replace fields of one record; returns it as it is now."""
        with self._database.transaction():
            return self.save(attrs.evolve(cast("Any", self.get(*key)), **changes))

    def delete(self, *key: object) -> bool:
        """Remove a record; says whether there was one."""
        return (
            self._database.execute(
                f"delete from {self._name} where {self._where}", dict(zip(self._key, key, strict=True))
            )
            > 0
        )

    def _select(self, clause: str, parameters: Mapping[str, object]) -> list[T]:
        columns = ", ".join(self._fields)
        return [
            self._read(row) for row in self._database.query(f"select {columns} from {self._name} {clause}", parameters)
        ]

    def _row(self, record: T) -> dict[str, object]:
        row: dict[str, object] = {}
        key = tuple(str(getattr(record, name)) for name in self._key)
        for field in attrs.fields(cast("type[Any]", self._record)):
            place = Place(self._name, key, field.name)
            value = self._database.sealing.seal(getattr(record, field.name), field.type, place)
            row[field.name] = (
                value if value is None or self._natives[field.name] else json.dumps(value, ensure_ascii=False)
            )
        return row

    def bind(self) -> None:
        """Bind the secrets of a database of an earlier version to their places. Call it inside a transaction."""
        for row in self._database.query(f"select {', '.join(self._fields)} from {self._name}"):
            if any(isinstance(value, str) and SEALED in value for value in row.values()):
                self.save(self._read(row, older=True))

    def _read(self, row: Mapping[str, object], *, older: bool = False) -> T:
        read: dict[str, object] = {}
        key, sealing = tuple(str(row[name]) for name in self._key), self._database.sealing
        try:
            for field in attrs.fields(cast("type[Any]", self._record)):
                kept = row[field.name]
                value = kept if kept is None or self._natives[field.name] else json.loads(cast("str", kept))
                if isinstance(kept, str) and holds_sealed(kept):
                    value = sealing.opened(value, Place(self._name, key, field.name), older=older)
                read[field.alias or field.name] = sealing.structure(value, field.type)
            return self._record(**read)
        except (cattrs.BaseValidationError, ValueError, TypeError) as error:
            for inner in _leaves(error):
                if isinstance(inner, Corrupt):
                    raise inner from None
            raise Corrupt(
                f"a {self._noun} in the database cannot be read: {'; '.join(map(str, _leaves(error)))}"
            ) from error


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def _is_native(annotation: object) -> bool:
    """Whether values of a field are stored without JSON: told from the type, so that reading needs no guess.

    A bool goes through JSON as well: SQLite would give it back as a number.
    """
    members = union_members(annotation)
    if members:
        return all(_is_native(member) for member in members)
    if rule_of(annotation) is not None:
        annotation = get_args(annotation)[0]
    if annotation is bool:
        return False
    return isinstance(annotation, type) and (
        annotation in (datetime, type(None), Secret) or issubclass(annotation, str | int | float | Enum)
    )
