"""``sh0 templates``: finding ready-made stacks."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from sh0_cli.absent import absent
from sh0_cli.app_names import COMPLETED
from sh0_cli.command import command
from sh0_cli.output import Output
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import Template, TemplateSummary


@command("list")
@click.argument("category", required=False)
@pass_session
def list_(session: Session, category: str | None) -> None:
    """List the templates by category, or those of one CATEGORY."""
    from sh0 import TemplateCategory

    known = [each.value for each in TemplateCategory]
    if category is not None and category not in known:
        raise click.UsageError(f"there is no category {category}; there are {', '.join(known)}")
    templates = session.platform.templates
    found = templates.list(category=TemplateCategory(category) if category else None)
    if not found and not (category and templates.list()):
        raise absent("templates", "sh0-plugins", where="on the platform")
    if session.output.json:
        session.output.document(found)
        return
    wanted = [category] if category else known

    def first(template: "TemplateSummary") -> str:
        return next((c.value for c in template.categories if c.value in wanted), "")

    ordered = sorted(found, key=lambda template: (first(template), template.name))
    _show(session.output, [(heading, list(group)) for heading, group in groupby(ordered, first)])
    if session.output.pretty:
        session.output.say()
        session.output.say(f"{len(found)} templates. Look at one: sh0 templates show NAME", "dim")


@command("search")
@click.argument("words", nargs=-1, required=True)
@pass_session
def search(session: Session, words: tuple[str, ...]) -> None:
    """Find templates by WORDS in their names, tags, categories, images and summaries; the best come first."""
    found = session.platform.templates.search(" ".join(words))
    if not found and not session.platform.templates.list():
        raise absent("templates", "sh0-plugins", where="on the platform")
    if session.output.json:
        session.output.document(found)
    elif found:
        _show(session.output, [("", found)])
    else:
        session.output.say("Nothing fits. 'sh0 templates list' shows all.", "dim")


def _show(output: Output, groups: Iterable[tuple[str, Sequence["TemplateSummary"]]]) -> None:
    groups = list(groups)
    width = max((len(each.name) for _, group in groups for each in group), default=0)
    for index, (heading, group) in enumerate(groups):
        if not output.pretty:
            output.table(
                ("template", "categories", "summary"),
                [(each.name, ",".join(c.value for c in each.categories), each.summary) for each in group],
            )
            continue
        if heading:
            if index:
                output.say()
            output.say(heading, "bold")
        for each in group:
            _line(output, each, width)


def _line(output: Output, template: "TemplateSummary", width: int) -> None:
    name = f"  {template.name.ljust(width)}  "
    room = max(20, output.width - len(name))
    summary = template.summary if len(template.summary) <= room else template.summary[: room - 1] + "…"
    output.line((name, ""), (summary, "dim"))


@command("show")
@click.argument("template", shell_complete=COMPLETED["template"])
@click.option("--file", "as_file", is_flag=True, help="Print its file instead.")
@pass_session
def show(session: Session, template: str, as_file: bool) -> None:
    """Show what TEMPLATE is, asks for, runs, needs and was taken from."""
    found, output = session.platform.templates.get(template), session.output
    if output.json:
        output.document(found)
        return
    if as_file:
        output.text(found.text)
        return
    links = (found.links.website, found.links.documentation, found.links.code)
    output.pairs(
        [
            ("template", f"{found.name} (revision {found.revision})"),
            ("title", found.title),
            ("summary", found.summary),
            ("categories", ", ".join(found.categories)),
            ("memory", f"at least {found.memory.words}"),
            ("images", ", ".join(found.images)),
            ("reached at", ", ".join(f"{each.service} (port {each.port})" for each in found.expose)),
            *(("needs permission", f"{allow}: {reason}") for allow, reason in found.permissions.items()),
            ("links", "  ".join(link for link in links if link)),
            ("source", found.source),
            ("tested", "started with stand-ins of its images" if found.booted else "checked and planned, not started"),
        ]
    )
    if found.variables and output.pretty:
        output.say("")
    output.table(["variable", "if you give none", "what it is"], _variables(found))


def _variables(template: "Template") -> list[tuple[str, str, str]]:
    rows = []
    for each in template.variables:
        otherwise = each.default if each.default is not None else "empty"
        if each.generate:
            otherwise = f"made ({each.generate})"
        elif each.required:
            otherwise = "you are asked"
        what = each.description + (f" One of {', '.join(each.choices)}." if each.choices else "")
        rows.append((each.name, otherwise, what))
    return rows


@command("outdated")
@pass_session
def outdated(session: Session) -> None:
    """List the stacks whose templates have newer revisions, and those whose templates no plugin has any more."""
    templates = session.platform.templates
    found = templates.outdated()
    if all(each.newest is None for each in found) and not templates.list():
        raise absent("templates", "sh0-plugins", where="on the platform")
    if session.output.json:
        session.output.document(found)
        return
    rows = [(each.stack, each.template, str(each.revision), str(each.newest or "gone")) for each in found]
    session.output.table(["stack", "template", "revision", "newest"], rows, empty="All are of the newest revision.")
    if rows and session.output.pretty:
        session.output.say()
        session.output.say("See what would change, then decide: sh0 templates update STACK", "dim")
