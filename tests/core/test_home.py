"""The folder of a platform and its settings."""

import json
import os
import stat
from pathlib import Path

import attrs
import pytest

from sh0 import settings as settings_file
from sh0.errors import Corrupt, Unavailable
from sh0.home import Home, default_home, new_id
from sh0.settings import Settings
from sh0.values import ByteSize


def test_a_home_lets_others_pass_to_the_web_socket_and_read_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / "home")
    home.prepare()
    modes = {path.name: path.stat().st_mode & 0o777 for path in (home.path, *home.path.iterdir())}
    assert modes.pop("home") == modes.pop("run") == modes.pop("proxy") == 0o711
    assert set(modes.values()) == {0o700}


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o027, 0o077, 0o777])
def test_the_folders_of_a_home_do_not_depend_on_the_umask(tmp_path: Path, umask: int) -> None:
    home = Home(tmp_path / "home")
    previous = os.umask(umask)
    try:
        home.prepare()
    finally:
        os.umask(previous)
    folders = (home.path, home.run, home.proxy, home.repositories, home.logs, home.work)
    assert [stat.S_IMODE(each.stat().st_mode) for each in folders] == [0o711] * 3 + [0o700] * 3


def test_preparing_a_home_again_is_no_error(tmp_path: Path) -> None:
    for _ in range(2):
        Home(tmp_path / "home").prepare()


def test_a_home_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="cannot be made"):
        Home(tmp_path / "file" / "home").prepare()


def test_a_path_that_is_too_long_for_a_socket_is_found_out_at_once(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="too long for its sockets"):
        Home(tmp_path / ("x" * 120)).prepare()


def test_a_home_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SH0_HOME", str(tmp_path))
    assert default_home() == tmp_path


def test_a_relative_home_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Home("home").path == tmp_path / "home"


def test_ids_of_homes_differ_and_fit_a_label() -> None:
    ids = {new_id() for _ in range(50)}
    assert len(ids) == 50
    assert all(id.isalnum() and len(id) == 8 for id in ids)


def test_settings_are_read_as_they_were_saved(tmp_path: Path) -> None:
    settings = attrs.evolve(Settings(), http_port=8080, upload_limit=ByteSize(1 << 20), build_cpus=0.5)
    settings_file.save(tmp_path, settings)
    assert settings_file.load(tmp_path) == settings
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]
    assert (tmp_path / "settings.json").stat().st_mode & 0o777 == 0o600


def test_a_home_without_settings_has_the_defaults(tmp_path: Path) -> None:
    assert settings_file.load(tmp_path) == Settings()


def test_settings_of_an_older_version_get_the_defaults_of_what_is_new(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"http_port": 8080}))
    assert settings_file.load(tmp_path) == attrs.evolve(Settings(), http_port=8080)


NO_SETTINGS = [
    "",
    "{",
    "[]",
    '{"http_port": "80"}',
    '{"http_port": 0}',
    '{"colour": "red"}',
    '{"subnet_pool": "banana"}',
    '{"subnet_pool": "10.0.0.1/8"}',
    '{"subnet_pool": "10.0.0.0/24"}',
]


@pytest.mark.parametrize("text", NO_SETTINGS)
def test_settings_that_make_no_sense_are_corrupt(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.json").write_text(text)
    with pytest.raises(Corrupt, match=r"settings\.json does not hold settings"):
        settings_file.load(tmp_path)
