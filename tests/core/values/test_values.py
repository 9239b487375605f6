"""Scalars with a rule."""

import copy
import json
import pickle
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0 import values
from sh0.access.publickey import PublicKey
from sh0.codec import rule_of
from sh0.records.credential import Grant
from sh0.values import ByteSize, Secret

_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
RIGHT_AND_WRONG: dict[str, tuple[Any, list[str], list[str]]] = {
    "app": (
        values.AppName,
        ["a", "shop", "shop-2", "a" * 40],
        ["", "Shop", "2shop", "shop-", "-x", "a_b", "a" * 41, "é"],
    ),
    "host": (
        values.DomainName,
        ["shop.example.org", "a-b.c", "xn--bcher-kva.example", "1.example", "my_app.example.org", "_x.a.org"],
        [
            "10.0.0.1",
            "shop",
            "-a.org",
            "a-.org",
            "a..org",
            "https://a.org",
            "a.org:80",
            "a.org/x",
            "*.a.org",
            "a b.org",
            "a" * 64 + ".org",
            ".".join(["a" * 60] * 5),
            "a.org\n",
            "a.org\nx.org",
        ],
    ),
    "variable": (
        values.EnvName,
        ["A", "_x", "DATABASE_URL", "a1", "1A", "discovery.type", "my-var", "a" * 255],
        ["", "A=B", "A B", "A\n", "A\x00", "A\u00a0B", "A\u202eB", "A\x1b", "a" * 256, "="],
    ),
    "branch": (
        values.Branch,
        ["main", "feature/x", "v1.2", "a-b", "größe", "x@y"],
        [
            "",
            "-x",
            "/x",
            "x/",
            ".x",
            "x.",
            "a..b",
            "a//b",
            "a b",
            "a~1",
            "a^",
            "a:b",
            "a?b",
            "a*b",
            "a[b",
            "a\\b",
            "x.lock",
            "a/.b",
            "x.lock/y",
            "a@{b",
            "a\nb",
            "a\x7fb",
        ],
    ),
    "image": (
        values.ImageRef,
        ["nginx", "nginx:1.30", "ghcr.io/acme/shop:1.4", "localhost:5000/x", "x@sha256:" + "a" * 64, "a:V1.2_x"],
        ["", "Nginx", "-x", "x:", "x y", "x@sha256:1", "x:-", "--privileged"],
    ),
    "git": (
        values.GitUrl,
        ["https://github.com/a/b.git", "ssh://git@host/x", "git@github.com:a/b.git", "http://[::1]/x"],
        [
            "",
            "file:///etc",
            "ext::sh -c x",
            "https://-x",
            "--upload-pack=x",
            "-oProxyCommand=x@h:y",
            "git@h:-x",
            "a b@c:d",
            "https://a b",
            "/srv/repo",
        ],
    ),
    "path": (
        values.UrlPath,
        ["/", "/healthz", "/a?b=c", "/a//b", "/" + "a" * 999],
        ["", "x", "/a b", "/a\r\nX: y", "/é", "//evil.com/", "/\\evil", "/a\\b", "/#x", "/" + "a" * 1000],
    ),
    "grant": (
        Grant,
        ["*:read", "apps:write", "env:destroy", "stacks:write", "host:write"],
        ["", "apps", "apps:*", "*:*", "shops:read", "apps:write "],
    ),
    "key": (
        PublicKey,
        [f"{_KEY} me@here", f" {_KEY}\n"],
        [
            "",
            "ssh-dss AAAA",
            "ssh-ed25519",
            "ssh-ed25519 A!A",
            "ssh-ed25519 AAAA\nssh-rsa AAAA",
            'command="x" ssh-rsa AAAA',
        ],
    ),
}


def check(annotation: Any, value: str) -> Any:
    rule = rule_of(annotation)
    assert rule is not None
    return rule.check(value)


