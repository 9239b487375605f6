"""The image and version that a project of a language is built with; recipes say which languages there are."""

from typing import Final

import attrs

from sh0.builds.versions import choose
from sh0.errors import UnsupportedProject

__all__ = [
    "DEBIAN",
    "NGINX",
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


DEBIAN: Final = "debian:bookworm-slim"
"""The image of programs that need nothing of a language when they run."""
NGINX: Final = "nginx:1.30"
"""The image that serves the files of static sites."""
