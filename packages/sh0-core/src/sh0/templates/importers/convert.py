"""The way in: whose format it is, and from there to a template."""

from collections.abc import Mapping

from sh0.compose.interpolation import DEPTH_LIMIT
from sh0.errors import Invalid
from sh0.source.yamltext import Document, load
from sh0.templates.demands.subject import texts
from sh0.templates.importers.caprover import caprover, is_caprover
from sh0.templates.importers.completing import MEMORY, complete, prune
from sh0.templates.importers.coolify import coolify, is_coolify
from sh0.templates.importers.credentials import credentials
from sh0.templates.importers.dokploy import TOML, dokploy
from sh0.templates.importers.dollars import nesting
from sh0.templates.importers.draft import Draft, sentence, slug, variables_in
from sh0.templates.importers.exposing import exposing
from sh0.templates.importers.model import ImportedTemplate, ImportFormat
from sh0.templates.importers.mounting import mounting
from sh0.templates.importers.references import references_declared
from sh0.templates.importers.trimming import inline, trim
from sh0.templates.importers.writing import write
from sh0.values import ByteSize

__all__ = ["COMPOSE_NAMES", "import_template"]

COMPOSE_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


def import_template(
    files: Mapping[str, str], name: str, kind: ImportFormat | None = None, *, memory: ByteSize = MEMORY
) -> ImportedTemplate:
    """Make a template of a file, or a folder of files, of another format.

    Args:
        files: Texts by their paths, relative to the folder; of a single file, that one.
        name: What the template shall be called; letters that a name cannot have are left out.
        kind: Whose format it is; found out when left out.
        memory: Memory limit of the services that have none in the original.

    Raises:
        Invalid: There is no Compose file among them, it is no YAML, or its variables are nested too deep.
    """
    main = _main(files)
    text = files[main]
    document = load(text, main)
    _refuse_deep(document)
    kind = kind or _kind(document.value, text, files)
    beside = {path: other for path, other in files.items() if path != main}
    draft = Draft(document, slug(name) or "template", kind, beside)
    if kind is ImportFormat.COOLIFY:
        coolify(draft, text)
    elif kind is ImportFormat.DOKPLOY:
        dokploy(draft)
    elif kind is ImportFormat.CAPROVER:
        caprover(draft)
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
    return ImportedTemplate(draft.name, kind, write(draft), tuple(notes))


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
    for name in COMPOSE_NAMES:
        if name in files:
            return name
    found = [path for path in files if path.endswith((".yaml", ".yml"))]
    if len(found) != 1:
        said = (
            "there is no Compose file" if not found else f"there are several YAML files: {', '.join(sorted(found)[:5])}"
        )
        raise Invalid(said, hint=f"Name one file, or a folder with one of {', '.join(COMPOSE_NAMES)}.")
    return found[0]


def _kind(top: object, text: str, files: Mapping[str, str]) -> ImportFormat:
    if is_caprover(top):
        return ImportFormat.CAPROVER
    if TOML in files:
        return ImportFormat.DOKPLOY
    return ImportFormat.COOLIFY if is_coolify(text) else ImportFormat.COMPOSE


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
