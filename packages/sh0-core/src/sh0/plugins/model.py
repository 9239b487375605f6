"""What there is to know of a plugin."""

import attrs


@attrs.frozen
class InstalledPlugin:
    """A plugin that was found on this machine.

    Attributes:
        name: Its name in the entry point group ``sh0``.
        package: Package that brings it, or empty if it was handed to the platform by a program.
        version: Version of that package.
        place: Where it is, as in ``sh0_plugins.plugin``.
        hooks: Hooks that it uses.
        problem: Why it is disabled until sh0 starts again, or empty.
        warnings: What of it has no effect although it is loaded, such as a misspelt hook.
    """

    name: str
    package: str
    version: str
    place: str
    hooks: tuple[str, ...]
    problem: str
    warnings: tuple[str, ...] = ()
