"""A sealed value opens in its own place only: table, key, field, and the way inside the field."""

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from sh0.domain_classes import TABLES
from sh0.errors import Corrupt, Undecryptable
from sh0.home import Home
from sh0.home_records import open_records
from sh0.ports.container import ContainerSpec, InjectedFile
from sh0.records.certificate import CERTIFICATES
from sh0.records.deployment import DEPLOYMENTS
from sh0.records.journal import AUDIT, AuditEntry
from sh0.records.older_homes import upgrade_secrets
from sh0.records.variable import VARIABLES, Variable
from sh0.store import Database, Keyring, Records
from sh0.values import Secret
from tests.core.conftest import KEY
from tests.core.examples import NOON, ONE_OF_EACH, SECRET, SNAPSHOT, SPECS, deployment


def fill(records: Records, *tables: str) -> None:
    for table in tables or ONE_OF_EACH:
        for record in ONE_OF_EACH[table]:
            records[SPECS[table]].insert(record)


def moved(records: Records, table: str, column: str, source: str, target: str) -> None:
    """Copy what is sealed in one row over what is sealed in another."""
    records.database.execute(
        f"update {table} set {column} = (select {column} from {table} where {source}) where {target}"
    )


def test_a_sealed_value_opens_in_its_own_record_only(records: Records) -> None:
    records[VARIABLES].insert(Variable("a", "TOKEN", Secret("of a"), NOON))
    records[VARIABLES].insert(Variable("b", "TOKEN", Secret(SECRET), NOON))
    records[VARIABLES].insert(Variable("a", "OTHER", Secret("other"), NOON))
    for source in ("app = 'b'", "name = 'OTHER'"):
        moved(records, "variables", "value", source, "app = 'a' and name = 'TOKEN'")
        with pytest.raises(Undecryptable, match=r'"variables", "a", "TOKEN", "value"'):
            records[VARIABLES].get("a", "TOKEN")
    assert records[VARIABLES].get("b", "TOKEN").value == Secret(SECRET)


def test_a_sealed_value_opens_in_no_other_table_or_field(records: Records) -> None:
    fill(records, "projects", "apps", "deployments", "variables", "deploy_keys", "certificates")
    private = records.database.query("select private_key from deploy_keys")[0]["private_key"]
    records.database.execute("update variables set value = :value", {"value": private})
    records.database.execute("update certificates set key = :value", {"value": private})
    for table in (records[VARIABLES], records[CERTIFICATES]):
        with pytest.raises(Undecryptable):
            table.where()


def test_snapshots_do_not_change_places(records: Records) -> None:
    fill(records, "projects", "apps")
    records[DEPLOYMENTS].insert(deployment(1))
    records[DEPLOYMENTS].insert(deployment(2))
    moved(records, "deployments", "snapshot", "number = 1", "number = 2")
    with pytest.raises(Undecryptable):
        records[DEPLOYMENTS].get("shop-2")


TWO = attrs.evolve(
    SNAPSHOT,
    environment={"PUBLIC": Secret("shown to everybody"), "TOKEN": Secret(SECRET)},
    declared=attrs.evolve(SNAPSHOT.declared, environment={"TOKEN": Secret("declared")}),
    container=ContainerSpec(
        command=("serve", "--proxy=http://joe:proxy-pass@host"),
        labels={"note": "plain"},
        environment={"TOKEN": Secret("of the container")},
        files=(InjectedFile("/run/secrets/a", Secret("QQ==")), InjectedFile("/etc/b", Secret("Qg=="))),
    ),
)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("$.environment.TOKEN", "$.environment.PUBLIC"),
        ("$.environment.PUBLIC", "$.environment.TOKEN"),
        ("$.environment.TOKEN", "$.environment.NEW"),
        ("$.environment.TOKEN", "$.container.environment.TOKEN"),
        ("$.container.environment.TOKEN", "$.environment.TOKEN"),
        ("$.declared.environment.TOKEN", "$.environment.TOKEN"),
        ("$.container.files[0].content", "$.container.files[1].content"),
        ("$.container.files[0]", "$.container.files[1]"),
        ("$.environment.TOKEN", "$.container.labels.note"),
        ("$.environment.TOKEN", "$.container.command[0]"),
        ("$.environment.TOKEN", "$.hosts[0]"),
        ("$.container.command[1]", "$.container.command[0]"),
        ("$.container.command[1]", "$.container.labels.note"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "sealed-text:"])
