"""Finding plugins, and calling their hooks without letting one take the platform down."""

import importlib.metadata
import logging
import queue
import threading
from collections.abc import Iterable

import pluggy

from sh0 import hookspecs
from sh0.builds.recipes import Recipe
from sh0.hookspecs import Frontend
from sh0.journal.model import Event
from sh0.rules.model import Rule
from sh0.settings import Settings

GROUP = "sh0"

log = logging.getLogger("sh0.plugins")


class Plugins:
    """The plugins of a platform. One that raises is named in the log, and the others go on.

    Args:
        extra: Plugins beside those that are installed.
        installed: Whether to load those that are installed.
    """

    def __init__(self, extra: Iterable[object] = (), *, installed: bool = True) -> None:
        self._registry = pluggy.PluginManager("sh0")
        self._registry.add_hookspecs(hookspecs.Hooks)
        for plugin in extra:
            self._registry.register(plugin)
        if installed:
            for entry in importlib.metadata.entry_points(group=GROUP):
                try:
                    self._registry.register(entry.load(), entry.name)
                except Exception:
                    log.exception("the plugin %s (%s) could not be loaded", entry.name, entry.value)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the plugins that were loaded."""
        return tuple(sorted(name for name, _ in self._registry.list_name_plugin()))

    def frontends(self, settings: Settings) -> list[Frontend]:
        """Frontends of all plugins."""
        return [f for f in self._collect("sh0_frontends", settings=settings) if isinstance(f, Frontend)]

    def recipes(self) -> tuple[Recipe, ...]:
        """Recipes of all plugins, the built-in ones last."""
        return tuple(r for r in self._collect("sh0_recipes") if isinstance(r, Recipe))

    def rules(self) -> tuple[Rule, ...]:
        """Rules of all plugins."""
        return tuple(r for r in self._collect("sh0_rules") if isinstance(r, Rule))

    def commands(self) -> list[object]:
        """Commands of all plugins."""
        return self._collect("sh0_commands")

    def event(self, event: Event) -> None:
        """Tell every plugin of an event."""
        self._collect("sh0_event", event=event)

    def _collect(self, hook: str, **arguments: object) -> list[object]:
        found: list[object] = []
        for implementation in reversed(getattr(self._registry.hook, hook).get_hookimpls()):
            try:
                wanted = {name: arguments[name] for name in implementation.argnames}
                found.extend(implementation.function(**wanted) or ())
            except Exception:
                log.exception("the plugin %s failed in %s", implementation.plugin_name, hook)
        return found


class EventPump:
    """Hands events to the plugins on a thread of its own, so that a slow one holds nothing up."""

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins
        self._pending: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._pump, name="sh0-plugins", daemon=True)
        self._thread.start()

    def __call__(self, event: Event) -> None:
        self._pending.put(event)

    def stop(self) -> None:
        """Hand out what is pending, then end."""
        self._pending.put(None)
        self._thread.join(5)

    def _pump(self) -> None:
        while (event := self._pending.get()) is not None:
            self._plugins.event(event)
