"""JSON with what people add to it: comments, trailing commas, single quotes and bare keys (JSON5)."""

import json
import re

__all__ = ["load_json5"]

_TOKEN = re.compile(
    r"""(?P<double>"(?:\\.|[^"\\])*(?:"|\\?\Z))|(?P<single>'(?:\\.|[^'\\])*(?:'|\\?\Z))"""
    r"""|(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))"""
    r"""|(?P<word>[A-Za-z_$][\w$]*)|(?P<comma>,)|(?P<number>[-+]?(?:0[xX][0-9a-fA-F]+|\.?\d[\w.]*))"""
    r"""|(?P<space>\s+)|(?P<other>.)""",
    re.DOTALL,
)
_WORDS = frozenset({"true", "false", "null"})


def load_json5(text: str) -> object:
    """The value of a text.

    Args:
        text: JSON, JSON with comments, or JSON5.

    Raises:
        json.JSONDecodeError: It is none of them; the line is that of the text.
        RecursionError: It is nested too deeply.
    """
    return json.loads("".join(_pieces(text)))


def _pieces(text: str) -> list[str]:
    """The text as plain JSON, each line where it was."""
    pieces: list[str] = []
    comma: int | None = None
    for match in _TOKEN.finditer(text):
        kind, token = str(match.lastgroup), match[0]
        if kind in ("comment", "space"):
            pieces.append("\n" * token.count("\n") if kind == "comment" else token)
            continue
        if comma is not None and token in ("}", "]"):
            pieces[comma] = ""
        comma = len(pieces) if kind == "comma" else None
        pieces.append(_plain(kind, token))
    return pieces


def _plain(kind: str, token: str) -> str:
    if kind == "single" and len(token) > 1 and token[-1] == "'":
        return '"' + re.sub(r'\\\'|"', lambda found: "'" if found[0] == "\\'" else '\\"', token[1:-1]) + '"'
    if kind == "double":
        return re.sub(r"\\\r?\n", "", token)
    if kind == "word" and token not in _WORDS:
        return f'"{token}"'
    if kind == "number":
        bare = token.removeprefix("+")
        if "x" in bare.lower():
            return str(int(bare, 16))
        return f"0{bare}" if bare.startswith(".") else bare
    return token
