"""CapRover's one-click apps, version 4: a Compose-like file with ``$$cap_…`` in it, and what to ask at its end."""

import re
from typing import Any

from sh0.plugin import (
    ImportDraft,
    escape_dollars,
    generator_like,
    issued_elsewhere,
    name_slug,
    names_secret,
    one_sentence,
)
from sh0_plugins.importers.categories import categories_of

__all__ = ["caprover", "is_caprover"]

_BLOCK = "caproverOneClickApp"
_APP = "$$cap_appname"
_HEX = re.compile(r"\$\$cap_gen_random_hex\((\d+)\)")
_HOST = re.compile(r"(?P<scheme>https?://)?(?P<service>\$\$cap_appname[A-Za-z0-9_-]*)\.\$\$cap_root_domain")
_INTERNAL = re.compile(r"srv-captain--(\$\$cap_appname[A-Za-z0-9_-]*|[a-z0-9-]+)")
_TOKEN = re.compile(r"\$\$cap_[A-Za-z0-9_]+(?:-[a-z0-9]+)*")
_FROM = re.compile(r"FROM\s+(\S+)", re.IGNORECASE)


def is_caprover(draft: ImportDraft) -> bool:
    """Whether a file is of this catalogue."""
    return isinstance(draft.document.value, dict) and "captainVersion" in draft.document.value


def caprover(draft: ImportDraft) -> None:
    """Take over services under their short names, and what the person is asked."""
    block = draft.document.value.get(_BLOCK) if isinstance(draft.document.value, dict) else None
    block = block if isinstance(block, dict) else {}
    _App(draft, block).take()


