"""What an importer is."""

from collections.abc import Callable

import attrs

from sh0.importers.draft import Draft

__all__ = ["Importer"]


@attrs.frozen
class Importer:
    """Knows one format of another platform: a Compose file, or what looks like one, with more in it or next to it.

    What is the same for every Compose file is done after it: files and folders of the host become volumes and
    configs, passwords are made at random, variables are declared, what a template must not have is taken out.

    Attributes:
        name: Name of the format, as ``sh0 templates import --format`` takes it.
        recognises: Whether the files are in this format: given the draft, which holds them as they were written.
        read: Takes over into the draft what this format says in its own way. What it raises other than an error of sh0
            disables the plugin.
    """

    name: str
    recognises: Callable[[Draft], bool]
    read: Callable[[Draft], None]
