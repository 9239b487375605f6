"""Images: each is named with the exact version of what is in it, so that a deployment today and one next year agree."""

import re
from typing import Final

from sh0.templates.demands.subject import Subject

__all__ = ["floating", "images", "tag_of"]

_MOVING: Final = (
    "latest|stable|main|master|edge|nightly|dev|develop|development|beta|alpha|rc|release|lts|current|canary|unstable|"
    "next|rolling|production|prod|snapshot|head|trunk|testing|preview"
)
_PINNED_AFTER = re.compile(rf"(?:[a-z]+[-._])?(?:{_MOVING})[-._]?(?:v?\d[\w.-]*|[0-9a-f]{{7,40}})", re.IGNORECASE)
_STARTS_MOVING = re.compile(rf"(?:[a-z]+[-._])?(?:{_MOVING})(?![a-z])", re.IGNORECASE)
_MAJOR_ONLY = re.compile(r"v?\d{1,3}(?:-[a-z]+)*", re.IGNORECASE)


def images(subject: Subject) -> None:
    """Check that every service has an image with an exact version, or a reason why it has not."""
    unpinned = subject.template.unpinned
    for path, service in subject.services():
        name = path[1]
        if "build" in service:
            subject.note("image", (*path, "build"), f"{name} is built", "A template is one file: name an image.")
        image = service.get("image")
        if not isinstance(image, str) or not image:
            subject.note("image", path, f"{name} has no image", "Name one, with its version.")
            continue
        reason = floating(image)
        if not reason and name in unpinned:
            subject.note("image-version", ("x-sh0", "unpinned", name), f"{image} is pinned", "Remove this line.")
        if reason and len(unpinned.get(str(name), "").split()) < 3:
            subject.note(
                "image-version",
                (*path, "image"),
                f"{image}: {reason}",
                "Write the version in full, as exactly as upstream publishes it; "
                f"where upstream has none, declare x-sh0.unpinned.{name} with the reason.",
            )


def tag_of(image: str) -> str:
    """The tag of an image's name; empty if it has none."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[2]


def floating(image: str) -> str:
    """Why an image's name can mean another image tomorrow; empty if it cannot."""
    if "$" in image:
        return "a variable decides which image this is"
    if "@sha256:" in image:
        return ""
    tag = tag_of(image)
    if not tag:
        return "no tag says which version this is"
    if not re.search(r"\d", tag):
        return f"the tag {tag} has no version in it"
    if tag.lower().startswith("latest") or (_STARTS_MOVING.match(tag) and not _PINNED_AFTER.match(tag)):
        return f"the tag {tag} moves"
    if _MAJOR_ONLY.fullmatch(tag):
        return f"the tag {tag} moves with every release of that version"
    return ""
