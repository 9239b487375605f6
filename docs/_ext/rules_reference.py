"""``{rules}``: the reference of all rules, read off the plugins."""

from collections.abc import Iterable
from itertools import groupby

from generated import Generated
from sphinx.application import Sphinx

import sh0
import sh0.frontend
import sh0.plugin

_LOOKS_AT = {
    sh0.plugin.Subject.FILE: "every file",
    sh0.plugin.Subject.DOCKERFILE: "every Dockerfile",
    sh0.plugin.Subject.COMPOSE: "every Compose file",
    sh0.plugin.Subject.PROJECT: "the project as a whole",
}


class Rules(Generated):
    """Write a section per category, and an entry per rule."""

    def lines(self) -> Iterable[str]:
        order = list(sh0.Category)
        rules = sorted(sh0.frontend.Checker.installed().rules, key=lambda rule: (order.index(rule.category), rule.id))
        lines: list[str] = []
        for category, group in groupby(rules, lambda rule: rule.category):
            lines += [f"## {category.value}", ""]
            for rule in group:
                lines += _entry(rule)
        return lines


def _entry(rule: sh0.plugin.Rule) -> list[str]:
    files = ", ".join(f"`{name}`" for name in rule.files)
    return [
        f"### {rule.id}",
        "",
        f"**{rule.title}** ({rule.severity.value}; looks at {files or _LOOKS_AT[rule.subject]})",
        "",
        rule.why,
        "",
        f"*Fix:* {rule.remedy} [Read more]({rule.link})",
        "",
    ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("rules", Rules)
    return {"parallel_read_safe": True}
