"""Names in a plugin that look like hooks and are none. Pure."""

from collections.abc import Collection, Iterator

from sh0.nearest import did_you_mean, nearest

__all__ = ["misnamed"]

PREFIX = "sh0_"


def misnamed(plugin: object, hooks: Collection[str], marked: Collection[str]) -> Iterator[str]:
    """What is wrong with each function of a plugin that nobody calls although it looks like a hook.

    Args:
        plugin: The module or object.
        hooks: Names of the hooks that there are.
        marked: Names of its functions that are marked as hooks.
    """
    for name in sorted(set(marked) - set(hooks)):
        guess = did_you_mean(name, hooks) or f"there are {', '.join(sorted(hooks))}"
        yield f"{name} is no hook, so it is never called; {guess}"
    for name in sorted({name for name in dir(plugin) if name.startswith(PREFIX)} - set(marked)):
        if not callable(getattr(plugin, name, None)):
            continue
        near = nearest(name, hooks)
        if near is not None:
            other = "" if near == name else f" under the name {near}"
            yield f"{name} is never called: mark it with @sh0.plugin.hookimpl{other}"
