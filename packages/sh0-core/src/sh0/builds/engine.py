"""From a tree to an image: what is to be built, whether that was built before, and the build itself."""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import attrs

from sh0.builds.arguments import BuildVariables, demand_passing
from sh0.builds.bases import Reading, read_dockerfile
from sh0.builds.dockerfile import render
from sh0.builds.heldback import Leftovers, told_of_pointers, told_of_secrets
from sh0.builds.model import Detection
from sh0.builds.mounted_secrets import demand_required, told_of_missing
from sh0.builds.ownership import demand_own_bases, demand_usable, labelled
from sh0.context import Context
from sh0.errors import BuildTimeout, Cancelled, ImageUnavailable
from sh0.image_names import qualified, refusal
from sh0.ports.builder import BuildLimits, BuildRequest
from sh0.ports.confinement import Confined
from sh0.ports.runtime import ImageFacts
from sh0.records.app import App
from sh0.records.build import BUILDS, PAGES, Build
from sh0.source.archive import tree_digest
from sh0.source.dockerignore import IGNORE_FILE, ignore_file_of
from sh0.source.ignore import HELD_BACK
from sh0.values import LOCAL, Secret, ServerName

SECONDS: Final = 30.0
"""How long reading a Dockerfile may hold a deployment up."""
NO_VARIABLES: Final = BuildVariables()
_RECIPES_VERSION = "3"  # raise it when a recipe's output changes in a way that the Dockerfile's text does not show


@attrs.frozen
class BuildPlan:
    """What is to be built.

    Attributes:
        key: Digest of everything that goes in.
        tree: Folder that is built.
        stack: What was detected, in words.
        dockerfile: Text of the Dockerfile.
        port: Port that the app will listen on, if that can be told.
        fixed_port: Whether it listens there whatever the variable PORT says.
        ignore: What the build leaves out of its context.
        warnings: What the reader should know.
        arguments: Build arguments.
        target: Stage to build; empty for the last.
        generated: Whether sh0 wrote the Dockerfile.
        cleanup: Commands in it that only remove what the build has needed.
        reusable: The same build, done before.
        reading: What has to be known of the Dockerfile to build it; None if it is not built.
        pages: Whether the image serves files with a web server that sh0 has set up.
        ignore_file: Path, in the tree, of the ignore file of its Dockerfile.
        server: Server whose engine builds it.
        secrets: What its steps mount as secrets, by id.
    """

    key: str
    tree: Path
    stack: str
    dockerfile: str
    port: int | None
    fixed_port: bool
    ignore: tuple[str, ...]
    warnings: tuple[str, ...]
    reusable: Build | None
    reading: Reading | None
    arguments: Mapping[str, str] = attrs.field(factory=dict)
    target: str = ""
    generated: bool = False
    cleanup: tuple[str, ...] = ()
    pages: bool = False
    ignore_file: str = IGNORE_FILE
    server: ServerName = LOCAL
    secrets: Mapping[str, Secret] = attrs.field(factory=dict)


