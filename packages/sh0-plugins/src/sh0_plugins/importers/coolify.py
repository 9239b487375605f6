"""Coolify's catalogue: a Compose file, comments at its top, and variables whose names say what they are.

``SERVICE_URL_X_8080`` exposes service X at port 8080, ``SERVICE_FQDN_X`` is its host name, ``SERVICE_PASSWORD_X``,
``SERVICE_USER_X``, ``SERVICE_BASE64_X``, ``SERVICE_REALBASE64_X`` and ``SERVICE_HEX_32_X`` are made at random, and
``SERVICE_NAME_X`` is the name that X has in the network. They stand wherever a variable may: in a default, in the
message of a required one, in a file. ``${NAME:?value}`` is a required variable that is filled in with the value.
"""

import re
from typing import Any

from sh0.plugin import ImportDraft, KeyPath, VariableReference, one_sentence, rewrite_variables
from sh0_plugins.importers.categories import categories_of

__all__ = ["coolify", "is_coolify"]

_HEADER = re.compile(r"#\s*(documentation|slogan|category|tags|logo|port|env_file|ignore|minversion)\s*:\s*(.*)")
_ADDRESS = re.compile(r"SERVICE_(URL|FQDN)_(.+?)(?:_(\d{2,5}))?")
_MADE = re.compile(
    r"SERVICE_(PASSWORDWITHSYMBOLS|PASSWORD|LOWERCASEUSER|USER|REALBASE64|BASE64|HEX)(?:_(32|64|128))?(?:_(.+))?"
)
_SERVICE_NAME = re.compile(r"SERVICE_NAME_(.+)")
_GENERATORS = {
    "PASSWORD": "password:{}",
    "PASSWORDWITHSYMBOLS": "password:{}",
    "BASE64": "secret:{}",  # only its name says base64: it is letters and digits
    "REALBASE64": "base64:{}",
    "HEX": "hex:{}",
}


def is_coolify(draft: ImportDraft) -> bool:
    """Whether a Compose file is of this catalogue."""
    return re.search(r"^# slogan:|SERVICE_(?:URL|FQDN)_", draft.text, re.MULTILINE) is not None


def coolify(draft: ImportDraft) -> None:
    """Take over what is written at the top, and every variable that means something."""
    header: dict[str, str] = {}
    for line in draft.text.splitlines():
        if match := _HEADER.fullmatch(line.strip()):
            header.setdefault(match[1], match[2].strip())
    documentation = header.get("documentation", "")
    words = [*header.get("category", "").split(","), *header.get("tags", "").split(",")]
    draft.about |= {
        "summary": one_sentence(header.get("slogan", ""), 100),
        "categories": categories_of(words),
        "tags": [word for each in header.get("tags", "").split(",") if (word := each.strip().lower())][:8],
        "links": {"documentation": documentation} if documentation.startswith("https://") else {},
        "source": documentation,
    }
    for service in draft.services.values():
        service.pop("exclude_from_hc", None)
    magic = _Magic(draft, int(port) if (port := header.get("port", "")).isdecimal() else 80)
    magic.expose()
    for section, value in draft.content.items():
        draft.content[section] = magic.everywhere(value, (section,))
    for section in ("secrets", "configs"):
        magic.named(section)


class _Magic:
    def __init__(self, draft: ImportDraft, port: int) -> None:
        self._draft, self._port = draft, port
        self._names: dict[str, str] = {}

    def expose(self) -> None:
        """Read, and take out, the variables that give a service a host name."""
        for service, environment in self._draft.environments():
            for name in list(environment):
                value = environment[name]
                match = _ADDRESS.fullmatch(name)
                if match is None:
                    if value is None and name.startswith("SERVICE_"):
                        environment[name] = f"${{{name}}}"
                    continue
                if value not in (None, "", f"${name}", f"${{{name}}}") and not str(value).startswith("/"):
                    continue
                target = self._service(match[2]) or service
                self._draft.shown(target, int(match[3] or self._port))
                if value and str(value).strip("/"):
                    path = ("services", service, "environment")
                    self._draft.lost(path, f"{target} was exposed under the path {value}; here it has a host name")
                del environment[name]

    def named(self, section: str) -> None:
        """Replace the variables that secrets and configs are filled in from: they are named without a dollar sign."""
        elements = self._draft.content.get(section)
        for name, element in elements.items() if isinstance(elements, dict) else ():
            variable = element.get("environment") if isinstance(element, dict) else None
            if isinstance(variable, str) and variable.startswith("SERVICE_"):
                found = self._rewritten(f"${{{variable}}}", (section, name, "environment"))
                if ours := re.fullmatch(r"\$\{(\w+)\}", found):
                    element["environment"] = ours[1]
                else:
                    self._draft.content[section][name] = {"content": found}

    def everywhere(self, value: Any, path: KeyPath) -> Any:
        """Replace the variables in every text."""
        if isinstance(value, dict):
            return {key: self.everywhere(inner, (*path, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.everywhere(inner, (*path, index)) for index, inner in enumerate(value)]
        return self._rewritten(value, path) if isinstance(value, str) and "$" in value else value

    def _rewritten(self, text: str, path: KeyPath) -> str:
        return rewrite_variables(text, lambda reference: self._meaning(reference, path))

    def _meaning(self, reference: VariableReference, path: KeyPath) -> str | None:
        name, operand = reference.name, reference.operand
        if name.startswith("SERVICE_"):
            known = self._known(name)
            if known is not None and reference.operator in (":+", "+"):  # it always has a value
                return self._rewritten(operand, path)
            if known is not None or operand:
                return known
            self._draft.lost(path, f"what {name} stands for is not understood; its value is asked for")
            return self._draft.declare(name, required=True)
        if reference.operator in (":?", "?") and operand:
            return f"${{{name}:-{self._rewritten(operand, path)}}}"
        return None

    def _known(self, name: str) -> str | None:
        """What one of their names is in our writing; None for a name that they do not have."""
        if match := _ADDRESS.fullmatch(name):
            service = self._service(match[2])
            if service is None and self._draft.expose:
                service = self._draft.expose[0]["service"]
            if service is None:
                return None
            self._draft.shown(service, int(match[3] or self._port))
            suffix = re.sub(r"[^A-Z0-9]", "_", service.upper())
            return f"${{SH0_{'URL' if match[1] == 'URL' else 'HOST'}_{suffix}}}"
        if match := _SERVICE_NAME.fullmatch(name):
            return self._service(match[1])
        match = _MADE.fullmatch(name)
        if match is None:
            return None
        kind, length, owner = match[1], match[2], match[3] or "APP"
        if kind in ("USER", "LOWERCASEUSER"):
            user = self._name(name, f"{owner}_USER")
            return self._draft.declare(user, f"Name of the user of {owner.lower()}", default=owner.lower())
        ours = self._name(name, f"{owner}_{'PASSWORD' if kind.startswith('PASS') else 'KEY'}")
        return self._draft.declare(ours, generate=_GENERATORS[kind].format(length or 32))

    def _name(self, magic: str, wanted: str) -> str:
        """One name of ours for each of theirs."""
        if magic not in self._names:
            taken = self._names.values()
            self._names[magic] = wanted if wanted not in taken else f"{wanted}_{len(self._names)}"
        return self._names[magic]

    def _service(self, name: str) -> str | None:
        """The service that a part of a variable's name means."""
        plain = re.sub(r"[^A-Z0-9]", "", name.upper())
        return next((s for s in self._draft.services if re.sub(r"[^A-Z0-9]", "", s.upper()) == plain), None)
