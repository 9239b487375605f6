"""From the files of another format to a template: who reads them, and what is done to every one of them."""

from collections.abc import Mapping, Sequence
from typing import Final

from sh0.compose.interpolation import DEPTH_LIMIT
from sh0.errors import Invalid, NotFound
from sh0.importers.draft import Draft, sentence, slug, variables_in
from sh0.importers.importer import Importer
from sh0.importers.model import ImportedTemplate
from sh0.nearest import did_you_mean
from sh0.printable import printable
from sh0.source.dollars import nesting
from sh0.source.yamltext import Document, load
from sh0.templates.demands.subject import texts
from sh0.templates.importing.completing import complete, prune
from sh0.templates.importing.credentials import credentials
from sh0.templates.importing.exposing import exposing
from sh0.templates.importing.mounting import mounting
from sh0.templates.importing.references import references_declared
from sh0.templates.importing.trimming import inline, trim
from sh0.templates.importing.writing import write
from sh0.values import ByteSize

__all__ = ["convert"]

_NAMES: Final = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_COMPOSE: Final = Importer("compose", recognises=lambda _: True, read=lambda _: None)
"""A Compose file like any other."""


def convert(
    importers: Sequence[Importer], files: Mapping[str, str], name: str, format: str | None, memory: ByteSize
) -> ImportedTemplate:
    """Make a template of a file, or a folder of files, of another format.

    Args:
        importers: Formats that are known, besides Compose, in the order in which they are asked.
        files: Texts by their paths, relative to the folder; of a single file, that one.
        name: What the template shall be called; letters that a name cannot have are left out.
        format: Name of the importer that reads them; found out when None.
        memory: Memory limit of the services that have none in the original.

    Raises:
        Invalid: There is no Compose file among them, it is no YAML, or its variables are nested too deep.
        NotFound: There is no such importer.
    """
    main = _main(files)
    document = load(files[main], main)
    _refuse_deep(document)
    beside = {path: other for path, other in files.items() if path != main}
    draft = Draft(document, files[main], slug(name) or "template", beside)
    importer = _importer(importers, draft, format)
    importer.read(draft)
    if not draft.services:
        raise Invalid(f"{main} has no services", hint="Name a Compose file, or a folder with one.", path=main)
    inline(draft)
    mounting(draft)
    trim(draft)
    exposing(draft)
    credentials(draft)
    references_declared(draft, _dotenv(files))
    complete(draft, memory)
    prune(draft)
    _about(draft)
    order = {file: index for index, file in enumerate((main, *beside))}
    notes = sorted(dict.fromkeys(draft.notes), key=lambda note: (order.get(note.file, 0), note.line))
    return ImportedTemplate(draft.name, importer.name, write(draft), tuple(notes))


def _refuse_deep(document: Document) -> None:
    """Refuse what Compose itself would."""
    for path, value in texts(document.value):
        if nesting(value) > DEPTH_LIMIT:
            line = document.where(path).line
            raise Invalid(
                f"{document.name}, line {line}: variables are nested more than {DEPTH_LIMIT} deep",
                hint="Write the inner ones as variables of their own.",
                path=document.name,
                line=line,
            )


def _main(files: Mapping[str, str]) -> str:
    for name in _NAMES:
        if name in files:
            return name
    found = [path for path in files if path.endswith((".yaml", ".yml"))]
    if len(found) != 1:
        said = (
            "there is no Compose file" if not found else f"there are several YAML files: {', '.join(sorted(found)[:5])}"
        )
        raise Invalid(said, hint=f"Name one file, or a folder with one of {', '.join(_NAMES)}.")
    return found[0]


def _importer(importers: Sequence[Importer], draft: Draft, wanted: str | None) -> Importer:
    """The importer that is asked for, or the first one that recognises the files."""
    known = (*importers, _COMPOSE)
    if wanted is None:
        return next(each for each in known if each.recognises(draft))
    for each in known:
        if each.name == wanted:
            return each
    names = [each.name for each in known]
    question = did_you_mean(wanted, names).capitalize()
    hint = f"{question} There are {', '.join(sorted(names))}; further ones come with plugins, such as sh0-plugins."
    raise NotFound(f"there is no importer for the format {printable(wanted)}", hint=hint.strip())


def _dotenv(files: Mapping[str, str]) -> dict[str, str]:
    """Values of ``.env``, or of the example of one."""
    for name in (".env", ".env.example", "env.example", ".env.sample"):
        if name in files:
            return variables_in(files[name])
    return {}


def _about(draft: Draft) -> None:
    about = draft.about
    about["title"] = about.get("title") or draft.name.replace("-", " ").title()
    about["revision"] = 1
    if not about.get("summary"):
        about["summary"] = sentence(str(about["title"]))
        draft.missing((), "there is no summary: say in one sentence what it is")
    if not about.get("categories"):
        about["categories"] = ["web"]
        draft.missing((), "its category is a guess")
    if not about.get("links"):
        draft.missing((), "there is no link to its website, documentation or code")
    if not about.get("source"):
        about["source"] = "unknown"
        draft.missing((), "there is no source: name the upstream page that the facts are from")
    else:
        draft.guessed((), f"variables, data folders and ports are the original's: compare them with {about['source']}")
