"""Java and Kotlin, built by Maven."""

import posixpath
import shlex

import attrs

from sh0.plugin import Detection, SourceTree, UnsupportedProject, read_processes
from sh0_plugins.recipes.java.frameworks import Framework, framework_of, main_classes
from sh0_plugins.recipes.java.machine import java_command, java_project
from sh0_plugins.recipes.java.pom import Pom, find_poms
from sh0_plugins.recipes.java.version import java_version

__all__ = ["detect_maven"]

_VERSIONS = ("maven.compiler.release", "java.version", "maven.compiler.target", "maven.compiler.source", "jdk.version")
_RUNNABLE = ("spring-boot-maven-plugin", "quarkus-maven-plugin", "micronaut-maven-plugin")


def detect_maven(project: SourceTree) -> Detection | None:
    """The module that is a program: by the plugin of its framework, by its main class, or by its source.

    Raises:
        UnsupportedProject: There is no such module, there are several, or it is made for an application server.
        Invalid: A pom.xml is broken.
    """
    found = find_poms(project)
    if found is None:
        return None
    top, root, poms = found
    pom = _choose(top, [each for each in poms if f"{each.folder}/".startswith(f"{root}/") or not root])
    # What a parent in the repository says holds for its modules.
    names = frozenset(name for each in poms if each is pom or each.packaging == "pom" for name in each.names)
    framework = framework_of(names)
    stack = "kotlin" if any("kotlin-maven-plugin" in each.plugins for each in poms) else "java"
    version = java_version(project, _stated(pom))
    maven = "sh /app/mvnw" if top.has("mvnw") and top.has(".mvn/wrapper/maven-wrapper.properties") else "mvn"
    file = " --file /app/pom.xml" if root else ""
    module = f" --projects {shlex.quote(pom.folder)} --also-make" if pom.folder else ""
    base = java_project(top, stack, version, "maven", framework, pom.folder)
    line = read_processes(project).get("web", "")
    build, artifacts, start = _archive(top, pom, framework, names, named=bool(line))
    if "target/" in line:
        # The line names what the build left in its folder: all of that comes along, under its own names.
        folder = posixpath.join("/app", pom.folder, "target")
        artifacts = (folder, *(path for path in artifacts if not path.startswith(f"{folder}/")))
        if "target/dependency" in line and "copy-dependencies" not in build:
            build += " dependency:copy-dependencies -DincludeScope=runtime"
        if "appassembler-maven-plugin" in pom.plugins:
            build += " appassembler:assemble"
    files = [*(f"{each.folder}/pom.xml".strip("/") for each in poms), "mvnw"]
    files += [name for name in top.names if name.startswith(".mvn/")]
    return attrs.evolve(
        base,
        manifests=tuple(name for name in files if top.has(name)),
        # Modules that need one another cannot be resolved before they are built: what can be is fetched.
        install=(f"{maven} -B -ntp -fn dependency:go-offline",),
        build=(f"{maven} -B -ntp{file} -DskipTests{module} package{build}",),
        artifacts=artifacts,
        root=root,
        start=start,
        build_image=f"maven:3.9-eclipse-temurin-{version.version}-noble",
        ignore=("target", "*/target"),
    )


def _stated(pom: Pom) -> tuple[str, str] | None:
    path = f"{pom.folder}/pom.xml".strip("/")
    compiler = pom.plugins.get("maven-compiler-plugin")
    texts = [pom.properties.get(key, "") for key in _VERSIONS]
    texts += [
        each.text or ""
        for each in (compiler.iter() if compiler is not None else ())
        if each.tag in ("release", "target")
    ]
    found = next((text.strip() for text in texts if text.strip() and "${" not in text), None)
    return None if found is None else (found, path)


def _choose(project: SourceTree, poms: list[Pom]) -> Pom:
    programs = [pom for pom in poms if pom.packaging != "pom"]
    if len(programs) == 1:
        return programs[0]
    told = [pom for pom in programs if pom.main_class or any(plugin in pom.plugins for plugin in _RUNNABLE)]
    found = told or [pom for pom in programs if main_classes(project, pom.folder)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(pom.folder or pom.artifact for pom in found or programs)
    several = "several modules that could be started" if found else "no module that could be started"
    raise UnsupportedProject(
        f"found a Maven project with {several}: {names}",
        hint="Set the root folder of the app to the module, or add a Dockerfile.",
        stack="java",
    )


def _archive(
    project: SourceTree, pom: Pom, framework: Framework | None, names: frozenset[str], *, named: bool
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """What the build is told in addition, what the last stage takes, and the command that starts it."""
    target = posixpath.join("/app", pom.folder, "target")
    archive = f"{target}/{pom.file_name}.{'war' if pom.packaging == 'war' else 'jar'}"
    if framework and framework.title == "Quarkus":
        folder = f"{target}/quarkus-app"
        return "", (folder,), java_command(framework, "-jar", f"{folder}/quarkus-run.jar")
    if "${" in archive:
        raise UnsupportedProject(
            f"pom.xml does not say what its archive is called ({pom.file_name})",
            hint="Add <finalName>app</finalName> to its <build>.",
            stack="java",
        )
    if "spring-boot-maven-plugin" in names:
        return "", (archive,), java_command(framework, "-jar", archive)
    if pom.packaging == "war":
        raise UnsupportedProject(
            "found a web archive (WAR), which needs an application server",
            hint="Add a Dockerfile that begins with the image of one, such as tomcat.",
            stack="java",
        )
    if pom.plugins.keys() & {"maven-shade-plugin", "micronaut-maven-plugin"}:
        return "", (archive,), java_command(framework, "-jar", archive)
    if "maven-assembly-plugin" in pom.plugins:
        archive = f"{archive.removesuffix('.jar')}-jar-with-dependencies.jar"
        return "", (archive,), java_command(framework, "-jar", archive)
    classes = main_classes(project, pom.folder)
    main = pom.main_class or (classes[0][0] if len(classes) == 1 else "")
    if not main and named:
        return "", (archive,), ()
    if not main:
        raise UnsupportedProject(
            "found a Maven project that does not say which class is started"
            if classes
            else "found a Maven project without a class that could be started",
            hint="Set the property exec.mainClass in pom.xml, or add a Dockerfile.",
            stack="java",
        )
    if not pom.dependencies:
        return "", (archive,), java_command(framework, "-cp", archive, main)
    libraries = f"{target}/dependency"
    copied = " dependency:copy-dependencies -DincludeScope=runtime"
    return (
        copied,
        (archive, libraries),
        java_command(framework, "-cp", f"{archive}:{libraries}/*", main),
    )
