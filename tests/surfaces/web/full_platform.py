"""A platform with something of everything, over fakes, and the web process before it."""

import io
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import attrs

import sh0
import sh0.frontend
from sh0.operations import Caller, Effect, Scope
from sh0.records.app import APPS
from sh0.records.former_name import FORMER_NAMES
from sh0.wire.callers import Callers
from sh0.wire.server import WireServer
from tests.core.stacks.parts import Stage, stage
from tests.core.waiting import until
from tests.surfaces.web.web_process import WebProcess

COMPOSE = "services:\n  web:\n    image: web:1\n    ports: ['80']\n  db:\n    image: db:1\nvolumes: {}\n"
DOCKERFILE = 'FROM web:1\nCOPY index.html /index.html\nEXPOSE 8000\nCMD ["serve"]\n'
PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIhdsyFoBfO50dS2LlWI8Lyd65/7lQ/VjwkHPAv1pbHu me@laptop"
OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAoeX8JbWiVCfpvva2NOC4TFwpV8BarCSjC0x8Oq2dF6 me@desktop"
GRANTS = tuple(f"{scope.value}:{Effect.DESTROY.value}" for scope in Scope)
NAMES = {
    "env": "COLOUR",
    "shared": "SHARED",
    "build": "STAGE",
    "keys": "laptop",
    "tokens": "ci",
    "cron": "nightly",
    "drains": "main",
}
"""What `FullPlatform.restore` makes that is called ``name``, by domain."""
LIMIT = 60.0

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


