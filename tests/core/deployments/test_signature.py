"""How the call of a hook is signed."""

from sh0.deployments.signature import signed


def test_time_and_body_are_signed_together() -> None:
    # echo -n '1700000000.{}' | openssl dgst -sha256 -hmac key
    expected = "sha256=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae"
    found = signed(b"{}", "key", 1_700_000_000)
    assert found["X-Sh0-Timestamp"] == "1700000000"
    assert found["X-Sh0-Signature"] == expected
    assert signed(b"{}", "key", 1_700_000_001)["X-Sh0-Signature"] != expected
    assert signed(b"[]", "key", 1_700_000_000)["X-Sh0-Signature"] != expected
    assert signed(b"{}", "other", 1_700_000_000)["X-Sh0-Signature"] != expected
