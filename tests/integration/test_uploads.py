"""What a folder sends, what the log keeps, what the cleaner removes."""

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import sh0
from tests.integration.conftest import Embedded
from tests.integration.world import docker, write_tree

pytestmark = pytest.mark.docker
Images = Callable[[str], sh0.RegistryImage]
LIST = "find /src -type f | sort | sed s,^/src/,,"


def test_an_upload_leaves_out_what_ignore_files_name_and_never_sends_env_files(
    shared: Embedded, app: str, tmp_path: Path
) -> None:
    tree = write_tree(tmp_path / "tree")
    names = ["kept.txt", "ignored-by-git.log", "by-docker.txt", "by-sh0.txt", ".env", ".env.local", "sub/.env"]
    for name in [*names, ".git/HEAD", "node_modules/x/index.js"]:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("content")
    (tree / ".gitignore").write_text("*.log\nnode_modules/\n")
    (tree / ".dockerignore").write_text("by-docker.txt\n")
    (tree / ".sh0ignore").write_text("by-sh0.txt\n")
    dockerfile = (tree / "Dockerfile").read_text()
    (tree / "Dockerfile").write_text(dockerfile.replace("EXPOSE", f"COPY . /src\nRUN {LIST}\nEXPOSE"))
    lines = shared.log(shared.deployed(shared.upload(app, tree)))
    assert "kept.txt" in lines
    assert "app.py" in lines
    for name in [*names[1:], ".git/HEAD", "node_modules/x/index.js"]:
        assert name not in lines, name


def test_secrets_are_redacted_whatever_printed_them(shared: Embedded, app: str, tmp_path: Path) -> None:
    secret = "correct-horse-battery"
    shared.platform.env.set(app, {"SECRET_TOKEN": sh0.Secret(secret)})
    tree = write_tree(tmp_path / "tree", "1", run=f"echo building with {secret}", MODE="exit")
    failed = shared.ended(shared.upload(app, tree))
    lines = shared.log(failed)
    assert any("building with ••••••" in line for line in lines)
    assert "the token is ••••••" in lines
    assert failed.failure is not None
    assert "the token is ••••••" in failed.failure.log

    good = shared.deployed(shared.upload(app, write_tree(tmp_path / "tree", "2")))
    printed = [line.text for line in shared.platform.apps.logs(app)]
    assert "the token is ••••••" in printed
    assert shared.get(app, "/env?name=SECRET_TOKEN").text == secret

    seen = [repr(failed), repr(good), *lines, *printed, *map(repr, shared.platform.audit.list(limit=50))]
    seen += [repr(shared.platform.env.list(app)), repr(shared.platform.events.list(limit=50))]
    assert all(secret not in text for text in seen)
    files = filter(Path.is_file, shared.core.context.home.logs.rglob("*"))
    for file in [*files, *shared.core.context.home.path.glob("sh0.db*")]:
        assert secret.encode() not in file.read_bytes(), file


def test_a_revealed_variable_is_audited(shared: Embedded, app: str) -> None:
    shared.platform.env.set(app, {"SECRET_TOKEN": sh0.Secret("open-sesame")})
    assert shared.platform.env.reveal(app, "SECRET_TOKEN") == "open-sesame"
    newest = shared.platform.audit.list(limit=1)[0]
    assert newest.operation == "env.reveal"


def test_the_cleaner_shows_its_plan_and_keeps_what_a_rollback_needs(
    embed: Callable[..., Embedded], tmp_path: Path, images: Images
) -> None:
    own = embed(keep_deployments=2)
    platform = own.platform
    platform.apps.create("web")
    platform.apps.configure("web", health_timeout=3)
    built = [own.deployed(own.upload("web", write_tree(tmp_path / "tree", f"clean-{n}"))) for n in range(4)]
    for name, age in (("leftover", 7200), ("arriving", 5)):
        (own.core.context.home.work / name).mkdir()
        os.utime(own.core.context.home.work / name, (time.time() - age,) * 2)
    foreign = docker("images", "-q", "--no-trunc", images("1").image)

    plan = platform.deployments.cleanup_plan()
    assert set(plan.images) == {built[0].image, built[1].image}
    assert plan.folders == ("leftover",)
    assert plan.containers == ()
    assert platform.deployments.cleanup_plan() == plan

    assert platform.deployments.clean() == plan
    left = set(docker("images", "-aq", "--no-trunc", "--filter", f"label=sh0.home={own.home_id}").split())
    assert {built[2].image, built[3].image} <= left
    assert not {built[0].image, built[1].image} & left
    assert docker("images", "-q", "--no-trunc", images("1").image) == foreign
    assert [path.name for path in own.core.context.home.work.iterdir()] == ["arriving"]
    assert own.version("web") == "clean-3"
    own.deployed(platform.deployments.rollback("web"))
    assert own.version("web") == "clean-2"


def test_a_log_is_json_lines(shared: Embedded, live: str) -> None:
    [line, *_] = (shared.core.context.home.logs / f"{live}-1.jsonl").read_text().splitlines()
    assert json.loads(line)["kind"] == "state"


def test_a_plain_archive_of_any_kind_is_taken(shared: Embedded, app: str, tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree", "zipped")
    archive = shutil.make_archive(str(tmp_path / "source"), "zip", tree)
    with open(archive, "rb") as stream:
        shared.deployed(shared.platform.deployments.upload(app, stream, label="a zip"))
    assert shared.version(app) == "zipped"
    assert shared.platform.deployments.list(app)[0].revision == "a zip"
