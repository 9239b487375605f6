"""Dokploy's catalogue: a Compose file, ``template.toml`` with variables, domains and files, and ``meta.json``."""

import json
import re
from collections.abc import Iterator
from typing import Any

from sh0.plugin import (
    ImportDraft,
    ImportNoteKind,
    VariableReference,
    escape_dollars,
    generator_like,
    load_toml,
    names_secret,
    one_sentence,
    rewrite_variables,
    variable_references,
)
from sh0_plugins.importers.categories import categories_of

__all__ = ["dokploy", "is_dokploy"]

_SETTINGS = "template.toml"
_PLACE = re.compile(r"\$\{((?:[^${}]|\$\{[^${}]*\})+)\}")
_VARIABLE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?])(.*))?", re.DOTALL)
_HELPER = re.compile(
    r"(domain|password|base64|hash|uuid|randomPort|timestampms|timestamps|timestamp|jwt|email|username)(?::(.*))?"
)
_SYMBOLS = re.compile(r"[^A-Z0-9]+")


def is_dokploy(draft: ImportDraft) -> bool:
    """Whether the files are of this catalogue."""
    return _SETTINGS in draft.files


def dokploy(draft: ImportDraft) -> None:
    """Take over the settings that stand next to the Compose file; files are in ``../files`` for it."""
    draft.folder = "../files/"
    _meta(draft)
    text = draft.files.get(_SETTINGS, "")
    try:
        settings = load_toml(text)
    except ValueError as error:
        draft.note_elsewhere(ImportNoteKind.LOST, _SETTINGS, f"it is no TOML: {error}")
        return
    config = settings.get("config")
    _Settings(draft, text).take(_mapping(settings.get("variables")), _mapping(config), settings)


def _meta(draft: ImportDraft) -> None:
    try:
        meta = json.loads(draft.files.get("meta.json", "{}"))
    except (ValueError, RecursionError) as error:
        draft.note_elsewhere(ImportNoteKind.LOST, "meta.json", f"it is no JSON: {error}")
        return
    meta = _mapping(meta)
    links = _mapping(meta.get("links"))
    ours = {"website": links.get("website"), "documentation": links.get("docs"), "code": links.get("github")}
    tags = [str(tag).lower() for tag in meta.get("tags") or ()] if isinstance(meta.get("tags"), list) else []
    given = {key: link for key, link in ours.items() if isinstance(link, str) and link.startswith("https://")}
    draft.about |= {
        "title": str(meta.get("name") or ""),
        "summary": one_sentence(str(meta.get("description") or ""), 100),
        "categories": categories_of(tags),
        "tags": tags[:8],
        "links": given,
        "source": given.get("documentation") or given.get("code") or given.get("website") or "",
    }


