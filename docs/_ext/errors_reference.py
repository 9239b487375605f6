"""``{errors}``: the classes and codes of errors, read off the tree."""

import inspect
from collections.abc import Iterable, Iterator

from docstring_parser import DocstringStyle, parse
from generated import Generated
from sphinx.application import Sphinx

import sh0.frontend
from sh0.errors import Sh0Error, error_types
from sh0.wire.projection import STATUS
from sh0_cli.exit_codes import OF_KIND


class Errors(Generated):
    """Write an entry per class of error."""

    def lines(self) -> Iterable[str]:
        return entries()


def entries() -> Iterator[str]:
    """The text of the page."""
    for kind in error_types():
        parents = [base.__name__ for base in kind.__bases__ if issubclass(base, Sh0Error)]
        under = f", under [`{parents[0]}`](#error-{parents[0]})" if parents else ""
        doc = parse(inspect.getdoc(kind) or "", DocstringStyle.GOOGLE)
        yield from (f"(error-{kind.__name__})=", f"## {kind.__name__}", "", doc.short_description or "", "")
        yield from (*(doc.long_description or "").split("\n"), "")
        yield from (f"- `{each.arg_name}`: {' '.join((each.description or '').split())}" for each in doc.params)
        answers = f"HTTP {STATUS[kind.kind]} · exit code {OF_KIND[kind.kind]} · kind `{kind.kind}`"
        yield from ("", f"`sh0.{kind.__name__}`{under} · code `{kind.code}` · {answers}", "")
        raisers = [each.name for each in sh0.frontend.registry if kind.__name__ in each.raises]
        if raisers:
            yield from ("Raised by " + ", ".join(f"[`{name}`](#operation-{name})" for name in raisers) + ".", "")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("errors", Errors)
    return {"parallel_read_safe": True}
