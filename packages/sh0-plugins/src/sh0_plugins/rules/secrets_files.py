"""Files whose name or format tells that they hold secrets, and the keys that frameworks sign with."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Hit, Rule, Severity, Subject
from sh0_plugins.rules.paths import for_development, for_examples, for_tests
from sh0_plugins.rules.places import everywhere, in_code
from sh0_plugins.rules.secrets_formats import milder
from sh0_plugins.rules.secrets_placeholders import placeholder

if TYPE_CHECKING:
    from sh0.plugin import ProjectTree, TextFile

__all__ = ["RULES"]

_KEY_FILES = (
    r"(?:^|/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|[^/]+\.(?:p12|pfx|jks|keystore|ppk|kdbx|ovpn)|\.htpasswd|\.pgpass"
    r"|\.netrc|_netrc|"
    r"\.git-credentials|kubeconfig|terraform\.tfstate|master\.key|credentials\.json|service[-_]?account[^/]*\.json)$"
)
_REGISTRY = (
    r"(?m)(?P<at>_authToken|_auth|_password)[ \t]*=[ \t]*(?P<value>[^\s$]{8,300})"
    r"|^[ \t]*(?P<pypi>password)[ \t]*[:=][ \t]*(?P<word>\S{8,300})"
    r"|\"(?P<docker>auth)\"[ \t]*:[ \t]*\"(?P<basic>[A-Za-z0-9+/=]{8,300})\""
)
_SIGNING = (
    r"(?m)^[ \t]*(?:app\.)?(?:SECRET_KEY|secret_key|JWT_SECRET|JWT_SECRET_KEY|config\.secret_key_base"
    r"|config\.secret_key"
    r"|secret_key_base:)[ \t]{0,8}=?[ \t]{0,8}[bru]?[\"']?(?P<at>[^\"'\n\s]{6,200})[\"']?[ \t]*(?:#.*)?$"
    r"|(?:config\[[\"']SECRET_KEY[\"']\]|APP_KEY)[ \t]{0,8}=[ \t]{0,8}[\"']?(?P<laravel>[^\"'\n\s]{6,200})"
    r"|\bsession\(\{[^}]{0,300}?\bsecret:[ \t]{0,8}[\"'](?P<express>[^\"'\n]{3,200})[\"']"
    r"|\bjwt\.sign\([^\n;]{1,200}?,[ \t]{0,8}[\"'](?P<jwt>[^\"'\n]{3,200})[\"']"
)
_EXPRESSION = r"[(\[{]|\bos\.|environ|process\.env|ENV\[|getenv|settings\.|\$"


def _key_files(tree: "ProjectTree") -> Iterator[Hit]:
    for path in tree.project.names:
        if re.search(_KEY_FILES, path) and not for_tests(path) and not for_examples(path):
            yield Hit(f"{path} is a file that holds secrets.", path=path)


def _registries(file: "TextFile") -> Iterator[Hit]:
    for match, line, column in everywhere(file, _REGISTRY):
        value = match["value"] or match["word"] or match["basic"]
        if not placeholder(value):
            said = "The credential of a package registry is written here."
            yield Hit(said, line, column, severity=milder(file.path, Severity.ERROR))


def _signing(file: "TextFile") -> Iterator[Hit]:
    if for_tests(file.path) or for_examples(file.path) or for_development(file.path):
        return
    for match, _, _ in in_code(file, _SIGNING):
        group = next(name for name in ("at", "laravel", "express", "jwt") if match[name] is not None)
        if not re.search(_EXPRESSION, match[group]) and (group != "at" or _is_text(match)):
            line, column = file.place(match.start(group))
            yield Hit("The key that signs sessions or tokens is written into the source.", line, column)


def _is_text(match: "re.Match[str]") -> bool:
    """Whether the value is a text, in quotes or in YAML, and not a name."""
    before = match.string[match.start("at") - 1]
    return before in "\"'" or match[0].lstrip().startswith("secret_key_base:")


RULES: Final = (
    Rule(
        id="SH0-SE009",
        category=Category.SECRETS,
        severity=Severity.ERROR,
        title="File of secrets in the source",
        why=(
            "Files of this name hold private keys, passwords or the state of an infrastructure. In a "
            "repository they reach everybody who clones it."
        ),
        remedy="Remove it, add its name to `.gitignore`, make new keys, and mount them as secret files.",
        link=(
            "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-"
            "data-from-a-repository"
        ),
        subject=Subject.PROJECT,
        check=_key_files,
    ),
    Rule(
        id="SH0-SE010",
        category=Category.SECRETS,
        severity=Severity.ERROR,
        title="Credential of a package registry",
        why=(
            "Whoever has it can read your private packages, and often publish new versions of them that your "
            "own builds then install."
        ),
        remedy=(
            "Revoke it, write `${NPM_TOKEN}` (or what your tool has) in its place, and hand the value to the "
            "build as a secret."
        ),
        link="https://docs.npmjs.com/using-private-packages-in-a-ci-cd-workflow",
        subject=Subject.FILE,
        check=_registries,
        files=(
            ".npmrc",
            ".yarnrc",
            ".pypirc",
            "pip.conf",
            ".dockercfg",
            ".docker/config.json",
            "*/.docker/config.json",
        ),
        trigger=r"(?i)_auth|password|\"auth\"",
    ),
    Rule(
        id="SH0-SE011",
        category=Category.SECRETS,
        severity=Severity.WARNING,
        title="Signing key of the framework in the source",
        why="Whoever knows this key can make valid sessions and tokens, for any user, an administrator too.",
        remedy='Read it from the environment, for instance `os.environ["SECRET_KEY"]`, and set a new random one.',
        link="https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#secret-key",
        subject=Subject.FILE,
        check=_signing,
        files=("*.py", "*.rb", "*.js", "*.ts", "*.mjs", "*.cjs", "secrets.yml", ".env", ".env.production"),
        trigger=r"SECRET_KEY|secret_key|JWT_SECRET|APP_KEY|\bsession\(\{|\bjwt\.sign\(",
    ),
)
