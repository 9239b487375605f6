"""``{compose-keys}``: the table of what becomes of every key of the Compose Specification."""

from collections.abc import Iterable, Mapping

from generated import Generated
from sphinx.application import Sphinx

from sh0.compose.keys import PROJECT_KEYS, SERVICE_KEYS, KeySupport, Support

_WORDS = {
    Support.HONOURED: "yes",
    Support.CHANGED: "means something else",
    Support.JUDGED: "by its value",
    Support.UNSUPPORTED: "no",
}


class ComposeKeys(Generated):
    """Write a table row per key: those of a service, or those of the file itself."""

    required_arguments = 1

    def lines(self) -> Iterable[str]:
        table: Mapping[str, KeySupport] = {"service": SERVICE_KEYS, "project": PROJECT_KEYS}[self.arguments[0]]
        lines = ["| key | honoured | |", "|---|---|---|"]
        lines += [f"| `{key}` | {_WORDS[each.support]} | {each.reason} |" for key, each in sorted(table.items())]
        return lines


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("compose-keys", ComposeKeys)
    return {"parallel_read_safe": True}
