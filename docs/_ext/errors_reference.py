"""``{errors}``: the classes and codes of errors, read off the tree."""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from sh0.errors import Sh0Error, error_types
from sh0.wire.projection import STATUS


class Errors(SphinxDirective):
    """Write an entry per class of error."""

    def run(self) -> list[nodes.Node]:
        lines = []
        for kind in error_types():
            parents = [base.__name__ for base in kind.__bases__ if issubclass(base, Sh0Error)]
            under = f", under [`{parents[0]}`](#error-{parents[0]})" if parents else ""
            lines += [f"(error-{kind.__name__})=", f"## {kind.__name__}", "", " ".join((kind.__doc__ or "").split())]
            lines += ["", f"`sh0.{kind.__name__}`{under} · code `{kind.code}` · HTTP {STATUS[kind.kind]}", ""]
        container = nodes.section()
        container.document = self.state.document
        self.state.nested_parse(StringList(lines, "errors"), 0, container, match_titles=True)
        return container.children


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("errors", Errors)
    return {"parallel_read_safe": True}
