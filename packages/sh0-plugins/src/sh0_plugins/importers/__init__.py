"""The catalogues of other platforms that templates are made of, in the order in which they are asked."""

from typing import Final

from sh0.plugin import Importer
from sh0_plugins.importers.caprover import caprover, is_caprover
from sh0_plugins.importers.coolify import coolify, is_coolify
from sh0_plugins.importers.dokploy import dokploy, is_dokploy

__all__ = ["IMPORTERS"]

IMPORTERS: Final = (
    Importer("caprover", is_caprover, caprover),
    Importer("dokploy", is_dokploy, dokploy),
    Importer("coolify", is_coolify, coolify),
)
