"""A template while it is being made: what was read, what became of it, and what there is to say about that."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sh0.importers.model import ImportNote, ImportNoteKind
from sh0.source.yamltext import Document, Path

__all__ = ["Draft", "sentence", "slug", "variables_in"]

_SECTIONS = ("services", "volumes", "networks", "configs", "secrets")
_SHAPES: Final[Mapping[str, tuple[type, ...]]] = {
    "image": (str,),
    "environment": (list, dict),
    "labels": (list, dict),
    "networks": (list, dict),
    "env_file": (list, str),
    "ports": (list,),
    "volumes": (list,),
    "configs": (list,),
    "deploy": (dict,),
    "healthcheck": (dict,),
}
"""What the keys of a service hold that the passes look into."""
_ANSWERS: Final = frozenset({"default", "generate", "required"})


class Draft:
    """One import.

    Args:
        document: The Compose file that it starts from.
        text: The same as it is written, comments and all.
        name: Name of the template.
        files: Texts of the files beside it, by their paths.

    Attributes:
        folder: What paths of these files begin with in the Compose file, such as ``../files/``.
        about: Keys of the ``x-sh0`` block that were found out.
        variables: Declared variables: their ``x-sh0`` entries by name.
        expose: Entries of ``x-sh0.expose``.
        permissions: Entries of ``x-sh0.allow``.
        unpinned: Entries of ``x-sh0.unpinned``.
        content: The rest of the file.
        renamed: Names that services have in the original, by those that they have now.
        ours: Paths of files that are in our writing already: a dollar sign in them is one of Compose's.
        notes: What there is to say.
    """

    def __init__(self, document: Document, text: str, name: str, files: Mapping[str, str]) -> None:
        self.document, self.text, self.name, self.files = document, text, name, files
        self.folder = ""
        self.about: dict[str, Any] = {}
        self.variables: dict[str, dict[str, Any]] = {}
        self.expose: list[dict[str, Any]] = []
        self.permissions: dict[str, str] = {}
        self.unpinned: dict[str, str] = {}
        self.renamed: dict[str, str] = {}
        self.ours: set[str] = set()
        self.notes: list[ImportNote] = []
        top = document.value if isinstance(document.value, dict) else {}
        self.content: dict[str, Any] = copy.deepcopy(top)
        for section in _SECTIONS:
            if section in self.content and not isinstance(self.content[section], dict):
                self.lost((section,), f"{section} is no mapping")
                del self.content[section]
        services = self.content.setdefault("services", {})
        for service in [name for name, value in services.items() if not isinstance(value, dict)]:
            self.lost(("services", service), f"the service {service} is no mapping")
            del services[service]
        for name, service in services.items():
            for key in [key for key in service if not isinstance(service[key], _SHAPES.get(key, object))]:
                if service[key] is not None:
                    self.lost(("services", name, key), f"{key} of {name} is not as Compose has it")
                del service[key]

    @property
    def services(self) -> dict[str, dict[str, Any]]:
        """The services, to be changed in place."""
        found: dict[str, dict[str, Any]] = self.content["services"]
        return found

    def changed(self, path: Path, message: str) -> None:
        """Note that a rule changed something."""
        self._note(ImportNoteKind.CHANGED, path, message)

    def guessed(self, path: Path, message: str) -> None:
        """Note that a guess was filled in, and somebody has to confirm it."""
        self._note(ImportNoteKind.CONFIRM, path, message)

    def missing(self, path: Path, message: str) -> None:
        """Note that somebody has to add a fact."""
        self._note(ImportNoteKind.MISSING, path, message)

    def lost(self, path: Path, message: str) -> None:
        """Note that something was not understood, and is not in the template."""
        self._note(ImportNoteKind.LOST, path, message)

    def _note(self, kind: ImportNoteKind, path: Path, message: str) -> None:
        if len(path) > 1 and path[0] == "services":
            path = (path[0], self.renamed.get(str(path[1]), path[1]), *path[2:])
        line = self.document.where(path).line if path else 0
        self.notes.append(ImportNote(kind, message, self.document.name, line))

    def note_elsewhere(self, kind: ImportNoteKind, file: str, message: str, line: int = 0) -> None:
        """Note something about another file than the Compose file."""
        self.notes.append(ImportNote(kind, message, file, line))

    def declare(self, name: str, description: str = "", **entry: Any) -> str:
        """Declare a variable, unless there is one of that name; returns how it is written in the file.

        One that may stay empty is described as optional.
        """
        name = f"V_{name}" if name[:1].isdigit() else name
        if name not in self.variables:
            said = sentence(description) or f"{name.replace('_', ' ').capitalize()}."
            if not (_ANSWERS & entry.keys() or said.startswith("Optional")):
                said = f"Optional: {said}"
            self.variables[name] = {"description": said, **entry}
        return f"${{{name}}}"

    def shown(self, service: str, port: int, health: str | None = None) -> None:
        """Expose a service, unless it is already."""
        if all(entry["service"] != service for entry in self.expose):
            self.expose.append({"service": service, "port": port, **({"health": health} if health else {})})

    def environments(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The environment of each service as a mapping, to be changed in place."""
        for name, service in self.services.items():
            environment = service.get("environment")
            if isinstance(environment, list):
                pairs = (str(item).partition("=") for item in environment)
                service["environment"] = {key: value if equals else None for key, equals, value in pairs}
            elif not isinstance(environment, dict):
                continue
            yield name, service["environment"]


def sentence(text: str, longest: int = 0) -> str:
    """A text as one line that ends like a sentence, cut at a word if it is too long."""
    line = " ".join(text.split())
    if line and not line.endswith((".", "!", "?", "…")):
        line += "."
    if longest and len(line) > longest:
        first = line.partition(". ")[0] + "."
        line = first if len(first) <= longest else line[: longest - 1].rpartition(" ")[0].rstrip(",;:–- ") + "…"
    return line


def variables_in(text: str) -> dict[str, str]:
    """The variables of a file such as ``.env``, without quotes."""
    pairs = (line.partition("=") for line in text.splitlines() if not line.lstrip().startswith("#"))
    return {key.removeprefix("export ").strip(): value.strip().strip("'\"") for key, equals, value in pairs if equals}


def slug(text: str) -> str:
    """A text as a name: lower-case letters, digits and hyphens."""
    letters = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in text.lower())
    return "-".join(letters.split())[:40].strip("-")
