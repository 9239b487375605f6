"""Variables of builds on a real engine: they are in the build, and not in the history of its image."""

from pathlib import Path

import pytest

from tests.integration.conftest import Embedded
from tests.integration.world import BASE, docker, write_tree

pytestmark = pytest.mark.docker

DOCKERFILE = f"""FROM {BASE} AS make
ARG NPM_TOKEN
ARG API_URL=unset
RUN echo "$API_URL ${{#NPM_TOKEN}}" > /made
"""


def test_a_value_is_in_the_build_and_not_in_the_history(shared: Embedded, app: str, tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree")
    own = (tree / "Dockerfile").read_text()
    (tree / "Dockerfile").write_text(DOCKERFILE + own + "\nCOPY --from=make /made /made\n")
    shared.platform.build.set(app, {"NPM_TOKEN": "planted-token", "API_URL": "https://api.example.org"})
    deployment = shared.deployed(shared.upload(app, tree))
    [container] = shared.containers(app)
    assert docker("exec", container, "cat", "/made") == "https://api.example.org 13"
    assert deployment.image is not None
    assert "planted-token" not in docker("history", "--no-trunc", deployment.image)
    assert "planted-token" not in docker("inspect", deployment.image, container)
    assert "planted-token" not in "\n".join(shared.log(deployment))
