"""Whom a connection is counted for, and whether it comes from a container."""

from pathlib import Path

import pytest

from sh0 import peers

ROUTES = """\
Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
br-0123456789ab\t0000D00A\t00000000\t0001\t0\t0\t0\t00FCFFFF\t0\t0\t0
br0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
"""
ROUTES6 = """\
fd000000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 \
00000001 00000000 00000001     eth0
fd0000000000abcd0000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 \
00000001 00000000 00000001     br-0123456789ab
"""


@pytest.mark.parametrize(
    ("address", "container"),
    [
        ("172.17.0.2", True),
        ("172.18.0.2", False),
        ("10.208.0.11", True),
        ("10.208.3.254", True),
        ("10.208.4.1", False),  # of the range of projects, and no network of one
        ("::ffff:10.208.0.11", True),
        ("192.168.1.5", False),  # a bridge that is the machine's own network
        ("203.0.113.9", False),
        ("127.0.0.1", False),
        ("::1", False),
        ("fd00:0:0:abcd::2", True),
        ("fd00::2", False),
        ("fe80::1%docker0", True),
        ("fe80::1%eth0", False),
        ("not an address", False),
    ],
)
def test_a_container_is_told_by_the_bridge_it_is_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, container: bool
) -> None:
    (tmp_path / "route").write_text(ROUTES)
    (tmp_path / "route6").write_text(ROUTES6)
    monkeypatch.setattr(peers, "_ROUTES", tmp_path / "route")
    monkeypatch.setattr(peers, "_ROUTES6", tmp_path / "route6")
    assert peers.from_container(address) is container


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_one_subscriber_is_counted_once(address: str, counted: str) -> None:
    assert peers.origin(address) == counted