class BuildEngine:
    """Builds the images of a home.

    Args:
        context: The servers, whose engines build; the records of builds; limits.
    """

    def __init__(self, context: Context) -> None:
        settings, fleet = context.settings, context.fleet
        self._fleet, self._records, self._clock = fleet, context.records, context.clock
        self._home_id = context.home_id
        self._limits = BuildLimits(settings.build_memory, settings.build_cpus, settings.build_timeout)
        self._places = {server: threading.BoundedSemaphore(settings.builds_at_once) for server in fleet.names}

    def plan(
        self,
        app: App,
        source: Path,
        found: Detection,
        digest: str,
        confined: Confined,
        proceed: Callable[[], None],
        variables: BuildVariables = NO_VARIABLES,
        target: str = "",
    ) -> BuildPlan:
        """Decide how a tree is built; nothing is executed.

        Args:
            app: For which app.
            source: The tree.
            found: How it is built.
            digest: Digest of all that is in the tree.
            confined: The process that reads its Dockerfile.
            proceed: Called again and again; raises if the work is to stop.
            variables: Variables that it is built with.
            target: Stage of its own Dockerfile to build; empty for the last.

        Raises:
            Invalid: A secret would stay in the history of the image.
            MissingVariables: A step cannot run without a secret that nobody has set.
        """
        tree = source / found.context
        dockerfile = render(found)
        if not found.dockerfile:
            variables = variables.generated
            dockerfile = render(found, variables.for_generated(dockerfile))
        named, mountable = variables.named_in(dockerfile), variables.mountable_in(dockerfile)
        own = source / app.root / found.dockerfile if found.dockerfile else None
        ignore_file = ignore_file_of(tree, own) if own else IGNORE_FILE
        digest = tree_digest(tree, proceed) if found.context else digest
        given = {name: value.reveal() for name, value in mountable.items()} | named
        key, reusable = self._known(app.server, app.name, digest, dockerfile, ignore_file, target, given)
        reading = self._reading(reusable, dockerfile, named, confined, target)
        mounted = () if reading is None else reading.secrets
        demand_required(mounted, mountable, app.name)
        secrets = {each.id: mountable[each.id] for each in mounted if each.id in mountable}
        declared = {*(() if reading is None else reading.arguments)} - secrets.keys()
        if reading is not None and found.dockerfile:
            demand_passing(variables, named.keys() & declared, reading.lasting)
        return BuildPlan(
            key,
            tree,
            found.label,
            dockerfile,
            found.port,
            found.fixed_port,
            found.ignore,
            (*found.warnings, *told_of_missing(mounted, mountable, app.name)),
            reusable,
            reading,
            {name: value for name, value in named.items() if name in declared},
            target,
            generated=not found.dockerfile,
            cleanup=found.cleanup,
            pages=bool(found.static_directory),
            ignore_file=ignore_file,
            server=app.server,
            secrets=secrets,
        )

    def plan_context(
        self,
        server: ServerName,
        app: str,
        context: Path,
        found: Detection,
        leftovers: Leftovers,
        digest: str,
        confined: Confined,
        *,
        inline: bool = False,
        arguments: Mapping[str, str] | None = None,
        target: str = "",
        secrets: Mapping[str, Secret] | None = None,
    ) -> BuildPlan:
        """Decide how a folder is built that a Compose file names.

        Args:
            server: Server whose engine builds it.
            app: Name of the app that it is for.
            context: The folder.
            found: How it is built.
            leftovers: What of it a build leaves out or cannot use.
            digest: Digest of all that is in the folder.
            confined: The process that reads its Dockerfile.
            inline: Whether the text of its Dockerfile stands in the Compose file.
            arguments: Build arguments.
            target: Stage to build; empty for the last.
            secrets: What its steps may mount, by id.

        Raises:
            MissingVariables: A step cannot run without a secret that is not among them.
        """
        arguments, secrets = dict(arguments or {}), dict(secrets or {})
        warnings = told_of_pointers(leftovers) if found.dockerfile else found.warnings
        rendered = render(found)
        own = inline or not found.dockerfile
        ignore_file = IGNORE_FILE if own else ignore_file_of(context, context / found.dockerfile)
        known = {f"secret {name}": value.reveal() for name, value in secrets.items()} | arguments
        key, reusable = self._known(server, app, digest, rendered, ignore_file, target, known)
        reading = self._reading(reusable, rendered, arguments, confined, target)
        mounted = () if reading is None else reading.secrets
        demand_required(mounted, secrets, app, compose=True)
        return BuildPlan(
            key,
            context,
            found.label,
            rendered,
            found.port,
            found.fixed_port,
            (*found.ignore, *HELD_BACK),
            (*told_of_secrets(leftovers), *warnings, *told_of_missing(mounted, secrets, app, compose=True)),
            reusable,
            reading,
            arguments,
            target,
            not found.dockerfile,
            found.cleanup,
            ignore_file=ignore_file,
            server=server,
            secrets={each.id: secrets[each.id] for each in mounted if each.id in secrets},
        )

    @staticmethod
    def _reading(
        reusable: Build | None, dockerfile: str, arguments: Mapping[str, str], confined: Confined, target: str = ""
    ) -> Reading | None:
        return None if reusable else confined.run(SECONDS, read_dockerfile, dockerfile, arguments, target)

    def _known(
        self,
        server: ServerName,
        app: str,
        digest: str,
        dockerfile: str,
        ignore_file: str,
        target: str = "",
        arguments: Mapping[str, str] | None = None,
    ) -> tuple[str, Build | None]:
        """The digest of everything that goes into a build, and the same build if it was done before."""
        given = [self._digest(arguments)] if arguments else []
        where = () if server == LOCAL else (server,)
        parts = [_RECIPES_VERSION, app, digest, dockerfile, ignore_file, target, *given, *where]
        key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        known = self._records[BUILDS].find(key)
        there = known is not None and self._fleet.at(server).runtime.image(known.image) is not None
        return key, known if there else None

    def _digest(self, values: Mapping[str, str]) -> str:
        """A digest of variables that tells nothing of their values."""
        return self._records.digest("\0".join(f"{name}={values[name]}" for name in sorted(values)))

    def outside_image(
        self,
        server: ServerName,
        app: str,
        reference: str,
        note: Callable[[str], None],
        *,
        pull: bool = True,
        prefer_local: bool = False,
    ) -> str:
        """The content id of an image that somebody else has made, for an app.

        Args:
            server: Server that needs it.
            app: For which app.
            reference: Its name.
            note: Receives what the reader should know.
            pull: Whether the registry may be asked.
            prefer_local: Whether it is asked only if the server has no copy.

        Raises:
            ImageUnavailable: It cannot be had, or was built by sh0 for something else.
        """
        if (reason := refusal(reference)) is not None:
            raise ImageUnavailable(f"{reference} is not used: {reason}", hint="Name an image of a registry.")
        runtime = self._fleet.at(server).runtime
        name = qualified(reference)
        found = runtime.image(name) if prefer_local or not pull else None
        if found is None and pull:
            note(f"pulling {reference}")
            try:
                found = runtime.pull(name)
            except ImageUnavailable as error:
                found = runtime.image(name)
                if found is None:
                    raise
                note(f"{error.message}; the copy on this server is used")
        if found is None:
            raise ImageUnavailable(f"{reference} is not on the server", hint="Load it there, or let it be pulled.")
        demand_usable(reference, found, self._home_id, app, self._built_for)
        return found.id

    def _built_for(self, facts: ImageFacts) -> str | None:
        """The app that an image was built for, as it is called now."""
        builds = self._records[BUILDS].where(image=facts.id, limit=1)
        return builds[0].app if builds else labelled(facts)

    def build(self, app: str, plan: BuildPlan, output: Callable[[str], None], cancelled: threading.Event) -> Build:
        """Build an image, when there is a free place; builds beyond the limit wait.

        Raises:
            Cancelled: `cancelled` was set, while it waited or ran.
            BadDockerfile: It refers to images as only sh0 itself may.
            ImageUnavailable: A base image was built by sh0 for something else, or cannot be had.
            BuildFailed: See `sh0.ports.builder.Builder.build` for its kinds.
        """
        server = self._fleet.at(plan.server)
        if plan.reading is None:
            raise ValueError(f"the image of {app} was built before")

        end = time.monotonic() + self._limits.timeout

        def proceed() -> None:
            if cancelled.is_set():
                raise Cancelled("the build was cancelled while it fetched an image")
            if time.monotonic() > end:
                within = f"{self._limits.timeout:g} seconds"
                raise BuildTimeout(f"the images that it starts from did not arrive within {within}", log=[])

        demand_own_bases(plan.reading.bases, server.runtime, self._home_id, app, output, proceed, self._built_for)
        places = self._places[plan.server]
        while not places.acquire(timeout=0.2):
            if cancelled.is_set():
                raise Cancelled("the build was cancelled while it waited for another")
        secrets = {name: value.reveal() for name, value in plan.secrets.items()}
        try:
            begun = time.monotonic()
            tag = f"sh0/{self._home_id}/{app}:{plan.key[:12]}"
            labels = {"sh0.kind": "image", "sh0.app": app, **({PAGES: "1"} if plan.pages else {})}
            built = server.builder.build(
                BuildRequest(
                    plan.tree,
                    plan.dockerfile,
                    tag,
                    labels,
                    self._limits,
                    plan.arguments,
                    plan.target,
                    plan.ignore,
                    plan.generated,
                    plan.cleanup,
                    plan.ignore_file,
                    plan.secrets,
                    self._digest(secrets) if secrets else "",
                    outline=plan.reading.outline,
                ),
                output,
                cancelled,
            )
            port = plan.port or (built.ports[0] if built.ports else None)
            seconds = round(time.monotonic() - begun, 3)
            return self._records[BUILDS].save(
                Build(
                    *(plan.key, app, built.id, tag, plan.stack, port, plan.fixed_port, seconds, self._clock.now()),
                    plan.server,
                )
            )
        finally:
            places.release()
