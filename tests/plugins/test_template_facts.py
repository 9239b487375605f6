"""Facts of single templates that upstream's own files decide, and that a copy from elsewhere once had wrong."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import sh0_plugins
from sh0.templates.demands.about import memory_limit
from sh0.templates.reading import read
from sh0.values import ByteSize

FOLDER = Path(sh0_plugins.__file__).parent / "templates"
SLOW = ByteSize.parse("512m")
MEDIA = {
    "audiobookshelf": {"/audiobooks", "/podcasts"},
    "bazarr": {"/movies", "/tv"},
    "jellyfin": {"/data/movies", "/data/tvshows", "/data/music"},
    "kavita": {"/books", "/comics", "/manga"},
    "komga": {"/data"},
    "navidrome": {"/music"},
}


def services(name: str) -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))["services"])


def mounts(service: dict[str, Any]) -> dict[str, str]:
    """Sources by the path where they are mounted."""
    return {parts[1]: parts[0] for parts in (str(volume).split(":") for volume in service.get("volumes", []))}


def test_terraria_is_told_its_settings_in_the_names_that_its_entrypoint_reads() -> None:
    service = services("terraria")["terraria"]
    environment = service["environment"]
    assert environment["password"] == "${SERVER_PASSWORD}"
    assert {"world", "worldname", "difficulty", "maxplayers", "autocreate"} <= set(environment)
    assert all(name == name.lower() for name in environment)
    assert environment["worldpath"] in mounts(service)
    assert environment["world"].startswith(environment["worldpath"] + "/")
    assert service["stdin_open"]
    assert service["tty"]


@pytest.mark.parametrize("name", MEDIA)
def test_media_that_several_programs_share_lie_in_one_folder_of_the_machine(name: str) -> None:
    (service,) = services(name).values()
    shared = {target for target, source in mounts(service).items() if source.startswith("${MEDIA_FOLDER}")}
    assert shared == MEDIA[name]
    template = read((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), name)
    assert {v.name: v.default for v in template.variables}["MEDIA_FOLDER"] == "/srv/media"
    assert set(template.permissions) == {"host-path"}


def test_programs_that_work_with_the_same_films_find_them_in_the_same_folder() -> None:
    bazarr, jellyfin = mounts(services("bazarr")["bazarr"]), mounts(services("jellyfin")["jellyfin"])
    assert bazarr["/movies"] == jellyfin["/data/movies"]
    assert bazarr["/tv"] == jellyfin["/data/tvshows"]


def test_couchdb_makes_its_system_databases_as_a_single_node() -> None:
    document = yaml.safe_load((FOLDER / "couchdb.yaml").read_text(encoding="utf-8"))
    (config,) = document["services"]["couchdb"]["configs"]
    assert config["target"].startswith("/opt/couchdb/etc/default.d/")
    assert "single_node = true" in document["configs"][config["source"]]["content"]


@pytest.mark.parametrize(
    ("name", "service", "target"),
    [
        ("castopod", "castopod", "/app/public/media"),
        ("mautic", "web", "/var/www/html/config"),
        ("mautic", "web", "/var/www/html/docroot/media/files"),
        ("mautic", "worker", "/var/www/html/docroot/media/images"),
        ("wikijs", "wikijs", "/wiki/data/content"),
    ],
)
def test_data_lie_on_a_volume_where_the_image_keeps_them(name: str, service: str, target: str) -> None:
    assert target in mounts(services(name)[service])


@pytest.mark.parametrize(
    ("name", "service", "variable"),
    [
        ("glitchtip", "web", "VALKEY_URL"),
        ("dolibarr", "dolibarr", "DOLI_INSTANCE_UNIQUE_ID"),
        ("stalwart", "stalwart", "STALWART_RECOVERY_ADMIN"),
        ("weblate", "weblate", "WEBLATE_DEFAULT_FROM_EMAIL"),
        ("weaviate", "weaviate", "AUTHORIZATION_ADMINLIST_ENABLED"),
        ("mautic", "web", "PHP_INI_VALUE_MEMORY_LIMIT"),
        ("documenso", "documenso", "NEXT_PRIVATE_INTERNAL_WEBAPP_URL"),
        ("friendica", "friendica", "FRIENDICA_SITENAME"),
        ("friendica", "cron", "FRIENDICA_SITENAME"),
        ("geoserver", "geoserver", "ROOT_WEBAPP_REDIRECT"),
        ("healthchecks", "healthchecks", "EMAIL_HOST"),
        ("langflow", "langflow", "LANGFLOW_PORT"),
        ("nocobase", "nocobase", "ENCRYPTION_FIELD_KEY"),
        ("vikunja", "vikunja", "VIKUNJA_SERVICE_SECRET"),
    ],
)
def test_variables_have_the_names_that_the_image_reads(name: str, service: str, variable: str) -> None:
    assert variable in services(name)[service]["environment"]


def test_home_assistant_trusts_the_proxy_before_it_and_keeps_a_configuration_that_is_there() -> None:
    document = yaml.safe_load((FOLDER / "home-assistant.yaml").read_text(encoding="utf-8"))
    content = document["configs"]["configuration"]["content"]
    assert "use_x_forwarded_for: true" in content
    assert "trusted_proxies" in content
    assert "[ -f /config/configuration.yaml ] ||" in document["services"]["homeassistant"]["entrypoint"][-1]


def test_who_deploys_a_name_server_can_say_on_which_address_it_listens() -> None:
    ports = services("technitium-dns")["dns"]["ports"]
    assert ports == ["${LISTEN_ADDRESS}:53:53", "${LISTEN_ADDRESS}:53:53/udp"]


def test_a_password_that_only_the_log_has_is_named_in_the_summary() -> None:
    template = read((FOLDER / "trailbase.yaml").read_text(encoding="utf-8"), "trailbase")
    assert "password" in template.summary
    assert "log" in template.summary


@pytest.mark.parametrize("name", ["goatcounter", "grafana", "pocket-id", "twenty", "wikijs"])
def test_an_image_whose_shorter_tags_move_has_all_three_numbers(name: str) -> None:
    images = [service["image"] for service in services(name).values() if "postgres" not in service["image"]]
    assert all(re.search(r":v?\d+\.\d+\.\d+", image) for image in images), images


@pytest.mark.parametrize(("name", "owner"), [("langflow", "1000:0"), ("vikunja", "1000:1000")])
def test_a_volume_that_the_image_has_no_folder_for_is_handed_to_its_user_first(name: str, owner: str) -> None:
    found = services(name)
    assert found["permissions"]["command"][:2] == ["chown", owner]
    assert found["permissions"]["restart"] == "no"
    assert found[name]["depends_on"]["permissions"] == {"condition": "service_completed_successfully"}
    (source,) = mounts(found["permissions"]).values()
    assert source in mounts(found[name]).values()


def test_mattermost_keeps_its_index_in_a_folder_that_its_user_may_write() -> None:
    service = services("mattermost")["mattermost"]
    folder = Path(service["environment"]["MM_BLEVESETTINGS_INDEXDIR"])
    assert folder.parent.as_posix() in mounts(service)
    assert folder.as_posix() not in mounts(service)


def test_nocobase_is_reached_through_its_web_server_and_has_a_key_of_the_right_length() -> None:
    template = read((FOLDER / "nocobase.yaml").read_text(encoding="utf-8"), "nocobase")
    assert [(each.service, each.port) for each in template.expose] == [("nocobase", 80)]
    assert {v.name: v.generate for v in template.variables}["FIELD_KEY"] == "secret:32"


def test_lubelogger_locks_nobody_out_before_there_is_a_user() -> None:
    service = services("lubelogger")["lubelogger"]
    assert not {"EnableAuth", "UserNameHash"} & set(service["environment"])
    template = read((FOLDER / "lubelogger.yaml").read_text(encoding="utf-8"), "lubelogger")
    assert "Open to everybody" in template.summary


@pytest.mark.parametrize("name", ["documenso", "fider", "healthchecks", "rallly"])
def test_who_signs_people_in_by_mail_asks_for_a_mail_server(name: str) -> None:
    template = read((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), name)
    assert "SMTP_HOST" in {v.name for v in template.variables if v.required}


def test_listmonk_brings_its_tables_to_a_newer_version() -> None:
    (shell, option, line) = services("listmonk")["setup"]["command"]
    assert (shell, option) == ("sh", "-c")
    assert [step.split()[1] for step in line.split(" && ")] == ["--install", "--upgrade"]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("activepieces", "http:80/api/v1/flags"),
        ("nocobase", "http:80/api/__health_check"),
        ("tandoor", "http:8080/"),
    ],
)
def test_where_a_web_server_listens_first_what_is_behind_it_is_asked(name: str, asked: str) -> None:
    assert services(name)[name]["x-sh0"]["probe"] == asked


@pytest.mark.parametrize(
    ("name", "service", "asked"),
    [
        ("actual-budget", "actual", "http:5006/health"),
        ("fmd-server", "fmd-server", "tcp:8080"),
        ("garage", "garage", "tcp:3900"),
        ("home-assistant", "homeassistant", "http:8123/"),
        ("langflow", "langflow", None),
        ("nocodb", "nocodb", None),
        ("openobserve", "openobserve", "http:5080/healthz"),
        ("photoprism", "photoprism", None),
        ("rallly", "rallly", "http:3000/api/status"),
        ("searxng", "searxng", None),
        ("trilium", "trilium", "http:8080/api/health-check"),
    ],
)
def test_an_image_that_may_lack_the_program_is_asked_from_outside(name: str, service: str, asked: str | None) -> None:
    found = services(name)[service]
    assert "test" not in found["healthcheck"]
    if asked is None:
        template = read((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), name)
        assert [each.health for each in template.expose if each.service == service] != [None]
    else:
        assert found["x-sh0"]["probe"] == asked


@pytest.mark.parametrize("name", sorted(file.stem for file in FOLDER.glob("*.yaml")))
def test_what_starts_slowly_says_so(name: str) -> None:
    """A service that is only asked from outside has a minute, unless its file says otherwise."""
    for title, service in services(name).items():
        slow = "service_healthy" in str(service.get("depends_on")) or (memory_limit(service) or 0) >= SLOW
        if slow and service.get("restart") != "no":
            assert service["healthcheck"].get("test") or service["healthcheck"]["start_period"], title
