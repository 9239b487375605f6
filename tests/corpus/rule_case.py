"""Reading the cases of the rules: each is one text file that holds a small project and what one rule finds in it.

A case begins with TOML, followed by the files, each under a line ``-- path --``::

    rule = "SH0-DF003"
    about = "an image without a tag"
    finds = [["Dockerfile", 3]]        # path and line of each finding of that rule; [] for none
    severity = "hint"                  # of all of them, where it is not that of the rule or varies

    -- Dockerfile --
    …
"""

import re
import tomllib
from pathlib import Path

import attrs

FOLDER = Path(__file__).parent / "rules"

_MARK = re.compile(r"^-- (.+) --\n", re.MULTILINE)
_RETURN = "{{CR}}"
"""Stands for a carriage return, which reading a text would drop."""
_NOTHING = "{{}}"
"""Stands within what looks like a secret, so that scanners of repositories do not take it for one; it is removed."""


@attrs.frozen
class RuleCase:
    """One project that a rule is tried on.

    Attributes:
        path: The file that holds it.
        rule: Id of the rule.
        about: What it shows.
        finds: Path and line of each finding of that rule, sorted.
        files: Its files.
        severity: The severity of each of them; empty where the case says nothing of it.
    """

    path: Path
    rule: str
    about: str
    finds: list[tuple[str, int]]
    files: dict[str, str]
    severity: str = ""

    @property
    def name(self) -> str:
        return self.path.stem

    def write(self, folder: Path) -> Path:
        """Write the project into a folder."""
        for path, text in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        return folder


def read_rule_case(path: Path) -> RuleCase:
    """Read one case."""
    head, *parts = _MARK.split(path.read_text().replace(_NOTHING, "").replace(_RETURN, "\r"))
    header = tomllib.loads(head)
    finds = sorted((str(place), int(line)) for place, line in header["finds"])
    files = dict(zip(parts[::2], parts[1::2], strict=True))
    return RuleCase(path, header["rule"], header["about"], finds, files, header.get("severity", ""))


RULE_CASES = [read_rule_case(path) for path in sorted(FOLDER.glob("*.txt"))]
