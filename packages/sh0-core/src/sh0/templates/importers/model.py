"""What an import gives back."""

from enum import StrEnum

import attrs

__all__ = ["ImportFormat", "ImportNote", "ImportNoteKind", "ImportedTemplate", "NoteKind"]


class ImportFormat(StrEnum):
    """Whose format a file is in."""

    COMPOSE = "compose"
    COOLIFY = "coolify"
    DOKPLOY = "dokploy"
    CAPROVER = "caprover"


class ImportNoteKind(StrEnum):
    """What a note is about.

    A rule changed something, filled in a guess that somebody has to confirm, a fact has to be added, or a thing was not
    understood.
    """

    CHANGED = "changed"
    CONFIRM = "confirm"
    MISSING = "missing"
    LOST = "lost"


NoteKind = ImportNoteKind
"""Its name among the importers."""


@attrs.frozen
class ImportNote:
    """Something that whoever imports should know.

    Attributes:
        kind: What it is about.
        message: What happened.
        file: File that it is about.
        line: Line of that file, from 1; 0 for the file as a whole.
    """

    kind: ImportNoteKind
    message: str
    file: str
    line: int


@attrs.frozen
class ImportedTemplate:
    """A template made from another format.

    Attributes:
        name: Name of the template.
        format: What it was made from.
        text: Its file.
        notes: What was changed, what to confirm, what is missing, and what was not understood, in the order of the
            original.
    """

    name: str
    format: ImportFormat
    text: str
    notes: tuple[ImportNote, ...]
