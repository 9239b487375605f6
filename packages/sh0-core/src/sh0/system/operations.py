"""Operations on the platform itself."""

import os
from typing import TYPE_CHECKING

from sh0.operations import ANY_APP, Effect, Operations, Scope, confined_to, operation
from sh0.records.app import APPS
from sh0.system.model import PlatformStatus
from sh0.version import VERSION

if TYPE_CHECKING:
    from sh0.context import Context
    from sh0.plugins import Plugins
    from sh0.serving.reconcilers import Reconcilers

PANEL = "web"
"""Name of the frontend that serves the panel and the API."""


class System(Operations, domain="system"):
    """The platform itself."""

    def __init__(
        self,
        context: "Context",
        reconcilers: "Reconcilers",
        plugins: "Plugins",
    ) -> None:
        self._records, self._settings, self._home_id = context.records, context.settings, context.home_id
        self._reconcilers, self._plugins = reconcilers, plugins
        self._since = context.clock.now()

    @operation("GET /status", effect=Effect.READ, scope=Scope.SERVERS, belongs_to=lambda _: ANY_APP)
    def status(self) -> PlatformStatus:
        """Show version, ports and health of the platform.

        A caller who is confined to one app counts that app alone.
        """
        settings, app = self._settings, confined_to()
        frontends = tuple(each.name for each in self._plugins.frontends(settings))
        panel = PANEL in frontends
        return PlatformStatus(
            version=VERSION,
            home=self._home_id,
            process=os.getpid(),
            since=self._since,
            bind=settings.bind,
            panel_bind=settings.panel_bind if panel else None,
            http_port=settings.http_port,
            https_port=settings.https_port,
            panel_port=settings.panel_port if panel else None,
            git_port=settings.git_port,
            base_domain=settings.base_domain,
            apps=self._records[APPS].count() if app is None else 1,
            problem=self._reconcilers.problem,
            unguarded=self._reconcilers.unguarded,
            frontends=frontends,
        )
