"""Base images of the generated Dockerfiles, in one table."""

from typing import Final

import attrs

from sh0.builds.versions import choose

__all__ = [
    "BUN",
    "COMPOSER",
    "CRYSTAL",
    "DEBIAN",
    "DENO",
    "DOTNET",
    "ELIXIR",
    "GO",
    "HASKELL",
    "JAVA",
    "NGINX",
    "NODE",
    "PERL",
    "PHP",
    "PYTHON",
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
        warnings: A sentence if it is not quite what was asked for.
    """

    version: str
    source: str
    image: str
    warnings: tuple[str, ...] = ()


@attrs.frozen
class Language:
    """A language that base images exist for.

    Attributes:
        title: Its name.
        image: Reference of its image, with ``{version}``.
        versions: Series that are supported, oldest first.
        default: The one that is taken when a project does not say.
    """

    title: str
    image: str
    versions: tuple[str, ...]
    default: str

    def pick(self, *wishes: tuple[str, str] | None) -> LanguageVersion:
        """The version for the first of these requirements, each with the file that it was read in, that is one."""
        wanted = next((wish for wish in wishes if wish is not None), None)
        return self.version(None, "") if wanted is None else self.version(*wanted)

    def version(self, wanted: str | None, source: str) -> LanguageVersion:
        """The version for a requirement that was read in the file `source`; None if there is no requirement."""
        if wanted is None:
            return LanguageVersion(self.default, "", self.image.format(version=self.default))
        choice = choose(wanted, self.versions, self.default)
        image = self.image.format(version=choice.version)
        if choice.exact:
            return LanguageVersion(choice.version, source, image)
        told = f"{source} asks for {self.title} {wanted.strip()}; the nearest supported version is {choice.version}."
        return LanguageVersion(choice.version, source, image, (told,))


PYTHON: Final = Language("Python", "python:{version}-slim", ("3.10", "3.11", "3.12", "3.13", "3.14"), "3.13")
NODE: Final = Language("Node", "node:{version}-slim", ("18", "20", "22", "24"), "22")
GO: Final = Language(
    "Go", "golang:{version}-bookworm", ("1.21", "1.22", "1.23", "1.24", "1.25", "1.26", "1.27"), "1.27"
)
RUST: Final = Language("Rust", "rust:{version}-slim-bookworm", tuple(f"1.{minor}" for minor in range(70, 99)), "1.98")
JAVA: Final = Language("Java", "eclipse-temurin:{version}-jre-noble", ("8", "11", "17", "21", "25"), "21")
DOTNET: Final = Language(".NET", "mcr.microsoft.com/dotnet/sdk:{version}", ("8.0", "9.0", "10.0"), "10.0")
SWIFT: Final = Language("Swift", "swift:{version}-bookworm", ("6.0", "6.1", "6.2", "6.3"), "6.3")
HASKELL: Final = Language("GHC", "haskell:{version}-slim-bookworm", ("9.10", "9.12", "9.14"), "9.10")
CRYSTAL: Final = Language(
    "Crystal", "crystallang/crystal:{version}-alpine", ("1.13", "1.14", "1.15", "1.16", "1.17", "1.18"), "1.18"
)
ZIG: Final = Language("Zig", "python:3.13-slim", ("0.11", "0.12", "0.13", "0.14", "0.15", "0.16", "0.17"), "0.15")
PHP: Final = Language("PHP", "php:{version}-apache-bookworm", ("8.1", "8.2", "8.3", "8.4", "8.5"), "8.4")
RUBY: Final = Language("Ruby", "ruby:{version}-slim", ("3.1", "3.2", "3.3", "3.4", "4.0"), "3.4")
ELIXIR: Final = Language(
    "Elixir", "elixir:{version}-slim", ("1.14", "1.15", "1.16", "1.17", "1.18", "1.19", "1.20"), "1.18"
)
DENO: Final = Language("Deno", "denoland/deno:debian-{version}", ("1.46.3", "2.9.1"), "2.9.1")
BUN: Final = Language("Bun", "oven/bun:{version}-slim", ("1.1", "1.2", "1.3"), "1.3")
PERL: Final = Language("Perl", "perl:{version}-slim", ("5.40", "5.42", "5.44"), "5.40")
COMPOSER: Final = "composer:2"
DEBIAN: Final = "debian:bookworm-slim"
NGINX: Final = "nginx:1.28"