@attrs.frozen
class FullPlatform:
    """The platform, and how it is reached.

    Attributes:
        stage: The platform over its fakes.
        web: The web process.
        token: A token with every grant.
    """

    stage: Stage
    web: WebProcess
    token: str

    @property
    def platform(self) -> sh0.Platform:
        return self.stage.core.platform

    def restore(self) -> None:
        """Make again what a test has removed, once nothing that it began is under way: that refuses other work."""
        p = self.platform
        self._cancel()
        until(self._quiet, LIMIT)
        self._rename_back()
        with suppress(sh0.NameTaken):
            p.projects.create("spare")
        for name in ("shop", "blog"):
            with suppress(sh0.NameTaken):
                p.apps.create(name)
        if not any(each.state is sh0.DeploymentState.LIVE for each in p.deployments.list("shop")):
            for version in ("1", "2"):
                made = p.deployments.upload("shop", archive({"Dockerfile": DOCKERFILE, "index.html": version}))
                with suppress(sh0.DeploymentFailed):
                    p.deployments.wait("shop", made.id, timeout=LIMIT)
        p.env.set("shop", {"COLOUR": "red"}, deploy=False)
        p.shared.set("default", {"SHARED": "x"}, deploy=False)
        p.build.set("shop", {"STAGE": "x"})
        p.registries.add("ghcr.io", "joe", "x")
        with suppress(sh0.WrongState):
            p.volumes.create("shop", "uploads")
        if not any(each.app == "shop" and each.name == "nightly" for each in p.cron.list(app="shop")):
            p.cron.add("shop", "nightly", "0 3 * * *", "true")
        if not p.drains.list(app="shop"):
            p.drains.add("shop", "https://logs.example.org/in", name="main")
        if not p.runs.list("shop"):
            p.runs.wait("shop", p.runs.start("shop", ("true",)).id, timeout=LIMIT)
        with suppress(sh0.NameTaken):
            p.domains.add("shop", "shop.example.com")
        with suppress(sh0.NameTaken):
            p.keys.add("laptop", PUBLIC_KEY)
        with suppress(sh0.NameTaken):
            p.tokens.create("ci", grants=("apps:read",))
        if not any(each.name == "wiki" for each in p.stacks.list()):
            for version in ("1", "2"):
                release = p.stacks.up(self.archive(version), stack="wiki")
                with suppress(sh0.DeploymentFailed):
                    p.stacks.wait("wiki", release.id, timeout=LIMIT)

    def archive(self, version: str = "1") -> str:
        """The name of an archive of a Compose file that was just received."""
        return self.platform.stacks.receive(archive({"compose.yaml": COMPOSE.replace("web:1", f"web:{version}")}))

    def _rename_back(self) -> None:
        """Give the app its name back that a test has given another."""
        records = self.stage.core.context.records
        former = records[FORMER_NAMES].find("shop")
        if former is not None and former.app is not None and records[APPS].find("shop") is None:
            self.platform.apps.rename(former.app, "shop")

    def _cancel(self) -> None:
        """Cancel what is under way: a setting that a test has made up may let it wait for an hour."""
        p = self.platform
        for app in p.apps.list():
            for deployment in p.deployments.list(app.name):
                if not deployment.state.ended:
                    with suppress(sh0.WrongState):
                        p.deployments.cancel(app.name, deployment.id)
            for run in p.runs.list(app.name, limit=1000):
                if not run.state.ended:
                    with suppress(sh0.WrongState):
                        p.runs.stop(app.name, run.id)

    def _quiet(self) -> bool:
        """Whether every deployment, command and release has ended."""
        p = self.platform
        if not all(each.state.ended for app in p.apps.list() for each in p.runs.list(app.name, limit=1000)):
            return False
        deployed = all(each.state.ended for app in p.apps.list() for each in p.deployments.list(app.name))
        return deployed and all(each.state.ended for stack in p.stacks.list() for each in p.stacks.releases(stack.name))

    def _stopped(self) -> bool:
        """Whether the app is stopped, which it is as soon as no deployment of it is under way."""
        with suppress(sh0.WrongState):
            self.platform.apps.stop("shop")
        return self.platform.apps.get("shop").stopped

    def known(self, operation: sh0.frontend.Operation) -> Mapping[str, Json]:
        """Arguments with which an operation finds something."""
        self._rename_back()
        deployments = self.platform.deployments.list("shop")
        releases = self.platform.stacks.releases("wiki") if operation.domain == "stacks" else ()
        found: dict[str, Json] = {
            "app": "shop",
            "project": "default" if operation.effect is not Effect.DESTROY else "spare",
            "server": "local",
            "stack": "wiki",
            "template": "adminer",
            "host": "shop.example.com",
            "deployment": deployments[0].id if deployments else "shop-1",
            "release": releases[0].id if releases else "wiki-1",
            "name": NAMES.get(operation.domain, "web"),
            "volume": "uploads",
            "registry": "ghcr.io",
            "run": "1",
        }
        if operation.name == "keys.add":
            found |= {"name": "desktop", "public_key": OTHER_KEY, "grants": ["apps:read"], "app": None}
            with suppress(sh0.NotFound):
                self.platform.keys.remove("desktop")
        elif operation.name in ("apps.rename", "apps.plan_rename"):
            found["name"] = "storefront"
        elif operation.name == "apps.scale":
            found |= {"replicas": 1, "processes": {}}
        elif operation.name in ("cron.add", "cron.change"):
            new = operation.name == "cron.add"
            found |= {"name": "other" if new else "nightly", "schedule": "@daily", "command": "true", "timezone": "UTC"}
            found |= {"arguments": [] if new else None, "process": None, "memory": None, "ping": None}
        elif operation.name in ("drains.add", "drains.change"):
            url = "https://logs.example.org/other" if operation.name == "drains.add" else "https://logs.example.org/in"
            found |= {"name": None if operation.name == "drains.add" else "main", "destination": url, "ca": ""}
            found |= {"credential": None, "variable": None, "gzip": False, "header": "X-Key"}
            for drain in self.platform.drains.list(app="shop"):
                if drain.name != "main":
                    self.platform.drains.remove("shop", drain.name)
        elif operation.name == "runs.start":
            found |= {"command": ["true"], "process": None, "deployment": None, "environment": {}, "memory": None}
            found |= {"attached": False, "terminal": False}
        elif operation.name == "volumes.copy":
            found["to"] = "copied"
        elif operation.name == "volumes.delete":
            found["confirm"] = "uploads"
        elif operation.name == "volumes.restore":
            found["name"] = None
            with suppress(sh0.NotFound):
                self.platform.volumes.delete("shop", "uploads", confirm="uploads")
        elif operation.name == "apps.start":
            until(self._stopped)
        elif operation.name == "templates.convert":
            found |= {"files": {"compose.yaml": COMPOSE}, "name": "mine", "format": "compose", "memory": None}
        elif operation.name in ("templates.plan", "templates.deploy"):
            found |= {"variables": {}, "text": None, "allow": [], "stack": None}
        elif operation.domain in ("stacks", "deployments"):
            found["to"] = None
        if "archive" in {p.name for p in operation.parameters} and operation.upload is None:
            found |= {"archive": self.archive(), "files": [], "stack": "wiki", "allow": [], "profiles": []}
            found |= {"variables": {}}
        return {p.name: found[p.name] for p in operation.parameters if p.name in found}


def archive(files: Mapping[str, str]) -> io.BytesIO:
    """A packed folder."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    written.seek(0)
    return written


@contextmanager
def full_platform(folder: Path) -> Iterator[FullPlatform]:
    """Open it, and close it at the end."""
    with stage(folder) as made:
        core = made.core
        token = core.platform.tokens.create("everything", grants=GRANTS).token

        def identify(shown: str | None, user: int) -> Caller:
            return core.credentials.caller(shown)

        run = folder / "home" / "run"
        run.mkdir(exist_ok=True)
        server = WireServer(
            run / "web.sock", 0o666, core.platform, sh0.frontend.registry, Callers(identify, core.credentials.hold)
        )
        server.start()
        for above in (folder, folder / "home", run):
            above.chmod(0o755)
        web = WebProcess(run / "web.sock", folder / "web.log")
        try:
            yield FullPlatform(made, web.ready(), token if isinstance(token, str) else token.reveal())
        finally:
            web.stop()
            server.stop()
