"""What the scripts of Gradle say. They are programs, so this reads what nearly all of them have in common."""

import posixpath
import re

import attrs

from sh0.plugin import SourceTree

__all__ = ["GradleModule", "GradleProject", "find_gradle_build"]

_SCRIPTS = ("build.gradle.kts", "build.gradle")
_SETTINGS = ("settings.gradle.kts", "settings.gradle")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|(?<![:\"'])//[^\n]*", re.DOTALL)
_PLUGIN = re.compile(r"(?:\bid\b|apply\s+plugin\s*[:=]|apply\s*\(\s*plugin\s*=)\s*\(?\s*[\"']([\w.\-]+)[\"']")
_KOTLIN = re.compile(r"\bkotlin\(\s*[\"']([\w.\-]+)[\"']\s*\)")
_ALIAS = re.compile(r"\balias\(\s*libs\.plugins\.([\w.]+?)(?:\.get\(\))?\s*\)")
_BARE = re.compile(r"^[ \t]*(application|war|`java-library`|java)[ \t]*$", re.MULTILINE)
_DEPENDENCY = re.compile(
    r"\b(?:implementation|api|runtimeOnly|compile)\b\s*\(?\s*(?:platform\(\s*)?[\"']([\w.\-]+:[\w.\-]+)|\blibs\.([\w.]+)"
)
_VERSION = re.compile(
    r"JavaLanguageVersion\.of\(\s*[\"']?(\d+)|jvmToolchain\(\s*(\d+)"
    r"|(?:sourceCompatibility|targetCompatibility|jvmTarget|options\.release)\s*[=.(]+\s*(?:set\()?"
    r"[\s\"']*(?:JavaVersion\.VERSION_|JvmTarget\.JVM_)?([\d._]+)"
)
_MAIN_CLASS = re.compile(r"[\"']Main-Class[\"']\s*(?::|,|to\b|\]\s*=)")
_BUNDLED = re.compile(r"\b(?:runtime|compile)Classpath\b")
_NAME = re.compile(r"rootProject\.name\s*=\s*[\"']([^\"']+)[\"']")
_APPLICATION = re.compile(r"applicationName\s*=\s*[\"']([^\"']+)[\"']")
_INCLUDE = re.compile(r"\binclude\b\s*(\([^)]*(?:\)|\Z)|(?:,\s*\n|[^)\n])*)")
_QUOTED = re.compile(r"[\"']:?([^\"']+)[\"']")
_CATALOGUE = re.compile(
    r"^([\w.\-]+)\s*=\s*(?:\{[^}\n]*?\b(?:id|module|name)\s*=\s*)?[\"']([^\"']+)[\"']", re.MULTILINE
)


@attrs.frozen
class GradleModule:
    """A project of the build.

    Attributes:
        folder: Where it is, relative to the repository; empty for the top.
        plugins: Ids of its plugins.
        dependencies: Artifacts that it needs, as ``group:name``.
        version: What it asks of Java, and the file that says so; None if nothing does.
        application: What its start script is called.
        runnable: Whether the manifest of its archive names a main class.
        bundled: Whether the archive carries what the program needs.
    """

    folder: str
    plugins: frozenset[str]
    dependencies: frozenset[str]
    version: tuple[str, str] | None
    application: str
    runnable: bool = False
    bundled: bool = False

    @property
    def task(self) -> str:
        """The prefix of its tasks: ``:app:``, or nothing for the top."""
        return f":{self.folder.replace('/', ':')}:" if self.folder else ""


@attrs.frozen
class GradleProject:
    """The build.

    Attributes:
        modules: Its projects, the one at the top first.
        manifests: Files that configure the build.
        wrapper: Whether the wrapper is there.
        composed: A part of the build is itself built from source (``buildSrc``, an included build).
    """

    modules: tuple[GradleModule, ...]
    manifests: tuple[str, ...]
    wrapper: bool
    composed: bool


def find_gradle_build(project: SourceTree) -> tuple[SourceTree, str, GradleProject] | None:
    """Read the build that a project is: its own, or the one around it that it is a module of.

    Returns:
        The project at the top of the build, the folder of this one in it, and what the scripts say; None if there
        are no scripts.
    """
    if project.first(*_SETTINGS) is None:
        for top, folder in project.around:
            around = _read(top)
            if around is not None and any(module.folder == folder for module in around.modules):
                return top, folder, around
    own = _read(project)
    return None if own is None else (project, "", own)


def _read(project: SourceTree) -> GradleProject | None:
    """The scripts of a build, if there are any at the top."""
    settings_path = project.first(*_SETTINGS)
    if settings_path is None and project.first(*_SCRIPTS) is None:
        return None
    settings = _COMMENT.sub("", project.text(settings_path or "") or "")
    names = [name for match in _INCLUDE.findall(settings) for name in _QUOTED.findall(match)]
    folders = ["", *(name.replace(":", "/") for name in names)]
    catalogue = _catalogue(project.text("gradle/libs.versions.toml") or "")
    root = _NAME.search(settings)
    # Gradle calls the project at the top as its folder is called, which is /app in the image.
    modules = [_module(project, folder, catalogue, root[1] if root else "app") for folder in dict.fromkeys(folders)]
    endings = (".gradle", ".gradle.kts", "gradle.properties", "gradlew", "gradle.lockfile", ".versions.toml")
    manifests = [name for name in project.names if name.endswith(endings) or name.startswith("gradle/wrapper/")]
    return GradleProject(
        tuple(module for module in modules if module is not None),
        tuple(manifests),
        project.has("gradlew") and project.has("gradle/wrapper/gradle-wrapper.properties"),
        project.has_folder("buildSrc") or "includeBuild" in settings,
    )


def _module(project: SourceTree, folder: str, catalogue: dict[str, str], root: str) -> GradleModule | None:
    path = project.first(*(posixpath.join(folder, name) for name in _SCRIPTS))
    if path is None:
        return None
    text = _COMMENT.sub("", project.text(path) or "")
    plugins = {*_PLUGIN.findall(text), *(name.strip("`") for name in _BARE.findall(text))}
    plugins |= {f"org.jetbrains.kotlin.{name}" for name in _KOTLIN.findall(text)}
    plugins |= {catalogue.get(_key(name), name) for name in _ALIAS.findall(text)}
    dependencies = {stated or catalogue.get(_key(alias), alias) for stated, alias in _DEPENDENCY.findall(text)}
    version = _VERSION.search(text)
    asked = next(group for group in version.groups() if group) if version else ""
    named = _APPLICATION.search(text)
    return GradleModule(
        folder,
        frozenset(plugins),
        frozenset(dependencies),
        (asked.replace("_", "."), path) if version else None,
        named[1] if named else posixpath.basename(folder) or root,
        bool(_MAIN_CLASS.search(text)),
        bool(_BUNDLED.search(text)),
    )


def _catalogue(text: str) -> dict[str, str]:
    """The aliases of a version catalogue, as scripts write them, and what they stand for."""
    return {_key(alias): value for alias, value in _CATALOGUE.findall(text)}


def _key(alias: str) -> str:
    return re.sub(r"[-_]", ".", alias)
