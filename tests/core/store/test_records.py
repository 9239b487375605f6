"""Records in the database."""

import itertools
import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sh0.domain_classes import TABLES, later_migrations
from sh0.errors import Conflict, Corrupt, NotFound, Undecryptable
from sh0.nearest import nearest
from sh0.platform import registry
from sh0.ports.container import HostMount, NamedMount
from sh0.records.app import APPS
from sh0.records.credential import TOKENS
from sh0.records.deployment import DEPLOYMENTS, PLACEMENTS, UpdateOrder
from sh0.records.event_types import EventType
from sh0.records.journal import AUDIT, EVENTS, AuditEntry, Event
from sh0.records.project import PROJECTS
from sh0.records.stack import RELEASES, STACKS, Action
from sh0.records.variable import VARIABLES, Variable
from sh0.store import Database, Keyring, Records
from sh0.values import Secret
from tests.core.conftest import KEY
from tests.core.examples import NOON, ONE_OF_EACH, PROJECT, SECRET, SPECS, app, deployment, placement

quick = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
LATER = later_migrations()
texts = st.text(st.characters(codec="utf-8"), max_size=30)


def fill(records: Records, *tables: str) -> None:
    for table in tables or ONE_OF_EACH:
        for record in ONE_OF_EACH[table]:
            records[SPECS[table]].insert(record)


def test_there_is_an_example_of_every_table() -> None:
    assert set(SPECS) == set(ONE_OF_EACH)


def test_every_record_is_read_as_it_was_written(records: Records) -> None:
    fill(records)
    for table, examples in ONE_OF_EACH.items():
        assert sorted(records[SPECS[table]].where(), key=repr) == sorted(examples, key=repr)


def test_every_record_is_the_same_to_the_next_process(records: Records, tmp_path: Path) -> None:
    fill(records)
    records.database.close()
    again = Database(tmp_path / "sh0.db", Keyring(KEY))
    assert Records(again)[DEPLOYMENTS].get("shop-2") == ONE_OF_EACH["deployments"][1]
    again.close()


@quick
@given(text=texts)
def test_any_text_survives(records: Records, text: str) -> None:
    event = Event(1, NOON, EventType.APP_CREATED, text, text)
    records[EVENTS].save(event)
    records[VARIABLES].save(Variable("shop", "A", Secret(text), NOON))
    assert records[EVENTS].get(1) == event
    assert records[VARIABLES].get("shop", "A").value.reveal() == text


@quick
@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)))  # fmt: skip
def test_any_json_survives_in_an_audit_entry(records: Records, value: object) -> None:
    entry = AuditEntry(1, NOON, "system", "apps.create", {"value": value}, "ok")
    records[AUDIT].save(entry)
    assert records[AUDIT].get(1) == entry


def test_no_secret_is_in_the_files_of_the_database(records: Records, tmp_path: Path) -> None:
    fill(records)
    files = [path for path in tmp_path.iterdir() if path.name.startswith("sh0.db")]
    assert {path.name for path in files} >= {"sh0.db", "sh0.db-wal"}
    for path in files:
        assert SECRET.encode() not in path.read_bytes()
    records.database.execute("pragma wal_checkpoint(truncate)")
    assert SECRET.encode() not in (tmp_path / "sh0.db").read_bytes()


def test_the_files_of_the_database_are_its_owners_only(records: Records, tmp_path: Path) -> None:
    fill(records, "projects")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("sh0.db*")} == {0o600}


def test_the_same_secret_is_sealed_differently_each_time(records: Records) -> None:
    fill(records, "variables")
    records[VARIABLES].insert(Variable("blog", "TOKEN", Secret(SECRET), NOON))
    sealed = {row["value"] for row in records.database.query("select value from variables where name = 'TOKEN'")}
    assert len(sealed) == 2


@pytest.mark.parametrize("table", ["variables", "deployments", "certificates", "deploy_keys"])
def test_another_key_opens_no_secret(records: Records, tmp_path: Path, table: str) -> None:
    fill(records)
    records.database.close()
    other = Database(tmp_path / "sh0.db", Keyring(bytes(32)))
    with pytest.raises(Undecryptable, match="master key"):
        Records(other)[SPECS[table]].where()
    other.close()


@pytest.mark.parametrize("column", ["snapshot", "state", "steps", "created", "number", "source"])
def test_a_row_that_was_tampered_with_is_corrupt_and_never_guessed(records: Records, column: str) -> None:
    fill(records, "projects", "apps", "deployments")
    for broken in ("{", "nonsense", "[1]"):
        records.database.execute(f"update deployments set {column} = :broken where id = 'shop-1'", {"broken": broken})
        with pytest.raises(Corrupt):
            records[DEPLOYMENTS].get("shop-1")


