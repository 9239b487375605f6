"""What an original means by a name is found wherever Compose reads one, and nothing of it is dropped silently."""

from typing import Any

import pytest
import yaml

from sh0.compose.files import TextFiles
from sh0.compose.reading import read as read_project
from sh0.importers.model import ImportedTemplate, ImportNoteKind
from sh0.templates.answers import answer
from sh0.templates.importing.installed import import_template
from sh0.templates.lint import lint_template
from sh0.templates.reading import read
from sh0.values import ByteSize

HOSTS = {"SH0_URL": "https://x", "SH0_HOST": "x", "SH0_URL_APP": "https://app.x", "SH0_HOST_APP": "app.x"}


def coolify(*environment: str, more: str = "") -> ImportedTemplate:
    lines = "\n".join(f"      - {line}" for line in environment)
    text = f"""# documentation: https://x.example
# port: 3000
services:
  app:
    image: nginx:1.27.2
    environment:
      - SERVICE_URL_APP_3000
{lines}
{more}"""
    return import_template({"app.yaml": text}, "app")


def dokploy(compose: str, settings: str) -> ImportedTemplate:
    return import_template({"docker-compose.yml": compose, "template.toml": settings}, "app")


def block(made: ImportedTemplate) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(made.text)["x-sh0"]
    return found


def started(made: ImportedTemplate, **given: str) -> dict[str, str]:
    """The environment that the service runs with, once everything is made and filled in."""
    template = read(made.text, made.name)
    values = {name: value.reveal() for name, value in answer(template, {}).values.items()}
    files = TextFiles({"compose.yaml": made.text})
    project = read_project(files, "compose.yaml", {**HOSTS, **values, **given}, name="app")
    return {name: value.reveal() for name, value in project.services["app"].environment.items()}


def lost(made: ImportedTemplate) -> list[str]:
    return [note.message for note in made.notes if note.kind is ImportNoteKind.LOST]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("${SITE:-$SERVICE_URL_APP}", "https://app.x"),
        ("${SITE:-${SERVICE_FQDN_APP_3000}}", "app.x"),
        ("${SITE-https://${SERVICE_FQDN_APP}/x}", "https://app.x/x"),
        ("${SITE:?$SERVICE_URL_APP}", "https://app.x"),
        ("${SITE:-${OTHER:-${SERVICE_URL_APP}}}", "https://app.x"),
        ("${SERVICE_URL_APP:-http://localhost}", "https://app.x"),
        ("http://${SERVICE_NAME_APP}:3000", "http://app:3000"),
        ("${MODE:?fast}", "fast"),
        ("${SITE:+$SERVICE_URL_APP}", ""),
    ],
)
def test_a_generated_name_is_translated_wherever_it_stands(written: str, value: str) -> None:
    made = coolify(f"VALUE={written}")
    assert started(made)["VALUE"] == value
    assert lost(made) == []
    assert lint_template(made.text, made.name) == ()


@pytest.mark.parametrize(
    "written",
    [
        "${SERVICE_PASSWORD_64_APP}",
        "${KEY:?${SERVICE_PASSWORD_64_APP}}",
        "${KEY:-$SERVICE_BASE64_64_APP}",
        "${KEY:-${OTHER:-${SERVICE_HEX_64_APP}}}",
        "${SERVICE_PASSWORDWITHSYMBOLS_64_APP:?say it}",
    ],
)
def test_a_secret_inside_a_default_or_a_message_is_made_at_random(written: str) -> None:
    made = coolify(f"VALUE={written}")
    first, second = started(made)["VALUE"], started(made)["VALUE"]
    assert len(first) == 64
    assert first != second
    assert lint_template(made.text, made.name) == ()


def test_what_an_operator_gives_comes_before_what_is_made() -> None:
    made = coolify("VALUE=${SECRET:-$SERVICE_PASSWORD_APP}", "SITE=${SITE-$SERVICE_URL_APP}")
    given = started(made, SECRET="mine", SITE="https://y")
    assert (given["VALUE"], given["SITE"]) == ("mine", "https://y")


def test_an_unknown_name_of_the_scheme_is_lost_and_asked_for() -> None:
    made = coolify("ANON=${SERVICE_SUPABASEANON_KEY}", "OLD=${OLD:-$SERVICE_NEWKIND_APP}")
    for name in ("SERVICE_SUPABASEANON_KEY", "SERVICE_NEWKIND_APP"):
        assert block(made)["variables"][name]["required"] is True
        assert any(name in message for message in lost(made))


def test_the_root_as_a_path_loses_nothing() -> None:
    assert lost(coolify("SERVICE_FQDN_APP=/")) == []
    assert lost(coolify("SERVICE_FQDN_APP=/api")) == ["app was exposed under the path /api; here it has a host name"]


DATABASE = """
services: {app: {image: "postgres:16.4", secrets: [pw], environment: {POSTGRES_PASSWORD_FILE: /run/secrets/pw}}}
secrets: {pw: {environment: DB_PW}}
"""


