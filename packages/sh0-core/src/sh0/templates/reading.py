"""From a file's text to a template."""

import re
from collections.abc import Mapping
from typing import Final

from sh0.errors import Invalid
from sh0.source.yamltext import Document, load
from sh0.templates import generators
from sh0.templates.block import Block, Notes
from sh0.templates.model import (
    FORMAT,
    PERMISSIONS,
    Exposure,
    Template,
    TemplateCategory,
    TemplateLinks,
    TemplateProblem,
    TemplateVariable,
    VariableType,
)
from sh0.values import ByteSize

__all__ = ["NAME", "Reading", "images_of", "parse", "read"]

NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
"""What a template may be called."""
_BLOCK = ("x-sh0",)
_KEYS = (
    "format", "title", "revision", "summary", "categories", "tags", "icon", "links", "source", "memory", "expose",
    "variables", "allow", "unpinned",
)  # fmt: skip
_LINKS = ("website", "documentation", "code")
_VARIABLE = ("description", "type", "choices", "default", "generate", "required")
_SLUG = re.compile(r"[a-z0-9]+")
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read(text: str, name: str) -> Template:
    """Read a template.

    Args:
        text: The whole file.
        name: Name of the template, which is that of its file without ``.yaml``.

    Raises:
        Invalid: It is no YAML, or no template; the message says where.
    """
    template, problems = parse(load(text, f"{name}.yaml"), text, name)
    if problems:
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise Invalid(
            f"{name}.yaml, line {first.line}: {first.message}{more}",
            hint=first.remedy,
            path=f"{name}.yaml",
            line=first.line,
        )
    return template


def parse(document: Document, text: str, name: str) -> tuple[Template, list[TemplateProblem]]:
    """Read a template as far as that goes, and everything that is wrong with its block.

    Args:
        document: The file's content.
        text: The whole file.
        name: Name of the template.
    """
    notes = Notes(document)
    if not NAME.fullmatch(name):
        notes.note(
            "name", (), f"{name!r:.60} is no name of a template", "Call the file in a-z, 0-9 and hyphens, at most 40."
        )
    top = document.value if isinstance(document.value, dict) else {}
    if "x-sh0" not in top:
        notes.note(
            "format", (), "there is no x-sh0 block", "Begin the file with x-sh0; `sh0 templates new` writes one."
        )
    return Reading(top, notes).template(name, text), notes.problems


