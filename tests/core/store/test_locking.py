"""Other processes that have the database locked are waited for, and named when they take too long."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from sh0.errors import DatabaseLocked
from sh0.records.project import PROJECTS
from sh0.store import Database, Keyring, Records
from tests.core.conftest import KEY
from tests.core.examples import PROJECT


@contextmanager
def somebody_writes(path: Path) -> Iterator[sqlite3.Connection]:
    """Another connection with a write transaction, as a backup tool or a script has."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("begin immediate")
        yield other


def read_then_write(records: Records) -> None:
    with records.transaction():
        records[PROJECTS].get("default")
        records[PROJECTS].change("default", network="other")


def change(records: Records) -> None:
    records[PROJECTS].change("default", network="other")


def nested(records: Records) -> None:
    with records.transaction():
        read_then_write(records)


def plain(records: Records) -> None:
    records.database.execute("update projects set network = 'other'")


WRITES = {"read, then write": read_then_write, "change": change, "nested": nested, "one statement": plain}
each_write = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[float], Records]]:
    made: list[Database] = []

    def open_with(patience: float) -> Records:
        made.append(Database(tmp_path / "sh0.db", Keyring(KEY), patience=patience))
        records = Records(made[-1])
        records[PROJECTS].insert(PROJECT)
        return records

    yield open_with
    for each in made:
        each.close()


@each_write
def test_a_write_waits_until_somebody_else_has_written(
    opened: Callable[[float], Records], tmp_path: Path, write: Callable[[Records], None]
) -> None:
    records = opened(30.0)
    with somebody_writes(tmp_path / "sh0.db") as other:
        other.execute("update projects set created = created")
        thread = threading.Thread(target=write, args=(records,))
        thread.start()
        thread.join(0.2)
        assert thread.is_alive(), "it waits"
        other.execute("commit")
        thread.join(20)
    assert records[PROJECTS].get("default").network == "other"


@each_write
def test_a_lock_that_lasts_is_an_error_that_says_so(
    opened: Callable[[float], Records], tmp_path: Path, write: Callable[[Records], None]
) -> None:
    records = opened(0.1)
    with somebody_writes(tmp_path / "sh0.db"), pytest.raises(DatabaseLocked, match="another process"):
        write(records)
    write(records)
    assert records[PROJECTS].get("default").network == "other"


def test_reading_goes_on_while_somebody_writes(opened: Callable[[float], Records], tmp_path: Path) -> None:
    records = opened(0.1)
    with somebody_writes(tmp_path / "sh0.db"):
        begun = time.monotonic()
        assert records[PROJECTS].get("default") == PROJECT
        assert time.monotonic() - begun < 5


def test_what_fails_inside_of_a_transaction_undoes_only_itself(opened: Callable[[float], Records]) -> None:
    records = opened(1.0)
    with records.transaction():
        records[PROJECTS].change("default", network="kept")
        with pytest.raises(ZeroDivisionError):
            fail_inside(records)
    assert records[PROJECTS].get("default").network == "kept"


def fail_inside(records: Records) -> None:
    with records.transaction():
        records[PROJECTS].change("default", network="lost")
        raise ZeroDivisionError
