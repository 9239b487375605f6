"""Secrets of builds on a real engine: a step has them, and nothing that is left of the build does."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from tests.integration.conftest import Embedded
from tests.integration.world import docker, write_tree

pytestmark = pytest.mark.docker

STEP = """RUN --mount=type=secret,id=NPM_TOKEN \\
    if cat /run/secrets/NPM_TOKEN; then sha256sum < /run/secrets/NPM_TOKEN > /made; fi
"""


def saved(image: str) -> bytes:
    """Everything that an image is made of: its layers, its configuration, its history."""
    return subprocess.run(["docker", "save", image], capture_output=True, check=True).stdout


def test_a_secret_is_in_a_step_and_nowhere_else(shared: Embedded, app: str, tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree")
    own = (tree / "Dockerfile").read_text()
    (tree / "Dockerfile").write_text(own + STEP)

    for value in ("planted-first-token", "planted-other-token"):
        shared.platform.build.set(app, {"NPM_TOKEN": value})
        deployment = shared.deployed(shared.upload(app, tree))
        [container] = shared.containers(app)
        assert docker("exec", container, "cat", "/made").split()[0] == hashlib.sha256(value.encode()).hexdigest()
        assert deployment.image
        log = "\n".join(shared.log(deployment))
        assert "sha256sum" in log
        for text in (log, docker("inspect", container), docker("history", "--no-trunc", deployment.image)):
            assert value not in text
    assert deployment.image is not None
    assert value.encode() not in saved(deployment.image)
    assert value.encode() not in shared.core.context.home.path.joinpath("sh0.db").read_bytes()

    again = shared.deployed(shared.upload(app, tree))
    assert any("nothing changed" in line for line in shared.log(again))


def test_sh0_yaml_lets_a_build_mount_a_variable_of_the_app(shared: Embedded, app: str, tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree")
    (tree / "sh0.yaml").write_text("build:\n  secrets: [LICENCE_FILE]\n")
    step = "RUN --mount=type=secret,id=LICENCE_FILE,required wc -c < /run/secrets/LICENCE_FILE > /made\n"
    (tree / "Dockerfile").write_text((tree / "Dockerfile").read_text() + step)

    refused = shared.ended(shared.upload(app, tree))
    assert refused.failure is not None
    assert refused.failure.hint.startswith(f"Set them: sh0 env {app} --build-secret LICENCE_FILE=…")

    shared.platform.env.set(app, {"LICENCE_FILE": "planted-licence"}, deploy=False)
    shared.deployed(shared.upload(app, tree))
    [container] = shared.containers(app)
    assert docker("exec", container, "cat", "/made") == "15"
