"""``{template-figures}`` and ``{template-catalogue}``: the templates that sh0 brings along, read off their files."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from docutils import nodes
from generated import Generated
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import sh0_plugins
from sh0.templates.catalogue import Catalogue
from sh0.templates.model import Template, TemplateCategory

_FIGURES = """\
{all} templates. {booted} of them (**●**) are really booted by sh0's tests, out of stand-ins of their images, made
of packages of Debian, PyPI and npm: their variables, passwords, volumes, checks and host names are known to work. The
other {checked} were looked up at the source that they name, are held to [the format](templates.md), and are planned;
the tests do not start them. No registry of images answers where those run. Most of these programs, or something that
they need, are in none of the three; the others would take minutes of compiling, thousands of packages, gigabytes of
models, or a newer Python or Node than Debian's.
"""


def shipped() -> list[Template]:
    """Our templates, by name."""
    return Catalogue([Path(sh0_plugins.__file__).parent / "templates"]).all()


class TemplateFigures(SphinxDirective):
    """Write how many there are, and how they are tested."""

    def run(self) -> list[nodes.Node]:
        templates = shipped()
        booted = sum(template.booted for template in templates)
        text = _FIGURES.format(all=len(templates), booted=booted, checked=len(templates) - booted)
        self.env.note_reread()  # the files are no documents
        return self.parse_text_to_nodes(text)


class TemplateCatalogue(Generated):
    """Write a section with a table per category."""

    def lines(self) -> Iterable[str]:
        order = list(TemplateCategory)
        ordered = sorted(shipped(), key=lambda each: (order.index(each.categories[0]), each.name))
        lines: list[str] = []
        for category, group in groupby(ordered, lambda each: each.categories[0]):
            lines += [f"## {category.value}", "", "| template | | what it is | memory |", "|---|---|---|---|"]
            lines += [*map(_row, group), ""]
        return lines


def _row(template: Template) -> str:
    also = f" ({', '.join(template.categories[1:])})" if template.categories[1:] else ""
    link = template.links.website or template.links.documentation or template.links.code or template.source
    mark = "●" if template.booted else ""
    what = f"[{template.title}]({link}): {template.summary}{also}"
    return f"| [`{template.name}`]({template.source}) | {mark} | {what} | {template.memory} |"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("template-figures", TemplateFigures)
    app.add_directive("template-catalogue", TemplateCatalogue)
    return {"parallel_read_safe": True}
