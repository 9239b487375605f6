"""Finding plugins, and calling their hooks without letting one take the platform down."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import attrs
import pluggy

from sh0 import hookspecs
from sh0.arguments import misfit
from sh0.errors import PluginFailed, Sh0Error
from sh0.plugins.entry_points import EntryPoint, entry_points
from sh0.plugins.misnamed import misnamed
from sh0.plugins.model import InstalledPlugin

if TYPE_CHECKING:
    from logging import Logger

    from sh0.builds.model import Detection
    from sh0.builds.recipe import Recipe
    from sh0.hookspecs import Frontend
    from sh0.importers.draft import Draft
    from sh0.importers.importer import Importer
    from sh0.records.journal import Event
    from sh0.rules.model import Rule
    from sh0.settings import Settings
    from sh0.source.tree import Project

GROUP: Final = "sh0"
BUILTIN: Final = "builtin"
"""The core's own plugin."""
_PACKAGES: Final = frozenset({"sh0-core", "sh0-plugins"})
"""Whose plugins are parts of sh0: a fault in one recipe of theirs does not disable the others."""

T = TypeVar("T")


class Plugins:
    """The plugins of a platform. One that raises is named in the log and disabled for the run; the others go on.

    Args:
        extra: Plugins beside those that are installed.
        installed: Whether to load those that are installed.
        without: Names of those that are not loaded all the same.
    """

    def __init__(self, extra: Iterable[object] = (), *, installed: bool = True, without: Collection[str] = ()) -> None:
        self._registry = pluggy.PluginManager("sh0")
        self._registry.add_hookspecs(hookspecs.Hooks)
        self._found: dict[str, InstalledPlugin] = {}
        self._problems: dict[str, str] = {}
        self._warnings: dict[str, list[str]] = {}
        self.given = False
        """Whether some of them are objects of this process alone."""
        for plugin in extra:
            self.given = True
            name = self._registry.register(plugin) or ""
            self._found[name] = InstalledPlugin(name, "", "", getattr(plugin, "__module__", ""), (), "")
            self._look_at(plugin, name)
        if installed:
            for entry in entry_points(GROUP):
                if entry.name not in without:
                    self._load(entry)

    def _load(self, entry: EntryPoint) -> None:
        self._found[entry.name] = InstalledPlugin(entry.name, entry.package, entry.version, entry.value, (), "")
        try:
            plugin = entry.load()
            self._registry.register(plugin, entry.name)
            self._look_at(plugin, entry.name)
        except (Exception, SystemExit) as error:
            self._problems[entry.name] = f"it could not be loaded: {_words(error)}"
            _log().error("the plugin %s (%s) could not be loaded", entry.name, entry.value, exc_info=error)

    def _look_at(self, plugin: object, name: str) -> None:
        hooks = [hook for hook in vars(hookspecs.Hooks) if not hook.startswith("_")]
        marked = [hook for hook in dir(plugin) if self._registry.parse_hookimpl_opts(plugin, hook) is not None]
        for warning in misnamed(plugin, hooks, marked):
            self._warn(name, warning)

    def _warn(self, name: str, warning: str) -> None:
        known = self._warnings.setdefault(name, [])
        if warning not in known:
            known.append(warning)
            _log().warning("the plugin %s: %s", name, warning)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the plugins that were loaded."""
        return tuple(sorted(name for name, _ in self._registry.list_name_plugin()))

    @property
    def failed(self) -> frozenset[str]:
        """Names of the plugins that are disabled because they failed."""
        return frozenset(self._problems)

    def describe(self) -> tuple[InstalledPlugin, ...]:
        """Every plugin that was found, with what it adds and what became of it."""
        return tuple(
            InstalledPlugin(
                found.name,
                found.package,
                found.version,
                found.place,
                self._hooks(found.name),
                self._problems.get(found.name, ""),
                tuple(self._warnings.get(found.name, ())),
            )
            for found in sorted(self._found.values(), key=lambda found: found.name)
        )

    def _hooks(self, name: str) -> tuple[str, ...]:
        plugin = self._registry.get_plugin(name)
        callers = self._registry.get_hookcallers(plugin) if plugin is not None else None
        return tuple(sorted(caller.name for caller in callers or () if caller.has_spec()))

    def frontends(self, settings: "Settings") -> "list[Frontend]":
        """Frontends of all plugins."""
        from sh0.hookspecs import Frontend

        return [found for _, found in self._collect("sh0_frontends", Frontend, settings=settings)]

    def recipes(self) -> "tuple[Recipe, ...]":
        """Recipes of all plugins, those of sh0 itself last. One that raises fails with the name of its plugin."""
        from sh0.builds.recipe import Recipe

        return tuple(
            attrs.evolve(
                recipe,
                detect=partial(self._detect, owner, recipe),
                web_line=recipe.web_line and partial(self._started, owner, recipe, recipe.web_line),
                process_line=recipe.process_line and partial(self._line, owner, recipe, recipe.process_line),
                notes=recipe.notes and partial(self._noted, owner, recipe, recipe.notes),
            )
            for owner, recipe in self._collect("sh0_recipes", Recipe)
        )

    def try_recipes(self) -> None:
        """Ask every plugin for its recipes, but those of sh0 itself: one that fails is known before they are needed.

        A process that looks at no tree keeps the memory of sh0's own recipes this way, which is 4 MiB.
        """
        from sh0.builds.recipe import Recipe

        self._collect("sh0_recipes", Recipe, ours=False)

    def _detect(self, owner: str, recipe: "Recipe", project: "Project") -> "Detection | None":
        def detected() -> "Detection | None":
            found = recipe.detect(project)
            return None if found is None else _demand(found)

        where = f"its recipe {recipe.name}"
        return None if owner in self._problems else self._guarded(owner, where, detected)

    def _started(
        self,
        owner: str,
        recipe: "Recipe",
        web_line: "Callable[[Detection, str, Project], Detection]",
        found: "Detection",
        line: str,
        project: "Project",
    ) -> "Detection":
        return self._guarded(owner, f"its recipe {recipe.name}", lambda: _demand(web_line(found, line, project)))

    def _line(
        self,
        owner: str,
        recipe: "Recipe",
        process_line: "Callable[[Detection, str, Project], tuple[str, tuple[str, ...]]]",
        found: "Detection",
        line: str,
        project: "Project",
    ) -> tuple[str, tuple[str, ...]]:
        def read() -> tuple[str, tuple[str, ...]]:
            command, warnings = process_line(found, line, project)
            return str(command), tuple(map(str, warnings))

        return self._guarded(owner, f"its recipe {recipe.name}", read)

    def _noted(
        self,
        owner: str,
        recipe: "Recipe",
        notes: "Callable[[Detection, Project], Iterable[str]]",
        found: "Detection",
        project: "Project",
    ) -> tuple[str, ...]:
        if owner in self._problems:
            return ()
        return self._guarded(owner, f"its recipe {recipe.name}", lambda: tuple(notes(found, project)))

    def _guarded(self, owner: str, where: str, ask: "Callable[[], T]") -> T:
        try:
            return ask()
        except Sh0Error:
            raise
        except (Exception, SystemExit) as error:
            raise self.blame(owner, where, error) from error

    def importers(self) -> "tuple[Importer, ...]":
        """Importers of all plugins, those of sh0 itself last. One that raises fails with the name of its plugin."""
        from sh0.importers.importer import Importer

        return tuple(
            attrs.evolve(
                importer,
                recognises=partial(self._recognised, owner, importer),
                read=partial(self._imported, owner, importer),
            )
            for owner, importer in self._collect("sh0_importers", Importer)
        )

    def _recognised(self, owner: str, importer: "Importer", draft: "Draft") -> bool:
        where = f"its importer {importer.name}"
        return owner not in self._problems and self._guarded(owner, where, lambda: importer.recognises(draft))

    def _imported(self, owner: str, importer: "Importer", draft: "Draft") -> None:
        self._guarded(owner, f"its importer {importer.name}", lambda: importer.read(draft))

    def rules(self) -> "tuple[Rule, ...]":
        """Rules of all plugins."""
        from sh0.rules.model import Rule

        return tuple(rule for _, rule in self._collect("sh0_rules", Rule))

    def templates(self) -> tuple[Path, ...]:
        """Folders of templates, of all plugins."""
        return tuple(folder for _, folder in self._collect("sh0_templates", Path))

    def rule_origins(self) -> dict[str, str]:
        """The plugin that each rule comes from, by the rule's id."""
        from sh0.rules.model import Rule

        return {rule.id: owner for owner, rule in self._collect("sh0_rules", Rule)}

    def commands(self) -> list[object]:
        """Commands of all plugins."""
        return [found for _, found in self._collect("sh0_commands", object)]

    def event(self, event: "Event") -> None:
        """Tell every plugin of an event."""
        self._collect("sh0_event", object, event=event)

    def blame(self, owner: str, where: str, error: BaseException) -> PluginFailed:
        """Disable a plugin that raised, but for those of sh0 itself; returns the error that says so.

        Args:
            owner: Its name.
            where: Which part of it raised.
            error: What it raised.
        """
        _log().error("the plugin %s failed in %s", owner, where, exc_info=error)
        message = f"the plugin {owner} failed in {where}: {_words(error)}"
        if self._is_ours(owner):
            return PluginFailed(message, hint="Please report it: sh0 itself is wrong here.", plugin=owner)
        self._problems.setdefault(owner, f"it failed in {where}: {_words(error)}")
        hint = "It is disabled until sh0 starts again: try once more to go on without it, or correct or remove it."
        return PluginFailed(message, hint=hint, plugin=owner)

    def _is_ours(self, owner: str) -> bool:
        found = self._found.get(owner)
        return found is not None and found.package in _PACKAGES

    def despite_failures(self, ask: Callable[[], T]) -> T:
        """What comes of asking plugins; when one fails, which is named in the log, the others are asked again.

        Args:
            ask: Asks them.

        Raises:
            PluginFailed: A part of sh0 itself failed, which is never left out.
        """
        while True:
            failed = self.failed
            try:
                return ask()
            except PluginFailed:
                if self.failed == failed:
                    raise

    @contextmanager
    def failing_elsewhere(self) -> Iterator[None]:
        """Disable a plugin that fails in another process meanwhile, but for those of sh0 itself."""
        try:
            yield
        except PluginFailed as error:
            owner = str(error.details.get("plugin"))
            if not self._is_ours(owner):
                problem = error.message.replace(f"the plugin {owner} failed", "it failed", 1)
                self._problems.setdefault(owner, problem)
            raise

    def _collect(self, hook: str, kind: type[T], *, ours: bool = True, **arguments: object) -> list[tuple[str, T]]:
        """What every plugin answers, each thing with the name of who brought it; other kinds of things are left out."""
        found: list[tuple[str, T]] = []
        for implementation in reversed(getattr(self._registry.hook, hook).get_hookimpls()):
            owner = implementation.plugin_name
            if owner in self._problems or (self._is_ours(owner) and not ours):
                continue
            try:
                wanted = {name: arguments[name] for name in implementation.argnames}
                answer = list(implementation.function(**wanted) or ())
            except (Exception, SystemExit) as error:
                self.blame(owner, hook, error)
                continue
            for each in answer:
                if isinstance(each, kind) and (problem := misfit(each, kind)):
                    self._warn(owner, f"{hook} gave what has no effect: {problem}")
                elif isinstance(each, kind):
                    found.append((owner, each))
                else:
                    self._warn(
                        owner, f"{hook} gave a {type(each).__name__}, which has no effect; wanted is {kind.__name__}"
                    )
        return found


def _demand(found: "Detection") -> "Detection":
    from sh0.builds.model import Detection

    if problem := misfit(found, Detection):
        raise TypeError(problem)
    return found


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _log() -> "Logger":
    import logging

    return logging.getLogger("sh0.plugins")
