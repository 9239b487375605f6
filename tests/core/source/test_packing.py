"""What is packed for an app and for a stack: what their builds and containers need, as the server decides."""

import tarfile
from pathlib import Path
from typing import IO

import pytest

from sh0 import pack_app, pack_compose
from sh0.errors import Invalid
from sh0.source.dockerignore import DockerIgnore
from sh0.source.ignore import HELD_BACK, secret_file

APP = {
    "Dockerfile": "FROM a:1\n",
    ".dockerignore": "src\n",
    "web.Dockerfile": "FROM a:1\n",
    "web.Dockerfile.dockerignore": "docs\n",
    "src/a": "",
    "docs/b": "",
}


def written(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def sent(archive: IO[bytes]) -> set[str]:
    with archive, tarfile.open(fileobj=archive) as tar:
        return {entry.name for entry in tar if entry.isfile()}


def test_the_dockerfile_of_the_app_decides_which_ignore_file_counts(tmp_path: Path) -> None:
    written(tmp_path, APP)
    assert APP.keys() - sent(pack_app(tmp_path)) == {"src/a"}
    assert APP.keys() - sent(pack_app(tmp_path, dockerfile="web.Dockerfile")) == {"docs/b"}
    written(tmp_path, {"sh0.yaml": "build: {dockerfile: web.Dockerfile}\n"})
    assert APP.keys() - sent(pack_app(tmp_path)) == {"docs/b"}


@pytest.mark.parametrize("broken", [{}, {"web/Dockerfile": "FROM a:1\n"}])
def test_the_ignore_file_of_the_root_counts_for_an_app_in_a_folder(tmp_path: Path, broken: dict[str, str]) -> None:
    files = {
        ".dockerignore": "*\n",
        "web/.dockerignore": "docs\n",
        "web/docs/a": "",
        "web/src/b": "",
        "c": "",
        **broken,
    }
    written(tmp_path, files)
    left_out = {"web/docs/a"} if broken else set()  # nothing is left out of what cannot be built
    assert files.keys() - sent(pack_app(tmp_path, root="web")) == left_out


def test_the_top_of_its_workspace_is_what_is_built_of_a_member(tmp_path: Path) -> None:
    member = {"package.json": '{"name": "api", "scripts": {"start": "node ."}}', "index.js": "", "docs/a": ""}
    files = {".dockerignore": "**/docs\n", "package.json": '{"workspaces": ["api"]}', "package-lock.json": "{}"}
    files |= {f"api/{name}": text for name, text in member.items()} | {"api/.dockerignore": "index.js\n"}
    written(tmp_path, files)
    assert files.keys() - sent(pack_app(tmp_path, root="api")) == {"api/docs/a"}


def test_a_stack_gets_what_its_builds_and_containers_need(tmp_path: Path) -> None:
    files = {".dockerignore": "*\n", "api/.dockerignore": "docs\n", "api/docs/a": "", "api/b": "", "nginx.conf": ""}
    written(tmp_path, {**files, "d": "", "compose.yaml": ""})
    api = "api: {build: api}"
    web = "web: {build: ., volumes: ['./nginx.conf:/etc/nginx/nginx.conf']}"
    for services, left_out in {f"{api}, {web}": {"api/docs/a", "d"}, api: {"api/docs/a"}}.items():
        (tmp_path / "compose.yaml").write_text(f"services: {{{services}}}\n")
        assert {*files, "d", "compose.yaml"} - sent(pack_compose(tmp_path)) == left_out


@pytest.mark.parametrize("files", [{}, {".env": "A=1\n"}, {"node_modules/a.js": ""}])
def test_where_there_is_nothing_to_send_that_is_said(tmp_path: Path, files: dict[str, str]) -> None:
    written(tmp_path, files)
    with pytest.raises(Invalid, match="nothing to send"):
        pack_app(tmp_path)


HELD = {
    ".env": True,
    ".ENV": True,
    "web/.env.production": True,
    ".Env.Local": True,
    ".env-prod": True,
    ".envrc": True,
    ".env.d/a": True,
    "node_modules/x/index.js": True,
    ".venv/bin/python": True,
    "env/pyvenv.cfg": True,
    ".git/HEAD": False,
    ".DS_Store": False,
    "a/__pycache__/x": False,
    ".env.example": False,
    ".env.sample": False,
    ".environment.ts": False,
    ".envs/a": False,
}


@pytest.mark.parametrize("path", HELD)
@pytest.mark.parametrize("ignored", [None, ".gitignore", ".sh0ignore", ".dockerignore"])
def test_what_stays_here_though_nobody_has_said_so_is_named(tmp_path: Path, path: str, ignored: str | None) -> None:
    """Which name a file has decides for every way in; whoever has named it in an ignore file need not be told."""
    top = path.partition("/")[0] if not path.startswith("web") else path
    written(tmp_path, {"index.js": "", "web/a": "", path: "x", **({ignored: f"{top}\n"} if ignored else {})})
    told: list[str] = []
    pack_app(tmp_path, tell=told.append).close()
    assert bool(told) == (HELD[path] and ignored is None)
    assert all(sentence.startswith(f"{top} is not sent: ") for sentence in told)


def test_what_a_stack_names_is_sent_and_of_many_files_a_few_are_named(tmp_path: Path) -> None:
    compose = "services: {web: {build: ., env_file: .env.web}}\n"
    files = {"compose.yaml": compose, "Dockerfile": "FROM a:1\n", ".env": "", ".env.web": ""}
    written(tmp_path, {**files, **{f".env.{letter}": "" for letter in "abcdefg"}})
    told: list[str] = []
    assert {".env", ".env.web"} < sent(pack_compose(tmp_path, tell=told.append))
    assert len(told) == 1
    assert told[0].startswith(".env.a, .env.b, .env.c, .env.d, .env.e and 2 more are not sent: such files hold secrets")


@pytest.mark.parametrize("folder", ["", "a/b/"])
@pytest.mark.parametrize(
    "name",
    [
        *(".env", ".ENV", ".Env.Production", ".env-prod", ".ENV_x", ".envrc", ".EnvRC", ".env.", ".env.example.local"),
        *(".env.example", ".ENV.Example", ".env.dist", ".env~", ".envs", ".environment.ts", "env", "prod.env"),
    ],
)
def test_images_of_stacks_hold_back_what_archives_do(name: str, folder: str) -> None:
    assert DockerIgnore(HELD_BACK, "held back").excludes(folder + name) == secret_file(name)
