"""Reading mix.exs as text: it is a program, and nothing of a project is executed."""

import re

import attrs

from sh0.plugin import LanguageVersion, SourceTree, declared_version, version_file
from sh0_plugins.recipes.images import ELIXIR

__all__ = ["MixProject", "elixir_version", "read_mix"]

_APP = re.compile(r"\bapp:\s*:(\w+)")
_ELIXIR = re.compile(r"\belixir:\s*\"([^\"]+)\"")
_RELEASE = re.compile(r"\breleases:\s*\[\s*(\w+):")
_RELEASES = re.compile(r"\bdefp?\s+releases\b[^\[]{0,500}\[\s*(\w+):")
_DEPENDENCY = re.compile(r"\{\s*:(\w+)\s*,([^}]*)")
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_OTP = re.compile(r"-otp-(\d+)$")
_MAJOR = re.compile(r"^(\d+)")
_OTPS = {
    # Releases of Erlang that the official image of each version exists for.
    "1.14": (23, 24, 25, 26),
    "1.15": (24, 25, 26),
    "1.16": (24, 25, 26),
    "1.17": (25, 26, 27),
    "1.18": (25, 26, 27, 28),
    "1.19": (26, 27, 28),
    "1.20": (27, 28, 29),
}


@attrs.frozen
class MixProject:
    """What mix.exs says.

    Attributes:
        app: Name of the application, empty for an umbrella.
        release: Name of the first release that it describes, or empty.
        dependencies: Names of its dependencies.
        local: A dependency lies in a folder of the project, or this is an umbrella of several.
        git: A dependency comes from a Git repository.
        deploys_assets: Whether it has an alias ``assets.deploy``.
        wanted: The version of Elixir that it asks for, or None.
    """

    app: str
    release: str
    dependencies: frozenset[str]
    local: bool
    git: bool
    deploys_assets: bool
    wanted: tuple[str, str] | None


def read_mix(project: SourceTree) -> MixProject | None:
    """Read mix.exs, or None if there is none."""
    text = project.text("mix.exs")
    if text is None:
        return None
    text = _COMMENT.sub("", text)
    umbrella = "apps_path:" in text
    app = "" if umbrella else _first(text, _APP)
    stated = _first(text, _ELIXIR)
    dependencies = _DEPENDENCY.findall(text)
    return MixProject(
        app,
        _first(text, _RELEASE, _RELEASES),
        frozenset(name for name, _ in dependencies),
        umbrella or any("path:" in rest for _, rest in dependencies),
        any("git:" in rest or "github:" in rest for _, rest in dependencies),
        '"assets.deploy"' in text,
        (stated.replace("~>", "~="), "mix.exs") if stated else None,
    )


def elixir_version(project: SourceTree, mix: MixProject) -> LanguageVersion:
    """The version, in the order that all languages share; a release of Erlang beside it counts if an image has it."""
    stated = version_file(project, ".elixir-version", ".exenv-version") or declared_version(project, "elixir")
    chosen = ELIXIR.pick((_OTP.sub("", stated[0]), stated[1]) if stated else None, mix.wanted)
    erlang = declared_version(project, "erlang")
    release = (_first(stated[0], _OTP) if stated else "") or (_first(erlang[0], _MAJOR) if erlang else "")
    if release and int(release) in _OTPS[chosen.version]:
        return attrs.evolve(chosen, image=chosen.image.replace("-slim", f"-otp-{release}-slim"))
    return chosen


def _first(text: str, *patterns: re.Pattern[str]) -> str:
    """The first group of the first pattern that is found, or an empty text."""
    found = next((match for match in (pattern.search(text) for pattern in patterns) if match), None)
    return found[1] if found else ""
