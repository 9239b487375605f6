"""``{errors}``: the table of error codes, read off the tree."""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from sh0.errors import error_types
from sh0.wire.projection import STATUS


class Errors(SphinxDirective):
    """Write a table row per class of error."""

    def run(self) -> list[nodes.Node]:
        lines = ["| code | class | HTTP | when |", "|---|---|---|---|"]
        for kind in error_types():
            said = (kind.__doc__ or "").split("\n")[0].replace("|", "\\|")
            lines.append(f"| `{kind.code}` | `{kind.__name__}` | {STATUS[kind.kind]} | {said} |")
        container = nodes.section()
        container.document = self.state.document
        self.state.nested_parse(StringList(lines, "errors"), 0, container)
        return container.children


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("errors", Errors)
    return {"parallel_read_safe": True}
