"""An app that gets another name takes every row with it that names it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import attrs
import pytest

from sh0.apps.app_tables import APP_TABLES, move_rows
from sh0.domain_classes import TABLES
from sh0.home import Home
from sh0.home_records import open_records
from sh0.records.app import APPS
from sh0.records.event_payloads import Payload
from sh0.records.journal import AUDIT, EVENTS
from sh0.store import Records, TableSpec
from sh0.values import AppName
from tests.core.examples import ONE_OF_EACH, SPECS

_NAME_OF_AN_APP = get_args(AppName)[1]

ELSEWHERE = {
    (APPS.name, "name"): "the app itself",
    ("former_names", "name"): "a name that it does not have any more",
    ("releases", "services.app"): "a service of a stack, which keeps its name",
    (EVENTS.name, "payload.app"): "renamed with the event's subject",
    (EVENTS.name, "payload.former"): "the name that it had",
}
"""Fields that name an app and are no column ``app``, with the reason why that is right."""


def members(annotation: object) -> Iterator[object]:
    """An annotation and all that it is made of."""
    yield annotation
    if annotation in (Payload, None):
        return
    for each in get_args(annotation):
        yield from members(each)


def names_of_apps(record: type, path: str = "", seen: tuple[type, ...] = ()) -> Iterator[str]:
    """Fields, of a record and of those in it, whose type or whose name says that they name an app."""
    for field in attrs.fields(record):
        here = f"{path}{field.name}"
        found = list(members(field.type))
        if field.name == "app" or any(each is _NAME_OF_AN_APP for each in found):
            yield here
        for each in found:
            if isinstance(each, type) and attrs.has(each) and each not in (*seen, record):
                yield from names_of_apps(each, f"{here}.", (*seen, record))
    if record is EVENTS.record:
        for payload in get_args(Payload):
            yield from (f"payload.{f.name}" for f in attrs.fields(payload) if f.name in ("app", "former"))


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.name)
def test_every_table_whose_rows_name_an_app_is_listed(spec: TableSpec[Any]) -> None:
    found = set(names_of_apps(spec.record)) - {name for table, name in ELSEWHERE if table == spec.name}
    if spec is AUDIT:  # what was called, with which arguments, is no business of a later name
        found = set()
    assert found == ({"app"} if spec in APP_TABLES else set()), "list it in sh0.apps.app_tables, or say why not here"


def test_the_reasons_are_for_fields_that_there_are() -> None:
    for table, name in ELSEWHERE:
        assert name in set(names_of_apps(SPECS[table].record))


def test_the_search_finds_names_in_records_inside_of_records() -> None:
    @attrs.frozen
    class Inner:
        owner: AppName | None

    @attrs.frozen
    class Outer:
        many: tuple[Inner, ...]

    assert list(names_of_apps(Outer)) == ["many.owner"]


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    home = Home(tmp_path / "home")
    home.prepare()
    found, _ = open_records(home)
    with found.transaction():
        found.database.execute("pragma defer_foreign_keys = on")
        for name, rows in ONE_OF_EACH.items():
            for row in rows:
                found[SPECS[name]].insert(row)
    yield found
    found.database.close()


def test_every_row_moves_and_opens_its_secrets(records: Records) -> None:
    before = {spec.name: records[spec].where(app="shop") for spec in APP_TABLES}
    with records.transaction():
        move_rows(records, "shop", "store")
    assert records[APPS].find("shop") is None
    assert records[APPS].get("store").created == ONE_OF_EACH["apps"][0].created  # type: ignore[attr-defined]
    for spec in APP_TABLES:
        assert records[spec].where(app="shop") == []
        moved = records[spec].where(app="store")
        assert sorted(map(repr, moved)) == sorted(repr(attrs.evolve(row, app="store")) for row in before[spec.name])
    assert all(before[spec.name] for spec in APP_TABLES if spec.name != "ssh_keys")
    others = [row for row in ONE_OF_EACH["apps"] if row.name != "shop"]  # type: ignore[attr-defined]
    assert [row for row in records[APPS].where() if row.name != "store"] == others
