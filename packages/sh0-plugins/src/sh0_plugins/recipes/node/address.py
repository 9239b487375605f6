"""The address that a JavaScript server listens on, as far as the arguments of its call say so. Nothing is run."""

import re
from collections.abc import Iterator

__all__ = ["listens_locally"]

_CALL = re.compile(r"(?:\.listen|\b(?:Bun|Deno)\.serve|\b(?:Hapi|hapi)\.(?:server|Server)|\bserve)\s*\(")
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\w\"'`])//[^\n]*", re.DOTALL)
_LOCAL = re.compile(r"[\"'`](?:127\.0\.0\.1|localhost|::1|\[::1\])[\"'`]")
_SET = re.compile(r"env\s*(?:\.|\[\s*[\"'])\s*(?:HOST|NODE_ENV)\b|env\.get\(\s*[\"'](?:HOST|NODE_ENV)")
"""Variables that every image sets: what is computed of them is not local there."""
_HOST = re.compile(r"[\"']?\b(?:host|hostname|address)\b[\"']?\s*(?::\s*([^,}]+)|(?=[,}]))")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_LENGTH, _CALLS = 2000, 20


def listens_locally(text: str, *, by_default: bool = False) -> bool:
    """Whether a call that listens names the local address, by itself or by a variable that holds it.

    Args:
        text: The source.
        by_default: Whether the framework listens on the local address where a call names none (Fastify).
    """
    text = _COMMENT.sub("", text)
    for number, call in enumerate(_CALL.finditer(text)):
        if number >= _CALLS:
            break
        arguments = list(_arguments(text, call.end()))
        host = _host(arguments, text)
        listens = call[0].startswith(".listen")
        if host is None and by_default and listens and arguments:
            return True
        if host is not None and _LOCAL.search(host) and not _SET.search(host):
            return True
    return False


def _host(arguments: list[str], text: str) -> str | None:
    """The expression of the host, its variable replaced by what it is set to; None if the call names none."""
    first = _resolved(arguments[0], text) if arguments else ""
    if first.startswith("{"):
        found = _HOST.search(first)
        if found is None:
            return "" if "..." in first else None
        name = _NAME.match(found[0].strip("\"'"))
        return _resolved((found[1] or (name[0] if name else "")).strip(), text)
    if len(arguments) < 2 or "=>" in arguments[1] or arguments[1].startswith(("function", "async", "(")):
        return None
    resolved = _resolved(arguments[1], text)
    return None if "=>" in resolved or resolved.startswith(("function", "async")) else resolved


def _resolved(expression: str, text: str) -> str:
    """What a name is set to where it is declared, or the expression itself."""
    if _NAME.fullmatch(expression) is None:
        return expression
    declared = re.search(rf"\b(?:const|let|var)\s+{re.escape(expression)}(?:\s*:\s*\w+)?\s*=\s*", text)
    if declared is None:
        function = re.search(rf"\bfunction\s+{re.escape(expression)}\b", text)
        return "function" if function else expression
    return next(_arguments(text, declared.end(), ends=";\n"), expression)


def _arguments(text: str, at: int, ends: str = "") -> Iterator[str]:
    """The arguments of a call whose bracket opened before a place, or one expression up to the end of its line."""
    depth, begun, quote = 0, at, ""
    for place in range(at, min(len(text), at + _LENGTH)):
        character = text[place]
        if quote:
            quote = "" if character == quote and text[place - 1] != "\\" else quote
        elif character in "\"'`":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}" and depth:
            depth -= 1
        elif depth == 0 and (character == ")" or character in ends):
            continued = character == "\n" and re.match(r"\s*[?:|&.+]", text[place : place + 100])
            if continued:
                continue
            last = text[begun:place].strip()
            if last:
                yield last
            return
        elif depth == 0 and character == "," and not ends:
            yield text[begun:place].strip()
            begun = place + 1
