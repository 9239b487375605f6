"""Scala, built by sbt or by Scala CLI."""

import re
import shlex

import attrs

from sh0.plugin import PORT, Detection, SourceTree, UnsupportedProject, source_files, stated_port
from sh0_plugins.recipes.java.frameworks import Framework
from sh0_plugins.recipes.java.machine import HEAP, java_command, java_project
from sh0_plugins.recipes.java.version import java_version

__all__ = ["detect_scala"]

SCALA_CLI = "virtuslab/scala-cli:1.9.1"

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|(?<![:\"])//[^\n]*", re.DOTALL)
_NAME = re.compile(r"\bname\s*:=\s*\"([^\"]+)\"")
_SCRIPT = re.compile(r"\bexecutableScriptName\s*:=\s*\"([^\"]+)\"")
_JAR = re.compile(r"\bassemblyJarName\s*:=\s*\"([^\"\n]+\.jar)\"")
_PROJECT = re.compile(r"project\s+in\s+file\(\s*\"([^\"]+)\"|project\s*\.in\(\s*file\(\s*\"([^\"]+)\"")
_PLUGIN_FILE = re.compile(r"project/[\w.\-]+\.sbt")
_BUILD_FILE = re.compile(r"project/[\w.\-]+\.(?:sbt|scala|properties)")
_PACKAGERS = ("JavaAppPackaging", "JavaServerAppPackaging", "PlayScala", "PlayJava", "PlayService")
_FRAMEWORKS = (
    ("org.playframework", Framework("Play", 9000)),
    ("com.typesafe.play", Framework("Play", 9000)),
    ("PlayScala", Framework("Play", 9000)),
    ("http4s", Framework("http4s")),
    ("zio-http", Framework("ZIO HTTP")),
    ("pekko-http", Framework("Pekko HTTP")),
    ("akka-http", Framework("Akka HTTP")),
    ("cask", Framework("Cask")),
    ("tapir", Framework("Tapir")),
)
_SOURCE_PORT = re.compile(r"port\"(\d{2,5})\"|\bport\s*(?::\s*Int\s*)?=\s*(\d{2,5})|\.bind\(\s*\"[^\"]*\",\s*(\d{2,5})")


def detect_scala(project: SourceTree) -> Detection | None:
    """An sbt build that packages itself (native-packager, Play, sbt-assembly), or files with directives of Scala CLI.

    Raises:
        UnsupportedProject: The build does not package itself.
    """
    if project.has("build.sbt"):
        return _sbt(project)
    files = [name for name in project.glob("*.scala") if "//> using" in (project.text(name) or "")]
    return _scala_cli(project, files) if files else None


def _sbt(project: SourceTree) -> Detection:
    text = _COMMENT.sub("", project.text("build.sbt") or "")
    plugins = _COMMENT.sub("", "\n".join(project.text(n) or "" for n in project.names if _PLUGIN_FILE.fullmatch(n)))
    framework = next((found for key, found in _FRAMEWORKS if key in text + plugins), None)
    base = _base(project, "sbt", framework)
    packager = next((name for name in _PACKAGERS if re.search(rf"\b{name}\b", text)), "")
    # Before it had plugins to enable, sbt-native-packager was switched on by this setting.
    packager = packager or next(iter(re.findall(r"\bpackageArchetype\.java_\w+", text)), "")
    manifests = [
        n for n in project.names if n == "build.sbt" or re.fullmatch(r"project/[\w.\-]+\.(sbt|scala|properties)", n)
    ]
    base = attrs.evolve(
        base,
        manifests=tuple(manifests),
        install=("sbt update",),
        build_image=f"sbtscala/scala-sbt:eclipse-temurin-{_java(base.version)}_1.x",
        ignore=("**/target", "**/.bsp", "**/.bloop", "**/.metals"),
    )
    if packager:
        folder = _folder(text, packager)
        named = _SCRIPT.search(text) or _NAME.search(text)
        name = re.sub(r"[^a-z0-9_]+", "-", named[1].lower()) if named else "app"
        stage = f"{folder}target/universal/stage"
        play = ("-Dpidfile.path=/dev/null", f"-Dhttp.port={PORT}") if framework and framework.title == "Play" else ()
        warned = base.warn("Play demands a secret: set APPLICATION_SECRET.") if play else base
        return attrs.evolve(
            warned,
            build=("sbt stage",),
            artifacts=(f"/app/{stage}",),
            start=(f"{stage}/bin/{name}", *play),
            environment={"JAVA_OPTS": HEAP},
        )
    if "sbt-assembly" in plugins:
        jar = _JAR.search(text)
        pattern = shlex.quote(f"*/target/scala-*/{jar[1] if jar else '*-assembly-*.jar'}")
        copy = f"find . -path {pattern} -exec cp {{}} app.jar ';' && test -f app.jar"
        start = java_command(framework, "-jar", "app.jar")
        return attrs.evolve(base, build=("sbt assembly", copy), artifacts=("/app/app.jar",), start=start)
    if "sbt-native-packager" in plugins:
        raise UnsupportedProject(
            "found sbt-native-packager in project/, but build.sbt does not enable it",
            hint="Add enablePlugins(JavaAppPackaging) to build.sbt.",
            stack="scala",
        )
    raise UnsupportedProject(
        "found an sbt build that does not package itself",
        hint="Add sbt-native-packager (enablePlugins(JavaAppPackaging)) or sbt-assembly.",
        stack="scala",
    )


def _scala_cli(project: SourceTree, files: list[str]) -> Detection:
    text = "\n".join(project.text(name) or "" for name in files)
    framework = next((found for key, found in _FRAMEWORKS if key in text), None)
    return attrs.evolve(
        _base(project, "scala-cli", framework),
        build=("scala-cli --power package . --assembly --force --output app.jar",),
        artifacts=("/app/app.jar",),
        start=java_command(framework, "-jar", "app.jar"),
        build_image=SCALA_CLI,
        ignore=("**/.scala-build", "**/.bsp"),
    )


def _base(project: SourceTree, manager: str, framework: Framework | None) -> Detection:
    version = java_version(project, None)
    base = java_project(project, "scala", version, manager, framework)
    port = stated_port(source_files(project, ".scala", ".conf"), _SOURCE_PORT)
    return base if port is None else attrs.evolve(base, port=port)


def _folder(text: str, packager: str) -> str:
    """The folder of the sub-project that is packaged: the last one that begins before the packager is named."""
    before = text[: text.index(packager)]
    found = [first or second for first, second in _PROJECT.findall(before)]
    return f"{found[-1]}/" if found and found[-1] != "." else ""


def _java(version: str) -> str:
    """sbt's images begin with Java 17, which compiles for the older ones too."""
    return version if version in ("17", "21", "25") else "17"
