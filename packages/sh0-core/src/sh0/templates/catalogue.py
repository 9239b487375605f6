"""The templates that there are: read from the folders of plugins, listed and searched."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import attrs

from sh0.errors import Invalid, NotFound
from sh0.nearest import did_you_mean
from sh0.templates.model import Template
from sh0.templates.reading import read

__all__ = ["BOOTED", "Catalogue", "score", "search"]

BOOTED: Final = "booted.txt"
"""Beside the templates: the names of those that were really started when they were tested."""
_WEIGHTS: Final = (("name", 50), ("title", 40), ("tags", 15), ("categories", 12), ("images", 6), ("summary", 5))
_WORDS = re.compile(r"[a-z0-9]+")


class Catalogue:
    """Templates by name. A file is read again when it has changed; of two with one name, the first folder's counts.

    Args:
        folders: Folders with files ``<name>.yaml``.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)

    def files(self) -> dict[str, Path]:
        """Names, and the files that they stand for."""
        found: dict[str, Path] = {}
        for folder in self._folders:
            for file in sorted(folder.glob("*.yaml")):
                found.setdefault(file.stem, file)
        return dict(sorted(found.items()))

    def all(self) -> list[Template]:
        """Every template that can be read, by name; `sh0.templates.lint` says what is wrong with the others."""
        found = []
        for name, file in self.files().items():
            try:
                found.append(self._template(name, file))
            except Invalid:
                continue
        return found

    def get(self, name: str) -> Template:
        """The template of a name.

        Raises:
            NotFound: There is none; the hint names the nearest.
            Invalid: Its file is not as it should be.
        """
        files = self.files()
        if name not in files:
            guess = did_you_mean(name, files)
            hint = (
                "'sh0 templates list' shows all." if files else "None are installed: the package sh0-plugins has them."
            )
            said = f"{guess[:1].upper()}{guess[1:]} {hint}".strip()
            raise NotFound(f"there is no template {name!r:.60}", hint=said)
        return self._template(name, files[name])

    def _template(self, name: str, file: Path) -> Template:
        booted = file.with_name(BOOTED)
        names = booted.read_text(encoding="utf-8").split() if booted.is_file() else ()
        return attrs.evolve(_read(name, file, file.stat().st_mtime_ns), booted=name in names)


def search(templates: Sequence[Template], words: str) -> list[Template]:
    """Templates in which every word is found, the best first.

    Args:
        templates: Where to look.
        words: What somebody typed.
    """
    terms = tuple(dict.fromkeys(_WORDS.findall(words.lower())))
    ranked = [(score(template, terms), template) for template in templates]
    return [template for points, template in sorted(ranked, key=lambda pair: (-pair[0], pair[1].name)) if points]


def score(template: Template, terms: Sequence[str]) -> int:
    """How well a template fits words: 0 if one of them is nowhere in it."""
    texts = {
        "name": template.name,
        "title": template.title,
        "tags": " ".join(template.tags),
        "categories": " ".join(template.categories),
        "images": " ".join(template.images),
        "summary": template.summary,
    }
    total = 0
    for term in terms:
        points = 0
        for field, weight in _WEIGHTS:
            text = texts[field].lower()
            words = _WORDS.findall(text)
            if term == text or term in words:
                points += weight * (4 if term == text else 2)
            elif any(word.startswith(term) for word in words):
                points += weight
            elif len(term) > 2 and term in text:
                points += weight // 3
        if not points:
            return 0
        total += points
    return total


@lru_cache(maxsize=1024)
def _read(name: str, file: Path, _changed: int) -> Template:
    return read(file.read_text(encoding="utf-8"), name)