class _Settings:
    """What ``template.toml`` means. `_meaning` holds what each of its names stands for, in our writing."""

    def __init__(self, draft: ImportDraft, text: str) -> None:
        self._draft, self._text = draft, text
        self._variables: dict[str, str] = {}
        self._meaning: dict[str, str] = {}
        self._hosts: dict[str, str] = {}
        self._environment: dict[str, str] = {}
        self._open: set[str] = set()

    def take(self, variables: dict[str, Any], config: dict[str, Any], settings: dict[str, Any]) -> None:
        """Take over domains, variables and files."""
        self._variables = {name: str(value) for name, value in variables.items()}
        domains = config.get("domains") or settings.get("domains")
        self._domains(domains if isinstance(domains, list) else [])
        self._environment = _environment(config.get("env") or settings.get("env"))
        values = {name: self._expanded(value, name) for name, value in self._environment.items()}
        for service in self._draft.services.values():
            if "env_file" in service:  # theirs is written from these
                del service["env_file"]
                own = dict(_pairs(service.get("environment")))
                service["environment"] = {**{name: f"${{{name}}}" for name in values}, **own}
        for _, variables in self._draft.environments():
            for name in [name for name, value in variables.items() if value is None and name in values]:
                variables[name] = f"${{{name}}}"
        self._sources(values)
        self._mounts(config.get("mounts") if isinstance(config.get("mounts"), list) else [])
        for section in self._draft.content:
            self._draft.content[section] = self._everywhere(self._draft.content[section], values)

    def _domains(self, domains: list[Any]) -> None:
        for domain in map(_mapping, domains):
            service, port = str(domain.get("serviceName")), domain.get("port", 80)
            if service not in self._draft.services:
                self._lost(f"a domain is for {service!r:.60}, and no service has that name", service)
                continue
            self._draft.shown(service, int(port) if str(port).isdecimal() else 80)
            host = str(domain.get("host") or "")
            suffix = _SYMBOLS.sub("_", service.upper())
            for name in _PLACE.findall(host):
                self._hosts.setdefault(name, f"${{SH0_HOST_{suffix}}}")
            if str(domain.get("path") or "/") != "/":
                self._lost(f"{service} was exposed under the path {domain['path']}; here it has a host name", "path")

    def _sources(self, values: dict[str, str]) -> None:
        """Secrets and configs that are filled from a variable of theirs."""
        for section in ("secrets", "configs"):
            for entry, content in (self._draft.content.get(section) or {}).items():
                name = content.get("environment") if isinstance(content, dict) else None
                if not isinstance(name, str) or name not in values:
                    continue
                value = self._value(VariableReference(name), values, secret=section == "secrets") or ""
                if (whole := next(iter(variable_references(value)), None)) and value == f"${{{whole.name}}}":
                    content["environment"] = whole.name
                elif section == "configs":
                    del content["environment"]
                    content["content"] = value
                else:
                    message = f"{name} is put together of several values, which a secret cannot be; it is asked for"
                    self._draft.lost((section, entry, "environment"), message)
                    self._draft.declare(name, required=True)

    def _mounts(self, mounts: Any) -> None:
        for mount in map(_mapping, mounts):
            path, content = str(mount.get("filePath") or "").strip("./"), str(mount.get("content") or "")
            if path:
                self._draft.files = {**self._draft.files, path: self._expanded(content, path, inside=True)}
                self._draft.ours.add(path)

    def _expanded(self, text: str, owner: str, *, inside: bool = False) -> str:
        """A text of theirs in our writing: what they replace becomes a variable of ours, other dollars stay dollars."""
        parts, at = [], 0
        for match in _PLACE.finditer(text):
            alone = match[0] == text and not inside
            meant = self._meant(match[1], owner, alone=alone)
            if meant is None and not inside:
                meant = self._variable(match[1], owner, alone=alone)
            if meant is not None:
                parts += [escape_dollars(text[at : match.start()]), meant]
                at = match.end()
        return "".join((*parts, escape_dollars(text[at:])))

    def _meant(self, expression: str, owner: str, *, alone: bool) -> str | None:
        if expression in self._hosts:
            return self._hosts[expression]
        if expression in self._variables:
            if expression not in self._meaning:
                self._meaning[expression] = ""  # one that is made of itself ends here
                value = self._variables[expression]
                name = owner if alone and owner.isidentifier() else expression
                self._meaning[expression] = self._expanded(value, name)
            return self._meaning[expression]
        match = _HELPER.fullmatch(expression)
        return self._helper(match[1], match[2] or "", owner) if match else None

    def _variable(self, expression: str, owner: str, *, alone: bool) -> str | None:
        """A variable as Compose reads it in a file of theirs: another of their environment, or one that may be given.

        A text that is no variable to Compose either is none to us.
        """
        match = _VARIABLE.fullmatch(expression)
        if match is None:
            return None
        name, operator, operand = match[1], match[2] or "", match[3] or ""
        if (meant := self._meant(name, owner, alone=alone)) is not None:
            return meant
        if name in self._environment and name != owner and name not in self._open:
            self._open.add(name)
            value = self._expanded(self._environment[name], name)
            self._open.discard(name)
            return value
        if "?" in operator:
            return self._draft.declare(name, operand, required=True)
        default = self._expanded(operand, name)
        if "$" in default:
            return f"{self._draft.declare(name)[:-1]}:-{default}}}"
        if names_secret(name):
            return self._draft.declare(name, generate=generator_like(operand))
        return self._draft.declare(name, **({"default": operand} if operand else {}))

    def _helper(self, helper: str, argument: str, owner: str) -> str:
        declare, name = self._draft.declare, _SYMBOLS.sub("_", owner.upper()).strip("_") or "VALUE"
        number = int(argument) if argument.isdecimal() and 0 < int(argument) <= 4096 else 0
        match helper:
            case "domain":
                return "${SH0_HOST}"
            case "password":
                return declare(name, generate=f"password:{max(number, 16)}")
            case "base64":
                return declare(name, generate=f"base64:{max(number or 32, 16)}")
            case "hash":
                return declare(name, generate=f"hex:{max(number, 16)}")
            case "uuid":
                return declare(name, generate="uuid")
            case "jwt" if not argument or number:
                return declare(name, generate=f"hex:{2 * max(number, 16)}")
            case "email":
                return declare(name, type="email", required=True)
            case "username":
                return declare(name, **({"generate": "password:20"} if names_secret(name) else {"default": "admin"}))
            case "randomPort":
                return declare(name, type="port", required=True)
        self._lost(f"{name}: the helper {helper}:{argument} is not understood; the value is asked for", helper)
        return declare(name, required=True)

    def _everywhere(self, value: Any, values: dict[str, str]) -> Any:
        if isinstance(value, dict):
            return {key: self._everywhere(inner, values) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._everywhere(inner, values) for inner in value]
        if not isinstance(value, str) or "$" not in value:
            return value
        return rewrite_variables(value, lambda reference: self._value(reference, values))

    def _value(self, reference: VariableReference, values: dict[str, str], *, secret: bool = False) -> str | None:
        name = reference.name
        if name not in values:
            return None
        value = values[name]
        if "$" in value.replace("$$", ""):
            return value
        if reference.operator in (":+", "+"):
            return None
        plain = value.replace("$$", "$")
        if (secret or names_secret(name)) and plain:
            return self._draft.declare(name, generate=generator_like(plain))
        if not plain:
            return f"${{{name}}}" if reference.operator == "" and self._draft.declare(name) else None
        return self._draft.declare(name, default=plain)

    def _lost(self, message: str, near: str) -> None:
        line = self._text[: self._text.find(near)].count("\n") + 1 if near in self._text else 0
        self._draft.note_elsewhere(ImportNoteKind.LOST, _SETTINGS, message, line)


def _environment(value: object) -> dict[str, str]:
    """``env`` as a mapping; it is a table, a list of ``NAME=value``, or a list of tables."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    found: dict[str, str] = {}
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            found |= {str(name): _plain(each) for name, each in item.items()}
        else:
            name, equals, each = str(item).partition("=")
            if equals:
                found[name.strip()] = each
    return found


def _pairs(environment: object) -> Iterator[tuple[str, Any]]:
    if isinstance(environment, dict):
        yield from environment.items()
    for item in environment if isinstance(environment, list) else ():
        name, equals, value = str(item).partition("=")
        yield name, value if equals else None


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
