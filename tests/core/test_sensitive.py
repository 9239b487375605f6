"""Which names say that what they name is a secret, and which only look so."""

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.sensitive import (
    NAME_TRIGGER,
    REDACTED,
    credentials_in,
    masked,
    names_secret,
    open_url,
    without_credentials,
    words,
)

SECRET = """
PASSWORD password DB_PASSWORD DB_PASS PASS DB_PWD DBPWD MYSQL_PWD ROOT_PW PGPASSWORD MYSQLPASSWORD userPassword
smtp.password spring.datasource.password redis-password requirepass REDIS_REQUIREPASS dbpass PASSWORD_HASH PASSWORD2
PASSPHRASE SSH_KEY_PASSPHRASE HTPASSWD SECRET CLIENT_SECRET clientSecret APP_SECRET_1 JWT_SECRET NEXTAUTH_SECRET
jwt.secret SECRETS TOKEN GITHUB_TOKEN githubToken AUTHTOKEN NODE_AUTH_TOKEN VAULT_TOKEN ACCESS_TOKEN
PASSWORD_RESET_TOKEN API_KEY APIKEY apiKey APIKey X-Api-Key api-key OPENAI_API_KEY OPENAIAPIKEY API_KEYS SECRET_KEY
SECRET_KEY_BASE SECRETKEY PRIVATE_KEY privateKey PRIVATE_KEY_PEM ACCESS_KEY AWS_SECRET_ACCESS_KEY ENCRYPTION_KEY
N8N_ENCRYPTION_KEY SIGNING_KEY MASTER_KEY APP_KEY JWT_KEY AUTH_KEY STRIPE_KEY OPENAI_KEY SERVICE_ROLE_KEY SESSION_KEY
COOKIE_KEY FERNET_KEY WEBHOOK_KEY LICENSE_KEY NEXT_PUBLIC_API_KEY CREDENTIALS DB_CREDENTIAL AUTH_SALT HASH_SALT SALT
WIFI_PSK SENTRY_DSN DSN GITHUB_PAT BASIC_AUTH CONNECTION_STRING ConnectionString AUTHORIZATION SEED_PHRASE
APIKEYS RABBITMQ_ERLANG_COOKIE FILE_SECRET NAME_TOKEN LOGGED_IN_KEY TOTP_SEED WALLET_SEED LDAP_BINDPW
"""

PLAIN = """
AUTHOR MONKEY COMPASS_MODE KEYBOARD_LAYOUT BASE_URL NODE_ENV LOG_LEVEL REGION APP_NAME PROTO DB_USER DATABASE_URL PORT
HOST KEY KEYS KEYCLOAK_ADMIN KEYSPACE DONKEY TURKEY HOCKEY_TEAM BYPASS ENCOMPASS TRESPASS PASSENGER PASSIVE PASSPORT
PUBLIC_KEY PUBLICKEY SSH_PUBLIC_KEY AUTHORIZED_KEYS SITE_KEY RECAPTCHA_SITE_KEY ANON_KEY PUBLISHABLE_KEY PRIMARY_KEY
FOREIGN_KEY SORT_KEY PARTITION_KEY ROUTING_KEY CACHE_KEY KEY_NAME HOTKEY ACCESS_KEY_ID AWS_ACCESS_KEY_ID PASSWORD_FILE
POSTGRES_PASSWORD_FILE TOKEN_TTL TOKEN_URL TOKEN_LIFETIME JWT_SECRET_NAME API_KEY_HEADER PASSWORD_MIN_LENGTH
PASSWORD_RESET_TIMEOUT PASSWORD_HASHERS TOKEN_EXPIRY SECRETS_DIR SALT_ROUNDS MAX_TOKENS OPENAI_MAX_TOKENS NUM_TOKENS
TOKENIZERS_PARALLELISM TOKENIZER SECRETARY ALLOW_EMPTY_PASSWORD MARIADB_ALLOW_EMPTY_ROOT_PASSWORD
MYSQL_RANDOM_ROOT_PASSWORD USE_TOKEN ENABLE_PASSWORD PWD OLDPWD OLD_PWD AUTH AUTH_MODE AUTHENTICATION AUTHORITY
GOOGLE_APPLICATION_CREDENTIALS PRIVATE PRIVATE_NETWORK PATTERN PATCH CRYPTO SIGNATURE CONNECTION QUERY_STRING
AUTHORIZATION_URL NONCE SESSION_ID COOKIE_DOMAIN JWT_ISSUER CERTIFICATE DISPATCH PASS_THROUGH LICENSE
RANDOM_SEED SEED SEED_DATA OAUTH_PROVIDER
"""


@pytest.mark.parametrize("name", SECRET.split())
def test_a_name_of_a_secret_is_one_in_any_case_and_has_what_the_trigger_looks_for(name: str) -> None:
    assert names_secret(name)
    assert names_secret(name.upper()) or re.search("[a-z][A-Z]", name), "the words of camelCase are told by its case"
    assert names_secret(name.lower()) or re.search("[a-z][A-Z]|[A-Z][a-z]", name)
    assert re.search(NAME_TRIGGER, name)


