"""Imports with the importers of the plugins that are installed."""

from collections.abc import Mapping
from typing import Final

from sh0.importers.model import ImportedTemplate
from sh0.plugins import Plugins
from sh0.templates.importing.convert import convert
from sh0.values import ByteSize

__all__ = ["MEMORY", "import_template", "import_without"]

MEMORY: Final = ByteSize.parse("512m")
"""Memory limit of services that have none in the original: enough for most, and little enough to notice."""


def import_template(
    files: Mapping[str, str], name: str, format: str | None = None, *, memory: ByteSize = MEMORY
) -> ImportedTemplate:
    """Make a template of a file, or a folder of files, of another format.

    Importers of other plugins are asked before those of sh0-plugins. A plugin that fails is named in the log, and left
    out. Without any, only Compose files like any other are known.

    Args:
        files: Texts by their paths, relative to the folder; of a single file, that one.
        name: What the template shall be called; letters that a name cannot have are left out.
        format: Name of the importer that reads them; found out when left out.
        memory: Memory limit of the services that have none in the original.

    Raises:
        Invalid: There is no Compose file among them, it is no YAML, or its variables are nested too deep.
        NotFound: There is no importer of that name.
    """
    plugins = Plugins()
    return plugins.despite_failures(lambda: convert(plugins.importers(), files, name, format, memory))


def import_without(
    files: Mapping[str, str], name: str, format: str | None, memory: ByteSize, without: frozenset[str]
) -> ImportedTemplate:
    """The same for another process: plugins that are disabled there are left out, and one that fails is an error.

    Raises:
        PluginFailed: An importer raised.
    """
    return convert(Plugins(without=without).importers(), files, name, format, memory)
