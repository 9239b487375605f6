"""Facts of single templates that upstream's own files decide, and that a copy from elsewhere once had wrong."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import sh0_plugins
from sh0.templates.reading import read

FOLDER = Path(sh0_plugins.__file__).parent / "templates"
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
