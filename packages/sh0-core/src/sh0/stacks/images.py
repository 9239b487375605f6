"""The images of a stack: all are there before anything is touched."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs

from sh0.builds.engine import BuildEngine, BuildPlan
from sh0.builds.heldback import look
from sh0.builds.model import Detection, DetectOptions
from sh0.compose.services import BuildSection, Service
from sh0.detecting import SECONDS, Detector
from sh0.errors import ImageUnavailable, Invalid
from sh0.jobs.log import RunLog
from sh0.ports.confinement import Confined
from sh0.source.archive import tree_digest
from sh0.stacks.naming import app_name
from sh0.stacks.project_secrets import build_secrets, kept_in_history
from sh0.stacks.request import Prepared
from sh0.values import Secret, ServerName


@attrs.frozen
class StackImages:
    """Pulls and builds.

    Attributes:
        builds: Pulls and builds them.
        detector: Finds out how.
    """

    builds: BuildEngine
    detector: Detector

    def pull(self, prepared: Prepared, log: RunLog, proceed: Callable[[], None]) -> dict[str, str]:
        """The images that are not built, by service; what is not on the server is pulled.

        Raises:
            ImageUnavailable: One cannot be had, or was built by sh0 for something else.
        """
        found: dict[str, str] = {}
        asked: set[str] = set()
        for name, service in prepared.project.services.items():
            if service.build is None or (service.image and service.pull_policy in ("always", "missing")):
                proceed()
                anew = service.pull_policy == "always" and service.image not in asked
                found[name] = self._image(service, prepared, log, anew=anew)
                asked.add(service.image)
        return found

    def _image(self, service: Service, prepared: Prepared, log: RunLog, *, anew: bool) -> str:
        try:
            return self.builds.outside_image(
                prepared.situation.server,
                app_name(prepared.request.stack, service.name),
                service.image,
                lambda text: log.quote(f"{service.name}: {text}"),
                pull=service.pull_policy != "never",
                prefer_local=not anew,
            )
        except ImageUnavailable as error:
            if service.pull_policy != "never":
                raise
            raise ImageUnavailable(
                f"{service.where('image')}: {error.message}, and pull_policy is never", hint=error.hint
            ) from None

    def plans(self, prepared: Prepared, confined: Confined, proceed: Callable[[], None]) -> dict[str, BuildPlan]:
        """How each image is built that is; nothing is executed.

        Raises:
            UnsupportedProject: No recipe builds one.
            Invalid: A folder is not there, or the file asks for what cannot be had.
        """
        found = {}
        for name, service in prepared.project.services.items():
            if service.build is not None:
                proceed()
                context = self._context(service, service.build, prepared.tree)
                app = app_name(prepared.request.stack, name)
                server = prepared.situation.server
                secrets = build_secrets(prepared.project, service)
                plan = self._plan(server, app, service.build, secrets, context, confined, proceed)
                warnings = (*plan.warnings, *kept_in_history(name, service.build.args))
                found[name] = attrs.evolve(plan, warnings=warnings)
        return found

    def _plan(
        self,
        server: ServerName,
        app: str,
        build: BuildSection,
        secrets: Mapping[str, Secret],
        context: Path,
        confined: Confined,
        proceed: Callable[[], None],
    ) -> BuildPlan:
        """How a folder is built; without a Dockerfile, a recipe builds it."""
        digest, text = tree_digest(context, proceed), build.dockerfile_inline
        if text:
            detection = Detection("dockerfile", dockerfile="Dockerfile", dockerfile_text=text)
        else:
            options = DetectOptions(dockerfile=build.dockerfile, target=build.target)
            detection = self.detector(confined, digest, context, options)
        return self.builds.plan_context(
            server,
            app,
            context,
            detection,
            confined.run(SECONDS, look, context),
            digest,
            confined,
            inline=bool(text),
            arguments={key: value.reveal() for key, value in build.args.items()},
            target=build.target,
            secrets=secrets,
        )

    def build(self, app: str, service: str, plan: BuildPlan, log: RunLog, cancelled: threading.Event) -> str:
        """Build one image, unless nothing has changed; returns its content id."""
        if plan.reusable is not None:
            log.note(f"{service}: nothing changed, its image is used again")
            return plan.reusable.image
        log.note(f"{service}: building it ({plan.stack})")
        for warning in plan.warnings:
            log.warn(warning)
        return self.builds.build(app, plan, log.build_output, cancelled).image

    def _context(self, service: Service, build: BuildSection, tree: Path) -> Path:
        place = service.where("build")
        root = tree.resolve()
        context = (root / build.context).resolve()
        if not context.is_dir() or not context.is_relative_to(root):
            raise Invalid(
                f"{place}: the folder {build.context} that {service.name} is built from is not in the project",
                hint="Upload it with the Compose file; .sh0ignore and .gitignore say what stays behind.",
            )
        return context
