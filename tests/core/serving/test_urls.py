"""Where an app is reached, as its users read it."""

import pytest

from sh0.records.domain import Domain, Https
from sh0.serving.urls import urls
from sh0.settings import Settings
from tests.core.examples import NOON

SECURE = next(each for each in Https if each is not Https.OFF)


@pytest.mark.parametrize(
    ("https", "settings", "url"),
    [
        (Https.OFF, Settings(http_port=80), "http://a.example.org"),
        (Https.OFF, Settings(http_port=8080), "http://a.example.org:8080"),
        (SECURE, Settings(https_port=443), "https://a.example.org"),
        (SECURE, Settings(https_port=8443), "https://a.example.org:8443"),
    ],
)
def test_only_an_unusual_port_is_written(https: Https, settings: Settings, url: str) -> None:
    domain = Domain("a.example.org", "shop", True, https, NOON)
    assert urls([domain], settings) == (url,)


def test_each_host_name_has_its_own_in_their_order() -> None:
    domains = [Domain(host, "shop", True, Https.OFF, NOON) for host in ("b.example.org", "a.example.org")]
    assert urls(domains, Settings(http_port=80)) == ("http://b.example.org", "http://a.example.org")
    assert urls([], Settings()) == ()
