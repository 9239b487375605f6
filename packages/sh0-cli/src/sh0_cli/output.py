"""Where answers go: colours and tables on a terminal, plain words and tabs in a pipe, JSON when it is asked for."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


class Output:
    """Standard output.

    Args:
        json: Whether answers are JSON; sentences for people are then left out.
        pretty: Whether a person is looking; found out when left out.
    """

    def __init__(self, *, json: bool = False, pretty: bool | None = None) -> None:
        self.json = json
        self.pretty = not json and (sys.stdout.isatty() if pretty is None else pretty)

    @cached_property
    def console(self) -> "Console":
        """Rich's console; only for when `pretty` is true."""
        from rich.console import Console

        return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)

    def document(self, value: object) -> None:
        """Answer with one JSON document; secrets are redacted."""
        from sh0 import unstructure

        print(json.dumps(unstructure(value), indent=2, ensure_ascii=False))

    def item(self, value: object) -> None:
        """One item of a stream, as a line of JSON."""
        from sh0 import unstructure

        print(json.dumps(unstructure(value), ensure_ascii=False), flush=True)

    def say(self, text: str, style: str = "") -> None:
        """A sentence for a person."""
        if self.json:
            return
        if self.pretty:
            self.console.print(text, style=style)
        else:
            print(text, flush=True)

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]], *, empty: str = "") -> None:
        """Rows under headings; in a pipe without the headings, cells separated by tabs."""
        rows = list(rows)
        if not self.pretty:
            for row in rows:
                print("\t".join(" ".join(cell.split()) for cell in row))
            return
        if not rows:
            self.say(empty, "dim")
            return
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        for heading in headings:
            table.add_column(heading, overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
        self.console.print(table, soft_wrap=False)

    def pairs(self, rows: Iterable[tuple[str, str]]) -> None:
        """Names and values, one a line."""
        rows = [(name, value) for name, value in rows if value]
        if not self.pretty:
            for name, value in rows:
                print(f"{name}\t{' '.join(value.split())}")
            return
        from rich.text import Text

        width = max((len(name) for name, _ in rows), default=0)
        for name, value in rows:
            self.console.print(
                Text(f"{name.ljust(width)}  ", style="dim").append(value, style=_STYLES.get(value) or "not dim")
            )


_UNTAMED = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles, links
    r"|\x1b\[[0-?]*[ -/]*[@-ln-~]"  # all but colours, which end with m
    r"|\x1b(?!\[)|[\x00-\x08\x0a-\x1a\x1c-\x1f\x7f]"
)


def tame(text: str) -> str:
    """A line that somebody's program printed, without what would move the cursor or ring; colours stay."""
    return _UNTAMED.sub("", text)


_STYLES = {
    "live": "green",
    "running": "green",
    "failed": "red",
    "down": "red",
    "exited": "red",
    "degraded": "yellow",
    "queued": "yellow",
    "interrupted": "yellow",
    "stopped": "dim",
    "replaced": "dim",
    "superseded": "dim",
    "cancelled": "dim",
    "new": "dim",
}
