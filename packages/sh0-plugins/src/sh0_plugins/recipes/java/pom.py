"""What Maven's pom.xml says, of one module or of several."""

import re

import attrs

from sh0.plugin import SourceTree, XmlElement, read_xml, xml_child, xml_children, xml_value

__all__ = ["Pom", "find_poms"]

_PLACEHOLDER = re.compile(r"\$\{([\w.\-]+)\}")
_MODULES_LIMIT = 200


@attrs.frozen
class Pom:
    """A module.

    Attributes:
        folder: Where it is, relative to the project; empty for the top.
        artifact: Its name.
        packaging: ``jar``, ``war`` or ``pom``.
        file_name: What its archive is called, without the ending; it holds a ``${`` if that cannot be told.
        parent: Artifact of its parent.
        dependencies: Artifacts that it needs to run.
        plugins: Plugins of its build, each with its configuration.
        properties: Its properties, those of the modules above it included.
        modules: Folders of the modules below it.
    """

    folder: str
    artifact: str
    packaging: str
    file_name: str
    parent: str
    dependencies: frozenset[str]
    plugins: dict[str, XmlElement]
    properties: dict[str, str]
    modules: tuple[str, ...]

    @property
    def names(self) -> frozenset[str]:
        """All that tells a framework: parent, dependencies and plugins."""
        return self.dependencies | {self.parent} | self.plugins.keys()

    @property
    def main_class(self) -> str:
        """The class that is started, as far as a plugin or a property says so."""
        for plugin in ("maven-jar-plugin", "maven-shade-plugin", "maven-assembly-plugin", "exec-maven-plugin"):
            for element in self.plugins[plugin].iter("mainClass") if plugin in self.plugins else ():
                if element.text:
                    return _resolved(element.text.strip(), self.properties)
        return next(
            (self.properties[key] for key in ("exec.mainClass", "main.class", "mainClass") if key in self.properties),
            "",
        )


def find_poms(project: SourceTree) -> tuple[SourceTree, str, tuple[Pom, ...]] | None:
    """Read the poms of the build that a project is: of itself, or of the one around it that it is a module of.

    Returns:
        The project at the top of the build, the folder of this one in it, and the poms, those above first; None if
        there is no pom.xml.

    Raises:
        Invalid: One of them is broken.
    """
    if not project.has("pom.xml"):
        return None
    for top, folder in project.around:
        poms = _read(top)
        if any(pom.folder == folder for pom in poms):
            return top, folder, poms
    return project, "", _read(project)


def _read(project: SourceTree) -> tuple[Pom, ...]:
    """The pom.xml at the top and those of its modules, in this order."""
    found: list[Pom] = []
    waiting: list[tuple[str, dict[str, str]]] = [("", {})]
    seen: set[str] = set()
    while waiting and len(found) < _MODULES_LIMIT:
        folder, inherited = waiting.pop(0)
        root = read_xml(project, f"{folder}/pom.xml" if folder else "pom.xml")
        if root is None or folder in seen:
            continue
        seen.add(folder)
        pom = _pom(folder, root, inherited)
        found.append(pom)
        waiting += [(f"{folder}/{module}".strip("/"), pom.properties) for module in pom.modules]
    return tuple(found)


def _pom(folder: str, root: XmlElement, inherited: dict[str, str]) -> Pom:
    artifact = xml_value(root, "artifactId")
    version = xml_value(root, "version") or xml_value(root, "parent", "version")
    stated = xml_child(root, "properties")
    properties = {
        **inherited,
        **{each.tag: (each.text or "").strip() for each in (stated if stated is not None else ())},
        "project.artifactId": artifact,
        "artifactId": artifact,
        "project.version": version,
        "version": version,
        "project.parent.version": xml_value(root, "parent", "version"),
    }
    file_name = xml_value(root, "build", "finalName") or "${project.artifactId}-${project.version}"
    plugins = xml_children(root, "build", "plugins", "plugin")
    dependencies = xml_children(root, "dependencies", "dependency")
    needed = [each for each in dependencies if xml_value(each, "scope") not in ("test", "provided", "import")]
    return Pom(
        folder,
        artifact,
        xml_value(root, "packaging") or "jar",
        _resolved(file_name, properties),
        xml_value(root, "parent", "artifactId"),
        frozenset(xml_value(each, "artifactId") for each in needed),
        {xml_value(plugin, "artifactId"): plugin for plugin in plugins},
        {key: _resolved(text, properties) for key, text in properties.items()},
        tuple(module.text.strip().strip("/") for module in xml_children(root, "modules", "module") if module.text),
    )


def _resolved(text: str, properties: dict[str, str]) -> str:
    for _ in range(5):  # A property may name another one.
        text = _PLACEHOLDER.sub(lambda match: properties.get(match[1], match[0]), text)[:500]
    return text
