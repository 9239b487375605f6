"""Source without the file that makes a project of it, so that a refusal names what is there."""

import posixpath
from typing import Final

from sh0.plugin import SourceTree

__all__ = ["source_without_manifest"]

_LANGUAGES: Final = (
    (".go", "Go", "a go.mod", "Run `go mod init NAME`, and commit go.mod."),
    (".rs", "Rust", "a Cargo.toml", "Run `cargo init`, and commit Cargo.toml."),
    (".kt", "Kotlin", "a build file", "Run `gradle init`, and commit build.gradle.kts."),
    (".java", "Java", "a build file", "Add a pom.xml (Maven) or a build.gradle (Gradle)."),
    (".scala", "Scala", "a build.sbt", "Add a build.sbt."),
    (".clj", "Clojure", "a project.clj or deps.edn", "Add a project.clj with :main."),
    (".rb", "Ruby", "a Gemfile", "Run `bundle init`, name the gems in the Gemfile, and commit it with its lock."),
    (".ex", "Elixir", "a mix.exs", "Run `mix new`, and commit mix.exs."),
    (".exs", "Elixir", "a mix.exs", "Run `mix new`, and commit mix.exs."),
    (".cs", "C#", "a .csproj", "Run `dotnet new web`, and commit the project file."),
    (".fs", "F#", "a .fsproj", "Run `dotnet new web --language F#`, and commit the project file."),
    (".vb", "Visual Basic", "a .vbproj", "Add a project file."),
    (".swift", "Swift", "a Package.swift", "Run `swift package init --type executable`, and commit Package.swift."),
    (".cr", "Crystal", "a shard.yml", "Run `shards init`, and commit shard.yml."),
    (".hs", "Haskell", "a .cabal or stack.yaml", "Run `cabal init`, and commit the .cabal file."),
    (".zig", "Zig", "a build.zig", "Run `zig init`, and commit build.zig."),
    (".ts", "TypeScript", "a package.json", "Run `npm init`, and add a start script to package.json."),
    (".js", "JavaScript", "a package.json", "Run `npm init`, and add a start script to package.json."),
    (".mjs", "JavaScript", "a package.json", "Run `npm init`, and add a start script to package.json."),
    (".py", "Python", "a file that lists what to install", "Add requirements.txt, which may be empty."),
    (".c", "C", "a CMakeLists.txt or meson.build", "Add a CMakeLists.txt that builds one program."),
    (".cpp", "C++", "a CMakeLists.txt or meson.build", "Add a CMakeLists.txt that builds one program."),
    (".cc", "C++", "a CMakeLists.txt or meson.build", "Add a CMakeLists.txt that builds one program."),
    (".cxx", "C++", "a CMakeLists.txt or meson.build", "Add a CMakeLists.txt that builds one program."),
    (".dart", "Dart", "a pubspec.yaml", "Run `dart create .`, and commit pubspec.yaml."),
    (".gleam", "Gleam", "a gleam.toml", "Run `gleam new .`, and commit gleam.toml."),
    (".groovy", "Groovy", "a build file", "Run `gradle init`, and commit build.gradle."),
    (".tsx", "TypeScript", "a package.json", "Run `npm init`, and add a build script to package.json."),
    (".jsx", "JavaScript", "a package.json", "Run `npm init`, and add a build script to package.json."),
    (".cjs", "JavaScript", "a package.json", "Run `npm init`, and add a start script to package.json."),
    (".vue", "Vue", "a package.json", "Run `npm create vue@latest`, and commit package.json."),
    (".svelte", "Svelte", "a package.json", "Run `npx sv create`, and commit package.json."),
    (".psgi", "Perl", "a cpanfile", "Add a cpanfile, and name the program app.psgi."),
    (".pl", "Perl", "a cpanfile", "Add a cpanfile, and name the program app.psgi."),
)


_UNKNOWN: Final = {
    ".coffee": "CoffeeScript",
    ".d": "D",
    ".elm": "Elm",
    ".erl": "Erlang",
    ".jl": "Julia",
    ".lua": "Lua",
    ".ml": "OCaml",
    ".nim": "Nim",
    ".odin": "Odin",
    ".rkt": "Racket",
    ".v": "V",
}
"""Languages that nothing here builds."""

_NOT_THE_APP: Final = frozenset({"test", "tests", "spec", "docs", "doc", "examples", "example", "vendor", "scripts"})


def source_without_manifest(project: SourceTree, *, deep: bool = False) -> tuple[str, str] | None:
    """What was found and what to do, where source lies at the top or in ``src``; None if there is none.

    Args:
        project: The project.
        deep: Whether to look in all other folders, but those of tests, documentation and the like.
    """
    near = [name for name in project.names if "/" not in name or (name.startswith("src/") and name.count("/") == 1)]
    if deep:
        near = [name for name in project.names if not _NOT_THE_APP & set(name.lower().split("/")[:-1])]
    for ending, language, manifest, todo in _LANGUAGES:
        found = next((name for name in near if name.endswith(ending)), None)
        if found is not None:
            return f"found {language} source ({found}) without {manifest}", todo
    for name in near:
        ending = posixpath.splitext(name)[1]
        if ending in _UNKNOWN:
            return f"found {_UNKNOWN[ending]} source ({name}), which sh0 does not build by itself", ""
    return None
