"""Swift packages on the server."""

import re
import shlex

from sh0.plugin import PORT, Detection, SourceTree, UnsupportedProject, declared_version, version_file
from sh0_plugins.recipes.assets import run_time_files
from sh0_plugins.recipes.images import SWIFT

__all__ = ["detect_swift"]

_PORT = 8080
_COMMENT = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_PROGRAM = re.compile(r"\.executableTarget\(\s*name:\s*\"([^\"]+)\"")
_PRODUCT = re.compile(r"\.executable\(\s*name:\s*\"([^\"]+)\"")
_TOOLS = re.compile(r"swift-tools-version:\s*(\d+(?:\.\d+)?)")
_URL = re.compile(r"url:\s*\"[^\"]*/([\w.\-]+?)(?:\.git)?\"")
_FRAMEWORKS = {"vapor": "Vapor", "hummingbird": "Hummingbird"}
_ARGUMENTS = {"Vapor": ("serve", "--env", "production", "--hostname", "0.0.0.0", "--port", PORT)}


def detect_swift(project: SourceTree) -> Detection | None:
    """A package with one program; Vapor is told its port.

    Raises:
        UnsupportedProject: It has no program, or several.
    """
    stated = project.text("Package.swift")
    if stated is None:
        return None
    text = _COMMENT.sub("", re.sub(r"(https?):", r"\1", stated))
    products = _PRODUCT.findall(text)
    names = list(dict.fromkeys(products or _PROGRAM.findall(text)))
    if len(names) != 1:
        several = f"several programs ({', '.join(names)})" if names else "no program (executableTarget)"
        raise UnsupportedProject(
            f"found a Swift package with {several}", hint="Add a Dockerfile that builds and starts it.", stack="swift"
        )
    packages = {url.lower() for url in _URL.findall(stated)}
    title = next((title for name, title in _FRAMEWORKS.items() if name in packages), "")
    arguments = _ARGUMENTS.get(title, ())
    tools = _TOOLS.search(stated)
    version = SWIFT.pick(
        version_file(project, ".swift-version"),
        declared_version(project, "swift"),
        (f">={tools[1]}", "Package.swift") if tools else None,
    )
    program = f".build/release/{names[0]}"
    manifests = [name for name in project.names if name in ("Package.swift", "Package.resolved")]
    return Detection(
        "swift",
        framework=title,
        version=version.version,
        version_source=version.source,
        manifests=tuple(manifests),
        install=("swift package resolve",),
        build=(f"swift build --configuration release --product {shlex.quote(names[0])}",),
        artifacts=(f"/app/{program}", *run_time_files(project, ".swift"), *_resources(project)),
        keep_source=False,
        start=(program, *arguments),
        port=_PORT,
        build_image=version.image,
        runtime_image=f"{version.image}-slim",
        ignore=("**/.build",),
        warnings=version.warnings,
    )


def _resources(project: SourceTree) -> tuple[str, ...]:
    """Folders of Vapor, which are called with a capital letter."""
    return tuple(f"/app/{folder}" for folder in ("Public", "Resources") if project.has_folder(folder))