class _App:
    def __init__(self, draft: ImportDraft, block: dict[str, Any]) -> None:
        self._draft, self._block = draft, block
        self._asked: dict[str, dict[str, Any]] = {}
        self._services: dict[str, str] = {}
        for index, entry in enumerate(block.get("variables") or ()):
            if isinstance(entry, dict) and str(entry.get("id", "")).startswith("$$"):
                self._asked[str(entry["id"])] = {**entry, "index": index}
        asked = [re.escape(name) for name in sorted(self._asked, key=len, reverse=True)]
        patterns = (_HOST.pattern, _INTERNAL.pattern, _HEX.pattern, *asked, _TOKEN.pattern)
        self._tokens = re.compile("|".join(f"(?:{pattern})" for pattern in patterns))

    def take(self) -> None:
        """Take everything over."""
        draft = self._draft
        self._about()
        originals = draft.services
        self._services = {name: self._short(name) for name in originals}
        draft.content["services"] = {}
        for original, service in originals.items():
            name = self._services[original]
            draft.renamed[name] = original
            draft.services[name] = {key: self._value(inner, key, original) for key, inner in service.items()}
            self._extra(name, original, draft.services[name])
        for section in ("volumes", "networks"):
            found = draft.content.get(section)
            if isinstance(found, dict):
                draft.content[section] = {self._text(key, "", ""): value for key, value in found.items()}
        for key in (_BLOCK, "captainVersion"):
            draft.content.pop(key, None)

    def _about(self) -> None:
        block, text = self._block, str(self._block.get("documentation") or "")
        link = re.search(r"https://[^\s)\"']+", text)
        words = re.findall(r"[a-z-]+", str(block.get("description") or "").lower())
        self._draft.about |= {
            "title": str(block.get("displayName") or ""),
            "summary": one_sentence(str(block.get("description") or ""), 100),
            "categories": categories_of(words)[:1],
            "links": {"documentation": link[0].rstrip(".,")} if link else {},
            "source": link[0].rstrip(".,") if link else "",
        }

    def _short(self, name: str) -> str:
        rest = name.removeprefix(_APP).strip("-_") if name.startswith(_APP) else name
        return name_slug(rest) or self._draft.name

    def _extra(self, name: str, original: str, service: dict[str, Any]) -> None:
        extra = service.pop("caproverExtra", None)
        extra = extra if isinstance(extra, dict) else {}
        path = ("services", name, "caproverExtra")
        lines = extra.get("dockerfileLines")
        if lines:
            image = _FROM.fullmatch(str(lines[0])) if isinstance(lines, list) and lines else None
            if image and "image" not in service:
                service["image"] = image[1]
            if not image or len(lines) > 1:
                self._draft.lost(path, f"{name} is built from a Dockerfile: its other lines are not in the template")
        if str(extra.get("notExposeAsWebApp", "")).lower() != "true":
            port = self._text(str(extra.get("containerHttpPort") or "80"), "", "")
            self._draft.shown(name, int(port) if port.isdecimal() and 0 < int(port) < 65536 else 80)
        for key in set(extra) - {"dockerfileLines", "notExposeAsWebApp", "containerHttpPort", "websocketSupport"}:
            self._draft.lost(path, f"{key} of {name} is left out")

    def _value(self, value: Any, key: str, service: str) -> Any:
        if isinstance(value, dict):
            return {self._text(name, "", service): self._value(inner, name, service) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._value(inner, key, service) for inner in value]
        return self._text(value, key, service) if isinstance(value, str) else value

    def _text(self, text: str, key: str, service: str) -> str:
        """A text of theirs in our writing. Their dollar signs mean nothing but ``$$cap_…``; ours do."""
        parts, at = [], 0
        for match in self._tokens.finditer(text):
            parts += [escape_dollars(text[at : match.start()]), self._meaning(match[0], key, service)]
            at = match.end()
        return "".join((*parts, escape_dollars(text[at:])))

    def _meaning(self, token: str, key: str, service: str) -> str:
        if host := _HOST.fullmatch(token):
            name = re.sub(r"[^A-Z0-9]", "_", self._short(host["service"]).upper())
            return f"${{SH0_{'URL' if host['scheme'] else 'HOST'}_{name}}}"
        if internal := _INTERNAL.fullmatch(token):
            return self._short(internal[1])
        if made := _HEX.fullmatch(token):
            return self._draft.declare((key or "VALUE").upper(), generate=f"hex:{max(int(made[1]), 16)}")
        if token in self._asked:
            return self._variable(token, key, service)
        if token.startswith(_APP):
            return self._short(token)
        self._draft.lost(("services", self._services.get(service, service)), f"{token} is not understood")
        return self._draft.declare(token.removeprefix("$$cap_").upper().replace("-", "_"), required=True)

    def _variable(self, token: str, key: str, service: str) -> str:
        entry = self._asked[token]
        default = str(entry.get("defaultValue") if entry.get("defaultValue") is not None else "")
        if key in ("image", "dockerfileLines"):
            if not default:
                path = ("services", self._services.get(service, service), "image")
                self._draft.missing(path, f"the version {token} has no default: write it")
            return self._text(default, "", service)
        name = re.sub(r"[^A-Z0-9]+", "_", token.removeprefix("$$").removeprefix("cap_").upper()).strip("_") or "VALUE"
        if name in self._draft.variables:
            return f"${{{name}}}"
        label, more = str(entry.get("label") or "").strip(), str(entry.get("description") or "").strip()
        description = " ".join(part for part in (one_sentence(label), one_sentence(more)) if part)
        if made := _HEX.fullmatch(default):
            return self._draft.declare(name, description, generate=f"hex:{max(int(made[1]), 16)}")
        if _APP in default or "$$cap_" in default:
            return self._text(default, name, service)
        if names_secret(name) and default:
            self._draft.changed((_BLOCK, "variables", entry["index"]), f"the default of {name} is now made at random")
            return self._draft.declare(name, description, generate=generator_like(default))
        if default:
            return self._draft.declare(name, description, default=default)
        if names_secret(name) and not issued_elsewhere(name):
            return self._draft.declare(name, description, generate="password:24")
        optional = "optional" in description.lower() or not entry.get("validRegex")
        if names_secret(name):
            return self._draft.declare(name, description, type="secret")
        return self._draft.declare(name, description, **({} if optional else {"required": True}))
