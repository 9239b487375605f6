"""The Builder port on one Docker Engine: the classic builder, and BuildKit where a Dockerfile needs it."""

import json
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from sh0.adapters.docker import context, dockerfile
from sh0.adapters.docker.build_run import BuildRun
from sh0.adapters.docker.client import Engine
from sh0.adapters.docker.container_body import CPU_PERIOD
from sh0.adapters.docker.images import Images
from sh0.adapters.docker.progress import BuildKitProgress, ClassicProgress
from sh0.adapters.docker.translate import HOME
from sh0.errors import BadDockerfile, BuildFailed, ImageUnavailable
from sh0.ports.builder import BuildRequest, BuiltImage, without_buildkit
from sh0.ports.link import ServerLink
from sh0.ports.registries import RegistryLogins
from sh0.source.dockerfile import directives

OLD_FRONTEND = (
    "Correct that line. If it is right, the BuildKit inside this engine is too old for it: update Docker, or begin the"
    " Dockerfile with `# syntax=docker/dockerfile:1`, which fetches a newer one."
)


class DockerBuilder:
    """Builds on one Docker Engine for one home.

    The classic builder is the rule: its memory and CPU limits hold, and BuildKit inside the engine ignores
    both.

    Args:
        home_id: Identity of the home, the value of the label ``sh0.home``.
        link: How the engine's server is reached.
        socket_path: The engine's socket on that server.
        network: Gives the name of the network that build steps are on; the engine's default when left out. BuildKit
            inside the engine knows the default only.
        logins: Credentials that base images are pulled with.
    """

    def __init__(
        self,
        home_id: str,
        link: ServerLink,
        socket_path: str = "/var/run/docker.sock",
        network: Callable[[], str] | None = None,
        logins: RegistryLogins | None = None,
    ) -> None:
        self._network, self._logins = network, logins or RegistryLogins()
        self._engine = Engine(link, socket_path)
        self._images = Images(self._engine, home_id)
        self._home = home_id

    def build(self, request: BuildRequest, output: Callable[[str], None], cancelled: threading.Event) -> BuiltImage:
        """Build an image; `output` receives each line as it is printed."""
        deadline = time.monotonic() + request.limits.timeout
        reason = request.outline.buildkit
        if reason is None:
            image = self._classic(request, output, cancelled, deadline)
        else:
            output(f"The Dockerfile uses {reason}: building with BuildKit, which keeps no limit but that of time.")
            image = self._buildkit(request, output, cancelled, deadline, reason)
        facts = self._images.find(image)
        if facts is None:
            raise BuildFailed(f"the image {image} was built and removed before it could be used")
        return BuiltImage(facts.id, facts.ports)

    def close(self) -> None:
        """Close the idle connections to the engine."""
        self._engine.close()

    def _query(self, request: BuildRequest) -> dict[str, object]:
        return {
            **({"target": request.target} if request.target else {}),
            "dockerfile": context.DOCKERFILE,
            "t": request.tag,
            "labels": json.dumps({**request.labels, HOME: self._home}),
            "buildargs": json.dumps(dict(request.arguments)),
            "rm": 1,
            "forcerm": 1,
        }

    def _classic(
        self,
        request: BuildRequest,
        output: Callable[[str], None],
        cancelled: threading.Event,
        deadline: float,
    ) -> str:
        limits = request.limits
        text, added = dockerfile.label_stages(
            request.dockerfile, request.outline, {HOME: self._home, "sh0.kind": "build"}
        )
        # The SDK's own `build` knows neither a quota of CPU time nor a way to be interrupted.
        query = self._query(request) | {
            "memory": int(limits.memory),
            "memswap": int(limits.memory),
            "cpuperiod": CPU_PERIOD,
            "cpuquota": round(limits.cpus * CPU_PERIOD),
            **({"networkmode": self._network()} if self._network is not None else {}),
        }
        hidden = len(added) + len({**request.labels, HOME: ""})
        progress = ClassicProgress(hidden, generated=request.generated, unshown=request.unshown)
        run = BuildRun(self._engine, request, output, cancelled, deadline, progress, self._logins, added=added)
        return run.run(text, query)

    def _buildkit(
        self,
        request: BuildRequest,
        output: Callable[[str], None],
        cancelled: threading.Event,
        deadline: float,
        reason: str,
    ) -> str:
        from sh0.adapters.docker.session import NoSessions, session
        from sh0.adapters.docker.session_methods import session_methods

        methods = session_methods(request.secrets, self._logins)
        try:
            with session(self._engine, methods) as name:
                return self._in_session(request, output, cancelled, deadline, name)
        except NoSessions:
            raise without_buildkit(reason) from None

    def _in_session(
        self,
        request: BuildRequest,
        output: Callable[[str], None],
        cancelled: threading.Event,
        deadline: float,
        session: str,
    ) -> str:
        # Version 2 of the endpoint is BuildKit. It is made for a client that sends the context through the session as
        # well, but takes a plain archive.
        query = self._query(request) | {"version": "2", "session": session}
        if request.secrets_digest:
            # What BuildKit remembers a step by has no secret in it, but the names of extra hosts.
            query["extrahosts"] = f"secrets-{request.secrets_digest[:32]}:127.0.0.1"
        text, foreign = dockerfile.without_foreign_syntax(request.dockerfile)
        if foreign:
            output(f"The syntax {foreign[:80]} is not Docker's; the engine's own is used instead.")
        for stripped in (False, True):
            run = BuildRun(
                self._engine, request, output, cancelled, deadline, BuildKitProgress(), self._logins, limited=False
            )
            try:
                return run.run(text, query)
            except BadDockerfile as error:
                raise BadDockerfile(error.message, hint=OLD_FRONTEND, **error.details) from error
            except ImageUnavailable as error:
                frontend = directives(text).get("syntax")
                if stripped or frontend is None or "docker/dockerfile" not in frontend or not _of_frontend(error):
                    raise
                output(f"The syntax {frontend} cannot be pulled; the engine's own is used instead.")
                text = dockerfile.without_syntax(text)
        raise AssertionError("unreachable")


def _of_frontend(error: ImageUnavailable) -> bool:
    return "gateway" in error.message or "docker/dockerfile" in error.message


if TYPE_CHECKING:
    from sh0.ports.builder import Builder

    def _conforms(builder: DockerBuilder) -> Builder:
        return builder
