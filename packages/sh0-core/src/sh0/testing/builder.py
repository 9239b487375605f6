"""A Builder that only pretends: it reads the Dockerfile and keeps the image in a FakeRuntime."""

import hashlib
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from sh0.builds.mounted_secrets import mounted_secrets
from sh0.errors import (
    BadDockerfile,
    BuildFailed,
    BuildOutOfMemory,
    BuildTimeout,
    Cancelled,
    Sh0Error,
)
from sh0.ports.builder import BuildRequest, BuiltImage, without_buildkit
from sh0.testing.engine import picture
from sh0.testing.runtime import FakeRuntime
from sh0.testing.script import Program, run

_WORDS = {
    *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "ONBUILD"),
    *("RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
}


class FakeBuilder:
    """A pretended builder. ``RUN`` lines are interpreted as in `sh0.testing.script`.

    Args:
        runtime: Where base images are looked for and images are kept; a new one by default, in which every
        base exists.
        buildkit: Whether it has BuildKit.

    Attributes:
        requests: What was asked for, in order.
        on_build: Called at the start of each build; what it raises is how the build fails.
    """

    def __init__(self, runtime: FakeRuntime | None = None, *, buildkit: bool = True) -> None:
        self.requests: list[BuildRequest] = []
        self.on_build: Callable[[BuildRequest], None] = lambda request: None
        self._runtime = runtime
        self._buildkit = buildkit
        self._failures: list[Sh0Error] = []

    def fail_next(self, error: Sh0Error) -> None:
        """Make the next build raise an error."""
        self._failures.append(error)

    def build(self, request: BuildRequest, output: Callable[[str], None], cancelled: threading.Event) -> BuiltImage:
        """Pretend to build an image."""
        self.requests.append(request)
        self.on_build(request)
        if self._failures:
            raise self._failures.pop(0)
        if request.outline.buildkit is not None and not self._buildkit:
            raise without_buildkit(request.outline.buildkit)
        log: deque[str] = deque(maxlen=40)
        deadline = time.monotonic() + request.limits.timeout
        steps = [line.strip() for line in request.dockerfile.splitlines() if line.strip() and line[0] != "#"]
        for number, step in enumerate(steps, 1):
            if step.split()[0].upper() not in _WORDS:
                raise BadDockerfile(f"dockerfile parse error line {number}: unknown instruction: {step}", log=[])
        if not steps or not steps[0].upper().startswith(("FROM", "ARG")):
            raise BadDockerfile("the Dockerfile has no FROM at its beginning", log=[])
        for number, step in enumerate(steps, 1):
            for line in (f"Step {number}/{len(steps)} : {step}", *self._step(request, step)):
                log.append(line)
                output(line)
            self._wait_and_judge(request, step, log, deadline, cancelled)
        return self._keep(request)

    def _step(self, request: BuildRequest, step: str) -> list[str]:
        word, _, rest = step.partition(" ")
        if word == "RUN":
            return [text for _, text in self._program(request, rest).prints]
        if word == "FROM" and self._runtime is not None:
            base = next(word for word in rest.split() if not word.startswith("--"))
            if base != "scratch" and not self._runtime.image(base):
                self._runtime.pull(base)
        return []

    def _wait_and_judge(
        self, request: BuildRequest, step: str, log: deque[str], deadline: float, cancelled: threading.Event
    ) -> None:
        word, _, rest = step.partition(" ")
        if word == "COPY" and "--from" not in rest and not (request.context / rest.split()[0]).exists():
            raise BuildFailed(f"COPY failed: {rest.split()[0]} does not exist", log=list(log), step=step)
        program = self._program(request, rest) if word == "RUN" else run(["true"])
        until = min(time.monotonic() + program.sleeps, deadline)
        if cancelled.wait(max(0.0, until - time.monotonic())) or cancelled.is_set():
            raise Cancelled("the build was cancelled", log=list(log))
        if time.monotonic() >= deadline:
            raise BuildTimeout(f"the build did not end within {request.limits.timeout:g} seconds", log=list(log))
        if program.exit_code:
            error = BuildOutOfMemory if program.out_of_memory else BuildFailed
            raise error(
                f"the build failed with exit code {program.exit_code} at “{step}”; "
                f"memory {request.limits.memory.words}",
                log=list(log),
                step=step,
            )

    def _program(self, request: BuildRequest, line: str) -> Program:
        """What a step does, with the files of the secrets that it mounts."""
        mounted = mounted_secrets(f"FROM scratch\nRUN {line}")
        for each in mounted:
            if each.required and each.id not in request.secrets:
                raise BuildFailed(f"the build needs the secret {each.id}, and nobody has set it", log=[])
        there = [each.id for each in mounted if each.id in request.secrets]
        files = {f"/run/secrets/{name}": request.secrets[name].reveal() for name in there}
        return run(["sh", "-c", re.sub(r"^(?:--\S+\s+)+", "", line)], files=files)

    def _keep(self, request: BuildRequest) -> BuiltImage:
        digest = hashlib.sha256(request.dockerfile.encode())
        for path in sorted(request.context.rglob("*")):
            if path.is_file():
                digest.update(str(path.relative_to(request.context)).encode() + path.read_bytes())
        ports = tuple(
            sorted(int(port) for port in re.findall(r"^EXPOSE (\d+)", request.dockerfile, flags=re.MULTILINE))
        )
        labels = dict(request.labels)
        if self._runtime is not None:
            labels["sh0.home"] = self._runtime.home_id
        facts = picture(digest.hexdigest(), request.tag, labels=labels, ports=ports)
        if self._runtime is not None:
            self._runtime.add_image(facts)
        return BuiltImage(facts.id, ports)


if TYPE_CHECKING:
    from sh0.ports.builder import Builder

    _: Builder = FakeBuilder()
