"""A directive that stands for text which a program writes."""

from collections.abc import Iterable

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective


class Generated(SphinxDirective):
    """Puts lines into the page as if they had been written there, headings included."""

    def lines(self) -> Iterable[str]:
        """The lines, in the syntax of the page."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        container = nodes.section()
        container.document = self.state.document
        self.state.nested_parse(StringList(list(self.lines()), self.name), 0, container, match_titles=True)
        return container.children
