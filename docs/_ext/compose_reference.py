"""``{compose-keys}``: the table of what becomes of every key of the Compose Specification."""

from collections.abc import Mapping

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from sh0.compose.keys import PROJECT_KEYS, SERVICE_KEYS, Fate, Treatment

_WORDS = {
    Fate.HONOURED: "yes",
    Fate.CHANGED: "means something else",
    Fate.JUDGED: "by its value",
    Fate.UNSUPPORTED: "no",
}


class ComposeKeys(SphinxDirective):
    """Write a table row per key: those of a service, or those of the file itself."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        table: Mapping[str, Treatment] = {"service": SERVICE_KEYS, "project": PROJECT_KEYS}[self.arguments[0]]
        lines = ["| key | honoured | |", "|---|---|---|"]
        lines += [f"| `{key}` | {_WORDS[each.fate]} | {each.reason} |" for key, each in sorted(table.items())]
        container = nodes.section()
        container.document = self.state.document
        self.state.nested_parse(StringList(lines, "compose-keys"), 0, container)
        return container.children


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("compose-keys", ComposeKeys)
    return {"parallel_read_safe": True}
