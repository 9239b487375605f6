"""What of a deployment is secret: by names, by parts of values, by where a file is put."""

import base64

import attrs
import pytest

from sh0.ports.container import ContainerSpec, InjectedFile
from sh0.records.app import Declared, HealthCheck, Resources
from sh0.records.deployment import Snapshot
from sh0.serving.secrecy import secrets_among, secrets_in, secrets_of
from sh0.values import Secret


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_NAME", "bshop"),
        ("PROTO", "http"),
        ("DB_USER", "python"),
        ("NODE_ENV", "production"),
        ("LOG_LEVEL", "info"),
        ("BASE_URL", "http://solo.example.org"),
        ("PORT", "8080"),
        ("AUTHOR", "shop"),
        ("KEYBOARD_LAYOUT", "start"),
        ("SSH_REPOSITORY", "ssh://git@example.org/x.git"),
        ("USE_TOKEN", "yes"),
        ("POSTGRES_PASSWORD", "true"),
        ("MAX_TOKENS", "4096"),
        ("OPTIONS", "a=b;c=d"),
        ("ARGS", "--max-tokens 4096 --no-password --token-ttl 60"),
        ("PAGE", "https://example.org/how-to-write-a-basic-page"),
        ("WORDS", "a basic test of tokens"),
        ("COMMIT", "3f2a8c1d9e0b4f7a3f2a8c1d9e0b4f7a3f2a8c1d"),
    ],
)
def test_plain_settings_are_none(name: str, value: str) -> None:
    assert list(secrets_in(name, value)) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DB_PWD", "hunter22", {"hunter22"}),
        ("DATABASE_URL", "postgres://u:p%40ss@db/shop", {"p%40ss", "p@ss"}),
        ("RABBIT", "amqp://u:first@h1,amqp://u:second@h2", {"first", "second"}),
        ("REMOTE", "https://ghp_token1@example.org/x", {"ghp_token1"}),
        ("REMOTE", "https://ghp_token1:x-oauth-basic@example.org/x", {"ghp_token1"}),
        ("SENTRY_DSN", "https://publickey@sentry.example/1", {"publickey"}),
        ("DSN", "https://publickey@sentry.example/1", {"publickey"}),
        ("MY_SENTRY_DSN", "https://publickey@sentry.example/1", {"publickey"}),
        ("DSN", "user:pass@tcp(db)/shop", {"user:pass@tcp(db)/shop"}),
        ("CONNECTION_STRING", "Server=db;User Id=sa;Password=Str0ng", {"Str0ng"}),
        ("PQ", "host=db user=u password='in quotes'", {"in quotes"}),
        ("SETTINGS", '{"api_key": "abc-def", "mode": "x"}', {"abc-def"}),
        ("STRIPE", "sk_live_51HabcDEF9xyz0123", {"sk_live_51HabcDEF9xyz0123"}),
        (
            "SLACK_URL",
            "https://hooks.slack.com/services/T00/B00/aB3dE5gH7jK9mN1pQ3sT5vW7",
            {"aB3dE5gH7jK9mN1pQ3sT5vW7"},
        ),
        ("NOTIFY", "telegram://h/bot123:AAf4k3T0kenF0rTh1sTest_x9/send", {"AAf4k3T0kenF0rTh1sTest_x9"}),
        ("REDIS_ARGS", "--maxmemory 64mb --requirepass hunter22", {"hunter22"}),
        ("EXTRA_OPTS", "-Ddb.password=hunter22 --api-key 'two words'", {"hunter22", "two words"}),
        ("OTLP_HEADERS", "Authorization=Basic dXNlcjpwYXNz", {"Basic", "dXNlcjpwYXNz"}),
        ("HEADER", "Bearer abc.def-ghi", {"abc.def-ghi"}),
        ("SLACK_SECRET", "https://hooks.example/T/B", {"https://hooks.example/T/B"}),
    ],
)
def test_secrets_and_the_secret_parts_of_values_are(name: str, value: str, expected: set[str]) -> None:
    assert set(secrets_in(name, value)) == expected


def test_of_a_password_with_an_at_sign_that_nobody_has_encoded_its_beginning_is_secret_at_least() -> None:
    assert {"a", "a@b/c"} & set(secrets_in("DATABASE_URL", "mysql://u:a@b/c@db:3306/x"))


def test_a_long_value_takes_no_time() -> None:
    for piece in ("a://", "a:", " ", "a=", "://x:", "aB1", "--a ", "-a  ", "basic ", "://aB1/", "- "):
        list(secrets_in("ANY", piece * 50_000))


def test_secret_files_and_variables_of_every_origin_count() -> None:
    def file(target: str, text: str) -> InjectedFile:
        return InjectedFile(target=target, content=Secret(base64.b64encode(text.encode()).decode()))

    spec = ContainerSpec(
        environment={"DB_PASSWORD": Secret("of-compose"), "AUTHOR": Secret("shop")},
        files=(file("/run/secrets/db", "of-a-file"), file("/etc/app.conf", "a config")),
    )
    snapshot = Snapshot(
        environment={"API_KEY": Secret("of-operator"), "PORT": Secret("8080")},
        hosts=(),
        resources=Resources(),
        health=HealthCheck(),
        replicas=1,
        port=None,
        container=spec,
        declared=Declared(environment={"APP_SECRET": Secret("of-the-manifest"), "MODE": Secret("production")}),
    )
    found = {secret.reveal() for secret in secrets_of(snapshot)}
    assert found == {"of-compose", "of-a-file", "of-operator", "of-the-manifest"}


def test_what_is_marked_is_a_secret_whatever_its_name_is() -> None:
    variables = {"MODE": Secret("production"), "DB_PWD": Secret("hunter22")}
    assert set(secrets_among(variables)) == {Secret("hunter22")}
    assert set(secrets_among(variables, ("MODE",))) == {Secret("production"), Secret("hunter22")}


def test_what_is_marked_in_a_deployment_is_a_secret_in_the_file_and_on_the_platform() -> None:
    spec = ContainerSpec(environment={"MODE": Secret("of-the-file")})
    snapshot = Snapshot({"MODE": Secret("set-since")}, (), Resources(), HealthCheck(), 1, None, container=spec)
    assert list(secrets_of(snapshot)) == []
    marked = attrs.evolve(snapshot, marked=("MODE",))
    assert {secret.reveal() for secret in secrets_of(marked)} == {"of-the-file", "set-since"}


def test_a_secret_file_that_is_no_text_is_read_as_far_as_it_is_one() -> None:
    file = InjectedFile("/run/secrets/x", Secret(base64.b64encode(b"ab\xffcd").decode()))
    snapshot = Snapshot({}, (), Resources(), HealthCheck(), 1, None, container=ContainerSpec(files=(file,)))
    assert [secret.reveal() for secret in secrets_of(snapshot)] == ["ab\ufffdcd"]
