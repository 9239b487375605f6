"""Manifests that are read with patterns are read in bounded time, whatever somebody writes into them."""

import time
from pathlib import Path

import pytest

from sh0.builds.detect import detect
from sh0.errors import Invalid
from sh0.source.tree import TEXT_LIMIT, Project
from sh0.source.xmltext import read_xml
from tests.corpus.case import RECIPES

TRIES = 3
"""Looks of which one has to keep the limit: a processor that is shared counts more than the work."""
_PROGRAMS = {
    # What makes a recipe read the hostile file in earnest.
    "go.mod": {"main.go": "package main\nfunc main() {}\n"},
    "main.go": {"go.mod": "module x\n"},
    "build.sbt": {"project/a.sbt": "sbt-assembly"},
    "src/main/resources/application.yml": {
        "pom.xml": "<project><artifactId>a</artifactId><version>1</version>"
        "<dependencies><dependency><artifactId>spring-boot</artifactId></dependency></dependencies></project>",
        "src/main/java/A.java": "public static void main(String[] a)",
    },
    "src/main/java/A.java": {"pom.xml": "<project><artifactId>a</artifactId><version>1</version></project>"},
    "gradle/libs.versions.toml": {"build.gradle": "plugins { id 'application' }"},
    "settings.gradle": {"build.gradle": "plugins { id 'application' }"},
    "src/main.zig": {"build.zig": 'addExecutable(.{ .name = "a" })'},
    "src/a.cr": {"shard.yml": "targets:\n  a:\n    main: src/a.cr\n"},
    "src/a.clj": {"project.clj": ":main a"},
    "app/Main.hs": {"a.cabal": "executable a\n"},
    "src/A.scala": {"build.sbt": "enablePlugins(JavaAppPackaging)"},
    "src/main.rs": {"Cargo.toml": '[package]\nname = "a"\n'},
}
_TOKENS = {
    "go.mod": ("require (\n", "replace (a ", "go\n", "use (", "require a => ../b => "),
    "main.go": ("\n", "import\n", ' "C"', "ListenAndServe(", '.Run("', "package main\n"),
    "build.gradle": ("/*", "id '", "alias(libs.plugins.", "implementation ", "\n", "kotlin('", "application\n\n"),
    "settings.gradle": ("include(", "include 'a',\n", "rootProject.name = '", "/*/"),
    "gradle/libs.versions.toml": ("a = { ", "a = { id = ", "a-", "\n"),
    "build.sbt": ("/*", 'name := "', "assemblyJarName := ", "project in file(", "//"),
    "build.zig": ("addExecutable(.{ ", ".name = ", "//"),
    "src/main.zig": (".port = ", "initIp4(a", 'parseIp("', "\n"),
    "Package.swift": ("/*", ".executableTarget( ", 'url: "/', "https:", "// swift-tools-version:"),
    "shard.yml": ("targets:\n", "targets:\n \n", "targets:\n  a:\n", "dependencies:\n\n", "crystal: "),
    "src/a.cr": ("bind_tcp (", 'bind_tcp "', "Kemal.run\n"),
    "a.cabal": ("executable \n", "executable a\n", "\n"),
    "package.yaml": ("executables:\n \n", "executables:\n  a:\n", " a:\n\n"),
    "app/Main.hs": ("scotty ", "run  ", "\n"),
    "project.clj": (";", ":main ", ':uberjar-name "'),
    "src/a.clj": (":port ", ":port\n"),
    "src/A.scala": ('port"', "port : Int ", ".bind(", '.bind("'),
    "pom.xml": ("<a>", "${a}", "<project>\n", "&#x41;"),
    "src/main/java/A.java": ("\n", "public static void ", "InetSocketAddress(", "  fun ", 'InetSocketAddress("'),
    "src/main/resources/application.yml": ("server:\n", " server:\n", "server:\n a: b\n", " a:\n", "server.port=\n"),
    "A.csproj": ("<a>", "<PropertyGroup/>", "<"),
    "src/main.rs": ("([1,", '"1.', '"0.0.0.0', "\n"),
    "rust-toolchain": ("a", "[toolchain]", "\n"),
}


@pytest.mark.parametrize(("path", "token"), [(path, token) for path, tokens in _TOKENS.items() for token in tokens])
def test_manifest_of_one_token_is_read_in_bounded_time(path: str, token: str, tmp_path: Path) -> None:
    files = (
        {"Cargo.toml": "[package]\n", **_PROGRAMS.get(path, {})}
        if path == "rust-toolchain"
        else _PROGRAMS.get(path, {})
    )
    for name, text in {**files, path: token * (TEXT_LIMIT // len(token))}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    tries = (_seconds(tmp_path) for _ in range(TRIES))
    assert any(spent < 4 for spent in tries)


def _seconds(folder: Path) -> float:
    """Seconds of computing that a look takes."""
    begun = time.process_time()
    try:
        detect(Project(folder), RECIPES)
    except Invalid:
        pass
    return time.process_time() - begun


@pytest.mark.parametrize(
    ("text", "reason"),
    [("<a>" * (TEXT_LIMIT // 3), "nested too deeply"), ("<a>" + "<b/>" * 60_000 + "</a>", "too many elements")],
)
def test_markup_has_bounds(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "pom.xml").write_text(text)
    with pytest.raises(Invalid, match=reason):
        read_xml(Project(tmp_path), "pom.xml")
