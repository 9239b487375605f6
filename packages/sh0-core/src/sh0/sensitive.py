"""What is secret is told from a name, by whole words, in this one place. Pure.

The log, the lint of templates and the rules ask the same question of names of variables, fields and parameters. A
name is split where its writer separated words (``_``, ``-``, ``.``, camelCase); parts of words do not count: AUTHOR,
MONKEY and COMPASS_MODE are no secrets. *Key* is one in company only: API_KEY is a secret, PUBLIC_KEY, SITE_KEY and
PRIMARY_KEY are not. A name that speaks about a secret (PASSWORD_FILE, TOKEN_TTL, ACCESS_KEY_ID) does not hold it.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

__all__ = [
    "NAME_TRIGGER",
    "REDACTED",
    "credentials_in",
    "masked",
    "names_secret",
    "open_url",
    "without_credentials",
    "words",
]

REDACTED: Final = "••••••"


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ALONE: Final = _listed(
    """
    pass passwd password passwords passphrase passcode pw secret secrets token tokens credential credentials
    creds authorization salt salts pepper psk mnemonic dsn requirepass masterauth authtok bindpw
    """
)
_ENDINGS: Final = ("password", "passwd", "passphrase", "secret", "token", "apikey")  # run together: PGPASSWORD
_OF_PASS: Final = _listed("db root user admin smtp mail master my pg redis mysql imap ldap proxy ssl key")
_OF_KEY: Final = _listed(
    """
    account access activation admin aes anthropic api app application auth aws azure backup bot client
    cloudflare consumer cookie crypt crypto crypted data database datadog db decryption deepl deploy encrypt
    encryption fernet gcp gitlab github google gpg groq hash hmac host in jwt license licence mailgun master minio
    mistral nonce openai pgp postmark private recovery resend role root rsa secret secure security sendgrid
    server service session shared sign signature signing ssh ssl storage stripe subscription supabase tls twilio
    unseal vault webhook write
    """
)
_PAIRS: Final = frozenset(
    {("basic", "auth"), ("connection", "string"), ("recovery", "phrase"), ("seed", "phrase"), ("recovery", "codes")}
    | {("erlang", "cookie"), ("release", "cookie")}
    | {(owner, "seed") for owner in ("otp", "totp", "wallet", "master")}
    | {(host, "pat") for host in ("ado", "azure", "devops", "gh", "git", "github", "gitlab")}
)
_ABOUT: Final = _listed(
    """
    age alg algo algorithm allowed arn attempts audience backend bits cache change class complexity cost count
    days dir directory disabled enable enabled encryption endpoint env expiration expire expires expiry field
    file filename folder form format hasher hashers header hint host hours id ids issuer iterations kind label
    len length lifetime limit location manager max method min minutes mode name path pattern per period policy
    port prefix provider regex required requirements reset rotation rounds scope scopes seconds size store
    strategy strength suffix through timeout ttl type uri url usage validity version
    """
)
_QUESTIONS: Final = _listed("has hide is no show skip use")  # as first word
_NOT_ONE: Final = _listed("allow disable enable max maximum min minimum num total")  # anywhere before
# Up to the last @ of the authority; or a password with slashes that nobody has encoded, but not a port and a path.
_USER_INFO = re.compile(r"[^/\s]{0,1024}@|[^/@:\s]{0,256}:(?![0-9]{1,5}/)\S{0,1024}@")
_FARTHEST_SIGN: Final = 256 + 1 + 1024
# Lengths are bounded, and an expression begins with what is rare, so that the time is linear whatever a text holds.
_IN_URL = re.compile(r"://|[?&;](?P<name>[\w.-]{1,60})=(?P<value>[^\s&;#\"'<>]{1,1024})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}\Z")
_LONGEST_SCHEME: Final = 21
_SECRET_IN_USER_INFO = re.compile(
    r"(?P<user>[^\s/?#:@]{0,256})"
    r"(?::(?![0-9]{1,5}(?:[/?#\"'<>)\]}\\]|$))(?P<password>[^\s/]{0,512}|[^\s\"'<>]{0,512}))?@"
)
_OPEN_URL = re.compile(r"[A-Za-z](?:[0-9+.-]{0,20}|[A-Za-z0-9+.-]{0,20}:(?:/|//[^\s\"'<>]{0,8192})?)\Z")
_BLANK = re.compile(r"\s")
_END_OF_URL = re.compile(r"[\s\"'<>]")
_LONGEST_URL: Final = 8192 + 24
_NO_PASSWORDS: Final = ("", "x-oauth-basic")  # of URLs whose user is the token
_PLACEHOLDER = re.compile(r"\$.*|%[({]?[a-z]?\w*[)}]?|[<\[{].*[>\]}]|[*•.…]+", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")

# What every name that `names_secret` accepts contains, in the syntax that RE2 and `re` share: for finding candidates.
NAME_TRIGGER: Final = (
    r"(?i:pass|pwd|pw|secret|token|key|cred|auth|salt|pepper|psk|mnemonic|dsn|string|phrase|codes|pat|cookie|seed)"
)
"""Matches in every name that `names_secret` is true of, and in others: what to look for before asking it."""


def names_secret(name: str) -> bool:
    """Whether a name says that what it names is a secret: a password, a token, a key that opens something."""
    parts = words(name)
    last = max((index for index in range(len(parts)) if _secret(parts, index)), default=None)
    if last is None or any(part in _ABOUT for part in parts[last + 1 :]):
        return False
    before = parts[:last]
    switch = parts[0] in _QUESTIONS or ("random", "root") in pairwise(before)
    return not switch and not any(part in _NOT_ONE for part in before)


def without_credentials(text: str) -> str:
    """A text in which no URL carries a user or a password."""
    pieces, end, at, ahead = [], 0, 0, _Ahead(text)
    while (found := text.find("://", at)) >= 0:
        begin = at = found + 3
        if ahead.sign(begin, _FARTHEST_SIGN) and (match := _USER_INFO.match(text, begin)) is not None:
            pieces.append(text[end:begin])
            end = at = match.end()
    return "".join([*pieces, text[end:]]) if pieces else text


class _Ahead:
    """Tells whether an ``@`` follows in a text, and looks at each part of it once, however often it is asked."""

    def __init__(self, text: str) -> None:
        self._text, self._sign, self._blank = text, -1, -1

    def sign(self, begin: int, farthest: int) -> bool:
        """Whether one follows within so many characters, and before any white space; places only grow."""
        if self._sign < begin:
            found = self._text.find("@", begin)
            self._sign = len(self._text) + farthest if found < 0 else found
        if self._sign - begin > farthest:
            return False
        if self._blank < begin:
            blank = _BLANK.search(self._text, begin)
            self._blank = len(self._text) if blank is None else blank.start()
        return self._sign < self._blank


def credentials_in(text: str) -> Iterator[str]:
    """The passwords, tokens and keys that the URLs of a text carry, as they are written.

    Of a URL it is the password; the user, if an HTTP URL has nothing else; and the values in its query whose names are
    those of secrets. What stands for a value (``${PASSWORD}``, ``<password>``) is none. Where a password that
    nobody has encoded may end at more than one ``@``, it is given in both ways.
    """
    for begin, end in _spans(text):
        found = text[begin:end]
        yield found
        if text[begin - 1] == ":" and "/" in found and "@" in found:
            yield found.partition("@")[0]


def masked(text: str) -> str:
    """A text in which `REDACTED` stands for whatever is secret in its URLs: for everything that is shown."""
    pieces, at = [], 0
    for begin, end in _spans(text):
        pieces += [text[at:begin], REDACTED]
        at = end
    return "".join([*pieces, text[at:]]) if pieces else text


def open_url(text: str) -> int:
    """Where the URL begins that a text ends within, as one that goes on elsewhere may; the length of any other."""
    begin = max(0, len(text) - _LONGEST_URL)
    found = _OPEN_URL.search(text, begin)
    return len(text) if found is None else found.start()


def _spans(text: str) -> Iterator[tuple[int, int]]:
    if "://" not in text:
        return
    ahead = _Ahead(text)
    inside, at, end = False, 0, 0  # whether what comes next is of a URL, as far as is known
    while (found := _IN_URL.search(text, at)) is not None:
        at, match, part = found.end(), found, "value"
        if found["name"] is not None:
            inside = inside and _END_OF_URL.search(text, end, found.start()) is None
            told = inside and names_secret(found["name"])
        else:
            scheme = _SCHEME.search(text[max(end, found.start() - _LONGEST_SCHEME) : found.start()])
            if scheme is None:
                continue
            inside = True
            user_info = _SECRET_IN_USER_INFO.match(text, at) if ahead.sign(at, _FARTHEST_SIGN) else None
            if told := user_info is not None:
                match, at = user_info, user_info.end()
                part = "password" if match["password"] not in (None, *_NO_PASSWORDS) else "user"
                told = part == "password" or scheme[0].lower() in ("http", "https")
        end = at
        if told and match[part] and not _PLACEHOLDER.fullmatch(match[part]):
            yield match.span(part)


def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, without numbers."""
    return tuple(word.lower() for word in _WORD.findall(name) if not word.isdigit())


def _secret(parts: tuple[str, ...], index: int) -> bool:
    word, before = parts[index], parts[index - 1] if index else ""
    if (before, word) == ("application", "credentials"):
        return False  # of Google's libraries: the path of a file
    if word in _ALONE or word.endswith(_ENDINGS) or (before, word) in _PAIRS:
        return True
    if word.endswith("pwd"):
        return word not in ("pwd", "oldpwd") or before not in ("", "old")  # the shell's own are folders
    if word in ("key", "keys"):
        return before in _OF_KEY
    return any(word.endswith(end) and word.removesuffix(end) in _OF_KEY for end in ("key", "keys")) or (
        word.endswith("pass") and word.removesuffix("pass") in _OF_PASS
    )
