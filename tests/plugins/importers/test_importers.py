"""Templates made of other catalogues' formats: what is taken over, and what is said about the rest."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sh0.errors import Invalid
from sh0.importers.model import ImportedTemplate, ImportNoteKind
from sh0.templates.importing.installed import import_template
from sh0.templates.lint import lint_template
from sh0.templates.reading import read

FOLDER = Path(__file__).parent / "originals"


def imported(name: str) -> ImportedTemplate:
    path = FOLDER / name
    files = path.iterdir() if path.is_dir() else [path]
    return import_template({file.name: file.read_text(encoding="utf-8") for file in files}, path.stem)


def notes(made: ImportedTemplate, kind: ImportNoteKind) -> list[str]:
    return [note.message for note in made.notes if note.kind is kind]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("plain.yaml", "compose"),
        ("coolify.yaml", "coolify"),
        ("dokploy", "dokploy"),
        ("caprover.yml", "caprover"),
    ],
)
def test_each_format_is_recognised_and_gives_what_lints_but_for_what_must_be_filled(name: str, kind: str) -> None:
    made = imported(name)
    assert made.format == kind
    assert read(made.text, made.name).expose
    left = {problem.demand for problem in lint_template(made.text, made.name)}
    assert left <= {"source", "links", "health", "allow"}, left
    lines = {Path(note.file).name: note.line for note in made.notes}
    assert lines
    assert all(line >= 0 for line in lines.values())


def test_an_ordinary_compose_file_gets_host_names_variables_and_named_volumes() -> None:
    made = imported("plain.yaml")
    top = yaml.safe_load(made.text)
    block, web, db = top["x-sh0"], top["services"]["web"], top["services"]["db"]
    assert block["expose"] == [{"service": "web", "port": 8000, "health": "/"}]
    assert "ports" not in web
    assert "ports" not in db  # nobody publishes a database
    assert web["environment"]["DATABASE_URL"] == "postgres://shop:${POSTGRES_PASSWORD}@db/shop"
    assert db["environment"]["POSTGRES_PASSWORD"] == "${POSTGRES_PASSWORD}"
    assert block["variables"]["POSTGRES_PASSWORD"]["generate"] == "password:24"
    assert block["variables"]["PAGE_SIZE"] == {"description": "Page size.", "default": "20"}
    assert block["variables"]["SMTP_PASSWORD"]["type"] == "secret"
    assert web["image"] == "example/shop:1.4.2"
    assert web["volumes"] == ["media:/srv/media"]
    assert web["deploy"] == {"resources": {"limits": {"memory": "256m"}}}
    assert db["x-sh0"] == {"probe": "tcp:5432"}
    assert top["services"]["git"]["ports"] == ["2222:22"]
    assert set(top["volumes"]) == {"media", "data"}
    assert "labels" not in web
    assert "networks" not in top


def test_what_an_ordinary_file_has_and_a_template_cannot_is_said_with_its_line() -> None:
    made = imported("plain.yaml")
    text = (FOLDER / "plain.yaml").read_text().splitlines()
    lost = {note.line: note.message for note in made.notes if note.kind is ImportNoteKind.LOST}
    assert {text[line - 1].strip() for line in lost} == {"- ./nginx.conf:/etc/nginx/nginx.conf:ro", "build: ."}
    missing, guessed = notes(made, ImportNoteKind.MISSING), notes(made, ImportNoteKind.CONFIRM)
    assert not any(message.startswith("web has no memory limit") for message in guessed)
    assert "db has no memory limit: it may use 512m" in guessed
    assert any("docker.sock" in message or "socket" in message for message in missing)


@pytest.mark.parametrize("name", ["coolify.yaml", "caprover.yml", "dokploy"])
def test_what_a_catalogue_says_is_to_be_compared_with_the_software_s_own_page(name: str) -> None:
    made = imported(name)
    source = yaml.safe_load(made.text)["x-sh0"]["source"]
    said = [message for message in notes(made, ImportNoteKind.CONFIRM) if message.startswith("variables, data folders")]
    assert said == [f"variables, data folders and ports are the original's: compare them with {source}"]


def test_where_no_page_is_known_none_is_to_be_compared_with() -> None:
    made = imported("plain.yaml")
    assert not any("compare them" in message for message in notes(made, ImportNoteKind.CONFIRM))
    assert any(message.startswith("there is no source") for message in notes(made, ImportNoteKind.MISSING))


def test_coolify_s_variables_become_ours() -> None:
    made = imported("coolify.yaml")
    top = yaml.safe_load(made.text)
    block, service = top["x-sh0"], top["services"]["notes"]
    assert block["title"] == "Coolify"
    assert block["summary"] == "Notes for everybody."
    assert block["categories"] == ["documents"]
    assert block["expose"] == [{"service": "notes", "port": 3010}]
    assert service["environment"]["BASE_URL"] == "${SH0_URL_NOTES}"
    assert service["environment"]["DOMAIN"] == "${SH0_HOST_NOTES}"
    assert not any(name.startswith("SERVICE_") for name in service["environment"])
    assert block["variables"]["POSTGRES_USER"]["default"] == "postgres"
    assert block["variables"]["POSTGRES_PASSWORD"]["generate"] == "password:32"
    assert block["variables"]["NOTES_PASSWORD"]["generate"] == "password:64"
    assert block["variables"]["COOKIES_KEY"]["generate"] == "base64:64"
    assert top["services"]["db"]["environment"]["POSTGRES_DB"] == "${POSTGRES_DB}"
    assert block["variables"]["POSTGRES_DB"]["default"] == "notes"
    assert top["configs"]["notes-settings-toml"]["content"] == 'user = "${POSTGRES_USER}"\nprice = "$$5"\n'


def test_dokploy_s_helpers_files_and_domains_become_ours() -> None:
    made = imported("dokploy")
    top = yaml.safe_load(made.text)
    block, web = top["x-sh0"], top["services"]["web"]
    assert (block["title"], block["categories"]) == ("Board", ["productivity"])
    assert block["expose"] == [{"service": "web", "port": 8080, "health": "/"}]
    assert web["environment"]["HOST"] == "${SH0_HOST_WEB}"
    assert web["environment"]["SECRET"] == "${SECRET}"
    assert block["variables"]["SECRET"]["generate"] == "base64:48"
    assert block["variables"]["DB_PASSWORD"]["generate"] == "password:20"
    assert web["environment"]["DATABASE_URL"] == "postgres://board:${DB_PASSWORD}@db/board"
    assert "container_name" not in web
    (config,) = top["configs"].values()
    assert config["content"] == "host = ${SH0_HOST_WEB}\nvalue = $$other\n"
    assert web["configs"][0]["target"] == "/etc/board/board.conf"
    assert block["variables"]["TOKEN_JWT"]["required"] is True
    assert ("template.toml", True) in {(n.file, n.line > 0) for n in made.notes if n.kind is ImportNoteKind.LOST}


def test_caprover_s_questions_become_variables() -> None:
    made = imported("caprover.yml")
    top = yaml.safe_load(made.text)
    block = top["x-sh0"]
    assert set(top["services"]) == {"caprover", "db"}
    web, db = top["services"]["caprover"], top["services"]["db"]
    assert web["image"] == "example/forum:3.1.0"
    assert block["expose"] == [{"service": "caprover", "port": 4567, "health": "/"}]
    assert web["environment"] == {
        "DB_HOST": "db:3306",
        "DB_PASSWORD": "${DB_PASS}",
        "URL": "${SH0_URL_CAPROVER}",
        "PRICE": "5$$",
        "ADMIN": "${ADMIN_EMAIL}",
    }
    assert db["environment"]["MYSQL_PASSWORD"] == "${DB_PASS}"
    assert block["variables"]["DB_PASS"] == {"description": "Database password.", "generate": "hex:20"}
    assert block["variables"]["ADMIN_EMAIL"]["required"] is True
    assert db["volumes"] == ["db-data:/var/lib/mysql"]
    assert any("Dockerfile" in message for message in notes(made, ImportNoteKind.LOST)) is False


def test_no_password_of_an_original_survives() -> None:
    for name in ("plain.yaml", "coolify.yaml", "dokploy", "caprover.yml"):
        assert not re.search("hunter2|changeme|s3cret", imported(name).text)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no Compose file"),
        ({"a.yaml": "services: {}", "b.yaml": ""}, "several YAML files"),
        ({"compose.yaml": "services: ["}, "line 1"),
        ({"compose.yaml": "services: {}"}, "no services"),
        ({"compose.yaml": "just words"}, "no services"),
    ],
)
def test_what_is_no_compose_file_is_refused_by_name(files: dict[str, str], said: str) -> None:
    with pytest.raises(Invalid) as caught:
        import_template(files, "x")
    assert said in str(caught.value)


def test_broken_settings_beside_a_compose_file_are_said_and_the_rest_goes_on() -> None:
    files = {"docker-compose.yml": "services: {web: {image: 'x:1.0'}}", "template.toml": "= [", "meta.json": "{"}
    lost = {note.file for note in import_template(files, "x").notes if note.kind is ImportNoteKind.LOST}
    assert lost == {"template.toml", "meta.json"}


KEYS = ["image", "ports", "environment", "volumes", "labels", "networks", "deploy", "healthcheck", "env_file"]
KEYS += ["SERVICE_URL_A_80", "DB_PASSWORD", "caproverExtra", "configs", "mem_limit"]
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-5, 70000), st.sampled_from(["$", "${A:-${B}}", "a:b", "80", "$$cap_x"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=15,
)


@given(
    st.fixed_dictionaries(
        {"services": st.dictionaries(st.sampled_from(["web", "$$cap_appname-db", "a b"]), VALUES, min_size=1)},
        optional={"volumes": VALUES, "networks": VALUES, "captainVersion": st.just(4), "caproverOneClickApp": VALUES},
    ),
    st.sampled_from(["compose", "coolify", "dokploy", "caprover"]),
)
def test_any_shape_is_imported_or_refused_without_a_crash(value: object, kind: str) -> None:
    import json

    try:
        made = import_template({"compose.yaml": json.dumps(value), "template.toml": "[config]\nenv = 3"}, "x", kind)
    except Invalid:
        return
    assert made.text


def test_variables_that_nest_deeper_than_compose_follows_are_refused_with_their_line() -> None:
    def text(depth: int) -> str:
        return "services:\n  web: {image: 'x:1.0', command: '" + "${A:-" * depth + "}" * depth + "'}"

    assert "variables:" in import_template({"compose.yaml": text(20)}, "x").text
    with pytest.raises(Invalid, match=r"compose\.yaml, line 2: variables are nested more than 20 deep"):
        import_template({"compose.yaml": text(1000)}, "x")


def test_passwords_of_an_env_file_stay_there_and_its_other_values_become_defaults() -> None:
    command = "serve ${DB_PASSWORD:+--db} ${LEVEL} ${HOST_NAME:-${DB_PASSWORD}} ${TOKEN}"
    files = {
        "compose.yaml": f"services: {{web: {{image: 'x:1.0', command: '{command}', env_file: web.env}}}}",
        ".env": "DB_PASSWORD=hunter2-hunter2\nLEVEL='debug'\n# a note\nexport TOKEN=tok-hunter2",
        "web.env": "ADMIN_PASSWORD=hunter2-too\nCOLOUR=red$",
    }
    made = import_template(files, "x")
    assert "hunter2" not in made.text
    top = yaml.safe_load(made.text)
    assert top["x-sh0"]["variables"]["LEVEL"]["default"] == "debug"
    assert top["services"]["web"]["environment"] == {"ADMIN_PASSWORD": "${ADMIN_PASSWORD}", "COLOUR": "red$$"}


@pytest.mark.parametrize(
    ("toml", "meta", "reason"),
    [
        ("a." * 5000 + "a = 1", '{"a": ' + "1" * 5000 + "}", "too many parts"),
        ("a = " + "[" * 100_000, "[" * 200_000, "nested too deeply"),
        ("# x\n" * (1 << 19), "[" * 200_000, "larger than"),
    ],
)
def test_what_a_parser_would_take_too_long_or_too_deep_for_is_lost_and_said(toml: str, meta: str, reason: str) -> None:
    files = {"docker-compose.yml": "services: {web: {image: 'x:1.0'}}", "template.toml": toml, "meta.json": meta}
    made = import_template(files, "x")
    assert any(reason in message for message in notes(made, ImportNoteKind.LOST))
    assert {n.file for n in made.notes if n.kind is ImportNoteKind.LOST} >= {"template.toml", "meta.json"}
