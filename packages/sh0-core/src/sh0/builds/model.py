"""What a look at a project found out, as a value. No I/O."""

from collections.abc import Mapping

import attrs

__all__ = ["BuildChanges", "DetectOptions", "Detection"]

SHELL = ("/bin/sh", "-c")
"""What begins a start command that a shell runs: the line follows."""
PORT = "$PORT"
"""Stands in a start command for the port that the app shall listen on."""
DEFAULT_PORT = 8080
"""Where an app is to listen whose port cannot be told."""
_TITLES = {
    # Stacks whose names do not begin with a capital letter, or whose version is that of what they run on.
    "clojure": "Clojure on Java",
    "cobol": "COBOL",
    "dotnet": ".NET",
    "haskell": "Haskell GHC",
    "kotlin": "Kotlin on Java",
    "php": "PHP",
    "scala": "Scala on Java",
}


@attrs.frozen
class Detection:
    """How a project is built and started. Everything the generated Dockerfile says is in here.

    Commands of `setup`, `install` and `build` are lines for the shell of the generated Dockerfile, inside the
    user's own build; nothing outside of it ever runs them.

    Attributes:
        stack: Family: ``python``, ``node``, ``static`` or ``dockerfile``; a plugin may add its own.
        framework: Framework in its own spelling ("Flask"), or empty.
        version: Version of the language, as in the tag of the base image ("3.13"), or empty.
        version_source: Where the version was read (".python-version"), or empty if it is our default.
        package_manager: What installs the dependencies ("uv"), or empty.
        tools: Files and folders that the build stage takes from other images: absolute path to image.
        setup: Commands before any file of the project is copied (installs the package manager).
        manifests: Files that the install needs, relative to the project; a folder ends with a slash.
        copy_first: The install needs the whole source (a local dependency): no layer of its own for dependencies.
        install: Commands that install the dependencies.
        build: Commands after the source is copied.
        cleanup: Commands after all others of the build stage: they remove what only these needed.
        artifacts: Absolute paths that the last stage takes from the build stage, beside the source.
        keep_source: Whether the last stage has the source; without it, it has nothing but `artifacts`.
        start: Arguments of the process that serves; ``$PORT`` stands for `port`. Empty: the image's own.
        port: TCP port that the process listens on inside the container; None if it cannot be told.
        processes: Type of process ("web", "worker", "release") to the shell command that starts it in this image, out
            of the Procfile and of ``sh0.yaml``.
        static_directory: Folder that is served as files, relative to the project ("." for all of it), or empty.
        fallback: File of the static directory that answers paths that are none ("index.html" of a single-page app);
            empty: they are answered with 404.
        environment: Variables of the running container, beside PORT and HOST.
        build_environment: Variables of the build stage.
        build_packages: Debian packages of the build stage.
        runtime_packages: Debian packages of the last stage.
        runtime_setup: Commands of the last stage, before anything of the app is copied into it.
        build_image: Base image of the build stage, or empty if nothing is installed or built.
        runtime_image: Base image of the last stage; empty for a repository's own Dockerfile.
        health: Path that the image's own health check asks for, or empty for no check.
        context: Folder that the build sees, relative to the project; empty for all of it.
        root: Folder of the app, relative to `context`, where that is a workspace around it; otherwise empty.
        dockerfile: Path of the repository's own Dockerfile, or empty.
        dockerfile_text: Its text.
        ignore: What the build leaves out of its context, in the syntax of ``.dockerignore``.
        warnings: What the reader should know, a sentence each.
        web: Whether it has a process that gets requests.
    """

    stack: str
    framework: str = ""
    version: str = ""
    version_source: str = ""
    package_manager: str = ""
    tools: Mapping[str, str] = attrs.field(factory=dict)
    setup: tuple[str, ...] = ()
    manifests: tuple[str, ...] = ()
    copy_first: bool = False
    install: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    cleanup: tuple[str, ...] = ()
    artifacts: tuple[str, ...] = ()
    keep_source: bool = True
    start: tuple[str, ...] = ()
    port: int | None = None
    processes: Mapping[str, str] = attrs.field(factory=dict)
    static_directory: str = ""
    fallback: str = ""
    environment: Mapping[str, str] = attrs.field(factory=dict)
    build_environment: Mapping[str, str] = attrs.field(factory=dict)
    build_packages: tuple[str, ...] = ()
    runtime_packages: tuple[str, ...] = ()
    runtime_setup: tuple[str, ...] = ()
    build_image: str = ""
    runtime_image: str = ""
    health: str = "/"
    context: str = ""
    root: str = ""
    dockerfile: str = ""
    dockerfile_text: str = ""
    ignore: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    web: bool = True

    @property
    def command(self) -> tuple[str, ...]:
        """The start command with the port filled in. A shell reads PORT from its own environment instead."""
        if self.start[:2] == SHELL:
            return self.start
        return tuple(argument.replace(PORT, str(self.port)) for argument in self.start)

    @property
    def fixed_port(self) -> bool:
        """Whether the process listens on `port` whatever PORT says: it stands in its command or its configuration."""
        return bool(self.static_directory) or (self.start[:2] != SHELL and any(PORT in part for part in self.start))

    @property
    def language(self) -> str:
        """The stack in its own spelling."""
        return _TITLES.get(self.stack, self.stack.capitalize())

    @property
    def label(self) -> str:
        """The stack in a few words: ``Flask (Python 3.13, uv)``."""
        if self.dockerfile:
            return "Dockerfile" if self.dockerfile == "Dockerfile" else f"Dockerfile ({self.dockerfile})"
        language = f"{self.language} {self.version}".strip()
        if self.stack == "static":
            return "static site"
        if not self.framework:
            return f"{language} ({self.package_manager})" if self.package_manager else language
        return f"{self.framework} ({', '.join(filter(None, [language, self.package_manager]))})"

    def warn(self, *sentences: str) -> "Detection":
        """The same with more warnings."""
        return attrs.evolve(self, warnings=(*self.warnings, *sentences))


@attrs.frozen
class BuildChanges:
    """What somebody wants to be otherwise than it was detected; None leaves it.

    Attributes:
        dockerfile: Path of the project's own Dockerfile.
        install: Command that installs the dependencies.
        build: Command that builds.
        start: Command that serves.
        port: Port that it listens on.
    """

    dockerfile: str | None = None
    install: str | None = None
    build: str | None = None
    start: str | None = None
    port: int | None = None


@attrs.frozen
class DetectOptions:
    """What is asked about how a tree is built.

    Attributes:
        root: Folder in the tree that is the app.
        dockerfile: Path of its own Dockerfile, relative to `root`.
        target: Name or number of the stage of it that is built; empty for the last.
        port: Port that it shall listen on; None for the usual one of its stack.
        changes: What shall be otherwise than it is detected.
    """

    root: str = ""
    dockerfile: str = "Dockerfile"
    target: str = ""
    port: int | None = None
    changes: BuildChanges = BuildChanges()
