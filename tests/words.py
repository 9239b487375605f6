"""Words of our own that public formats, help and documentation once used, and that the field has other words for."""

import re

NAMES = {"leave", "leaves", "mend", "mended", "trouble", "door", "doors", "beside", "stranger", "well", "unwell"}
"""What no field and no value of a format is called."""
WORDS = re.compile(
    r"\b(?:mend|mends|mended|mending|blotted|web door|git door|a fault in|in silence|hears of|unwell"
    r"|stranger's|needs leave|your leave|the version before)\b",
    re.IGNORECASE,
)
TERMS = {
    *(
        "deployment",
        "release",
        "rollout",
        "drain",
        "route",
        "upstream",
        "volume",
        "permission",
        "remedy",
        "fix",
        "repair",
    ),
    *(
        "healthy",
        "redacted",
        "scope",
        "effect",
        "plan",
        "start-first",
        "recreate",
        "third-party",
        "built-in",
        "revision",
    ),
    *("severity", "finding", "frontend", "internal error", "base domain"),
}
"""What the glossary explains, whatever else it does."""
