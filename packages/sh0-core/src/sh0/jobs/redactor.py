"""Takes secret values out of texts that others wrote: what builds and containers print, what programs answer."""

import html
import json
import re
import threading
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote

from sh0.sensitive import REDACTED, masked, open_url
from sh0.values import Secret

SHORTEST = 4  # characters; a shorter value stands in half of all lines by chance

# A value that is written like a word or a number is one only where it stands alone: "start" is no part of "started".
_LIKE_A_WORD = re.compile(r"[A-Z]?[a-z]{1,19}|[A-Z]{1,19}|[0-9]{1,7}")
_BEFORE = re.compile(r"(?:^|\W|%[0-9A-Fa-f]{2}|\\[abefnrtv0]|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\x1b\[[0-9;]*m)\Z")
_REACH = 16  # characters that `_BEFORE` looks at


class Redactor:
    """Replaces secret values in text by a mark. It only grows: what was secret once stays so.

    A value is found as it is, line by line if it has several, and in the forms that JSON, URLs and HTML give it.
    Names of the platform's own are never replaced, whatever the values of variables are: who reads a log must be able
    to find the app, and nobody's secret is what everybody knows.

    Args:
        secrets: Values that must not appear.
        own: Names that may always appear: of apps, services, hosts.
    """

    def __init__(self, secrets: Iterable[Secret] = (), own: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._hidden: set[str] = set()
        self._values: tuple[str, ...] = ()
        self._own = tuple({name for name in own if name})
        self.hide(secrets)

    def hide(self, secrets: Iterable[Secret]) -> None:
        """From now on these values must not appear either."""
        values = {secret.reveal() for secret in secrets}
        with self._lock:
            new = values - self._hidden
            self._hidden |= new
            known = {form for value in new for form in _forms(value)} - {*self._own}
            self._values = tuple(sorted({*self._values, *known}, key=len, reverse=True))

    def values(self) -> tuple[str, ...]:
        """What is looked for in a text: the values in all their forms, the longest first."""
        return self._values

    def __call__(self, text: str) -> str:
        """A text without the values, and without the credentials of any URL in it."""
        pieces, end = [], 0
        for begin, after in self._spans(text):
            pieces += [text[end:begin], REDACTED]
            end = after
        return masked("".join([*pieces, text[end:]]))

    def rest(self, text: str) -> str:
        """A text whose beginning may be missing, without the values, and without the end of one that it begins with."""
        found = max((_overlap(value, text) for value in self.values()), default=0)
        own = (next(_occurrences(name, text, word=True), None) for name in self._own)
        if found and not any(span is not None and span[0] == 0 and span[1] >= found for span in own):
            return REDACTED + self(text[found:])
        return self(text)

    def split(self, text: str) -> tuple[str, str]:
        """The beginning of a text that goes on elsewhere, without the values, and the rest, which one may begin."""
        spans, at = self._spans(text), open_url(text)
        at = next((after for begin, after in spans if begin <= at < after), at)  # it is redacted already
        for value in self.values():
            longest = min(len(value) - 1, len(text))
            size = next((size for size in range(longest, 0, -1) if text.endswith(value[:size])), 0)
            at = min(at, len(text) - size)
        for begin, after in spans:
            if begin < at < after:
                at = begin
        return self(text[:at]), text[at:]

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Where values are, those that overlap as one, in order."""
        found = sorted(span for value in self.values() for span in _occurrences(value, text))
        if not found:
            return []
        merged = [found[0]]
        for begin, end in found[1:]:
            if begin < merged[-1][1]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((begin, end))
        own = [span for name in self._own for span in _occurrences(name, text, word=True)]
        return [(begin, end) for begin, end in merged if not any(b <= begin and end <= e for b, e in own)]


def _overlap(value: str, text: str) -> int:
    """How many characters of a value's end a text begins with, if it is a part that would count as a value itself."""
    longest = min(len(value) - 1, len(text))
    return next((size for size in range(longest, SHORTEST - 1, -1) if text.startswith(value[-size:])), 0)


def _forms(value: str) -> Iterator[str]:
    """A value and its lines, each in the forms in which programs print it."""
    for plain in {part.strip() for part in [value, *value.splitlines()]}:
        if len(plain) < SHORTEST:
            continue
        escaped = json.dumps(plain)[1:-1]
        encoded = quote(plain, safe="")
        yield from {plain, unquote(plain), escaped, json.dumps(plain, ensure_ascii=False)[1:-1], html.escape(plain)}
        yield from {encoded, encoded.replace("~", "%7E"), _lower(encoded), quote(plain), quote_plus(plain)}
        yield from {repr(plain)[1:-1], escaped.replace("/", "\\/"), plain.replace("'", "'\\''")}


def _lower(encoded: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), encoded)


def _occurrences(value: str, text: str, *, word: bool = False) -> Iterator[tuple[int, int]]:
    alone = word or _LIKE_A_WORD.fullmatch(value) is not None
    at = text.find(value)
    while at >= 0:
        end = at + len(value)
        if not alone or (_BEFORE.search(text[max(0, at - _REACH) : at]) and not re.match(r"\w", text[end : end + 1])):
            yield at, end
        at = text.find(value, at + 1)
