"""Values that are given to names such as ``api_key`` and look as if chance had made them."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import SECRET_NAME_TRIGGER, Category, Hit, Rule, Severity, Subject, names_secret
from sh0_plugins.rules.paths import for_examples, for_tests, generated
from sh0_plugins.rules.places import everywhere, in_code, starts
from sh0_plugins.rules.secrets_formats import begun, milder, provider_key
from sh0_plugins.rules.secrets_placeholders import placeholder
from sh0_plugins.rules.secrets_published import published
from sh0_plugins.rules.secrets_randomness import random

if TYPE_CHECKING:
    from sh0.plugin import TextFile

__all__ = ["RULES"]

_NAME = rf"{SECRET_NAME_TRIGGER}[\w.-]{{0,40}}"
_TYPE = (
    r"(?:[ \t]{0,4}:[ \t]{0,4}(?:string|String|str|&(?:'static )?str)\??"
    r"|[ \t]{1,4}(?:string|String)|\[[0-9]{0,4}\])?"
)
_GIVEN = (
    r"(?:[ \t]{0,20}(?::{0,3}=|=>|[?.+|]=|->|:|\|\||,)[ \t]{0,8}"  # in a language, a settings file, a call
    r"|>\s{0,40}"  # as the text of an element
    r"|,?\s{1,40}[\"']?value[\"']?[ \t]{0,4}[=:][ \t]{0,4})"  # after its name, in a list of names and values
)
_SCHEME = r"(?:(?:Basic|Bearer|Token|Bot|Api-?Key)[ \t]{1,4})?"
_GIVES = rf"(?P<name>{_NAME})\\?[\"'`]?\]?{_TYPE}{_GIVEN}"
_QUOTED = rf"{_GIVES}\\?(?P<quote>[\"'`]{{1,3}}){_SCHEME}(?P<at>[^\"'`\s]{{12,300}}?)\\?[\"'`]"
_BARE = rf"{_GIVES}{_SCHEME}(?P<at>[\w~+/=@%:#&^!.-]{{12,300}})(?=[\s;,)}}\]<\"'`\\]|$)"
_BEGINS = rf"{_GIVES}(?:\\?[\"'`]{{1,3}}{_SCHEME}[^\"'`\s]{{12}}|{_SCHEME}[\w~+/=@%:#&^!.-]{{12}})"
_OPTION = (
    rf"--(?P<name>[\w.-]{{0,40}}{SECRET_NAME_TRIGGER}[\w.-]{{0,20}})"
    r"[ \t]{1,4}[\"']?(?P<at>[\w~+/=@%:#&^!.-]{12,300})"
)
_TRIGGER = (
    rf"{SECRET_NAME_TRIGGER}[\w.-]*\\?[\"'`]?\]?(?:[ \t]*[ \t:=?.+|,-][^\n]*|>\s*|,?\s+[\"']?value[^\n]*)"
    r"[0-9A-Za-z~+/=@%:#&^!._-]{12}"
)
_NO_VALUE = (
    r"^(?:/[a-z]|\.{1,2}/|[A-Za-z][A-Za-z0-9+.-]*:/|[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*[(\[]"
    r"|sha(?:256|384|512)[-:]|eyJ[\w-]+\.)"
)
_OPEN = r"(?i)(?:^|[_.-])(?:public|pub|csrf|xsrf|authenticity|next|continuation|page|sync)[_.-]?(?:token|key)s?$"
_UUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
_ENV_NAMES = (".env", ".env.production", ".env.prod", ".env.staging", ".env.live")
_ENV_SECRET = (
    r"(?m)^(?:export )?(?P<at>[A-Z0-9_]{0,40}(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY"
    r"|DATABASE_URL|_DSN)[A-Z0-9_]{0,30})=[\"']?(?P<value>[^\s\"'#]{4,500})"
)


def _assigned(file: "TextFile") -> Iterator[Hit]:
    if generated(file.path) or (for_examples(file.path) and "." in file.name):
        return
    told: set[int] = set()
    text = file.text
    for match in _given(file):
        at = match.start("at")
        if at not in told and _closed(match) and _secret(match["at"]) and _names(text, match):
            told.add(at)
            said = "A value that looks like a secret is written here."
            yield Hit(said, *file.place(at), severity=milder(file.path, Severity.WARNING))


def _given(file: "TextFile") -> Iterator["re.Match[str]"]:
    """Every value that is given to something; where that may begin is found in linear time."""
    quoted, bare = re.compile(_QUOTED), re.compile(_BARE)
    for at in starts(file, _BEGINS):
        yield from filter(None, (quoted.match(file.text, at), bare.match(file.text, at)))
    for match, _, _ in everywhere(file, _OPTION):
        yield match


def _closed(match: "re.Match[str]") -> bool:
    """Whether quotes end the value as they began it."""
    quote = match["quote"] if "quote" in match.re.groupindex else ""
    end = match.end("at")
    return not quote or (
        match.string.startswith(quote, end) and not match.string.startswith(quote[0], end + len(quote))
    )


def _names(text: str, match: "re.Match[str]") -> bool:
    """Whether the name to which a value is given says that it is a secret."""
    begin = match.start("name")
    while begin > 0 and match.start("name") - begin < 40 and (text[begin - 1].isalnum() or text[begin - 1] in "_-."):
        begin -= 1
    name = text[begin : match.end("name")]
    return names_secret(name) and re.search(_OPEN, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)) is None


def _secret(value: str) -> bool:
    """Whether a value looks as if chance had made it, and no other rule knows its format."""
    if placeholder(value) or published(value) or re.match(_NO_VALUE, value):
        return False
    if len(value) < 20 and begun(value):
        return False  # cut off: it shows what such a key looks like
    return random(value) and (provider_key(value) is None or re.fullmatch(_UUID, value) is not None)


def _committed(file: "TextFile") -> Iterator[Hit]:
    for match, line, column in everywhere(file, _ENV_SECRET):
        if not placeholder(match["value"]):
            yield Hit(f"{match['at']} is set in {file.name}, which is part of the source.", line, column)


def _browser(file: "TextFile") -> Iterator[Hit]:
    if for_tests(file.path) or for_examples(file.path) or generated(file.path):
        return
    for match, line, column in in_code(file, _BROWSER):
        yield Hit(f"{match['at']} is built into what every browser downloads.", line, column)


_BROWSER = (
    r"\b(?P<at>(?:NEXT_PUBLIC|VITE|REACT_APP|NUXT_PUBLIC|PUBLIC|EXPO_PUBLIC|GATSBY|VUE_APP)_[A-Z0-9_]{0,40}"
    r"(?:SECRET|PASSWORD|PRIVATE_KEY|SERVICE_ROLE|ADMIN_KEY)[A-Z0-9_]{0,20})\b"
)

RULES: Final = (
    Rule(
        id="SH0-SE006",
        category=Category.SECRETS,
        severity=Severity.WARNING,
        title="Value that looks like a secret",
        why=(
            "It has a name that stands for a secret and a value that looks as if chance had made it. Whoever "
            "can read the source can use it."
        ),
        remedy=(
            "Read it from the environment (`sh0 env set APP NAME=…`), and change it where it is used. If "
            "it is no secret, say so: `sh0: ignore[SH0-SE006] reason`."
        ),
        link="https://12factor.net/config",
        subject=Subject.FILE,
        check=_assigned,
        trigger=_TRIGGER,
    ),
    Rule(
        id="SH0-SE007",
        category=Category.SECRETS,
        severity=Severity.WARNING,
        title="Environment file with secrets in the source",
        why=(
            "A `.env` file is made to stay on one machine. In the repository it reaches everybody who clones "
            "it, and through `COPY . .` everybody who pulls the image."
        ),
        remedy=(
            "Add `.env` to `.gitignore`, keep an `.env.example` without values beside it, and set the "
            "variables with `sh0 env set`."
        ),
        link="https://12factor.net/config",
        subject=Subject.FILE,
        check=_committed,
        files=_ENV_NAMES,
        trigger=r"(?:PASSWORD|PASSWD|SECRET|TOKEN|KEY|URL|DSN)",
    ),
    Rule(
        id="SH0-SE008",
        category=Category.SECRETS,
        severity=Severity.ERROR,
        title="Secret in a variable for the browser",
        why=(
            "Variables with this prefix are replaced by their values when the front end is built, so anyone "
            "who opens the page can read them."
        ),
        remedy=(
            "Rename it without the prefix and use it on the server only; let the browser call your own "
            "endpoint instead."
        ),
        link="https://nextjs.org/docs/app/guides/environment-variables#bundling-environment-variables-for-the-browser",
        subject=Subject.FILE,
        check=_browser,
        files=(
            "*.js",
            "*.jsx",
            "*.ts",
            "*.tsx",
            "*.mjs",
            "*.vue",
            "*.svelte",
            "*.astro",
            ".env*",
            "Dockerfile*",
            "*.yml",
            "*.yaml",
        ),
        trigger=_BROWSER.replace("(?P<at>", "(?:"),
    ),
)
