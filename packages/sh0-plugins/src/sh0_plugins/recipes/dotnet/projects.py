"""What the project files of .NET say (``*.csproj``, ``*.fsproj``, ``*.vbproj``)."""

import posixpath
import re

import attrs

from sh0.plugin import SourceTree, read_xml

__all__ = ["DotnetProject", "read_dotnet_projects"]

ENDINGS = (".csproj", ".fsproj", ".vbproj")
_FRAMEWORK = re.compile(r"net(?:coreapp)?(\d+\.\d+)")
_WINDOWS = re.compile(r"(?:^|;)(?:net[1-4]\d{1,2}|v[1-4]\.\d[\d.]*)(?:;|$)")
_PROGRAMS = ("Microsoft.NET.Sdk.Web", "Microsoft.NET.Sdk.Worker")
_LIMIT = 200


@attrs.frozen
class DotnetProject:
    """A project.

    Attributes:
        path: Its file.
        sdk: ``Microsoft.NET.Sdk.Web`` and the like.
        target: Version of .NET that it is made for, or empty; the highest if there are several.
        windows: The version of the .NET Framework, which runs on Windows only, if it is made for nothing else.
        executable: Whether it is a program.
        test: Whether it holds tests.
        assembly: What its library is called, without the ending.
        packages: Names of the packages that it uses.
        references: Files of the projects that it uses.
    """

    path: str
    sdk: str
    target: str
    executable: bool
    test: bool
    assembly: str
    packages: frozenset[str]
    references: tuple[str, ...]
    windows: str = ""

    @property
    def web(self) -> bool:
        """Whether it is an application of ASP.NET Core."""
        return self.sdk.startswith("Microsoft.NET.Sdk.Web")


def read_dotnet_projects(project: SourceTree) -> tuple[DotnetProject, ...]:
    """Read every project file, in the order of their paths.

    Raises:
        Invalid: One of them is broken.
    """
    paths = sorted(name for name in project.names if name.endswith(ENDINGS))
    shared = _properties(project, "Directory.Build.props")
    return tuple(_read(project, path, shared) for path in paths[:_LIMIT])


def _read(project: SourceTree, path: str, shared: dict[str, str]) -> DotnetProject:
    root = read_xml(project, path)
    properties = {**shared, **_properties(project, path)}
    packages: set[str] = set()
    references: list[str] = []
    for element in root.iter() if root is not None else ():
        if element.tag == "PackageReference":
            packages.add(element.get("Include", ""))
        elif element.tag == "ProjectReference":
            file = element.get("Include", "").replace("\\", "/")
            references.append(posixpath.normpath(posixpath.join(posixpath.dirname(path), file)))
    sdk = root.get("Sdk", "") if root is not None else ""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    made_for = properties.get("TargetFrameworks", "") or properties.get("TargetFramework", "")
    targets = _FRAMEWORK.findall(made_for)
    windows = _WINDOWS.search(made_for or properties.get("TargetFrameworkVersion", ""))
    return DotnetProject(
        path,
        sdk,
        max(targets, key=lambda text: tuple(map(int, text.split("."))), default=""),
        properties.get("OutputType", "").lower() == "exe" or sdk.startswith(_PROGRAMS),
        properties.get("IsTestProject", "").lower() == "true" or "Microsoft.NET.Test.Sdk" in packages,
        properties.get("AssemblyName", "").replace("$(MSBuildProjectName)", stem) or stem,
        frozenset(packages),
        tuple(references),
        windows[0].strip(";") if windows and not targets else "",
    )


def _properties(project: SourceTree, path: str) -> dict[str, str]:
    root = read_xml(project, path)
    groups = [group for group in root if group.tag == "PropertyGroup"] if root is not None else []
    return {each.tag: (each.text or "").strip() for group in groups for each in group if isinstance(each.tag, str)}
