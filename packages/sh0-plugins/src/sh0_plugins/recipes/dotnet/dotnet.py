""".NET: C#, F# and Visual Basic."""

import posixpath
import re
import shlex

from sh0.plugin import PORT, Detection, LanguageVersion, SourceTree, UnsupportedProject, declared_version
from sh0_plugins.recipes.assets import unbuilt_assets
from sh0_plugins.recipes.dotnet.projects import ENDINGS, DotnetProject, read_dotnet_projects
from sh0_plugins.recipes.images import DOTNET

__all__ = ["detect_dotnet"]

_PORT = 8080
_OUTPUT = "/app/publish"
_SOLUTIONS = ("*.sln", "*.slnx", "*.slnf")
_SHARED = (
    *("global.json", "nuget.config", "NuGet.config", "NuGet.Config", "packages.lock.json"),
    *("Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"),
)
_FRAMEWORKS = (("Giraffe", "Giraffe"), ("FastEndpoints", "FastEndpoints"), ("ServiceStack", "ServiceStack"))
_SDK = re.compile(r"(\d+\.\d+)\.\d{3}")
_ROLLS = ("feature", "minor", "major", "latestFeature", "latestMinor", "latestMajor")


def detect_dotnet(project: SourceTree) -> Detection | None:
    """The web application of a solution, or its only program. At the top has to be a solution or a project file.

    Raises:
        UnsupportedProject: There is no program, or there are several.
        Invalid: A project file is broken.
    """
    markers = (*_SOLUTIONS, *(f"*{ending}" for ending in ENDINGS), "global.json", "Directory.Build.props")
    if not any(project.glob(pattern) for pattern in markers):
        return None
    top, root = next(((top, path) for top, path in reversed(project.around) if _shared(top)), (project, ""))
    chosen = _choose([each for each in read_dotnet_projects(top) if each.path.startswith(f"{root}/") or not root])
    _refuse_windows(chosen)
    version = _version(project, chosen)
    web = chosen.web or any(name.startswith("Microsoft.AspNetCore") for name in chosen.packages)
    title = next((title for package, title in _FRAMEWORKS if package in chosen.packages), "")
    solutions = {name for pattern in _SOLUTIONS for name in top.glob(pattern)}
    manifests = [n for n in top.names if n.endswith(ENDINGS) or n in solutions or posixpath.basename(n) in _SHARED]
    path = shlex.quote(posixpath.join("/app", chosen.path))
    # Pages and settings are looked for in the folder that the process is started in.
    start = ("env", f"--chdir={_OUTPUT}", "dotnet", f"{chosen.assembly}.dll")
    return Detection(
        "dotnet",
        framework=title or ("ASP.NET Core" if chosen.web else ""),
        version=version.version,
        version_source=version.source,
        manifests=tuple(manifests),
        install=(f"dotnet restore {path}",),
        build=(f"dotnet publish {path} --configuration Release --no-restore --output {_OUTPUT} -p:UseAppHost=false",),
        artifacts=(_OUTPUT,),
        keep_source=False,
        root=root,
        start=(*start, "--urls", f"http://0.0.0.0:{PORT}") if web else start,
        port=_PORT,
        # An older application runs on the nearest version that there is an image of.
        environment={} if version.exact else {"DOTNET_ROLL_FORWARD": "Major"},
        build_environment={"DOTNET_CLI_TELEMETRY_OPTOUT": "1", "DOTNET_NOLOGO": "1"},
        build_image=_sdk(top, version),
        runtime_image=f"mcr.microsoft.com/dotnet/{'aspnet' if web else 'runtime'}:{version.version}",
        ignore=("**/bin", "**/obj"),
        warnings=(*version.warnings, *unbuilt_assets(project)),
    )


def _shared(top: SourceTree) -> bool:
    """Whether a folder configures the projects below it."""
    return any(top.has(name) for name in _SHARED) or any(top.glob(pattern) for pattern in _SOLUTIONS)


def _choose(projects: list[DotnetProject]) -> DotnetProject:
    programs = [each for each in projects if each.executable and not each.test]
    web = [each for each in programs if each.web]
    # An application that another one refers to is a part of that one.
    used = {path for each in programs for path in each.references}
    found = [each for each in web or programs if each.path not in used]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnsupportedProject(
            f"found several .NET programs: {', '.join(each.path for each in found)}",
            hint="Set the root folder of the app to one of them, or add a Dockerfile.",
            stack="dotnet",
        )
    raise UnsupportedProject(
        "found .NET projects without a program among them",
        hint="Use the SDK Microsoft.NET.Sdk.Web, or set <OutputType>Exe</OutputType>.",
        stack="dotnet",
    )


def _refuse_windows(chosen: DotnetProject) -> None:
    if chosen.windows:
        raise UnsupportedProject(
            f"{chosen.path} is made for the .NET Framework ({chosen.windows}), which runs on Windows only",
            hint=f"Move it to .NET: <TargetFramework>net{DOTNET.default}</TargetFramework>.",
            found=chosen.path,
            stack="dotnet",
            version=chosen.windows,
        )


def _version(project: SourceTree, chosen: DotnetProject) -> LanguageVersion:
    """The version that the application is made for: what runs it has to be of that one, whatever builds it."""
    return DOTNET.pick(
        (chosen.target, chosen.path) if chosen.target else None,
        declared_version(project, "dotnet", "dotnet-core", "dotnet-sdk"),
    )


def _sdk(project: SourceTree, version: LanguageVersion) -> str:
    """The image that builds: of the very SDK that global.json pins, since that refuses any other."""
    settings = (project.json("global.json") or {}).get("sdk")
    sdk = settings if isinstance(settings, dict) else {}
    pinned = _SDK.fullmatch(str(sdk.get("version", "")))
    if pinned is None:
        return version.image
    rolls = str(sdk.get("rollForward", "")) in _ROLLS
    return f"mcr.microsoft.com/dotnet/sdk:{pinned[1] if rolls else pinned[0]}"
