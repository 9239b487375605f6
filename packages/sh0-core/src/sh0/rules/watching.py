"""A project that remembers which of its files were read."""

from sh0.source.tree import Project

__all__ = ["WatchedProject"]


class WatchedProject(Project):
    """The same project, sharing what has been read of it, seen by one rule.

    Args:
        project: The project.
    """

    def __init__(self, project: Project) -> None:
        vars(self).update(vars(project))
        self.read: set[str] = set()

    def text(self, path: str) -> str | None:
        """See `Project.text`."""
        self.read.add(path)
        return super().text(path)

    def json(self, path: str, *, lenient: bool = False) -> dict[str, object] | None:
        """See `Project.json`."""
        self.read.add(path)
        return super().json(path, lenient=lenient)

    def toml(self, path: str) -> dict[str, object] | None:
        """See `Project.toml`."""
        self.read.add(path)
        return super().toml(path)
