"""A Git URL holds no password: it is refused without being repeated, and none is left of older ones."""

import json
from pathlib import Path
from typing import get_args

import pytest

from sh0.audited import for_audit
from sh0.codec import structure
from sh0.domain_classes import TABLES, later_migrations
from sh0.errors import GitFailed, InvalidValue
from sh0.platform import registry
from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS, RemoteRepository
from sh0.records.older_homes import upgrade_secrets
from sh0.sensitive import without_credentials
from sh0.store import Database, Keyring, Records
from sh0.values import GitUrl, ImageRef
from tests.core.conftest import KEY
from tests.core.examples import ONE_OF_EACH, SPECS

LATER = later_migrations()

HIDDEN = "ghp_HIDDEN"
WITH = (
    f"https://joe:{HIDDEN}@example.org/x.git",
    f"http://joe:{HIDDEN}@127.0.0.1:8700/x.git",
    f"https://{HIDDEN}@example.org/x.git",
    f"https://{HIDDEN}:x-oauth-basic@example.org/x.git",
    f"https://joe:a/{HIDDEN}@example.org/x.git",
    f"ssh://git:{HIDDEN}@example.org/x.git",
    f"git://joe:{HIDDEN}@example.org/x.git",
    f"https://example.org/x.git?access_token={HIDDEN}",
    f"https://example.org/x.git#access_token={HIDDEN}",
    f"htp://joe:{HIDDEN}@example.org/x.git",
    f"joe:{HIDDEN}@example.org/x.git",
)
WITHOUT = (
    "https://github.com/acme/shop.git",
    "http://127.0.0.1:8700/x.git",
    "http://[::1]:8700/x.git",
    "ssh://git@example.org:2222/x.git",
    "git@example.org:acme/shop.git",
    "https://example.org/@scope/x",
)


@pytest.mark.parametrize("url", WITH)
def test_a_url_with_a_password_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        structure({"kind": "git", "url": url}, RemoteRepository | None)
    assert HIDDEN not in f"{refused.value} {refused.value.details}"
    call = next(each for each in registry if each.name == "deployments.create")
    assert HIDDEN not in json.dumps(for_audit(call, {"app": "shop", "source": {"kind": "git", "url": url}}))


@pytest.mark.parametrize("url", WITHOUT)
def test_a_url_without_one_is_taken(url: str) -> None:
    assert get_args(GitUrl)[1].check(url) == url


def test_a_reference_of_an_image_with_one_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="not an image reference") as refused:
        get_args(ImageRef)[1].check(f"joe:{HIDDEN}@registry.example/x:1")
    assert HIDDEN not in str(refused.value)


def test_no_error_repeats_the_password_of_a_url() -> None:
    assert HIDDEN not in str(GitFailed(f"could not fetch {WITH[0]}"))


@pytest.mark.parametrize("url", WITH[:7])
def test_credentials_are_taken_out_of_texts(url: str) -> None:
    assert HIDDEN not in without_credentials(f"fetching {url} now")


def test_what_an_older_version_kept_of_sh0_yaml_in_clear_is_sealed(tmp_path: Path) -> None:
    """Of apps and deployments, in a database whose secrets are bound to their places already, and in an older one."""
    for facts in ("name = 'declared'", "name in ('declared', 'secrets')"):
        home = tmp_path / str(len(facts))
        home.mkdir()
        records = Records(Database(home / "sh0.db", Keyring(KEY), later=LATER))
        upgrade_secrets(records, TABLES)
        for table in ("projects", "apps", "deployments"):
            for record in ONE_OF_EACH[table]:
                records[SPECS[table]].insert(record)
        declared = '{"environment": {"FEED": "' + HIDDEN + '"}}'
        for table, change in (
            ("apps", "declared = json_patch(declared, :new)"),
            ("deployments", "snapshot = json_patch(snapshot, json_object('declared', json(:new)))"),
        ):
            records.database.execute(f"update {table} set {change}", {"new": declared})
        if "secrets" in facts:
            for table in ("apps", "deployments"):  # of before there were places, no secret but these
                strip = "snapshot = json_set(snapshot, '$.environment', json('{}'), '$.container', null)"
                if table == "deployments":
                    records.database.execute(f"update {table} set {strip}, changes = '{{}}'")
        records.database.execute("update facts set value = 'bound' where name = 'secrets'")
        records.database.execute(f"delete from facts where {facts}")
        records.database.close()
        assert HIDDEN.encode() in b"".join(file.read_bytes() for file in home.iterdir())
        records = Records(Database(home / "sh0.db", Keyring(KEY), later=LATER))
        upgrade_secrets(records, TABLES)
        assert {app.declared.environment["FEED"].reveal() for app in records[APPS].where()} == {HIDDEN}
        found = {each.snapshot.declared.environment["FEED"].reveal() for each in records[DEPLOYMENTS].where()}
        assert found == {HIDDEN}
        rows = [*records.database.query("select * from apps"), *records.database.query("select * from deployments")]
        assert HIDDEN not in json.dumps(rows, default=str)
        records.database.close()


def test_older_records_lose_theirs(tmp_path: Path) -> None:
    records = Records(Database(tmp_path / "sh0.db", Keyring(KEY)))
    for table in ("projects", "apps", "deployments"):
        for record in ONE_OF_EACH[table]:
            records[SPECS[table]].insert(record)
    source = json.dumps({"kind": "git", "url": WITH[0], "branch": "main"})
    records.database.execute("update deployments set source = :source where id = 'shop-1'", {"source": source})
    records.database.execute("delete from _sqlite_migrations where name = 'no_passwords_in_urls'")
    records.database.close()
    records = Records(Database(tmp_path / "sh0.db", Keyring(KEY)))
    assert records[DEPLOYMENTS].get("shop-1").source == RemoteRepository("https://example.org/x.git")
    records.database.close()
