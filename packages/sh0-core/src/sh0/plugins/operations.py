"""Operations on plugins."""

from typing import TYPE_CHECKING

from sh0.operations import Effect, Operations, Scope, operation
from sh0.plugins.model import InstalledPlugin

if TYPE_CHECKING:
    from sh0.plugins.loading import Plugins


class PluginList(Operations, domain="plugins"):
    """Plugins: what others, and sh0 itself, add to the platform."""

    def __init__(self, plugins: "Plugins") -> None:
        self._plugins = plugins

    @operation("GET /plugins", effect=Effect.READ, scope=Scope.SERVERS)
    def list(self) -> tuple[InstalledPlugin, ...]:
        """List the plugins of this platform: what each adds, and which are disabled because they failed."""
        return self._plugins.describe()