@pytest.mark.parametrize(
    ("environment", "variable"),
    [('["DB_PW=${p}"]', "DB_PW"), ('["ROOT=${p}", "DB_PW=${p}"]', "ROOT"), ('["DB_PW=hunter2-hunter2"]', "DB_PW")],
)
def test_a_secret_that_is_filled_from_a_variable_uses_it(environment: str, variable: str) -> None:
    made = dokploy(DATABASE, f'[variables]\np="${{password:32}}"\n[config]\nenv={environment}')
    assert yaml.safe_load(made.text)["secrets"]["pw"]["environment"] == variable
    assert "generate" in block(made)["variables"][variable]
    assert "hunter2" not in made.text
    assert not any("nothing uses it" in note.message for note in made.notes)
    started(made)


def test_a_config_or_a_bare_name_of_the_environment_uses_a_variable_too() -> None:
    compose = """
services: {app: {image: "x:1.4.2", configs: [c, d], environment: [LEVEL, "TZ"]}}
configs: {c: {environment: LEVEL}, d: {environment: MIXED}}
"""
    settings = '[variables]\nh="${hash:32}"\n[config]\nenv=["LEVEL=debug", "MIXED=a${h}b", "TZ=Asia/Tokyo"]'
    made = dokploy(compose, settings)
    environment = started(made)
    assert (environment["LEVEL"], environment["TZ"]) == ("debug", "Asia/Tokyo")
    assert yaml.safe_load(made.text)["configs"]["d"]["content"].startswith("a${")
    assert block(made)["variables"]["LEVEL"]["default"] == "debug"


def test_an_ordinary_file_declares_the_names_that_it_uses_without_a_dollar_sign() -> None:
    services = "services: {app: {image: 'x:1.4.2', environment: [TZ], secrets: [s]}}"
    text = f"{services}\nsecrets: {{s: {{environment: APP_TOKEN_FILE}}}}"
    made = import_template({"compose.yaml": text, ".env": "TZ=UTC"}, "app")
    assert set(block(made)["variables"]) == {"TZ", "APP_TOKEN_FILE"}
    assert started(made)["TZ"] == "UTC"


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("${INCOMING_PORT:-50000}", "50000"),
        ("${INCOMING_PORT-50000}", "50000"),
        ("${SITE:-https://${main}}", "https://app.x"),
        ("a ${WORD:-b} c", "a b c"),
        ("${OTHER}-2", "one-2"),
        ("${LOOP}", ""),
        ("costs $5", "costs $5"),
    ],
)
def test_a_variable_in_a_value_stays_one_that_can_be_given(value: str, meant: str) -> None:
    settings = f"""[variables]
main = "${{domain}}"
theirs = "{value}"
[config]
env = ["VALUE=${{theirs}}", "OTHER=one", "LOOP=${{LOOP}}"]
[[config.domains]]
serviceName = "app"
port = 80
host = "${{main}}"
"""
    made = dokploy('services: {app: {image: "x:1.4.2", environment: ["VALUE=${VALUE}"]}}', settings)
    assert started(made)["VALUE"] == meant
    if "INCOMING_PORT" in value:
        assert block(made)["variables"]["INCOMING_PORT"]["default"] == "50000"


def test_what_is_guessed_is_in_the_file_and_to_be_confirmed() -> None:
    made = import_template(
        {"compose.yaml": "services: {app: {image: 'x:latest', ports: ['80:80']}}"}, "app", memory=ByteSize(1 << 30)
    )
    top = yaml.safe_load(made.text)
    assert top["services"]["app"]["deploy"]["resources"]["limits"]["memory"] == "1g"
    assert {note.message.partition(":")[0] for note in made.notes if note.kind is ImportNoteKind.CONFIRM} == {
        "x",
        "app has no memory limit",
        "the memory that it needs is a guess (1g)",
    }
    assert {problem.demand for problem in lint_template(made.text, "app")} == {"links", "source"}


def test_an_image_may_move_only_where_the_template_says_why() -> None:
    text = import_template({"compose.yaml": "services: {app: {image: 'x:latest', ports: ['80:80']}}"}, "app").text
    reason = "The original of this template names no exact version."
    for wrong in (text.replace(reason, "Because."), text.replace("x:latest", "x:1.4.2")):
        assert "image-version" in {problem.demand for problem in lint_template(wrong, "app")}
    unknown = lint_template(text.replace(f"app: {reason}", "db: a b c d"), "app")
    assert "format" in {problem.demand for problem in unknown}


def test_a_secret_that_is_filled_in_from_a_name_of_coolify_holds_the_same_password() -> None:
    more = "    secrets: [pw]\n    configs: [c]\nsecrets: {pw: {environment: SERVICE_PASSWORD_DB}}\n"
    more += "configs: {c: {environment: SERVICE_NAME_APP}}\n"
    made = coolify("DB=postgres://u:${SERVICE_PASSWORD_DB}@db", more=more)
    document = yaml.safe_load(made.text)
    assert document["secrets"] == {"pw": {"environment": "DB_PASSWORD"}}
    assert document["configs"] == {"c": {"content": "app"}}
    assert [name for name in block(made)["variables"] if "PASSWORD" in name] == ["DB_PASSWORD"]


def test_a_name_of_coolify_counts_as_set_where_that_is_asked() -> None:
    assert started(coolify("TLS=${SERVICE_PASSWORD_APP:+yes}"))["TLS"] == "yes"
