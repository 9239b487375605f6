"""Haskell, built by Stack or by Cabal."""

import re
import shlex

import attrs

from sh0.plugin import DEBIAN, Detection, SourceTree, UnsupportedProject, declared_version, source_files, stated_port
from sh0_plugins.recipes.assets import AUTHORITIES, run_time_files
from sh0_plugins.recipes.images import HASKELL

__all__ = ["detect_haskell"]

_PORT = 8080
_EXECUTABLE = re.compile(r"^executable\s+([\w.\-]+)", re.MULTILINE | re.IGNORECASE)
_SECTION = re.compile(r"^executables:\s*\n((?:[ \t]+[^\n]*\n|\n)+)", re.MULTILINE)
_ENTRY = re.compile(r"^([ ]+)([\w.\-]+):\s*$", re.MULTILINE)
_COMPILER = re.compile(r"^with-compiler:\s*ghc-([\d.]+)", re.MULTILINE)
_PORTS = re.compile(r"\b(?:scotty|run|runEnv|setPort|spock)\s+(\d{2,5})\b")
_FRAMEWORKS = (
    ("yesod", "Yesod", 3000),
    ("servant", "Servant", 8080),
    ("scotty", "Scotty", 3000),
    ("Spock", "Spock", 8080),
)
_LIBRARIES = {"postgresql": ("libpq-dev", "libpq5"), "zlib": ("zlib1g-dev", "zlib1g")}


def detect_haskell(project: SourceTree) -> Detection | None:
    """A package with one executable.

    Raises:
        UnsupportedProject: It has no executable, or several.
    """
    stack = project.has("stack.yaml")
    cabals = [name for name in project.names if name.endswith(".cabal") and name.count("/") <= 1]
    packages = [name for name in project.names if name.split("/")[-1] == "package.yaml" and name.count("/") <= 1]
    if not stack and not project.has("cabal.project") and not project.glob("*.cabal"):
        return None
    text = "\n".join(project.text(name) or "" for name in cabals)
    hpack = "\n".join((project.text(name) or "") + "\n" for name in packages)
    names = _EXECUTABLE.findall(text) or [name for part in _SECTION.findall(hpack) for name in _inside(part)]
    if len(names) != 1:
        several = f"several executables ({', '.join(names)})" if names else "no executable"
        raise UnsupportedProject(
            f"found a Haskell package with {several}",
            hint="Add a Dockerfile that builds and starts it.",
            stack="haskell",
        )
    compiler = _COMPILER.search(project.text("cabal.project") or "")
    version = HASKELL.pick(declared_version(project, "ghc"), (compiler[1], "cabal.project") if compiler else None)
    title, port = next(((t, p) for key, t, p in _FRAMEWORKS if key in text + hpack), ("", _PORT))
    libraries = [found for key, found in _LIBRARIES.items() if key in text + hpack]
    name = names[0]
    extra = ("stack.yaml", "stack.yaml.lock", "cabal.project", "cabal.project.freeze")
    manifests = [*(each for each in extra if project.has(each)), *cabals, *packages]
    base = Detection(
        "haskell",
        framework=title,
        version=version.version,
        version_source=version.source,
        package_manager="stack" if stack else "cabal",
        manifests=tuple(manifests),
        artifacts=(f"/app/bin/{name}", *run_time_files(project, ".hs"), AUTHORITIES),
        keep_source=False,
        start=(f"/app/bin/{name}",),
        port=stated_port(source_files(project, ".hs"), _PORTS) or port,
        build_packages=tuple(build for build, _ in libraries),
        runtime_packages=("libgmp10", *(running for _, running in libraries)),
        build_image=version.image,
        runtime_image=DEBIAN,
        ignore=("**/dist-newstyle", "**/.stack-work"),
        warnings=version.warnings,
    )
    target = shlex.quote(f"exe:{name}")
    if stack:
        # The snapshot decides which compiler is used, and Stack fetches that one.
        return attrs.evolve(
            base,
            install=("stack build --only-dependencies",),
            build=(f"mkdir -p bin && stack install --local-bin-path bin :{shlex.quote(name)}",),
        )
    copy = "--install-method=copy --installdir=bin --overwrite-policy=always"
    return attrs.evolve(
        base,
        install=("cabal update", f"cabal build --only-dependencies {target}"),
        build=(f"cabal install {copy} {target}",),
    )


def _inside(section: str) -> list[str]:
    """The names in a section of package.yaml: the keys that are as far to the right as its first one."""
    entries = _ENTRY.findall(section)
    return [name for indent, name in entries if indent == entries[0][0]]
