"""Manifests of other languages that stand in the same folder, which a build does not look at."""

from collections.abc import Iterator
from typing import Final

from sh0.plugin import Detection, SourceTree

__all__ = ["other_languages"]

_MANIFESTS: Final = {
    "package.json": frozenset({"node", "bun", "deno", "static"}),
    "package.json5": frozenset({"node", "bun", "deno", "static"}),
    "deno.json": frozenset({"deno", "node"}),
    "deno.jsonc": frozenset({"deno", "node"}),
    "requirements.txt": frozenset({"python"}),
    "pyproject.toml": frozenset({"python"}),
    "setup.py": frozenset({"python"}),
    "Pipfile": frozenset({"python"}),
    "Gemfile": frozenset({"ruby", "jekyll"}),
    "composer.json": frozenset({"php"}),
    "go.mod": frozenset({"go"}),
    "Cargo.toml": frozenset({"rust"}),
    "pom.xml": frozenset({"java", "kotlin"}),
    "build.gradle": frozenset({"java", "kotlin"}),
    "build.gradle.kts": frozenset({"java", "kotlin"}),
    "build.sbt": frozenset({"scala"}),
    "mix.exs": frozenset({"elixir"}),
    "project.clj": frozenset({"clojure"}),
    "Package.swift": frozenset({"swift"}),
    "shard.yml": frozenset({"crystal"}),
    "deps.edn": frozenset({"clojure"}),
    "pubspec.yaml": frozenset({"dart"}),
    "gleam.toml": frozenset({"gleam"}),
    "stack.yaml": frozenset({"haskell"}),
    "build.zig": frozenset({"zig"}),
    "cpanfile": frozenset({"perl"}),
    "renv.lock": frozenset({"r"}),
    "hugo.toml": frozenset({"hugo"}),
    "mkdocs.yml": frozenset({"python"}),
}
_ENDINGS: Final = {
    ".csproj": frozenset({"dotnet"}),
    ".fsproj": frozenset({"dotnet"}),
    ".vbproj": frozenset({"dotnet"}),
    ".sln": frozenset({"dotnet"}),
    ".cabal": frozenset({"haskell"}),
}
_PLUGINS: Final = frozenset({"java", "kotlin", "scala", "dotnet"})


def other_languages(found: Detection, project: SourceTree) -> Iterator[str]:
    """A sentence about the manifests that the build does not use; none for a Dockerfile, which may use them all.

    Args:
        found: What the project is built as.
        project: The project.
    """
    if found.dockerfile:
        return
    known = {**_MANIFESTS, **_by_ending(project)}
    # A build of Java may run Node by a plugin; what is built by nothing has a warning of its own.
    told = {name for name in known if any(name in warning for warning in found.warnings)}
    told |= {"package.json"} if found.stack in _PLUGINS else set()
    used = {
        *told,
        *found.manifests,
        *(name for name in known if any(name in command for command in found.install)),
    }
    framework = found.framework.lower()
    others = [
        name
        for name, stacks in known.items()
        if project.has(name) and name not in used and found.stack not in stacks and framework not in stacks
    ]
    if others:
        yield f"Also found {', '.join(others)}: not used, since this is built as {found.language}."


def _by_ending(project: SourceTree) -> dict[str, frozenset[str]]:
    """The manifests at the top that have a name of their own."""
    top = (name for name in project.names if "/" not in name)
    return {name: stacks for name in top for ending, stacks in _ENDINGS.items() if name.endswith(ending)}
