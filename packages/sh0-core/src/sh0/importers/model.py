"""What an import gives back."""

from enum import StrEnum

import attrs

__all__ = ["ImportNote", "ImportNoteKind", "ImportedTemplate"]


class ImportNoteKind(StrEnum):
    """What a note is about.

    Attributes:
        CHANGED: A rule changed something.
        CONFIRM: A guess was filled in, which somebody has to confirm.
        MISSING: A fact has to be added.
        LOST: Something was not understood, and is left out.
    """

    CHANGED = "changed"
    CONFIRM = "confirm"
    MISSING = "missing"
    LOST = "lost"


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
        format: Name of the importer that knows what it was made from; ``compose`` for a Compose file like any other.
        text: Its file.
        notes: What was changed, what to confirm, what is missing, and what was not understood, in the order of the
            original.
    """

    name: str
    format: str
    text: str
    notes: tuple[ImportNote, ...]