def test_a_sealed_value_opens_nowhere_else_within_its_field(
    records: Records, source: str, target: str, prefix: str
) -> None:
    fill(records, "projects", "apps")
    records[DEPLOYMENTS].insert(deployment(1, snapshot=TWO))
    text = f"json_extract(snapshot, '{source}')"
    moved_in = f"json({text})" if source.endswith("]") and "files" in source else f":prefix || {text}"
    records.database.execute(
        f"update deployments set snapshot = json_set(snapshot, '{target}', {moved_in})", {"prefix": prefix}
    )
    with pytest.raises((Undecryptable, Corrupt)) as raised:
        records[DEPLOYMENTS].get("shop-1")
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "text", ["aes256gcm:x", "aes256gcm-bound:x", "aes256gcm", "sealed-text:", "sealed-text:aes256gcm"]
)
def test_a_text_that_looks_sealed_is_read_as_it_was_written(records: Records, text: str) -> None:
    fill(records, "projects", "apps")
    container = ContainerSpec(command=(text,), labels={text: text})
    snapshot = attrs.evolve(SNAPSHOT, environment={"A": Secret(text)}, container=container)
    kept = records[DEPLOYMENTS].insert(deployment(1, snapshot=snapshot))
    entry = ONE_OF_EACH["audit"][0]
    assert isinstance(entry, AuditEntry)
    records[AUDIT].insert(attrs.evolve(entry, arguments={"a": [text, {"b": text}]}))
    assert records[DEPLOYMENTS].get("shop-1") == kept
    assert records[AUDIT].where()[0].arguments == {"a": [text, {"b": text}]}


def bound_to_fields(records: Records) -> None:
    """Make the database one from before secrets were bound to their place within a field."""
    ring = Keyring(KEY)

    def sealed(row: dict[str, Any], text: str, prefix: str = "") -> str:
        return prefix + ring.encrypt(Secret(text), json.dumps(["deployments", row["id"], "snapshot"]))

    with records.transaction():
        for row in records.database.query("select id, snapshot from deployments"):
            plain = json.loads(row["snapshot"])
            plain["environment"] = {"PUBLIC": sealed(row, "shown to everybody"), "TOKEN": sealed(row, SECRET)}
            plain["declared"]["environment"] = {"TOKEN": sealed(row, "declared")}
            plain["container"]["environment"] = {"TOKEN": sealed(row, "of the container")}
            plain["container"]["files"][0]["content"] = sealed(row, "QQ==")
            plain["container"]["files"][1]["content"] = sealed(row, "Qg==")
            proxy = sealed(row, "--proxy=http://joe:proxy-pass@host", "sealed-text:")
            plain["container"]["command"][1] = proxy
            change = {"snapshot": json.dumps(plain), "id": row["id"]}
            records.database.execute("update deployments set snapshot = :snapshot where id = :id", change)
        records.database.execute("update facts set value = 'bound' where name = 'secrets'")


def test_secrets_that_were_bound_to_their_field_are_bound_to_their_place_in_it(
    records: Records, tmp_path: Path
) -> None:
    fill(records, "projects", "apps")
    upgrade_secrets(records, TABLES)
    kept = records[DEPLOYMENTS].insert(deployment(1, snapshot=TWO))
    bound_to_fields(records)
    with pytest.raises(Undecryptable):
        records[DEPLOYMENTS].get("shop-1")
    upgrade_secrets(records, TABLES)
    assert records[DEPLOYMENTS].get("shop-1") == kept
    bound_to_fields(records)
    records.database.execute("update facts set value = 'placed' where name = 'secrets'")
    upgrade_secrets(records, TABLES)
    with pytest.raises(Undecryptable):
        records[DEPLOYMENTS].get("shop-1")