def test_a_file_that_is_no_database_is_corrupt(tmp_path: Path) -> None:
    (tmp_path / "sh0.db").write_bytes(b"this is not a database" * 100)
    with pytest.raises(Corrupt, match="cannot be opened"):
        Database(tmp_path / "sh0.db", Keyring(KEY))


def test_opening_again_changes_nothing(records: Records, tmp_path: Path) -> None:
    """Migrations are applied once, however often a home is opened."""
    schema = records.database.query("select name, sql from sqlite_master order by name")
    for _ in range(2):
        again = Database(tmp_path / "sh0.db", Keyring(KEY))
        assert again.query("select name, sql from sqlite_master order by name") == schema
        again.close()


def test_a_missing_record_is_none_or_not_found(records: Records) -> None:
    assert records[APPS].find("nobody") is None
    with pytest.raises(NotFound, match="there is no app nobody"):
        records[APPS].get("nobody")
    assert records[APPS].delete("nobody") is False


@pytest.mark.parametrize("table", ONE_OF_EACH)
def test_inserting_a_record_twice_is_a_conflict(records: Records, table: str) -> None:
    fill(records)
    with pytest.raises(Conflict):
        records[SPECS[table]].insert(ONE_OF_EACH[table][0])


@pytest.mark.parametrize("table", ONE_OF_EACH)
def test_saving_a_record_twice_keeps_one(records: Records, table: str) -> None:
    fill(records)
    records[SPECS[table]].save(ONE_OF_EACH[table][0])
    assert len(records[SPECS[table]].where()) == len(ONE_OF_EACH[table])


def test_saving_never_takes_another_record_away(records: Records) -> None:
    """Two containers cannot have one address, and the second one does not push the first one out."""
    records[PLACEMENTS].insert(placement("shop-1"))
    with pytest.raises(sqlite3.IntegrityError):
        records[PLACEMENTS].save(placement("blog-1"))
    assert records[PLACEMENTS].where() == [placement("shop-1")]


def test_an_app_needs_its_project(records: Records) -> None:
    with pytest.raises(Conflict):
        records[APPS].insert(app())


def test_changing_fields_leaves_the_others(records: Records) -> None:
    fill(records, "projects", "apps")
    changed = records[APPS].change("shop", replicas=3)
    assert changed == records[APPS].get("shop") == attrs.evolve(app(), replicas=3)
    with pytest.raises(NotFound):
        records[APPS].change("nobody", replicas=3)


def test_records_are_found_by_what_they_hold(records: Records) -> None:
    fill(records)
    assert [d.number for d in records[DEPLOYMENTS].where(app="shop", order="number desc")] == [2, 1]
    assert [d.number for d in records[DEPLOYMENTS].where("number < 2", app="shop")] == [1]
    assert [d.number for d in records[DEPLOYMENTS].where(order="number", limit=1)] == [1]
    assert [t.name for t in records[TOKENS].where(app=None)] == ["all"]


def test_numbers_count_up(records: Records) -> None:
    assert records.next_id(EVENTS) == 1
    fill(records, "events")
    assert records.next_id(EVENTS) == 2


