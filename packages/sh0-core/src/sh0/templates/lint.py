"""Whether a template keeps what every template keeps."""

from sh0.errors import Invalid
from sh0.source.yamltext import load
from sh0.templates.block import Notes
from sh0.templates.demands.about import about
from sh0.templates.demands.health import health
from sh0.templates.demands.images import images
from sh0.templates.demands.passwords import passwords
from sh0.templates.demands.rights import rights
from sh0.templates.demands.storage import storage
from sh0.templates.demands.subject import Subject
from sh0.templates.demands.variables import variables
from sh0.templates.model import TemplateProblem
from sh0.templates.reading import parse

__all__ = ["DEMANDS", "lint_template"]

DEMANDS = (about, variables, images, health, storage, rights, passwords)


def lint_template(text: str, name: str) -> tuple[TemplateProblem, ...]:
    """Check a template against everything that its format demands.

    Args:
        text: The whole file.
        name: Name of the template, which is that of its file without ``.yaml``.

    Returns:
        What is wrong, in the order of the file; nothing for a template that may be shipped.
    """
    try:
        document = load(text, f"{name}.yaml")
    except Invalid as error:
        line = error.details.get("line")
        return (TemplateProblem("yaml", error.message, error.hint, line if isinstance(line, int) else 1, 1),)
    template, problems = parse(document, text, name)
    notes = Notes(document)
    subject = Subject(document, template, notes)
    services = subject.top.get("services")
    if not isinstance(services, dict) or not services:
        notes.note("format", ("services",), "there are no services", "Add services: with at least one.")
    for demand in DEMANDS:
        demand(subject)
    found = dict.fromkeys((*problems, *notes.problems))
    return tuple(sorted(found, key=lambda problem: (problem.line, problem.column)))
