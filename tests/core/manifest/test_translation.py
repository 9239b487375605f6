"""What other platforms' files say becomes a sh0.yaml that is accepted, and the rest is told."""

from pathlib import Path

import sh0


def translated(folder: Path, **files: str) -> sh0.TranslatedManifest | None:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return sh0.translate_folder(folder, "shop")


def test_what_is_understood_is_a_manifest_and_the_rest_is_told(tmp_path: Path) -> None:
    found = translated(
        tmp_path,
        app_json='{"env": {"LEVEL": {"value": "info"}, "API_TOKEN": {"value": "x"}, "HOST": {"required": false}},'
        ' "scripts": {"postdeploy": "node migrate.js"}, "healthchecks": {"web": [{"path": "/up"}]},'
        ' "formation": {"web": {"quantity": 2}}}',
        render_yaml="services:\n  - startCommand: ./other\n    healthCheckPath: /other\n    disk: {name: d}\n",
        fly_toml="[http_service]\ninternal_port = 8081\n",
    )
    assert found is not None
    manifest = sh0.read_manifest(found.text)
    assert manifest.app == "shop"
    assert (manifest.port, manifest.replicas) == (8081, 2)
    assert manifest.health is not None
    assert manifest.health.path == "/up"
    assert manifest.processes["web"].command == "./other"
    stated = {name: (each.value, each.required) for name, each in manifest.environment.items()}
    assert stated == {"LEVEL": ("info", False), "API_TOKEN": (None, True), "HOST": (None, False)}
    assert found.files == ("app.json", "render.yaml", "fly.toml")
    assert found.untold == ("app.json: scripts", "render.yaml: services.0.disk")
    assert "# Not translated: app.json: scripts\n" in found.text


def test_what_a_manifest_refuses_is_left_out_and_told(tmp_path: Path) -> None:
    found = translated(
        tmp_path, fly_toml="[http_service]\ninternal_port = 99999\n[processes]\nweb = 'serve: yes # no'\n"
    )
    assert found is not None
    assert sh0.read_manifest(found.text).processes["web"].command == "serve: yes # no"
    assert found.untold == ("fly.toml: port",)


def test_nothing_is_translated_of_nothing_or_over_a_manifest(tmp_path: Path) -> None:
    assert translated(tmp_path) is None
    assert translated(tmp_path, app_json='{"expo": {}}') is None
    assert translated(tmp_path, fly_toml="[http_service]\ninternal_port = 81\n", sh0_yaml="app: shop\n") is None
    (tmp_path / "sh0.yaml").unlink()
    assert translated(tmp_path, app_json="{") is not None
