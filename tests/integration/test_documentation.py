"""Every program and every command of the documentation, on a real platform."""

import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import groupby
from pathlib import Path

import pytest

from tests.documentation import Block, blocks
from tests.integration import world
from tests.integration.documented import DJANGO, Stage, prepare
from tests.integration.visitor import Visitor

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.xdist_group("documentation")]


def runnable(block: Block) -> bool:
    return block.language in ("console", "python") and not block.reason


RUN = {page: list(each) for page, each in groupby(filter(runnable, blocks()), lambda block: block.page)}


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A daemon for all pages, and a person with keys and a token."""
    person = tmp_path_factory.mktemp("person")
    (person / ".ssh").mkdir()
    for name in ("id_ed25519", "other"):
        argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(person / ".ssh" / name)]
        subprocess.run(argv, check=True, timeout=60)
    daemon = world.Daemon(world.new_home(), world.test_settings())
    try:
        with daemon.start().connect() as platform:
            token = platform.tokens.create("documentation", grants=("*:destroy",)).token
        yield Stage(daemon, person, token)
    finally:
        daemon.clear()


@pytest.mark.parametrize("page", RUN)
def test_everything_that_a_page_shows_runs(page: str, stage: Stage, tmp_path: Path) -> None:
    folder = prepare(stage, page, tmp_path / "work")
    with Visitor("album.localhost", stage.daemon.settings.http_port) if page == DJANGO else nullcontext() as visitor:
        wrong = [f"{page}:{block.line}\n{each}" for block in RUN[page] for each in stage.run(block, folder)]
    assert not wrong, "\n\n".join(wrong)
    if visitor is not None:
        assert visitor.served
        assert visitor.wrong == []
