"""Where answers go: colours and tables on a terminal, plain words and tabs in a pipe, JSON when it is asked for.

It is the only place that prints. What it prints may come from programs, projects and other people, so whatever a
terminal would act on is taken out of it here; colours of programs stay on a terminal.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any

import click

from sh0.frontend import escaped, printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

Part = tuple[str, str]
"""A text and its style, as in ``("failed", "bold red")``."""


class Output:
    """Standard output, and standard error for what is not the answer.

    Args:
        json: Whether answers are JSON; sentences for people are then left out.
        pretty: Whether a person is looking; found out when left out.
    """

    def __init__(self, *, json: bool = False, pretty: bool | None = None) -> None:
        self.json = json
        self.pretty = not json and (sys.stdout.isatty() if pretty is None else pretty)

    @cached_property
    def _console(self) -> "Console":
        from rich.console import Console

        return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)

    @property
    def width(self) -> int:
        """Columns of the terminal."""
        return self._console.width

    def document(self, value: object) -> None:
        """Answer with one JSON document; secrets are redacted."""
        from sh0.frontend import unstructure

        _write(escaped(json.dumps(unstructure(value), indent=2, ensure_ascii=False)))

    def item(self, value: object) -> None:
        """One item of a stream, as a line of JSON."""
        from sh0.frontend import unstructure

        _write(escaped(json.dumps(unstructure(value), ensure_ascii=False)))

    def say(self, text: str = "", style: str = "") -> None:
        """A line for a person."""
        if not self.json:
            self.line((text, style))

    def heading(self, text: str) -> None:
        """A heading over what follows, below an empty line; on a terminal only."""
        if self.pretty:
            self.say()
            self.say(text, "bold")

    def line(self, *parts: Part) -> None:
        """A line of several styles."""
        if self.pretty:
            from rich.text import Text

            self._rich(Text.assemble(*((printable(text), style) for text, style in parts)))
        else:
            _write("".join(printable(text) for text, _ in parts))

    def printed(self, text: str, *before: Part, style: str = "") -> None:
        """A line that a program printed, in its own colours.

        Args:
            text: The line.
            before: What sh0 puts before it.
            style: Of what has no colour of its own.
        """
        if self.pretty:
            from rich.text import Text

            line = Text.assemble(*((printable(start), start_style) for start, start_style in before))
            self._rich(line.append_text(Text.from_ansi(printable(text, colours=True), style=style)))
        else:
            self.line(*before, (text, ""))

    def text(self, text: str) -> None:
        """A text of several lines as it is: a file, a certificate, a value. Says so where something is left out."""
        shown = printable(text, several_lines=True)
        _write(shown, end="" if shown.endswith("\n") else "\n")
        if shown != text:
            self.warn("Characters that control a terminal, or do not show, were left out; --json has them.")

    def table(
        self, headings: Sequence[str], rows: Iterable[Sequence[str]], *, empty: str = "", least: Sequence[str] = ()
    ) -> None:
        """Rows under headings, without columns that are empty; in a pipe every column, without headings, tabs between.

        Args:
            headings: Names of the columns.
            rows: The cells of each.
            empty: Said where there are no rows: in a pipe on standard error, as it is no row.
            least: Columns that are left out first where there is no room for all; then those at the end.
        """
        cells = [[" ".join(printable(cell).split()) for cell in row] for row in rows]
        if not cells:
            if empty and self.pretty:
                self.say(empty, "dim")
            elif empty and not self.json:
                self.warn(empty, "")
        elif not self.pretty:
            for row in cells:
                _write("\t".join(row))
        else:
            self._table(headings, cells, least)

    def _table(self, headings: Sequence[str], rows: Sequence[Sequence[str]], least: Sequence[str]) -> None:
        from sh0_cli.columns import fitting

        filled = [
            column for column in range(len(headings)) if not column or any(row[column] not in _NOTHING for row in rows)
        ]
        headings = [printable(headings[column]) for column in filled]
        rows = [[row[column] for column in filled] for row in rows]
        shown = fitting(headings, rows, self.width, least)
        if len(shown) == 1:
            self.line((headings[shown[0]], "bold"))
            for row in rows:
                self.line((row[shown[0]], _STYLES.get(row[shown[0]], "")))
        else:
            self._console.print(self._grid(headings, rows, shown), soft_wrap=False, crop=False)
        if missing := [name for column, name in enumerate(headings) if column not in shown and name]:
            self.say(f"This window has no room for: {', '.join(missing)}", "dim")

    @staticmethod
    def _grid(headings: Sequence[str], rows: Sequence[Sequence[str]], shown: Sequence[int]) -> "Table":
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        for column in shown:
            whole = not any(" " in row[column] for row in rows)
            table.add_column(headings[column], no_wrap=whole, overflow="ignore" if whole else "fold")
        for row in rows:
            table.add_row(*(Text(row[column], style=_STYLES.get(row[column], "")) for column in shown))
        return table

    def pairs(self, rows: Iterable[tuple[str, str]]) -> None:
        """Names and values, one a line."""
        rows = [(printable(name), " ".join(printable(value).split())) for name, value in rows if value]
        width = max((len(name) for name, _ in rows), default=0)
        for name, value in rows:
            if self.pretty:
                self.line((f"{name.ljust(width)}  ", "dim"), (value, _STYLES.get(value, "")))
            else:
                _write(f"{name}\t{value}")

    def warn(self, text: str, style: str = "yellow") -> None:
        """A line on standard error, whatever the form of the answer."""
        self.warn_parts((text, style))

    def warn_parts(self, *parts: Part) -> None:
        """The same of several styles."""
        click.echo("".join(_styled(printable(text), style) for text, style in parts), err=True)

    def problem(self, document: object) -> None:
        """A JSON document on standard error."""
        click.echo(escaped(json.dumps(document, ensure_ascii=False, default=str)), err=True)

    @contextmanager
    def spinner(self, text: str) -> Iterator[Callable[[str], None]]:
        """What goes on, at the bottom of a terminal, for as long as the block runs. Yields what changes its text."""
        if not self.pretty:
            yield lambda text: None
            return
        with self._console.status(printable(text), spinner_style="cyan") as status:
            yield lambda text: status.update(printable(text))

    @contextmanager
    def progress(self, total: int) -> Iterator[Callable[[int], None]]:
        """A bar on a terminal, for as long as the block runs. Yields what moves it on by a number of bytes."""
        if not self.pretty:
            yield lambda count: None
            return
        from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

        columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(*columns, console=self._console, transient=True) as bar:
            task = bar.add_task("", total=total)
            yield lambda count: bar.advance(task, count)

    def _rich(self, what: "RenderableType") -> None:
        self._console.print(what, soft_wrap=True)


def confirm(question: str, *, err: bool = False, abort: bool = True) -> bool:
    """Ask a person for yes or no.

    Raises:
        click.Abort: They said no, unless `abort` is false.
    """
    return click.confirm(printable(question), abort=abort, err=err)


def ask(question: str, **more: Any) -> Any:
    """Ask a person for a value; `more` is what `click.prompt` takes."""
    return click.prompt(printable(question), **more)


def _write(text: str, *, end: str = "\n", file: IO[str] | None = None) -> None:
    click.echo(text + end, nl=False, file=file)


def _styled(text: str, style: str) -> str:
    words = style.split()
    colour = next((word for word in words if word not in ("bold", "dim")), None)
    return click.style(text, fg=colour, bold="bold" in words or None, dim="dim" in words or None) if words else text


_NOTHING = ("", "–")  # cells that say nothing
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