class Reading:
    """One reading of a template's block.

    Args:
        top: The file's content.
        notes: Where problems go.
    """

    def __init__(self, top: Mapping[str, object], notes: Notes) -> None:
        self._top, self._notes = top, notes

    def template(self, name: str, text: str) -> Template:
        """The template; where the file is wrong, what is nearest."""
        block = Block(self._top.get("x-sh0", {}), _BLOCK, self._notes, _KEYS)
        version = block.take("format", int, f"{FORMAT}", needed=True)
        if version not in (None, FORMAT):
            block.wrong("format", f"this release reads format {FORMAT}")
        revision = block.take("revision", int, "a number that counts up, from 1", needed=True) or 0
        if revision < 1 and "revision" in block.mapping:
            block.wrong("revision", "expected a number that counts up, from 1")
        return Template(
            name=name,
            title=block.text("title", "the software's name", needed=True),
            revision=revision,
            summary=block.text("summary", "what it is, in one sentence", needed=True),
            categories=self._categories(block),
            tags=block.texts("tags", "a list of words"),
            icon=self._icon(block),
            links=self._links(block),
            source=block.text("source", "the upstream page that the facts are from", needed=True),
            memory=self._size(block),
            expose=self._exposures(block),
            variables=self._variables(block),
            permissions=self._leaves(block),
            unpinned=self._unpinned(block),
            images=images_of(self._top),
            text=text,
        )

    def _categories(self, block: Block) -> tuple[TemplateCategory, ...]:
        found = block.texts("categories", "one or two of the known ones", needed=True)
        known = {category.value: category for category in TemplateCategory}
        for category in found:
            if category not in known:
                block.wrong("categories", f"{category!r:.40} is none of {', '.join(known)}", "category")
        if "categories" in block.mapping and not found:
            block.wrong("categories", "name one or two", "category")
        return tuple(dict.fromkeys(known[category] for category in found if category in known))

    def _icon(self, block: Block) -> str | None:
        icon = block.text("icon", "a slug of Simple Icons")
        if icon and not _SLUG.fullmatch(icon):
            block.wrong("icon", "expected a slug of Simple Icons, as in postgresql")
        return icon or None

    def _links(self, block: Block) -> TemplateLinks:
        links = Block(block.mapping.get("links") or {}, (*_BLOCK, "links"), self._notes, _LINKS)
        return TemplateLinks(*(links.text(key, "an address") or None for key in _LINKS))

    def _size(self, block: Block) -> ByteSize:
        value = block.mapping.get("memory")
        if value is None:
            block.take("memory", str, "the least that all of it needs, as in 512m", needed=True)
        else:
            try:
                return ByteSize.parse(value if isinstance(value, str | int) else "")
            except ValueError:
                block.wrong("memory", "expected a size, as in 512m or 1.5g")
        return ByteSize(0)

    def _exposures(self, block: Block) -> tuple[Exposure, ...]:
        found = []
        for index, value in enumerate(block.take("expose", list, "a list of service, port and health") or []):
            item = Block(value, (*_BLOCK, "expose", index), self._notes, ("service", "port", "health"))
            port = item.take("port", int, "the port inside the container", needed=True) or 0
            if "port" in item.mapping and not 1 <= port <= 65535:
                item.wrong("port", "expected a number between 1 and 65535")
            health = item.text("health", "a path, as in /healthz") or None
            if health and not health.startswith("/"):
                item.wrong("health", "expected a path that begins with a slash")
            found.append(Exposure(item.text("service", "a service of this file", needed=True), port, health))
        return tuple(found)

    def _leaves(self, block: Block) -> Mapping[str, str]:
        mapping = block.mapping.get("allow") or {}
        permissions = Block(mapping, (*_BLOCK, "allow"), self._notes, PERMISSIONS)
        return {
            key: permissions.text(key, "why it cannot do without") for key in permissions.mapping if key in PERMISSIONS
        }

    def _unpinned(self, block: Block) -> Mapping[str, str]:
        services = self._top.get("services")
        names = tuple(services) if isinstance(services, dict) else ()
        given = Block(block.mapping.get("unpinned") or {}, (*_BLOCK, "unpinned"), self._notes, names)
        return {name: given.text(name, "why no exact version is named") for name in given.mapping if name in names}

    def _variables(self, block: Block) -> tuple[TemplateVariable, ...]:
        declared = block.take("variables", dict, "variables by name") or {}
        return tuple(self._variable(name, value) for name, value in declared.items())

    def _variable(self, name: str, value: object) -> TemplateVariable:
        item = Block(value, (*_BLOCK, "variables", name), self._notes, _VARIABLE)
        if not _VARIABLE_NAME.fullmatch(name) or name.startswith("SH0_"):
            item.wrong("", "a name has letters, digits and underscores, and does not begin with SH0_")
        kinds = {kind.value: kind for kind in VariableType}
        kind = item.text("type", "the type of its value") or "text"
        if kind not in kinds:
            item.wrong("type", f"expected one of {', '.join(kinds)}")
        generate = item.text("generate", "how it is made, as in secret:32") or None
        if generate:
            try:
                generators.parse(generate)
            except ValueError as error:
                item.wrong("generate", str(error))
                generate = None
        return TemplateVariable(
            name,
            item.text("description", "what it is, for the person who is asked", needed=True),
            kinds.get(kind, VariableType.TEXT),
            item.texts("choices", "a list of texts"),
            _default(item),
            generate,
            item.take("required", bool, "true or false") or False,
        )


def images_of(top: Mapping[str, object]) -> tuple[str, ...]:
    """Images of a file's services, each once."""
    services = top.get("services")
    found = (s.get("image") for s in services.values() if isinstance(s, dict)) if isinstance(services, dict) else ()
    return tuple(dict.fromkeys(image for image in found if isinstance(image, str)))


def _default(item: Block) -> str | None:
    value = item.mapping.get("default")
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        item.wrong("default", "expected a text, a number, true or false")
        return None
    return str(value)
