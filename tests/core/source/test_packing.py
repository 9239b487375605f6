"""What is packed for an app and for a stack: what their builds and containers need, as the server decides."""

import tarfile
from pathlib import Path
from typing import IO

import pytest

from sh0 import pack_app, pack_compose
from sh0.errors import Invalid

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
