"""Pages without a server of their own."""

import posixpath

from sh0.plugin import NGINX, Detection, Invalid, SourceTree, split_lines
from sh0_plugins.recipes.foreign import foreign_stack

__all__ = ["STATIC_PORT", "detect_static"]

STATIC_PORT = 8080
_FOLDERS = ("public", "dist", "site", "_site", "build", "html", "www", "docs")


def detect_static(project: SourceTree) -> Detection | None:
    """Find ``index.html`` at the top or in one of the usual folders.

    A project that another language's files mark is not static, whatever pages it holds; nor is one whose
    package.json has something to build. A Staticfile names the folder itself.

    Raises:
        Invalid: The Staticfile names a folder that is not there.
    """
    if foreign_stack(project) is not None:
        return None
    package = project.json("package.json") or {}
    scripts = package.get("scripts")
    if isinstance(scripts, dict) and "build" in scripts:
        return None
    staticfile = _staticfile(project)
    folder: str | None
    if "root" in staticfile:
        folder = _root(project, staticfile.pop("root"))
    else:
        folder = next(
            (f for f in (".", *_FOLDERS) if project.has("index.html" if f == "." else f"{f}/index.html")), None
        )
    if folder is None:
        return None
    single = staticfile.pop("pushstate", "") or staticfile.pop("index_fallback", "")
    fallback = "index.html" if single in ("enabled", "true") else ""
    detection = Detection("static", fallback=fallback, port=STATIC_PORT, static_directory=folder, runtime_image=NGINX)
    if staticfile:
        detection = detection.warn(f"{', '.join(sorted(staticfile))} of the Staticfile: not used.")
    if package:
        detection = detection.warn(
            "package.json has neither a build nor a start script: the files are served as they are."
        )
    return detection


def _staticfile(project: SourceTree) -> dict[str, str]:
    """The settings of a Staticfile, as Cloud Foundry and Dokku read them: ``key: value`` lines."""
    found = {}
    for line in split_lines(project.text("Staticfile") or ""):
        key, colon, value = line.split("#")[0].partition(":")
        if colon and key.strip() and value.strip():
            found[key.strip()] = value.strip().strip("\"'")
    return found


def _root(project: SourceTree, stated: str) -> str:
    folder = posixpath.normpath(stated.strip("/") or ".")
    if folder.startswith("..") or not (project.has_folder(folder) or folder == "."):
        raise Invalid(
            f"Staticfile: there is no folder {stated}, which root names",
            hint="Correct root, or commit that folder.",
            path="Staticfile",
        )
    return folder