def test_a_transaction_that_fails_leaves_no_trace(records: Records) -> None:
    def fail() -> None:
        with records.transaction():
            fill(records, "projects", "apps")
            with records.transaction():
                records[APPS].change("shop", replicas=2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert records[PROJECTS].where() == []


def test_a_failed_inner_transaction_can_be_survived(records: Records) -> None:
    def fail() -> None:
        with records.transaction():
            records[APPS].insert(app())
            raise ZeroDivisionError

    with records.transaction():
        records[PROJECTS].insert(PROJECT)
        with pytest.raises(ZeroDivisionError):
            fail()
    assert records[PROJECTS].where() == [PROJECT]
    assert records[APPS].where() == []


def test_another_thread_never_sees_half_a_transaction(records: Records) -> None:
    """It waits; and what it writes meanwhile is not lost when the transaction is rolled back."""
    inside, seen = threading.Event(), []

    def other() -> None:
        inside.wait(5)
        seen.append(records[PROJECTS].where())
        records[PROJECTS].insert(attrs.evolve(PROJECT, name="other"))

    def fail() -> None:
        with records.transaction():
            records[PROJECTS].insert(PROJECT)
            inside.set()
            thread.join(0.05)
            assert thread.is_alive()
            raise ZeroDivisionError

    thread = threading.Thread(target=other)
    thread.start()
    with pytest.raises(ZeroDivisionError):
        fail()
    thread.join(5)
    assert seen == [[]]
    assert [project.name for project in records[PROJECTS].where()] == ["other"]


def test_many_threads_count_without_a_gap(records: Records) -> None:
    fill(records, "projects", "apps")
    numbers = itertools.count()

    def add() -> None:
        for _ in range(20):
            with records.transaction():
                number = records.next_id(EVENTS)
                records[EVENTS].insert(Event(number, NOON, EventType.APP_CREATED, "y", str(next(numbers))))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert [event.id for event in records[EVENTS].where(order="id")] == list(range(1, 81))


def test_deployments_keep_their_numbers_apart(records: Records) -> None:
    fill(records, "projects", "apps")
    records[DEPLOYMENTS].insert(deployment(1))
    clash: Any = attrs.evolve(deployment(1), id="other")
    with pytest.raises(Conflict):
        records[DEPLOYMENTS].insert(clash)


def test_mounts_and_permissions_of_an_earlier_version_are_read(tmp_path: Path) -> None:
    """A mount without a kind was a path if it began with a slash; a permission without a subject is none any more."""
    path = tmp_path / "old.db"
    records = Records(Database(path, Keyring(KEY), later=LATER))
    fill(records)
    row = records.database.query("select snapshot from deployments where id = 'shop-1'")[0]
    snapshot = json.loads(row["snapshot"])
    snapshot["container"] = {
        "mounts": [
            {"source": "/srv/data", "target": "/data", "read_only": True, "nocopy": False},
            {"source": "sh0-x-shop_data", "target": "/db", "read_only": False, "nocopy": True},
        ]
    }
    update = "update deployments set snapshot = :snapshot where id = 'shop-1'"
    records.database.execute(update, {"snapshot": json.dumps(snapshot)})
    for table in ("stacks", "releases"):
        records.database.execute(f"update {table} set permissions = '[\"host-path\"]'")
        records.database.execute(f"alter table {table} rename column permissions to leaves")
    records.database.execute("delete from _sqlite_migrations where name in ('kinds_of_mounts', 'permissions')")
    records.database.close()
    records = Records(Database(path, Keyring(KEY), later=LATER))
    container = records[DEPLOYMENTS].get("shop-1").snapshot.container
    assert container is not None
    assert container.mounts == (
        HostMount("/srv/data", "/data", read_only=True),
        NamedMount("sh0-x-shop_data", "/db", nocopy=True),
    )
    assert [stack.permissions for stack in records[STACKS].where()] == [()]
    assert [release.permissions for release in records[RELEASES].where()] == [()]
    records.database.close()


def test_words_of_an_earlier_version_are_read(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    records = Records(Database(path, Keyring(KEY), later=LATER))
    fill(records)
    before = records[APPS].where()
    records.database.execute("update releases set services = replace(services, 'start-first', 'beside')")
    records.database.execute("update events set kind = 'container.mended'")
    records.database.execute("alter table apps rename column ports to doors")
    records.database.execute(
        "update deployments set snapshot ="
        " json_set(json_remove(snapshot, '$.update_order'), '$.together', json('false'))"
    )
    records.database.execute(
        "update deployments set source = json_set(json_remove(source, '$.quarantine'), '$.objects',"
        ' json(\'{"GIT_OBJECT_DIRECTORY": "/home/repositories/a.git/objects"}\'))'
        " where json_extract(source, '$.kind') = 'push'"
    )
    renamed = "'start_first', 'repaired', 'update_order', 'quarantine'"
    records.database.execute(f"delete from _sqlite_migrations where name in ({renamed})")
    records.database.close()
    records = Records(Database(path, Keyring(KEY), later=LATER))
    orders = {deployment.snapshot.update_order for deployment in records[DEPLOYMENTS].where()}
    assert orders == {UpdateOrder.STOP_FIRST}
    assert not records.database.query("select id from deployments where source like '%GIT_OBJECT%'")
    (release,) = records[RELEASES].where()
    assert [each.action for each in release.services] == [Action.START_FIRST]
    assert {event.kind for event in records[EVENTS].where()} == {"container.repaired"}
    assert records[APPS].where() == before
    records.database.close()


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("shpo", "Did you mean shop?"),
        ("SHOP", "Did you mean shop?"),
        ("sho", "Did you mean shop?"),
        ("nothing", "'sh0 apps list' shows those that there are."),
    ],
)
def test_a_name_that_is_not_there_has_a_hint(records: Records, asked: str, hint: str) -> None:
    records[PROJECTS].insert(PROJECT)
    records[APPS].insert(app())
    with pytest.raises(NotFound) as caught:
        records[APPS].get(asked)
    assert caught.value.hint == hint


def test_two_letters_that_changed_places_are_nearest() -> None:
    assert nearest("vlo", ["static", "vol"]) == "vol"
    assert nearest("ab", ["ba"]) is None


def test_what_a_hint_names_lists_the_records() -> None:
    named = [table.listing.split() for table in TABLES if table.listing]
    assert len(named) >= 6
    assert all(registry.get(f"{domain}.{method}") for _, domain, method in named)
