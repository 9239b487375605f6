"""The allow-list of secrets: values that only show where one would stand."""

import re

__all__ = ["placeholder"]

_WORDS = (
    r"(?i)example|change[-_ ]?(?:me|it|this)|place[-_]?holder|your[-_ ]|[-_]here\b|x{4}|[*#]{3}|\.{3}|dummy"
    r"|sample|replace|"
    r"insert|fake|redacted|todo|fixme|secret[-_]?(?:key[-_]?)?here|not[-_]?(?:a[-_]?)?(?:real|secret)|foobar|lorem|"
    r"insecure|123456|abcdef|qwerty|deadbeef|only[-_]for"
)
_EXPRESSION = r"^(?:<.*>|\$.*|%.*%?|\{\{.*|\{.*\}|\[.*\]|@.*|ENC\[.*|op://.*|vault:.*)$"


def placeholder(value: str) -> bool:
    """Whether a value only stands for a secret: a word such as ``changeme``, an expression, the same letter."""
    return (
        len(set(value)) <= 5
        or re.search(_WORDS, value) is not None
        or re.match(_EXPRESSION, value, re.DOTALL) is not None
    )