def test_no_row_that_is_removed_lets_older_values_in_again(tmp_path: Path) -> None:
    """The probe of a home is bound once all its secrets are, and cannot be made without the key."""
    home = Home(tmp_path)
    records, _ = open_records(home)
    records[VARIABLES].insert(Variable("a", "TOKEN", Secret("of a"), NOON))
    ring = Keyring.load(home.master_key)
    old = ring.encrypt(Secret("from an old backup"))
    records.database.execute("update variables set value = :old", {"old": old})
    records.database.execute("delete from facts where name in ('secrets', 'declared')")
    records.database.close()
    again, _ = open_records(home)
    with pytest.raises(Undecryptable):
        again[VARIABLES].where()
    again.database.execute("update variables set value = (select value from facts where name = 'probe')")
    with pytest.raises(Undecryptable):
        again[VARIABLES].where()
    again.database.close()


def test_the_probe_of_an_older_home_is_bound(tmp_path: Path) -> None:
    home = Home(tmp_path)
    records, first = open_records(home)
    old = Keyring.load(home.master_key).encrypt(Secret("sh0-master-key"))
    records.database.execute("update facts set value = :old where name = 'probe'", {"old": old})
    records.database.close()
    for _ in range(2):
        again, second = open_records(home)
        assert second == first
        [probe] = again.database.query("select value from facts where name = 'probe'")
        assert probe["value"].startswith("aes256gcm-bound:")
        again.database.close()
    home.master_key.write_bytes(bytes(32))
    with pytest.raises(Undecryptable):
        open_records(home)


def unbound(records: Records) -> None:
    """Make the database one from before there were places."""
    ring = Keyring(KEY)
    with records.transaction():
        for variable in records[VARIABLES].where():
            records.database.execute(
                "update variables set value = :value where app = :app and name = :name",
                {"value": ring.encrypt(variable.value), "app": variable.app, "name": variable.name},
            )
        records.database.execute("delete from facts where name = 'secrets'")


def test_the_secrets_of_an_older_database_are_bound_when_it_is_opened(records: Records, tmp_path: Path) -> None:
    fill(records)
    unbound(records)
    records.database.close()
    again = Records(Database(tmp_path / "sh0.db", Keyring(KEY)))
    upgrade_secrets(again, TABLES)
    assert sorted(again[VARIABLES].where(), key=repr) == sorted(ONE_OF_EACH["variables"], key=repr)
    stored = again.database.query("select value from variables")
    assert all(row["value"].startswith("aes256gcm-bound:") for row in stored)
    again.database.close()


def test_a_value_without_a_place_is_refused_once_all_have_one(records: Records, tmp_path: Path) -> None:
    fill(records, "variables")
    value = Keyring(KEY).encrypt(Secret("from an old backup"))
    records.database.execute("update variables set value = :value", {"value": value})
    records.database.close()
    again = Records(Database(tmp_path / "sh0.db", Keyring(KEY)))
    upgrade_secrets(again, TABLES)
    with pytest.raises(Undecryptable):
        again[VARIABLES].where()
    again.database.close()


def test_an_older_database_under_another_key_stays_as_it_is(records: Records, tmp_path: Path) -> None:
    fill(records, "variables")
    unbound(records)
    before = records.database.query("select value from variables")
    records.database.close()
    other = Database(tmp_path / "sh0.db", Keyring(bytes(32)))
    with pytest.raises(Undecryptable):
        upgrade_secrets(Records(other), TABLES)
    assert other.query("select value from variables") == before
    other.close()
