"""Which secrets an app may print: its own, those that serve and those to come, and those of its stack."""

import attrs

from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS
from sh0.sensitive import REDACTED
from sh0.serving.known_secrets import known_secrets, redactor_of, redactor_of_deployment
from sh0.store import Records
from sh0.values import Secret
from tests.core.examples import SNAPSHOT
from tests.core.stacks.parts import Stage

PAIR = """
services:
  web: {image: "web:1", environment: {API_TOKEN: "token-of-web"}}
  db: {image: "db:1", environment: {DB_PASSWORD: "password-of-db"}}
"""


def known(records: Records, app: str) -> set[str]:
    return {secret.reveal() for secret in known_secrets(records, app)}


def test_services_of_a_stack_know_each_others(stage: Stage) -> None:
    stage.up(PAIR)
    stage.core.platform.apps.create("other")
    records = stage.core.context.records
    for app in ("shop-web", "shop-db"):
        assert known(records, app) == {"token-of-web", "password-of-db"}
    assert known(records, "other") == set()
    assert known(records, "not-there") == set()


def test_the_values_that_serve_and_those_to_come_count_besides_those_of_a_version(stage: Stage) -> None:
    stage.up(PAIR)
    records = stage.core.context.records
    live = records[DEPLOYMENTS].get(records[APPS].get("shop-db").live)
    to_come = attrs.evolve(SNAPSHOT, container=None, environment={"DB_PASSWORD": Secret("value-to-come")})
    records[DEPLOYMENTS].insert(attrs.evolve(live, id="shop-db-2", number=2, snapshot=to_come))
    everything = {"token-of-web", "password-of-db", "value-to-come"}
    assert known(records, "shop-db") == known(records, "shop-web") == everything
    earlier = attrs.evolve(SNAPSHOT, container=None, environment={"DB_PASSWORD": Secret("value-before")})
    found = {secret.reveal() for secret in known_secrets(records, "shop-db", earlier)}
    assert found == {*everything, "value-before"}


def test_a_redactor_follows_the_records_and_forgets_nothing(stage: Stage) -> None:
    stage.up(PAIR)
    records = stage.core.context.records
    live = records[DEPLOYMENTS].get(records[APPS].get("shop-db").live)
    of_apps, of_one = redactor_of(records, ["shop-db"]), redactor_of_deployment(records, live.id, "shop-db")
    text = "password-of-db value-to-come token-of-web shop-db"
    for redact in (of_apps, of_one):
        assert redact(text) == f"{REDACTED} value-to-come {REDACTED} shop-db"
    changed = attrs.evolve(live.snapshot, container=None, environment={"DB_PASSWORD": Secret("value-to-come")})
    records[DEPLOYMENTS].change(live.id, snapshot=changed)
    for redact in (of_apps, of_one):
        assert redact(text) == f"{REDACTED} {REDACTED} {REDACTED} shop-db"
        assert redact.split("a value-to") == ("a ", "value-to")
        assert redact.rest("to-come, it is") == f"{REDACTED}, it is"


def test_a_redactor_goes_on_with_what_it_knows_once_the_database_is_closed(stage: Stage) -> None:
    stage.up(PAIR)
    records = stage.core.context.records
    redact = redactor_of(records, ["shop-db"])
    stage.core.context.records.database.close()
    assert redact("password-of-db") == REDACTED
