"""Keys that their providers publish for samples and emulators."""

import pytest

from sh0_plugins.rules.secrets_published import published

# Put together here, so that no scanner takes this file for a leak.
AWS_SAMPLE = "AKIA" + "IOSFODNN7" + "EXAMPLE"


def test_a_key_of_a_providers_documentation_opens_nothing() -> None:
    assert published(AWS_SAMPLE)


@pytest.mark.parametrize(
    "value", ["", AWS_SAMPLE.lower(), AWS_SAMPLE + "1", f" {AWS_SAMPLE}", "AKIA" + "Q" * 16, "\ud800"]
)
def test_any_other_value_may_be_a_secret(value: str) -> None:
    assert not published(value)
