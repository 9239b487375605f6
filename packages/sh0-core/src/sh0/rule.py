"""A rule for values: measured before anything else is done with them, then matched in time linear in their length.

What comes from outside may be megabytes long. So its length ends the evaluation before the value is normalised, matched
or repeated in a message; and patterns are matched by RE2, which never backtracks.
"""

import functools
from collections.abc import Callable, Mapping, Sized
from typing import Any, Final

import attrs
import re2

from sh0.printable import BIDIRECTIONAL
from sh0.sensitive import without_credentials

LONGEST: Final = 1000
"""Characters of a text, and entries of a collection, for which no rule says otherwise."""

_BARE: Final = re2.compile(r"^[^/@:\s]{0,256}:\S{1,1000}@")  # user:password@host

# What a terminal acts on, or shows in another order than it is stored: C0, DEL, C1, and the marks, embeddings,
# overrides and isolates of the bidirectional algorithm (Unicode TR 9).
_ONE_LINE: Final = f"[\\x00-\\x1f\\x7f-\\x9f{BIDIRECTIONAL}]"
_PROBES: Final = "\x01\x7f\x80\x9f\u200e\u202e"
_SEVERAL_LINES: Final = "\\x00"

_NAME: Final = 63  # characters of a label of a host name, which names are


@functools.cache
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


@functools.lru_cache(maxsize=4096)
def _name_matches(pattern: str, text: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


def _matches(pattern: str, text: str) -> bool:
    """Whether a whole text matches; of names, which are read from the records again and again, it is remembered."""
    if len(text) <= _NAME:
        return _name_matches(pattern, text)
    return _compiled(pattern).fullmatch(text) is not None


def harmful(text: str) -> str | None:
    """The first character of a one-line text that a terminal would act on, or show elsewhere than it stands."""
    if text.isprintable() and text.isascii():
        return None
    found = _compiled(_ONE_LINE).search(text)
    return None if found is None else str(found[0])


@attrs.frozen
class Rule:
    """What a value must look like.

    Attributes:
        title: The thing in words, as in "an app name".
        expects: What a right value looks like, for error messages and the schema.
        pattern: Regular expression (RE2) that the whole text matches, or None.
        minimum: Least number, or least length of a text or a collection.
        maximum: Greatest number, or greatest length of a text or a collection; `LONGEST` for those when left out.
        normalise: Applied after the length is known and before the rest; its ValueError becomes the reason.
        respells: Whether `normalise` only chooses one of several right spellings: what is given has to fit as well.
        example: A right value.
        forbids: Regular expression (RE2) that nothing in the text matches, or None.
        several_lines: Whether the text may have several lines, and characters that control a terminal; NUL it never
            may.
        suggest: What may have been meant by a text that does not match, as a question; empty if nothing is near.
        schema: JSON Schema of what may be given, where it does not follow from the rest: that of values that are
            normalised. It may ask for more than the rule does, never for less.
        internal: Whether it means something to parts of the platform alone; the audit log leaves it out.
    """

    title: str
    expects: str
    pattern: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    normalise: Callable[[Any], Any] | None = None
    respells: bool = False
    example: str | None = None
    forbids: str | None = None
    several_lines: bool = False
    suggest: Callable[[str], str] | None = None
    schema: Mapping[str, object] | None = attrs.field(default=None, hash=False)
    internal: bool = False

    @property
    def harm(self) -> str | None:
        """Regular expression of the characters that no text may hold; None where the pattern leaves them out anyway."""
        characters = _SEVERAL_LINES if self.several_lines else _ONE_LINE
        if self.pattern is not None and self.example is not None:
            pattern = _compiled(self.pattern)
            places = range(len(self.example) + 1)
            probes = [self.example[:at] + harm + self.example[at:] for at in places for harm in _PROBES]
            if not any(pattern.fullmatch(probe) for probe in probes):
                return None
        return characters

    @property
    def longest(self) -> int:
        """Greatest length of a text or a collection."""
        return LONGEST if self.maximum is None else self.maximum

    def check(self, value: Any) -> Any:
        """The value, normalised.

        Raises:
            ValueError: It breaks the rule; the text says what is expected.
        """
        if isinstance(value, Sized):
            self.demand_length(value)
        if self.respells and isinstance(value, str):
            self._read(value)
        if self.normalise:
            value = self.normalise(value)
        if isinstance(value, Sized):
            self._measure(value, self.longest)
            if self.minimum is not None and len(value) < self.minimum and not isinstance(value, str):
                raise ValueError(f"what was given ({len(value)} entries) is not {self.title}: {self.expects}")
        elif (self.minimum is not None and value < self.minimum) or (self.maximum is not None and value > self.maximum):
            raise ValueError(f"{value!r:.80} is not {self.title}: {self.expects}")
        if isinstance(value, str):
            self._read(value)
        return value

    def demand_length(self, value: Sized) -> None:
        """Let a text or a collection through that is not too long, whatever it holds.

        Raises:
            ValueError: It is.
        """
        # What is normalised may have space around it, or be written longer than it is.
        self._measure(value, 2 * self.longest if self.normalise else self.longest)

    def _measure(self, value: Sized, longest: int) -> None:
        if len(value) > longest:
            unit = "characters" if isinstance(value, str) else "entries"
            bound = "" if str(self.longest) in self.expects.split() else f" (at most {self.longest})"
            raise ValueError(f"what was given ({len(value)} {unit}) is not {self.title}: {self.expects}{bound}")

    def _read(self, value: str) -> None:
        if self.minimum is not None and len(value) < self.minimum:
            raise ValueError(f"{self._refused(value)}: {self.expects}")
        found = harmful(value) if not self.several_lines else ("\x00" if "\x00" in value else None)
        if found is not None:
            reason = f"it holds the control character U+{ord(found):04X}; expected is {self.expects}"
            raise ValueError(f"{self._refused(value)}: {reason}")
        fits = self.pattern is None or _matches(self.pattern, value)
        if not fits or (self.forbids is not None and _compiled(self.forbids).search(value) is not None):
            near = self.suggest(_bare(value)) if self.suggest is not None else ""
            raise ValueError(f"{self._refused(value)}: {self.expects}" + (f"; {near}" if near else ""))

    def _refused(self, value: str) -> str:
        return f"{_bare(value)[:80]!r} is not {self.title}"


def _bare(refused: str) -> str:
    """A text that is quoted: what is no right URL may hold a password all the same."""
    return str(_BARE.sub("", without_credentials(refused)))


TEXT: Final = Rule("a text", "one line without control characters")
"""What holds for a text without a rule of its own."""

COLLECTION: Final = Rule("a list", "a sensible number of entries")
"""What holds for a list or an object without a rule of its own."""
