"""Base images of the generated Dockerfiles, in one table."""

from typing import Final

import attrs

from sh0.builds.versions import choose

__all__ = ["NGINX", "NODE", "PYTHON", "Language", "LanguageVersion"]


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
NGINX: Final = "nginx:1.28"
