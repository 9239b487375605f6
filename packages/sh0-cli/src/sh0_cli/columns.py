"""Which columns of a table a terminal has room for, so that no name, address or id in it is broken."""

from collections.abc import Sequence

_BETWEEN = 2  # columns of the terminal between two of a table
_SENTENCE = 24  # columns that a cell of several words needs


def fitting(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int, least: Sequence[str] = ()) -> list[int]:
    """Numbers of the columns that are shown: all, if each is as wide as it must be; the first one always.

    Args:
        headings: Their names.
        rows: Their cells.
        width: Columns of the terminal.
        least: Names of those that are left out first; then the last ones are.
    """
    shown = list(range(len(headings)))
    widths = [_least([heading, *(row[number] for row in rows)]) for number, heading in enumerate(headings)]
    dropped = [headings.index(name) for name in least if name in headings]
    dropped += [number for number in reversed(shown) if number not in dropped]
    for number in dropped:
        if sum(widths[each] + _BETWEEN for each in shown) - _BETWEEN <= width or len(shown) == 1:
            break
        if number:
            shown.remove(number)
    return shown


def _least(cells: Sequence[str]) -> int:
    """What a column needs: a word is never broken, and sentences are not made a word a line."""
    from rich.cells import cell_len

    longest = max(map(cell_len, cells))
    words = max((cell_len(word) for cell in cells for word in cell.split()), default=0)
    return max(words, min(_SENTENCE, longest))
