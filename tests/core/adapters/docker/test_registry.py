"""Which credentials the engine is given for a pull or a build."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from sh0.adapters.docker.registry import build_headers, pull_headers
from sh0.ports.registries import RegistryLogin, RegistryLogins
from sh0.values import Secret


@pytest.fixture
def logins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RegistryLogins:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    auths = {"ghcr.io": "joe:left", "registry.example.org:5000": "joe:left"}
    encoded = {host: {"auth": base64.b64encode(pair.encode()).decode()} for host, pair in auths.items()}
    (tmp_path / "config.json").write_text(json.dumps({"auths": encoded}))
    held = RegistryLogins()
    own = [RegistryLogin("ghcr.io", "ann", Secret("own")), RegistryLogin("docker.io", "hub", Secret("own"))]
    held.come_from(lambda: own)
    return held


def decoded(headers: dict[str, str]) -> dict[str, Any]:
    [text] = headers.values()
    return dict(json.loads(base64.urlsafe_b64decode(text)))


@pytest.mark.parametrize(
    ("reference", "user"),
    [
        ("ghcr.io/acme/shop:1", "ann"),
        ("nginx:1.30", "hub"),
        ("docker.io/acme/shop", "hub"),
        ("index.docker.io/acme/shop", "hub"),
        ("registry.example.org:5000/shop", "joe"),
    ],
)
def test_the_platforms_credentials_come_before_what_was_left(logins: RegistryLogins, reference: str, user: str) -> None:
    assert decoded(pull_headers(reference, logins))["username"] == user


def test_a_registry_without_credentials_gets_none(logins: RegistryLogins) -> None:
    assert pull_headers("quay.io/acme/shop", logins) == {}


def test_a_build_gets_all_of_them(logins: RegistryLogins) -> None:
    held = decoded(build_headers(logins))
    users = {host: entry["username"] for host, entry in held.items()}
    assert users["ghcr.io"] == "ann"
    assert users["https://index.docker.io/v1/"] == "hub"
    assert users["registry.example.org:5000"] == "joe"
