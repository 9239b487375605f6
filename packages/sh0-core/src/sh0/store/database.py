"""Attrs records in SQLite tables."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Generic, TypeVar, cast, get_args

import attrs
import cattrs
import sqlite_utils

from sh0.codec import rule_of, union_members
from sh0.errors import Conflict, Corrupt, DatabaseLocked, DiskFull, NotFound
from sh0.nearest import did_you_mean
from sh0.store.keyring import UNBOUND, Keyring
from sh0.store.migrations import migrations
from sh0.store.sealing import Sealing, place_of
from sh0.values import Secret

T = TypeVar("T")


class Database:
    """The database of a home.

    One connection is shared by all threads under a lock: writers are few and short, and SQLite has one anyway.

    Args:
        path: File of the database; it is made, and brought to the newest schema, when opened.
        keyring: Seals the secrets of records.
        patience: Seconds to wait for another process that has it locked, as a backup does.
    """

    def __init__(self, path: Path, keyring: Keyring, *, patience: float = 10.0) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._patience = patience
        connection: sqlite3.Connection | None = None
        try:
            connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=patience)
            path.chmod(0o600)
            self._connection = connection
            self._db = sqlite_utils.Database(connection, execute_plugins=False)
            self._db.enable_wal()
            connection.execute("pragma foreign_keys=on")
            connection.execute("pragma synchronous=normal")  # safe under WAL: a crash of the process loses nothing
            migrations.apply(self._db)
        except sqlite3.DatabaseError as error:
            if connection is not None:
                connection.close()
            raise Corrupt(
                f"the database {path} cannot be opened: {error}",
                hint="Restore it from a backup; what is deployed goes on serving meanwhile.",
            ) from error
        self.sealing = Sealing(keyring)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing does. Other threads wait, and this one for other processes.

        The lock for writing is taken at the beginning: SQLite refuses at once to turn a read into a write while another
        process writes, however long one would wait.

        Raises:
            DiskFull: There is no room left.
            DatabaseLocked: Another process keeps the database locked.
        """
        with self._lock, self._translating():
            name = f"level_{self._depth}"
            self._connection.execute(f"savepoint {name}" if self._depth else "begin immediate")
            self._depth += 1
            try:
                yield
                self._connection.execute(f"release {name}" if self._depth > 1 else "commit")
            except BaseException:
                with suppress(sqlite3.OperationalError):  # a full disk may have ended it already
                    self._connection.execute(f"rollback to {name}" if self._depth > 1 else "rollback")
                raise
            finally:
                self._depth -= 1

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise DatabaseLocked(
                    f"another process has kept the database locked for more than {self._patience:g} s",
                    hint="See who: fuser -v sh0.db (a backup, a script, a shell). Let it end, then try again.",
                ) from error
            raise _translated(error) from error

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """Rows of a SELECT."""
        with self._lock, self._translating():
            return list(self._db.query(sql, dict(parameters or {})))

    def execute(self, sql: str, parameters: Mapping[str, object] | None = None) -> int:
        """Run a statement; returns how many rows it changed."""
        with self._lock, self._translating():
            return self._connection.execute(sql, dict(parameters or {})).rowcount

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


def _translated(error: sqlite3.OperationalError) -> Exception:
    if "disk is full" in str(error) or "disk I/O" in str(error):
        return DiskFull("there is no room left to write the database", hint="Free some space, then try again.")
    return error


_NAMES = ("name", "host")
_GUESSES = 1000  # records that a name is looked for among


class Table(Generic[T]):
    """A table whose rows are records of one attrs class, a column a field.

    Text, numbers and null are stored as they are, everything else as JSON; secrets are sealed first.

    Args:
        database: Where it lives.
        name: Name of the table.
        record: The attrs class.
        key: Names of the fields that identify a record.
        noun: What a record is called in errors.
    """

    def __init__(self, database: Database, name: str, record: type[T], key: tuple[str, ...], noun: str) -> None:
        self._database, self._name, self._record, self._key, self._noun = database, name, record, key, noun
        self._fields = tuple(attrs.fields_dict(cast("type[Any]", record)))
        self._where = " and ".join(f"{field} = :{field}" for field in key)

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
                f"there is no {self._noun} {'/'.join(map(str, key))}", hint=self._guess(*key), noun=self._noun
            )
        return found

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
        key = [getattr(record, name) for name in self._key]
        for field in attrs.fields(cast("type[Any]", self._record)):
            place = place_of(self._name, key, field.name)
            value = self._database.sealing.seal(getattr(record, field.name), field.type, place)
            row[field.name] = (
                value if value is None or _is_native(field.type) else json.dumps(value, ensure_ascii=False)
            )
        return row

    def bind(self) -> None:
        """Bind the secrets of a database from before there were places to theirs. Call it inside a transaction."""
        for row in self._database.query(f"select {', '.join(self._fields)} from {self._name}"):
            if any(isinstance(value, str) and UNBOUND in value for value in row.values()):
                self.save(self._read(row, unbound=True))

    def _read(self, row: Mapping[str, object], *, unbound: bool = False) -> T:
        read: dict[str, object] = {}
        key = [row[name] for name in self._key]
        try:
            for field in attrs.fields(cast("type[Any]", self._record)):
                value = row[field.name]
                if value is not None and not _is_native(field.type):
                    value = json.loads(cast("str", value))
                place = place_of(self._name, key, field.name)
                read[field.alias or field.name] = self._database.sealing.open(value, field.type, place, unbound=unbound)
            return self._record(**read)
        except (cattrs.BaseValidationError, ValueError, TypeError) as error:
            for inner in _leaves(error):
                if isinstance(inner, Corrupt):
                    raise inner from None
            raise Corrupt(f"a {self._noun} in the database cannot be read: {list(_leaves(error))}") from error


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
