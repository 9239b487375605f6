"""The ``x-sh0`` block: what a person reads before deploying has to be there, and true."""

import re

from sh0.templates.demands.catalogues import catalogue_of
from sh0.templates.demands.subject import Subject
from sh0.values import ByteSize

__all__ = ["about"]

SUMMARY = 100
_HTTPS = re.compile(r"https://[a-z0-9.-]+\.[a-z]{2,}(?::[0-9]+)?(?:/\S*)?", re.IGNORECASE)
_BLOCK = ("x-sh0",)


def about(subject: Subject) -> None:
    """Check the block's texts, addresses, categories, memory and exposed services."""
    template, note = subject.template, subject.note
    if not isinstance(subject.top.get("x-sh0"), dict):
        return  # and reading has said so
    if next(iter(subject.top)) != "x-sh0":
        note("format", _BLOCK, "x-sh0 does not come first", "Move it to the top of the file.")
    if len(template.summary) > SUMMARY or "\n" in template.summary:
        note(
            "summary",
            (*_BLOCK, "summary"),
            f"the summary has {len(template.summary)} characters",
            f"Say it in one sentence of at most {SUMMARY} characters.",
        )
    elif template.summary and not template.summary.endswith((".", "!", "?", "…")):
        note("summary", (*_BLOCK, "summary"), "the summary is no sentence", "End it with a full stop.")
    if len(template.categories) > 2:
        note("category", (*_BLOCK, "categories"), "it has more than two categories", "Keep the two that fit best.")
    links = template.links
    given = {"website": links.website, "documentation": links.documentation, "code": links.code}
    if not any(given.values()):
        note("links", (*_BLOCK, "links"), "there is no link", "Add website, documentation or code.")
    for key, address in given.items():
        if address and not _is_address(address):
            note("links", (*_BLOCK, "links", key), f"{address:.60} is no https address", "Give the whole address.")
    _source(subject)
    _exposed(subject)
    _memory(subject)


def _source(subject: Subject) -> None:
    source, path = subject.template.source, (*_BLOCK, "source")
    if not source:
        return  # and reading has said so
    images = [str(service.get("image") or "") for _, service in subject.services()]
    if not _is_address(source):
        subject.note(
            "source",
            path,
            f"{source:.60} is no https address",
            "Name the upstream page or Compose file that images, ports, variables and volumes were taken from.",
        )
    elif catalogue := catalogue_of(source, images):
        subject.note(
            "source",
            path,
            f"{source:.120} is of another catalogue of templates, {catalogue.name}, and not of who makes the image",
            "Compare variables, data folders and ports with the image's own Dockerfile, entrypoint, Compose file or"
            " documentation, and name that.",
        )


def _is_address(text: str) -> bool:
    return len(text) <= 1000 and _HTTPS.fullmatch(text) is not None


def _exposed(subject: Subject) -> None:
    names = {str(path[1]) for path, _ in subject.services()}
    seen = set()
    for index, exposure in enumerate(subject.template.expose):
        path = (*_BLOCK, "expose", index)
        if exposure.service not in names:
            subject.note(
                "expose",
                path,
                f"{exposure.service!r:.60} is exposed, and no service of this file",
                f"Name one of {', '.join(sorted(names))}.",
            )
        if exposure.service in seen:
            subject.note("expose", path, f"{exposure.service} is exposed twice", "A service gets one host name.")
        seen.add(exposure.service)


def _memory(subject: Subject) -> None:
    limits = [memory_limit(service) or 0 for _, service in subject.services()]
    if limits and all(limits) and subject.template.memory > sum(limits):
        subject.note(
            "memory",
            (*_BLOCK, "memory"),
            f"it needs {subject.template.memory}, and its services may use {ByteSize(sum(limits))} together",
            "Raise the limits, or lower what it needs.",
        )


def memory_limit(service: object) -> ByteSize | None:
    """The memory limit of a service; None if it has none, which 0 says too, or one that cannot be read."""
    for key in ("deploy", "resources", "limits", "memory"):
        service = service.get(key) if isinstance(service, dict) else None
    try:
        limit = ByteSize.parse(service) if isinstance(service, str | int) and not isinstance(service, bool) else None
        return limit or None
    except ValueError:
        return None
