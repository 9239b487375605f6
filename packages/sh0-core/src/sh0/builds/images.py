"""Base images of the generated Dockerfiles, in one table.

Compared on 2026-11-27 with what can be reached: the lists of tags of docker-library/official-images and the ends of
support of endoflife.date, both of August 2026; npm for Node, Bun and Deno; PyPI for Zig; Alpine's packages for Crystal.
Releases since August follow their published schedules (Python 3.15, Rust 1.99 and 1.100, .NET 11), and so do ends of
support (Python 3.10, .NET 8 and 9). Swift, GHC, Crystal, Zig, Dart, Flutter and R are not on endoflife.date: nothing is
said of the end of their series. Tags of Flutter and R were not compared with their registries.
"""

from typing import Final

import attrs

from sh0.builds.versions import choose
from sh0.errors import UnsupportedProject

__all__ = [
    "BUN",
    "COMPOSER",
    "CRYSTAL",
    "DART",
    "DEBIAN",
    "DENO",
    "DOTNET",
    "ELIXIR",
    "FLUTTER",
    "GLEAM",
    "GO",
    "HASKELL",
    "JAVA",
    "NGINX",
    "NODE",
    "PERL",
    "PHP",
    "PYTHON",
    "RSTATS",
    "RUBY",
    "RUST",
    "SWIFT",
    "ZIG",
    "Language",
    "LanguageVersion",
]


@attrs.frozen
class LanguageVersion:
    """The version that a project is built with.

    Attributes:
        version: As in the tag of the image.
        source: File that asked for it, or empty for our default.
        image: Name and tag of the base image.
        warnings: A sentence if it is not quite what was asked for, and one if nobody maintains it any more.
        exact: Whether it is what was asked for.
    """

    version: str
    source: str
    image: str
    warnings: tuple[str, ...] = ()
    exact: bool = True


@attrs.frozen
class Language:
    """A language that base images exist for.

    Attributes:
        title: Its name.
        image: Reference of its image, with ``{version}``.
        versions: Series that are supported, oldest first.
        default: The one that is taken when a project does not say.
        older: Series that have images, although nobody maintains them any more: taken where nothing else satisfies.
        breaking: Whether what is written for one major version does not run on another: a project that asks for one
            without images is refused.
    """

    title: str
    image: str
    versions: tuple[str, ...]
    default: str
    older: tuple[str, ...] = ()
    breaking: bool = False

    def pick(self, *wishes: tuple[str, str] | None) -> LanguageVersion:
        """The version for the first of these requirements, each with the file that it was read in, that is one."""
        wanted = next((wish for wish in wishes if wish is not None), None)
        return self.version(None, "") if wanted is None else self.version(*wanted)

    def version(self, wanted: str | None, source: str) -> LanguageVersion:
        """The version for a requirement that was read in the file `source`; None if there is no requirement.

        Raises:
            UnsupportedProject: No image is of its major version, and what is written for it runs on no other.
        """
        if wanted is None:
            return LanguageVersion(self.default, "", self.image.format(version=self.default))
        choice = choose(wanted, self.versions, self.default)
        if self.older and not choice.exact:
            choice = choose(wanted, (*self.older, *self.versions), self.default)
        if self.breaking and not choice.same_major:
            raise self._refusal(wanted.strip(), source)
        return LanguageVersion(
            choice.version,
            source,
            self.image.format(version=choice.version),
            self.told(wanted, source, choice.version, exact=choice.exact),
            choice.exact,
        )

    def told(self, wanted: str, source: str, version: str, *, exact: bool) -> tuple[str, ...]:
        """The warnings about a version that was taken for what a file asks for."""
        warnings = []
        if not exact:
            asked = f"{source} asks for {self.title} {wanted.strip()}"
            warnings.append(f"{asked}; the nearest supported version is {version}.")
        if version.startswith(tuple(f"{series}." for series in self.older)) or version in self.older:
            warnings.append(f"{self.title} {version} gets no security updates any more: move to {self.default}.")
        return tuple(warnings)

    def _refusal(self, wanted: str, source: str) -> UnsupportedProject:
        oldest, newest = (*self.older, *self.versions)[0], self.versions[-1]
        return UnsupportedProject(
            f"{source} asks for {self.title} {wanted}, and sh0 builds {self.title} {oldest} to {newest}",
            hint=f"Move to a supported version, such as {self.default}, and say so in {source}; or add a Dockerfile "
            f"that begins with an image of {self.title} {wanted}.",
            found=source,
            stack=self.title.lower(),
            version=wanted,
        )


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
DEBIAN: Final = "debian:bookworm-slim"
"""The image of programs that need nothing of a language when they run."""
NGINX: Final = "nginx:1.30"
"""The image that serves the files of static sites."""
