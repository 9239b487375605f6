"""Frameworks of the Java virtual machine: what tells one, and how it is told its port."""

import re

import attrs

from sh0.plugin import PORT, SOURCE_FILES_LIMIT, SOURCE_LENGTH_LIMIT, SourceTree, source_files, stated_port

__all__ = ["JAVA_PORT", "Framework", "configured_port", "framework_of", "main_classes", "source_port"]

JAVA_PORT = 8080
_CONFIGURATION = tuple(
    f"src/main/resources/{path}"
    for path in ("application.properties", "application.yml", "application.yaml", "application.conf")
)
_ASSIGNED = r"\s*[=:]\s*(?:\$\{\w+:)?(\d{2,5})"
_PACKAGE = re.compile(r"^package\s+([\w.]+)", re.MULTILINE)
_MAIN = re.compile(
    r"\bpublic\s+static\s+(?:final\s+)?void\s+main\s*\(|^[ \t]*(?:suspend\s+)?fun\s+main\s*\(", re.MULTILINE
)
_LISTENS = re.compile(
    r"InetSocketAddress\(\s*(?:\"[^\"]*\",\s*)?(\d{2,5})\)|ServerSocket\(\s*(\d{2,5})|\bport\s*=\s*(\d{2,5})"
    r"|\.(?:start|listen|port|setPort)\(\s*(\d{2,5})\s*[),]"
)


@attrs.frozen
class Framework:
    """A framework.

    Attributes:
        title: Its name.
        port: Port that it listens on if nobody says otherwise.
        options: Options of the virtual machine that tell it the port.
        arguments: Arguments of the program that do.
        keys: How its configuration names the port, in properties; the last part alone stands in YAML.
    """

    title: str
    port: int = JAVA_PORT
    options: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


_FRAMEWORKS = {
    "spring-boot": Framework("Spring Boot", arguments=(f"--server.port={PORT}",), keys=("server.port",)),
    "quarkus": Framework(
        "Quarkus",
        options=("-Dquarkus.http.host=0.0.0.0", f"-Dquarkus.http.port={PORT}"),
        keys=("quarkus.http.port",),
    ),
    "micronaut": Framework("Micronaut", options=(f"-Dmicronaut.server.port={PORT}",), keys=("micronaut.server.port",)),
    "ktor-server": Framework("Ktor", keys=("ktor.deployment.port",)),
    "javalin": Framework("Javalin", 7070),
    "helidon": Framework("Helidon", options=(f"-Dserver.port={PORT}",), keys=("server.port",)),
    "vertx": Framework("Vert.x", 8888),
}


def framework_of(names: frozenset[str]) -> Framework | None:
    """The framework among what a build file names: artifacts, groups, plugins."""
    told = {name.replace("springframework.boot", "spring-boot").replace(".", "-") for name in names}
    return next((each for key, each in _FRAMEWORKS.items() if any(key in name for name in told)), None)


def configured_port(project: SourceTree, folder: str, framework: Framework) -> int | None:
    """The port in the configuration of a framework, if it is a number there, or the default of a variable."""
    for path in _CONFIGURATION:
        text = project.text(f"{folder}/{path}".strip("/")) or ""
        for key in framework.keys:
            sections, _, last = key.rpartition(".")
            flat = rf"^{re.escape(key)}{_ASSIGNED}"
            nested = rf"^[ \t]*{sections.rpartition('.')[2]}\s*[:{{]\s*$(?:\n[ \t].*){{0,40}}?\n[ \t]+{last}{_ASSIGNED}"
            match = re.search(f"{flat}|{nested}", text, re.MULTILINE)
            if match and 0 < int(match[1] or match[2]) < 65536:
                return int(match[1] or match[2])
    return None


def main_classes(project: SourceTree, folder: str = "") -> list[tuple[str, str]]:
    """Classes with a main function in the source of a module, each with its file."""
    found = []
    prefix = f"{folder}/" if folder else ""
    roots = (f"{prefix}src/main/java/", f"{prefix}src/main/kotlin/")
    names = [name for name in project.names if name.startswith(roots) and name.endswith((".java", ".kt"))]
    for path in names[:SOURCE_FILES_LIMIT]:
        text = (project.text(path) or "")[:SOURCE_LENGTH_LIMIT]
        if _MAIN.search(text):
            package = _PACKAGE.search(text)
            name = path.rpartition("/")[2]
            top = name.removesuffix(".kt") + "Kt" if name.endswith(".kt") else name.removesuffix(".java")
            found.append((f"{package[1]}.{top}" if package else top, path))
    return found


def source_port(project: SourceTree, folder: str = "") -> int | None:
    """The port that the source of a module listens on; None if it reads PORT, or says nothing."""
    return stated_port(source_files(project, ".java", ".kt", folder=f"{folder}/src/main".strip("/")), _LISTENS)
