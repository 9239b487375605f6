"""A private registry, asked by the real engine: no image without credentials, and one with the platform's."""

import base64
import gzip
import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import sh0
from sh0 import RegistryImage, Secret
from tests.integration.conftest import Embedded
from tests.integration.world import docker, write_tree

pytestmark = pytest.mark.docker

USER, PASSWORD = "joe", "planted-password"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


def digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def image() -> dict[str, tuple[str, bytes]]:
    """The paths of an image of one file, below its name: type and content of each."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        entry = tarfile.TarInfo("hello")
        entry.size = 5
        tar.addfile(entry, io.BytesIO(b"hello"))
    layer = gzip.compress(plain.getvalue(), mtime=0)
    rootfs = {"type": "layers", "diff_ids": [digest(plain.getvalue())]}
    configuration = {"architecture": "amd64", "os": "linux", "config": {"Cmd": ["/hello"]}, "rootfs": rootfs}
    config = json.dumps(configuration).encode()
    described = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": _part("application/vnd.docker.container.image.v1+json", config),
        "layers": [_part("application/vnd.docker.image.rootfs.diff.tar.gzip", layer)],
    }
    manifest = json.dumps(described).encode()
    blobs = {f"blobs/{digest(each)}": ("application/octet-stream", each) for each in (config, layer)}
    return {"manifests/1": (MANIFEST, manifest), f"manifests/{digest(manifest)}": (MANIFEST, manifest), **blobs}


def _part(kind: str, content: bytes) -> dict[str, object]:
    return {"mediaType": kind, "size": len(content), "digest": digest(content)}


@pytest.fixture
def registry() -> Iterator[str]:
    """Address of a registry that wants to know who asks."""
    parts = {f"/v2/acme/shop/{path}": found for path, found in image().items()}
    allowed = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, content = parts.get(self.path, ("application/json", b"{}"))
            known = self.headers.get("Authorization") == allowed
            self.send_response((200 if self.path in parts or self.path == "/v2/" else 404) if known else 401)
            if not known:
                self.send_header("WWW-Authenticate", 'Basic realm="registry"')
                content = b"{}"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
            if kind == MANIFEST:
                self.send_header("Docker-Content-Digest", digest(content))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        do_HEAD = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_image_of_a_private_registry_is_pulled_with_credentials(shared: Embedded, app: str, registry: str) -> None:
    reference = f"{registry}/acme/shop:1"
    platform = shared.platform
    refused = shared.ended(platform.deployments.create(app, RegistryImage(reference)))
    assert refused.failure is not None
    assert refused.image is None
    platform.registries.add(registry, USER, Secret(PASSWORD))
    try:
        pulled = shared.ended(platform.deployments.create(app, RegistryImage(reference)))
        assert pulled.image is not None
        assert pulled.step is not sh0.Step.FETCH
        assert PASSWORD not in "\n".join((*shared.log(refused), *shared.log(pulled)))
    finally:
        platform.registries.remove(registry)
        docker("rmi", "--force", reference, check=False)


def test_buildkit_copies_out_of_a_private_image(shared: Embedded, app: str, registry: str, tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree")
    own = (tree / "Dockerfile").read_text()
    (tree / "Dockerfile").write_text(f"{own}COPY --from={registry}/acme/shop:1 --chmod=644 /hello /hello\n")
    refused = shared.ended(shared.upload(app, tree))
    assert refused.failure is not None
    shared.platform.registries.add(registry, USER, Secret(PASSWORD))
    try:
        deployment = shared.deployed(shared.upload(app, tree))
        [container] = shared.containers(app)
        assert docker("exec", container, "cat", "/hello") == "hello"
        assert PASSWORD not in "\n".join((*shared.log(refused), *shared.log(deployment)))
    finally:
        shared.platform.registries.remove(registry)