@pytest.mark.parametrize("name", PLAIN.split())
def test_a_name_that_only_looks_like_one_or_speaks_about_one_is_none(name: str) -> None:
    assert not names_secret(name)
    assert not names_secret(name.lower())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dbPassword", ("db", "password")),
        ("APIKey", ("api", "key")),
        ("a.b-c_d", ("a", "b", "c", "d")),
        ("TOKEN2", ("token",)),
        ("", ()),
        ("___", ()),
    ],
)
def test_words_end_where_their_writer_ended_them(name: str, expected: tuple[str, ...]) -> None:
    assert words(name) == expected


@given(st.text(max_size=200))
def test_any_text_has_an_answer_and_what_is_secret_has_the_trigger(name: str) -> None:
    if names_secret(name):
        assert re.search(NAME_TRIGGER, name)


@given(st.sampled_from(SECRET.split()), st.sampled_from(["APP", "my", "PROD", "svc"]), st.sampled_from("_-."))
def test_a_prefix_of_words_changes_nothing(name: str, prefix: str, separator: str) -> None:
    assert names_secret(prefix + separator + name)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("http://joe:pw1@h/x", ["pw1"]),
        ("HTTP://tok@h and http://tok@h", ["tok", "tok"]),
        ("https://h/x?token=abc and more", ["abc"]),
        ("get https://tok@h/x.git now", ["tok"]),
        ("https://tok:x-oauth-basic@h", ["tok"]),
        ("amqp://a:bb@c,http://d:ee@f;", ["bb", "ee"]),
        ("postgres://joe:a/b@db/x", ["a/b"]),
        ("postgres://joe:a/b@c@db/x", ["a/b@c", "a/b"]),
        ("postgres://joe:a@b@db/x", ["a@b"]),
        ("postgres://joe:12345@db/x", ["12345"]),
        ("redis://:pp@h", ["pp"]),
        ("https://h:80/a@b?access_token=abc&x=1", ["abc"]),
        ("https://h/x?a=1;api_key=abc", ["abc"]),
        ("wss://h?x=1&token=https://u:p@h", ["https://u:p@h"]),
    ],
)
def test_what_is_secret_in_a_url(text: str, found: list[str]) -> None:
    assert list(credentials_in(text)) == found
    assert REDACTED in masked(text)
    assert masked(masked(text)) == masked(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a https://u:p1@h b http://tok@h c", f"a https://u:{REDACTED}@h b http://{REDACTED}@h c"),
        ("http://u:p1@h/?token=abc&x=1&api_key=d", f"http://u:{REDACTED}@h/?token={REDACTED}&x=1&api_key={REDACTED}"),
    ],
)
def test_only_what_is_secret_in_urls_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost:8080/@vite/client",
        '{"url":"http://h:8080","mail":"a@b"}',
        "postgres://joe@db/x",
        "ssh://git@h:22/x",
        "postgres://u:${PW}@db and postgres://u:<password>@db",
        "https://h/x?token=${T}&page=2",
        "see http://a, mail x:y@z?token=1",
        "https://h/x token=1",
        "?token=abc is asked for at http://h",
    ],
)
def test_what_is_not(text: str) -> None:
    assert masked(text) == text
    assert list(credentials_in(text)) == []


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("see https://user:pa", "https://user:pa"),
        ("see https://user:pa ss 1", ""),
        ("see https://h/?a=1&token=ab", "https://h/?a=1&token=ab"),
        ("see https:/", "https:/"),
        ("git+ssh", "h"),  # as much of a scheme as one needs
        ("a b", "b"),  # any letter may begin one
        ("12:30", ""),
        ("", ""),
        ("h" * 30 + "https://a", "h" * 16 + "https://a"),
        ("https://" + "a" * 8192, "https://" + "a" * 8192),
        ("https://" + "a" * 8193, "a"),  # it is bounded how much is held back
    ],
)
def test_a_text_may_end_within_a_url(text: str, begun: str) -> None:
    assert text[open_url(text) :] == begun


def test_a_url_without_its_credentials_has_the_rest() -> None:
    assert without_credentials("https://u:p@h/x and ssh://git@h") == "https://h/x and ssh://h"


@pytest.mark.parametrize("password", ["pw", "p@w", "@p@w@", "p/w", "p/w@x", "p:w//x@y"])
def test_of_a_password_that_nobody_has_encoded_nothing_is_shown(password: str) -> None:
    text = f"see postgres://joe:{password}@db.internal:5432/x, please"
    assert masked(text) == f"see postgres://joe:{REDACTED}@db.internal:5432/x, please"
    assert without_credentials(text) == "see postgres://db.internal:5432/x, please"


def test_a_url_with_a_port_and_an_at_sign_in_its_path_stays_whole() -> None:
    assert without_credentials("http://localhost:8080/@vite/client") == "http://localhost:8080/@vite/client"


@pytest.mark.parametrize("clean", [masked, without_credentials])
@pytest.mark.parametrize(
    "piece",
    [
        *("://", "http://", "http://a:", "a://b:c", "?token=", "http://a?x=", "http://a:b@", "a", "?" + "a" * 60),
        *(f"://:{'://' * 340} @", f"http://a:{'x' * 600}@", "://a/b@", "a://@ "),
    ],
)
def test_what_is_made_to_take_long_does_not(piece: str, clean: Callable[[str], str]) -> None:
    before = time.thread_time()
    clean(f"http://{piece * ((1 << 20) // len(piece))}")
    assert time.thread_time() - before < 2.0
