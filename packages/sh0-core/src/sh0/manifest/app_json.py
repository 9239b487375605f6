"""The jobs of cron in an ``app.json``, as Dokku has them: each a command and a schedule, without a name."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from sh0 import codec
from sh0.errors import Invalid, InvalidValue
from sh0.records.cron import MOST_JOBS, CronJob, unclear
from sh0.source.tree import Project

__all__ = ["APP_JSON", "jobs_of_app_json"]

APP_JSON: Final = "app.json"
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_LONGEST = 36  # characters of a name, so that a number has room
_KEYS: Final[Mapping[str, str]] = {
    "command": "command",
    "schedule": "schedule",
    "concurrency_policy": "concurrency",
    "maintenance": "suspended",
}


def jobs_of_app_json(project: Project) -> tuple[CronJob, ...]:
    """The jobs of a project's ``app.json``; none where there is no such file, or it is none that can be read.

    Raises:
        Invalid: An entry is not as it has to be: it would never run, and nobody would know.
    """
    try:
        value = project.json(APP_JSON)
    except Invalid:
        return ()
    entries = (value or {}).get("cron")
    if not isinstance(entries, list):
        return ()
    if len(entries) > MOST_JOBS:
        raise _refusal(f"it has more than {MOST_JOBS} jobs")
    names = _names(str(entry.get("command", "")) if isinstance(entry, dict) else "" for entry in entries)
    return tuple(_job(number, entry, name) for number, (entry, name) in enumerate(zip(entries, names, strict=True)))


def _job(number: int, entry: object, name: str) -> CronJob:
    if not isinstance(entry, dict):
        raise _refusal(f"cron.{number}: it is no object with a command and a schedule")
    given = {ours: entry[theirs] for theirs, ours in _KEYS.items() if theirs in entry}
    try:
        job: CronJob = codec.structure({"name": name, "concurrency": "allow", **given}, CronJob)
    except InvalidValue as error:
        raise _refusal(f"cron.{number}: {error.details.get('reason', error.message)}") from None
    if (reason := unclear(job)) is not None:
        raise _refusal(f"cron.{number}: {reason}")
    return job


def _names(commands: Iterable[str]) -> list[str]:
    """A name for each command, made of its words: it stays the same when the order of the entries changes."""
    found: list[str] = []
    seen: dict[str, int] = {}
    for command in commands:
        words = _NO_LETTER.sub("-", command[:200].lower())[:_LONGEST].strip("-")
        base = words if words[:1].isalpha() else f"job-{words}"[:_LONGEST].strip("-")
        seen[base] = seen.get(base, 0) + 1
        found.append(base if seen[base] == 1 else f"{base}-{seen[base]}")
    return found


def _refusal(what: str) -> Invalid:
    hint = f"Correct {APP_JSON}, or say the jobs in sh0.yaml, which then counts."
    return Invalid(f"{APP_JSON}: {what}", hint=hint, path=APP_JSON)
