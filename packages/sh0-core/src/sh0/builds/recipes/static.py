"""Pages without a server of their own."""

from sh0.builds.foreign import foreign_stack
from sh0.builds.images import NGINX
from sh0.builds.model import Detection
from sh0.builds.project import Project

__all__ = ["STATIC_PORT", "detect_static"]

STATIC_PORT = 8080
_FOLDERS = ("public", "dist", "site", "_site", "build", "html", "www", "docs")


def detect_static(project: Project) -> Detection | None:
    """Find ``index.html`` at the top or in one of the usual folders.

    A project that another language's files mark is not static, whatever pages it holds; nor is one whose
    package.json has something to build.
    """
    if foreign_stack(project) is not None:
        return None
    package = project.json("package.json") or {}
    scripts = package.get("scripts")
    if isinstance(scripts, dict) and "build" in scripts:
        return None
    folder = next((f for f in (".", *_FOLDERS) if project.has("index.html" if f == "." else f"{f}/index.html")), None)
    if folder is None:
        return None
    detection = Detection("static", port=STATIC_PORT, static_directory=folder, runtime_image=NGINX)
    if package:
        detection = detection.warn(
            "package.json has neither a build nor a start script: the files are served as they are."
        )
    return detection
