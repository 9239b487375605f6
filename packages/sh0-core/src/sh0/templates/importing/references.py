"""``${NAME:-default}`` of the original becomes a declared variable, so that somebody is asked."""

from typing import Any

from sh0.importers.draft import Draft
from sh0.importers.generators import generator_like, issued_elsewhere
from sh0.sensitive import names_secret
from sh0.source.dollars import Reference, rewrite
from sh0.source.yamltext import Path

__all__ = ["references_declared"]


def references_declared(draft: Draft, known: dict[str, str]) -> None:
    """Declare every variable that the file uses; in the names of images, put its default in its place.

    Args:
        draft: The template.
        known: Values that the original gives elsewhere, as in ``.env``.
    """
    for service, environment in draft.environments():
        for name in [name for name, value in environment.items() if value is None]:
            environment[name] = _declared(draft, Reference(name), ("services", service, "environment", name), known)
    for section in ("secrets", "configs"):
        for entry, content in (draft.content.get(section) or {}).items():
            source = content.get("environment") if isinstance(content, dict) else None
            if isinstance(source, str) and "$" not in source:
                _declared(draft, Reference(source), (section, entry, "environment"), known)
    for section in list(draft.content):
        draft.content[section] = _walk(draft, draft.content[section], (section,), known)


def _walk(draft: Draft, value: Any, path: Path, known: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _walk(draft, inner, (*path, key), known) for key, inner in value.items()}
    if isinstance(value, list):
        return [_walk(draft, inner, (*path, index), known) for index, inner in enumerate(value)]
    if not isinstance(value, str) or "$" not in value:
        return value
    if path[-1] == "image":
        return _image(draft, value, path, known)
    return rewrite(value, lambda reference: _declared(draft, reference, path, known))


def _image(draft: Draft, value: str, path: Path, known: dict[str, str]) -> str:
    def settled(reference: Reference) -> str | None:
        if reference.operator in (":-", "-") and "$" not in reference.operand:
            default = reference.operand
        else:
            default = known.get(reference.name, str(draft.variables.get(reference.name, {}).get("default", "")))
        if not default:
            draft.missing(path, f"the image's {reference.name} has no default: write the version")
            return draft.declare(reference.name, "Version of the image", required=True)
        draft.changed(path, f"the image's version is fixed: {default}")
        return default

    return rewrite(value, settled)


def _declared(draft: Draft, reference: Reference, path: Path, known: dict[str, str]) -> str | None:
    name = reference.name
    if name.startswith("SH0_") or (name in draft.variables and "$" not in reference.operand):
        return f"${{{name}}}"
    if reference.operator in (":+", "+"):
        _plainly(draft, name, known)
        return f"${{{name}:+{_operand(draft, reference, path, known)}}}"
    if reference.operator in (":-", "-") and "$" in reference.operand:
        _plainly(draft, name, known)
        return f"${{{name}:-{_operand(draft, reference, path, known)}}}"
    default = reference.operand if reference.operator in (":-", "-") else known.get(name, "")
    if names_secret(name):
        if issued_elsewhere(name) and not default:
            return draft.declare(name, type="secret")
        draft.declare(name, generate=generator_like(default))
        if default:
            draft.changed(path, f"the default of {name} is now made at random")
    elif reference.operator in (":?", "?"):
        draft.declare(name, _operand(draft, reference, path, known), required=True)
    elif default or reference.operator:
        draft.declare(name, **({"default": default} if default else {}))
    else:
        draft.declare(name)
        draft.missing(path, f"{name} has no default: it is empty unless somebody gives it")
    return f"${{{name}}}"


def _operand(draft: Draft, reference: Reference, path: Path, known: dict[str, str]) -> str:
    """What follows the operator, in our writing.

    A declared variable is always set, if only to nothing, so that ``-`` and ``+`` are written ``:-`` and ``:+``.
    """
    return rewrite(reference.operand, lambda inner: _declared(draft, inner, path, known))


def _plainly(draft: Draft, name: str, known: dict[str, str]) -> None:
    """Declare a variable that something else stands in for; the password in somebody's ``.env`` stays there."""
    if names_secret(name) and known.get(name):
        draft.declare(name, generate=generator_like(known[name]))
    else:
        draft.declare(name, **({"default": known[name]} if known.get(name) else {}))
