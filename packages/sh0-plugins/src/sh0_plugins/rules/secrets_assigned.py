"""Values that are given to names such as ``api_key`` and look as if chance had made them."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0 import Category, Hit, Rule, Severity, Subject
from sh0_plugins.rules.paths import for_examples, for_tests, generated
from sh0_plugins.rules.places import everywhere
from sh0_plugins.rules.provider_formats import FORMATS
from sh0_plugins.rules.secrets_formats import milder
from sh0_plugins.rules.secrets_placeholders import entropy, placeholder

if TYPE_CHECKING:
    from sh0 import TextFile

__all__ = ["RULES"]

_NAMES = (
    r"(?i:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key"
    r"|encryption[_-]?key|credential)"
)
_QUOTED = (
    rf"{_NAMES}(?P<rest>[\w-]{{0,30}})[\"']?\]?[ \t]{{0,8}}(?::=|=>"
    rf"|[:=])[ \t]{{0,8}}[\"'](?P<at>[^\"'\s]{{16,200}})[\"']"
)
_BARE = (
    rf"(?m)^(?P<name>[ \t]{{0,20}}(?:export )?[\w.-]{{0,40}}{_NAMES}[\w.-]{{0,30}})[ \t]{{0,8}}[:=][ \t]{{0,8}}"
    rf"(?P<at>[^\s\"'#]{{16,200}})[ \t]*$"
)
_BARE_FILES = (".env", ".properties", ".ini", ".yml", ".yaml", ".toml", ".conf", ".cfg", ".tfvars")
_NO_SECRET = (
    r"(?i)(?:^|[_.-])(?:id|url|uri|name|path|file|type|field|header|key_?name|length|expir\w*|ttl|env|label"
    r"|hint|regex|pattern|public|prefix|reset|form|class|endpoint|env_?var|algorithm|version|arn)(?:$|[_.-])"
    r"|(?:Url|Uri|Name|Path|File|Type|Field|Header|Endpoint|Id)$"
)
_NO_VALUE = (
    r"^(?:[A-Za-z][A-Za-z_-]*|[\w-]+(?:\.[\w-]+)+|/.*|\./.*|[A-Z0-9_]+|.*[(){}<>$\\].*|[a-z0-9+.-]+:/.*"
    r"|[a-z]+(?:[._:/-][a-z]+)+)$"
)
_ENV_NAMES = (".env", ".env.production", ".env.prod", ".env.staging", ".env.live")
_ENV_SECRET = (
    r"(?m)^(?:export )?(?P<at>[A-Z0-9_]{0,40}(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY"
    r"|DATABASE_URL|_DSN)[A-Z0-9_]{0,30})=[\"']?(?P<value>[^\s\"'#]{4,500})"
)


def _assigned(file: "TextFile") -> Iterator[Hit]:
    if generated(file.path) or (for_examples(file.path) and "." in file.name):
        return
    bare = file.name.startswith(".env") or file.name.endswith(_BARE_FILES)
    for pattern in (_QUOTED, _BARE) if bare else (_QUOTED,):
        for match, line, column in everywhere(file, pattern):
            if _random(match["at"]) and not re.search(_NO_SECRET, _name(file.text, match)):
                yield Hit(
                    "A value that looks like a secret is written here.",
                    line,
                    column,
                    severity=milder(file.path, Severity.WARNING),
                )


def _name(text: str, match: "re.Match[str]") -> str:
    if "name" in match.re.groupindex:
        return match["name"]
    begin = match.start()
    while begin > 0 and match.start() - begin < 40 and (text[begin - 1].isalnum() or text[begin - 1] in "_-."):
        begin -= 1
    return text[begin : match.end("rest")]


def _random(value: str) -> bool:
    """Whether a value looks as if chance had made it, and no other rule knows its format."""
    if (
        placeholder(value)
        or re.match(_NO_VALUE, value)
        or not re.search(r"[0-9]", value)
        or not re.search(r"[A-Za-z]", value)
    ):
        return False
    wanted = 3.0 if re.fullmatch(r"[0-9a-f-]+", value) else 3.5
    return entropy(value) >= wanted and not any(re.match(format.begins, value) for format in FORMATS)


def _committed(file: "TextFile") -> Iterator[Hit]:
    for match, line, column in everywhere(file, _ENV_SECRET):
        if not placeholder(match["value"]):
            yield Hit(f"{match['at']} is set in {file.name}, which is part of the source.", line, column)


def _browser(file: "TextFile") -> Iterator[Hit]:
    if for_tests(file.path) or for_examples(file.path):
        return
    for match, line, column in everywhere(file, _BROWSER):
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
        mend=(
            "Read it from the environment (`sh0 env set APP NAME=…`), and change it where it is used. If "
            "it is no secret, say so: `sh0: ignore[SH0-SE006] reason`."
        ),
        link="https://12factor.net/config",
        subject=Subject.FILE,
        check=_assigned,
        trigger=rf"{_NAMES}[\w.-]{{0,30}}[\"']?\]?[ \t]{{0,8}}(?::=|=>|[:=])[ \t]{{0,8}}[\"']?[^\"'\s]{{16}}",
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
        mend=(
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
        mend=(
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