@pytest.mark.parametrize("kind", RIGHT_AND_WRONG)
def test_right_values_pass(kind: str) -> None:
    annotation, right, _ = RIGHT_AND_WRONG[kind]
    for value in right:
        check(annotation, value)


@pytest.mark.parametrize("kind", RIGHT_AND_WRONG)
def test_wrong_values_are_refused_and_the_reason_says_what_is_expected(kind: str) -> None:
    annotation, _, wrong = RIGHT_AND_WRONG[kind]
    for value in wrong:
        with pytest.raises(ValueError, match=" is not "):
            print(value, check(annotation, value))


@pytest.mark.parametrize("name", [n for n in values.__all__ if get_args(getattr(values, n))])
def test_the_example_of_a_rule_fits_it(name: str) -> None:
    rule = rule_of(getattr(values, name))
    assert rule is not None
    if rule.example is not None:
        assert rule.check(rule.example) == rule.example


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Shop.Example.ORG", "shop.example.org"),
        ("shop.example.org.", "shop.example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("例え.jp", "xn--r8jz45g.jp"),
        ("shop。example.org", "shop.example.org"),
    ],
)
def test_a_host_name_is_brought_to_its_one_form(written: str, meant: str) -> None:
    assert check(values.DomainName, written) == meant


@given(st.text(max_size=40))
def test_whatever_passes_as_a_host_name_is_plain_and_stays_as_it_is(text: str) -> None:
    try:
        host = check(values.DomainName, text)
    except ValueError:
        return
    assert host.isascii()
    assert not set(host) & set(" /:\\\r\n\t@?#")
    assert check(values.DomainName, host) == host


def test_a_refusal_does_not_repeat_all_of_a_long_value() -> None:
    with pytest.raises(ValueError) as refusal:
        check(values.AppName, "X" * 100_000)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    ("text", "size"),
    [("0", 0), ("1", 1), ("512m", 512 << 20), ("1.5g", 3 << 29), ("1 GiB", 1 << 30), ("2K", 2048), ("1t", 1 << 40),
     ("9007199254740993", 9007199254740993), (" 7b ", 7), (42, 42)],
)  # fmt: skip
def test_sizes_are_read_with_their_units(text: str | int, size: int) -> None:
    assert ByteSize.parse(text) == size


@pytest.mark.parametrize("text", ["", "m", "-1", "1x", "1,5g", "1e9", "nan", "0x10", "1 2", -1])
def test_what_is_no_size_is_refused(text: str | int) -> None:
    with pytest.raises(ValueError, match="is not a size"):
        ByteSize.parse(text)


@given(st.integers(min_value=0, max_value=1 << 62))
def test_a_printed_size_is_read_as_the_same_size(size: int) -> None:
    assert ByteSize.parse(str(ByteSize(size))) == size


def printed(secret: Secret) -> list[str]:
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>30}", f"{secret!r}", repr([secret])]
    return [*shown, "%s" % secret]  # noqa: UP031


@given(st.text())
def test_a_secret_cannot_be_printed(text: str) -> None:
    secret = Secret(text)
    assert printed(secret) == printed(Secret("another"))
    assert not any("another" in shown for shown in printed(Secret("another")))
    assert secret.reveal() == text


def test_a_secret_is_neither_pickled_nor_copied_nor_dumped() -> None:
    secret = Secret("hunter22")
    for attempt in (pickle.dumps, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as refusal:
            attempt(secret)
        assert "hunter22" not in str(refusal.value)


def test_secrets_are_equal_when_their_texts_are() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert not Secret("")


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KiB"),
        (1536, "1.5 KiB"),
        (6 << 20, "6 MiB"),
        (512 << 20, "512 MiB"),
        (1536 << 20, "1.5 GiB"),
        (12052 << 20, "12052 MiB"),
        ((1 << 30) + 1, "1 GiB"),
        (1482913, "1.4 MiB"),
        (900 << 30, "900 GiB"),
    ],
)
def test_a_size_for_a_person(size: int, words: str) -> None:
    assert ByteSize(size).words == words
