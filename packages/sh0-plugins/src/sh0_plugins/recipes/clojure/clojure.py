"""Clojure, built by Leiningen or by tools.build."""

import re
import shlex

import attrs

from sh0.plugin import Detection, SourceTree, UnsupportedProject, source_files, stated_port
from sh0_plugins.recipes.java.frameworks import JAVA_PORT, Framework
from sh0_plugins.recipes.java.machine import java_command, java_project
from sh0_plugins.recipes.java.version import java_version

__all__ = ["detect_clojure"]

_COMMENT = re.compile(r"(?<!\\);[^\n]*")
_NAMED = re.compile(r":uberjar-name\s+\"([^\"]+)\"")
_BUILD = re.compile(r":build\b")
_FUNCTION = re.compile(r"\(defn\s+(uber|uberjar|ci)\b")
_PORT = re.compile(r":port\s+(\d{2,5})\b")
_FRAMEWORKS = (
    ("io.pedestal", Framework("Pedestal", 8890)),
    ("pedestal.service", Framework("Pedestal", 8890)),
    ("luminus", Framework("Luminus", 3000)),
    ("kit-clj", Framework("Kit", 3000)),
    ("compojure", Framework("Compojure", 3000)),
    ("reitit", Framework("Reitit", 3000)),
    ("ring", Framework("Ring", 3000)),
)


def detect_clojure(project: SourceTree) -> Detection | None:
    """A project of Leiningen with a main namespace, or a deps.edn with a build.clj that makes an uberjar.

    Raises:
        UnsupportedProject: It does not say what is started, or how it is built.
    """
    lein = project.text("project.clj")
    if lein is not None:
        return _leiningen(project, _COMMENT.sub("", lein))
    deps = project.text("deps.edn")
    return _tools_build(project, _COMMENT.sub("", deps)) if deps is not None else None


def _leiningen(project: SourceTree, text: str) -> Detection:
    if not re.search(r":main\b", text):
        raise UnsupportedProject(
            "found a Leiningen project without a main namespace", hint="Add :main to project.clj.", stack="clojure"
        )
    named = _NAMED.search(text)
    pattern = named[1] if named else "*-standalone.jar"
    base = _base(project, "leiningen", text)
    return attrs.evolve(
        base,
        manifests=("project.clj",),
        install=("lein deps",),
        build=("lein uberjar", _copy(pattern)),
        build_image=f"clojure:temurin-{base.version}-lein-bookworm",
    )


def _tools_build(project: SourceTree, text: str) -> Detection:
    script = _COMMENT.sub("", project.text("build.clj") or "")
    function = _FUNCTION.search(script)
    if not _BUILD.search(text) or function is None:
        raise UnsupportedProject(
            "found a deps.edn, but no build.clj that makes an uberjar",
            hint="Add the alias :build and a build.clj with a function `uber` (tools.build).",
            stack="clojure",
        )
    base = _base(project, "tools.build", text)
    return attrs.evolve(
        base,
        manifests=("deps.edn",),
        install=("clojure -P && clojure -P -T:build",),
        build=(f"clojure -T:build {function[1]}", _copy("*standalone*.jar" if "standalone" in script else "*.jar")),
        build_image=f"clojure:temurin-{base.version}-tools-deps-bookworm",
    )


def _copy(pattern: str) -> str:
    # The folder of the archive depends on the profile, so it is looked for; its name gets one of ours.
    return f"find target -name {shlex.quote(pattern)} -exec cp {{}} app.jar ';' && test -f app.jar"


def _base(project: SourceTree, manager: str, text: str) -> Detection:
    framework = next((found for key, found in _FRAMEWORKS if key in text), None)
    version = java_version(project, None)
    base = java_project(project, "clojure", version, manager, framework)
    usual = framework.port if framework else JAVA_PORT
    return attrs.evolve(
        base,
        artifacts=("/app/app.jar",),
        start=java_command(framework, "-jar", "app.jar"),
        port=stated_port(source_files(project, ".clj", folder="src"), _PORT) or usual,
        ignore=("target",),
    )
