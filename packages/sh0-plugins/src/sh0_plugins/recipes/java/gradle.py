"""Java and Kotlin, built by Gradle."""

import posixpath

import attrs

from sh0.plugin import Detection, SourceTree, UnsupportedProject
from sh0_plugins.recipes.java.frameworks import Framework, framework_of
from sh0_plugins.recipes.java.gradle_files import GradleModule, find_gradle_build
from sh0_plugins.recipes.java.machine import HEAP, java_command, java_project
from sh0_plugins.recipes.java.version import java_version
from sh0_plugins.recipes.java.wrapper import wrapper_java

__all__ = ["detect_gradle"]

_JARS = (
    # Plugin, the task that makes an archive of everything, and how the archive's name ends.
    ("org.springframework.boot", "bootJar", ".jar"),
    ("io.ktor.plugin", "buildFatJar", "-all.jar"),
    ("com.gradleup.shadow", "shadowJar", "-all.jar"),
    ("com.github.johnrengelman.shadow", "shadowJar", "-all.jar"),
)
_JAR = "/app/app.jar"
_APPLICATIONS = frozenset({"application", "io.micronaut.application"})
_IMAGES = {
    # The newest Gradle that is published with each version of Java.
    "8": "gradle:8.14-jdk8-jammy",
    "11": "gradle:8.14-jdk11-jammy",
    "17": "gradle:8.14-jdk17-noble",
    "21": "gradle:8.14-jdk21-noble",
    "25": "gradle:9.7-jdk25-noble",
}


def detect_gradle(project: SourceTree) -> Detection | None:
    """The module that a plugin makes a program of: Spring Boot, Quarkus, Ktor, shadow, or ``application``.

    Without a plugin, the one the manifest of whose archive names a main class.

    Raises:
        UnsupportedProject: There is no such module, or there are several.
    """
    found = find_gradle_build(project)
    if found is None:
        return None
    top, root, facts = found
    module = _choose([each for each in facts.modules if f"{each.folder}/".startswith(f"{root}/") or not root])
    names = module.dependencies | module.plugins
    framework = framework_of(names)
    version = java_version(
        project,
        module.version or next((m.version for m in facts.modules if m.version), None) or wrapper_java(top),
    )
    kotlin = any(plugin.startswith("org.jetbrains.kotlin") for plugin in names)
    gradle = f"{'sh /app/gradlew' if facts.wrapper else 'gradle'} --no-daemon"
    file = " --project-dir /app" if root else ""
    base = java_project(top, "kotlin" if kotlin else "java", version, "gradle", framework, module.folder)
    build, artifacts, start = _program(module, framework, keep_names=project.has("Procfile"))
    if start[-1] == _JAR and module.runnable and module.dependencies and not module.bundled and len(build) > 1:
        base = base.warn(*_bare(module))
    return attrs.evolve(
        base,
        manifests=facts.manifests,
        copy_first=facts.composed,
        install=() if facts.composed else (f"{gradle} dependencies",),
        build=(f"{gradle}{file} {build[0]}", *build[1:]),
        artifacts=artifacts,
        root=root,
        start=start,
        environment={"JAVA_OPTS": HEAP} if start[:1] != ("java",) else {},
        build_image=f"eclipse-temurin:{version.version}-jdk-noble" if facts.wrapper else _IMAGES[version.version],
        ignore=("build", "*/build", "**/.gradle"),
    )


def _bare(module: GradleModule) -> tuple[str, ...]:
    """The warning about an archive of the task ``jar``, which holds nothing of what the program needs."""
    if module.plugins & {plugin for plugin, _, _ in _JARS}:
        return ()
    told = "The archive of the task jar holds no dependencies: use the plugin `application`, or one that bundles them."
    return (told,)


def _choose(modules: list[GradleModule]) -> GradleModule:
    known = {plugin for plugin, _, _ in _JARS} | _APPLICATIONS | {"io.quarkus"}
    found = [module for module in modules if module.plugins & known] or [each for each in modules if each.runnable]
    # The top often names a plugin only for the modules below it.
    below = [module for module in found if module.folder]
    if len(found) > 1 and len(below) == 1:
        return below[0]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(module.folder or "the top" for module in found)
        raise UnsupportedProject(
            f"found a Gradle project with several programs: {names}",
            hint="Add a Dockerfile that builds and starts one of them.",
            stack="java",
        )
    raise UnsupportedProject(
        "found a Gradle project without a program: none of its modules has a plugin that makes one",
        hint="Add the plugin `application` and its mainClass, or that of your framework.",
        stack="java",
    )


def _program(
    module: GradleModule, framework: Framework | None, *, keep_names: bool
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The task and what follows it, what the last stage takes, and the command that starts it.

    An archive is called after the version of the project, which only Gradle knows: it gets a name of ours, unless a
    Procfile may count on its own.
    """
    target = posixpath.join("/app", module.folder, "build")
    if "io.quarkus" in module.plugins:
        folder = f"{target}/quarkus-app"
        return (
            (f"{module.task}quarkusBuild",),
            (folder,),
            java_command(framework, "-jar", f"{folder}/quarkus-run.jar"),
        )
    for plugin, task, ending in _JARS:
        if plugin in module.plugins:
            artifacts = (_JAR, *((f"{target}/libs",) if keep_names else ()))
            copy = f"cp {target}/libs/*{ending} {_JAR}"
            return (f"{module.task}{task}", copy), artifacts, java_command(framework, "-jar", _JAR)
    if module.runnable and not module.plugins & _APPLICATIONS:
        artifacts = (_JAR, *((f"{target}/libs",) if keep_names else ()))
        copy = f"cp $(ls {target}/libs/*.jar | grep -v -e -plain -e -sources -e -javadoc) {_JAR}"
        return (f"{module.task}jar", copy), artifacts, java_command(framework, "-jar", _JAR)
    folder = f"{target}/install/{module.application}"
    arguments = framework.arguments if framework else ()
    start = (f"{folder}/bin/{module.application}", *arguments)
    return (f"{module.task}installDist",), (folder,), start
