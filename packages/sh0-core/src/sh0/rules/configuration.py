"""What a project says about its checks: the key ``checks`` of its ``sh0.yaml``."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import attrs

from sh0.errors import Invalid
from sh0.source.globs import bounded, matches

if TYPE_CHECKING:
    from sh0.rules.model import Finding
    from sh0.source.yamltext import Document, Path

__all__ = ["FILE", "ChecksMode", "Configuration", "Ignored", "read"]

FILE = "sh0.yaml"


class ChecksMode(StrEnum):
    """What findings do to a deployment.

    Attributes:
        ENFORCE: An error stops it.
        WARN: They are told, and it goes on.
        OFF: Nothing is looked for.
    """

    ENFORCE = "enforce"
    WARN = "warn"
    OFF = "off"


@attrs.frozen
class Ignored:
    """Findings that are ignored.

    Attributes:
        rule: Id of the rule.
        path: Pattern of the files, as in `fnmatch`; ``*`` for all.
        reason: Why.
    """

    rule: str
    path: str
    reason: str

    def covers(self, finding: "Finding") -> bool:
        """Whether it is about that finding."""
        return finding.rule == self.rule and matches(finding.place.path, self.path)


@attrs.frozen
class Configuration:
    """What a project says about its checks.

    Attributes:
        ignore: Findings that are ignored.
        mode: What findings do to a deployment; None if it does not say.
    """

    ignore: tuple[Ignored, ...] = ()
    mode: ChecksMode | None = None

    def reason_to_ignore(self, finding: "Finding") -> str | None:
        """Why a finding is ignored; None if it is not."""
        return next((ignored.reason for ignored in self.ignore if ignored.covers(finding)), None)


def read(text: str) -> Configuration:
    """Read the key ``checks`` of a ``sh0.yaml``; other keys are not looked at.

    Raises:
        Invalid: It is no YAML, or the key holds something that is not known. The message says what, and where.
    """
    from sh0.source.yamltext import load

    document = load(text, FILE)
    top = document.value if isinstance(document.value, dict) else {}
    if top.get("checks") is None:
        return Configuration()
    checks = _mapping(document, ("checks",), ("ignore", "mode"))
    mode = checks.get("mode")
    if mode is not None and mode not in list(ChecksMode):
        raise _refusal(document, ("checks", "mode"), "is one of enforce, warn and off")
    listed = checks.get("ignore") or []
    if not isinstance(listed, list):
        raise _refusal(document, ("checks", "ignore"), "is a list")
    ignored = tuple(_ignored(document, ("checks", "ignore", number)) for number in range(len(listed)))
    bounded([each.path for each in ignored], FILE)
    return Configuration(ignored, None if mode is None else ChecksMode(mode))


def _ignored(document: "Document", path: "Path") -> Ignored:
    entry = {"path": "*", **_mapping(document, path, ("rule", "path", "reason"))}
    for key in ("rule", "path", "reason"):
        word = entry.get(key)
        if not isinstance(word, str) or not word.strip():
            raise _refusal(document, path, f"needs a {key}, in words")
    return Ignored(entry["rule"].strip(), entry["path"].strip(), entry["reason"].strip())


def _mapping(document: "Document", path: "Path", known: tuple[str, ...]) -> dict[str, Any]:
    value = document.value
    for part in path:
        value = value[part]
    if not isinstance(value, dict):
        raise _refusal(document, path, f"is a mapping with the keys {', '.join(known)}")
    for key in value:
        if key not in known:
            raise _refusal(document, (*path, key), f"is not known; there are {', '.join(known)}")
    return value


def _refusal(document: "Document", path: "Path", reason: str) -> Invalid:
    line = document.where(path).line
    said = ".".join(map(str, path))
    return Invalid(f"{FILE}, line {line}: {said} {reason}", hint=f"Correct {FILE}.", path=FILE, line=line)
