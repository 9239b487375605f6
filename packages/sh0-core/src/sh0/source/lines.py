"""The lines of a text file, as the formats of projects define them."""

__all__ = ["lines_of"]


def lines_of(text: str) -> list[str]:
    """The lines, which end with LF or CRLF and with nothing else.

    ``str.splitlines`` also ends a line at form feeds, at U+0085, at U+2028 and others. To Procfiles, Dockerfiles,
    go.mod, version files and shells those are characters of a line: it would show what nobody else sees.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines
