"""Base images of the generated Dockerfiles, in one table.

Compared on 2026-11-27 with what can be reached: the lists of tags of docker-library/official-images and the ends of
support of endoflife.date, both of August 2026; npm for Node, Bun and Deno; PyPI for Zig; Alpine's packages for Crystal.
Releases since August follow their published schedules (Python 3.15, Rust 1.99 and 1.100, .NET 11), and so do ends of
support (Python 3.10, .NET 8 and 9). Swift, GHC, Crystal, Zig, Dart, Flutter and R are not on endoflife.date: nothing is
said of the end of their series. Tags of Flutter and R were not compared with their registries.
"""

from typing import Final

from sh0.plugin import Language

__all__ = [
    "BUN",
    "COMPOSER",
    "CRYSTAL",
    "DART",
    "DENO",
    "DOTNET",
    "ELIXIR",
    "FLUTTER",
    "GLEAM",
    "GO",
    "HASKELL",
    "JAVA",
    "NODE",
    "PERL",
    "PHP",
    "PYTHON",
    "RSTATS",
    "RUBY",
    "RUST",
    "SWIFT",
    "ZIG",
]

PYTHON: Final = Language(
    "Python",
    "python:{version}-slim",
    ("3.11", "3.12", "3.13", "3.14", "3.15"),
    "3.13",
    ("3.7", "3.8", "3.9", "3.10"),
    breaking=True,
)
NODE: Final = Language("Node", "node:{version}-slim", ("22", "24", "26"), "26", ("14", "16", "18", "20"))
GO: Final = Language(
    "Go",
    "golang:{version}-bookworm",
    ("1.26", "1.27"),
    "1.27",
    ("1.21", "1.22", "1.23", "1.24", "1.25"),
    breaking=True,
)
RUST: Final = Language(
    "Rust",
    "rust:{version}-slim-bookworm",
    ("1.100",),
    "1.100",
    tuple(f"1.{minor}" for minor in range(70, 100)),
    breaking=True,
)
JAVA: Final = Language("Java", "eclipse-temurin:{version}-jre-noble", ("8", "11", "17", "21", "25"), "21")
DOTNET: Final = Language(
    ".NET", "mcr.microsoft.com/dotnet/sdk:{version}", ("10.0", "11.0"), "10.0", ("6.0", "7.0", "8.0", "9.0")
)
SWIFT: Final = Language("Swift", "swift:{version}-bookworm", ("6.0", "6.1", "6.2", "6.3"), "6.3")
HASKELL: Final = Language("GHC", "haskell:{version}-slim-bookworm", ("9.10", "9.12", "9.14"), "9.10")
CRYSTAL: Final = Language(
    "Crystal",
    "crystallang/crystal:{version}-alpine",
    ("1.13", "1.14", "1.15", "1.16", "1.17", "1.18", "1.19", "1.20"),
    "1.18",
    breaking=True,
)
ZIG: Final = Language("Zig", "python:3.13-slim", ("0.11", "0.12", "0.13", "0.14", "0.15", "0.16", "0.17"), "0.15")
PHP: Final = Language(
    "PHP", "php:{version}-apache-bookworm", ("8.2", "8.3", "8.4", "8.5"), "8.4", ("8.1",), breaking=True
)
RUBY: Final = Language(
    "Ruby",
    "ruby:{version}-slim",
    ("3.3", "3.4", "4.0"),
    "3.4",
    ("2.4", "2.5", "2.6", "2.7", "3.0", "3.1", "3.2"),
    breaking=True,
)
ELIXIR: Final = Language(
    "Elixir",
    "elixir:{version}-slim",
    ("1.16", "1.17", "1.18", "1.19", "1.20"),
    "1.18",
    ("1.14", "1.15"),
    breaking=True,
)
DENO: Final = Language("Deno", "denoland/deno:debian-{version}", ("2.9.1",), "2.9.1", ("1.46.3",), breaking=True)
BUN: Final = Language("Bun", "oven/bun:{version}-slim", ("1.1", "1.2", "1.3", "1.4"), "1.3", breaking=True)
PERL: Final = Language("Perl", "perl:{version}-slim", ("5.40", "5.42", "5.44"), "5.40", breaking=True)
GLEAM: Final = Language(
    "Gleam",
    "ghcr.io/gleam-lang/gleam:v{version}-erlang-slim",
    ("1.18.1",),
    "1.18.1",
    ("1.10.0", "1.11.1", "1.12.0", "1.13.0", "1.14.0", "1.15.4", "1.16.0", "1.17.0"),
    breaking=True,
)
DART: Final = Language(
    "Dart", "dart:{version}", ("2.19", *(f"3.{minor}" for minor in range(14))), "3.13", breaking=True
)
FLUTTER: Final = Language(
    "Flutter",
    "ghcr.io/cirruslabs/flutter:{version}",
    ("3.22.3", "3.24.5", "3.27.4", "3.29.3", "3.32.8", "3.35.7", "3.38.5"),
    "3.38.5",
    breaking=True,
)
RSTATS: Final = Language(
    "R", "rocker/r-ver:{version}", ("4.1.3", "4.2.3", "4.3.3", "4.4.3", "4.5.2"), "4.5.2", breaking=True
)
COMPOSER: Final = "composer:2"
