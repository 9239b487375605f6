"""Naming what sh0 does not build by itself, so that a refusal says what was found."""

from sh0.plugin import SourceTree, matches_pattern

__all__ = ["bun_project", "foreign_stack"]

_MARKERS = (
    ("a Ruby gem", ("*.gemspec",)),
    ("a PHP project", ("*.php",)),
    ("a Nix flake", ("flake.nix",)),
    ("a conda environment", ("environment.yml", "environment.yaml")),
    ("a Compose project", ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")),
    # Built, unless their recipe refuses them: then they are still no pages and no script.
    ("a Go module", ("go.mod",)),
    ("a Rust crate", ("Cargo.toml",)),
    ("a Java project (Maven)", ("pom.xml",)),
    ("a Java or Kotlin project (Gradle)", ("build.gradle", "build.gradle.kts", "settings.gradle.kts")),
    ("a Scala project", ("build.sbt",)),
    ("a .NET project", ("*.csproj", "*.fsproj", "*.vbproj", "*.sln", "*.slnx", "global.json")),
    ("a Swift package", ("Package.swift",)),
    ("a Clojure project", ("deps.edn", "project.clj")),
    ("a Haskell project", ("stack.yaml", "*.cabal")),
    ("a Crystal project", ("shard.yml",)),
    ("a Zig project", ("build.zig",)),
    ("a Gleam project", ("gleam.toml",)),
    ("a Dart project", ("pubspec.yaml",)),
    ("a Meson project", ("meson.build",)),
)
_BUN = ("bun.lock", "bun.lockb", "bunfig.toml")
_TOOLS_ONLY = frozenset({"a Nix flake", "a conda environment", "a Compose project"})


def foreign_stack(project: SourceTree, *, tools: bool = False) -> str | None:
    """What the marker files at the top say, in words: ``a Go module (go.mod)``. None if none is there.

    Args:
        project: The project.
        tools: Also name what may stand beside any language: a Compose file, a Nix flake.
    """
    top = [name for name in project.names if "/" not in name]
    for words, patterns in _MARKERS:
        if words in _TOOLS_ONLY and not tools:
            continue
        for pattern in patterns:
            found = next((name for name in top if matches_pattern(name, pattern)), None)
            if found is not None:
                return f"{words} ({found})"
    return None


def bun_project(project: SourceTree) -> str | None:
    """A Bun project's file, in words, or None."""
    found = project.first(*_BUN)
    return f"a Bun project ({found})" if found else None
