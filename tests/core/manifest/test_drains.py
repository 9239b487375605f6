"""The log drains of a sh0.yaml: what is compared, and what is refused."""

from datetime import UTC, datetime

import pytest

from sh0.errors import Invalid
from sh0.manifest.drains import drain_calls, unclear_drain
from sh0.manifest.model import DeclaredDrain
from sh0.manifest.reading import read_manifest
from sh0.records.drain import LogDrain

THERE = "https://logs.example.org/in"
PRESENT = LogDrain("shop", "main", THERE, "0123", datetime(2026, 3, 1, tzinfo=UTC), variable="LOG_TOKEN", gzip=True)
TEXT = f"""
app: shop
logs:
  keep: 14d
  drains:
    - name: main
      url: {THERE}
      variable: LOG_TOKEN
      gzip: true
    - name: audit
      url: syslog+tls://logs.example.org:6514
      ca: |
        -----BEGIN CERTIFICATE-----
        AAAA
        -----END CERTIFICATE-----
"""


def calls(text: str, *present: LogDrain, prune: bool = False) -> list[tuple[str, dict[str, object]]]:
    found = drain_calls("shop", read_manifest(text).logs.drains, present, prune=prune)
    return [(call.operation, dict(call.arguments)) for _, call in found]


def test_new_ones_are_added_and_the_same_are_left_alone() -> None:
    [(operation, given)] = calls(TEXT, PRESENT)
    assert operation == "drains.add"
    assert (given["app"], given["name"], given["destination"]) == (
        "shop",
        "audit",
        "syslog+tls://logs.example.org:6514",
    )
    assert str(given["ca"]).startswith("-----BEGIN")
    assert [name for name, _ in calls(TEXT)] == ["drains.add", "drains.add"]


def test_what_is_said_otherwise_is_changed_and_what_is_left_out_stays() -> None:
    text = "logs: {drains: [{name: main, url: 'https://logs.example.org/other'}]}"
    change = {"app": "shop", "name": "main", "destination": "https://logs.example.org/other"}
    assert calls(text, PRESENT) == [("drains.change", change)]
    same = f"logs: {{drains: [{{name: main, url: '{THERE}', header: X-Key}}]}}"
    assert calls(same, PRESENT) == [("drains.change", {"app": "shop", "name": "main", "header": "X-Key"})]


def test_others_are_removed_on_request_only() -> None:
    assert calls("app: shop", PRESENT) == []
    assert calls("app: shop", PRESENT, prune=True) == [("drains.remove", {"app": "shop", "name": "main"})]


@pytest.mark.parametrize(
    ("drain", "reason"),
    [
        ("{name: a, url: 'syslog+tls://x', variable: T}", "over HTTP only"),
        ("{name: a, url: 'https://x/?token={credential}'}", "no token for it"),
        ("{name: a, url: 'file:', gzip: true}", "over HTTP only"),
        ("{name: a, url: 'file:/etc/passwd'}", "is not where lines can be sent"),
        ("{name: a, url: 'https://x/?token=abc'}", "holds a secret"),
        ("{name: a, url: 'https://x', token: abc}", "token"),
        ("{name: a, url: 'https://x'}, {name: a, url: 'https://y'}", "another one of the name a"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_line(drain: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason) as caught:
        read_manifest(f"app: shop\nlogs:\n  drains: [{drain}]\n")
    assert caught.value.details["line"] == 3


def test_one_that_can_be_sent_is_clear() -> None:
    assert unclear_drain(DeclaredDrain("a", "https://x/?token={credential}", "T", gzip=True)) is None
