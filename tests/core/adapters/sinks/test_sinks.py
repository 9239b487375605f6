"""Receivers of lines that are there, away, slow, or not whom they say they are; and files."""

import asyncio
import gzip
import os
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from sh0.adapters.sinks import RealSinks
from sh0.adapters.sinks.file import append
from sh0.ports.sinks import Destination, NotDelivered, Refused
from sh0.values import Secret
from tests.core.adapters.sinks.receivers import HOST, Authority, HttpReceiver, SyslogReceiver, authority, closing
from tests.core.waiting import until

MESSAGE = b"10 <134>1 -\xc3\xa4"
PRESENT = "<134>1 -ä"
LARGE = b"".join(b"%d %s" % (10_000, b"x" * 10_000) for _ in range(300))


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(params=["tls", "tcp"])
def syslog(request: pytest.FixtureRequest, trusted: Authority) -> Iterator[tuple[SyslogReceiver, Destination]]:
    """A receiver, and how it is reached."""
    tls = request.param == "tls"
    receiver = SyslogReceiver(trusted.context() if tls else None)
    url = f"syslog+{request.param}://{HOST}:{receiver.port}"
    with closing(receiver):
        yield receiver, Destination(url, ca=trusted.ca if tls else "")


def sent(destination: Destination, *batches: bytes, seconds: float = 10.0) -> None:
    """Send batches on one sink."""

    async def work() -> None:
        sink = RealSinks(refuses=lambda _: False).open(destination)
        try:
            for data in batches:
                async with asyncio.timeout(seconds):
                    await sink.send(data)
        finally:
            sink.close()

    asyncio.run(work())


def test_messages_of_syslog_arrive_on_one_connection(syslog: tuple[SyslogReceiver, Destination]) -> None:
    receiver, destination = syslog
    sent(destination, MESSAGE, MESSAGE * 2, LARGE)
    until(lambda: len(receiver.messages) == 303)
    assert receiver.messages[:3] == [PRESENT] * 3
    assert receiver.connections == 1


def test_a_receiver_of_syslog_that_has_gone_is_connected_to_again(trusted: Authority) -> None:
    first = SyslogReceiver(trusted.context())
    destination = Destination(f"syslog+tls://{HOST}:{first.port}", ca=trusted.ca)

    async def work() -> SyslogReceiver:
        sink = RealSinks(refuses=lambda _: False).open(destination)
        await sink.send(MESSAGE)
        await asyncio.to_thread(until, lambda: first.messages)
        first.close()
        with pytest.raises(NotDelivered):
            await sink.send(MESSAGE)
        second = SyslogReceiver(trusted.context(), first.port)
        await sink.send(MESSAGE)
        sink.close()
        return second

    second = asyncio.run(work())
    with closing(second):
        until(lambda: second.messages == [PRESENT])


def test_what_a_receiver_of_syslog_does_not_read_has_not_arrived(
    syslog: tuple[SyslogReceiver, Destination],
) -> None:
    receiver, destination = syslog
    receiver.reads = False
    with pytest.raises(TimeoutError):
        sent(destination, LARGE, seconds=0.5)


def test_a_certificate_of_another_authority_is_not_trusted(trusted: Authority, tmp_path: Path) -> None:
    other = authority(tmp_path)
    receiver, web = SyslogReceiver(trusted.context()), HttpReceiver(trusted.context())
    with closing(receiver), closing(web):
        for url in (f"syslog+tls://{HOST}:{receiver.port}", web.url):
            for ca in ("", other.ca):
                with pytest.raises(NotDelivered, match="is not trusted"):
                    sent(Destination(url, ca=ca), MESSAGE)
    assert not receiver.messages
    assert not web.requests


def test_a_certificate_for_another_name_is_not_trusted(tmp_path: Path) -> None:
    elsewhere = authority(tmp_path, "192.0.2.7")
    receiver = SyslogReceiver(elsewhere.context())
    with closing(receiver), pytest.raises(NotDelivered, match=r"certificate of 127\.0\.0\.1 is not trusted"):
        sent(Destination(f"syslog+tls://{HOST}:{receiver.port}", ca=elsewhere.ca), MESSAGE)


def test_http_gets_a_request_a_batch_with_the_credential_and_the_path(trusted: Authority) -> None:
    receiver = HttpReceiver(trusted.context())
    with closing(receiver):
        secret = Secret("planted-value\n")
        sent(Destination(receiver.url + "?a=1", "Authorization", secret, trusted.ca), b"{}\n", b"[]\n")
        sent(Destination(receiver.url, "X-Key", secret, trusted.ca, gzip=True), b"{}\n")
        sent(Destination(receiver.url + "?t={credential}", "", Secret("a/b"), trusted.ca), b"{}\n")
    one, two, three, four = receiver.requests
    assert (one[0], one[1]["authorization"], one[2]) == ("/in?a=1", "Bearer planted-value", b"{}\n")
    assert (one[1]["content-type"], two[2]) == ("application/x-ndjson", b"[]\n")
    assert (three[1]["x-key"], three[1]["content-encoding"]) == ("planted-value", "gzip")
    assert gzip.decompress(three[2]) == b"{}\n"
    assert four[0] == "/in?t=a%2Fb"
    assert "authorization" not in four[1]


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (400, Refused, "answered 400"),
        (413, Refused, "answered 413"),
        (302, NotDelivered, "redirects are not followed"),
        (401, NotDelivered, "does not accept the credential"),
        (404, NotDelivered, "answered 404"),
        (429, NotDelivered, "answered 429"),
        (503, NotDelivered, "answered 503"),
    ],
)
def test_what_http_answers_is_told(status: int, kind: type[Exception], said: str) -> None:
    receiver = HttpReceiver()
    receiver.status = status
    with closing(receiver), pytest.raises(NotDelivered, match=said) as caught:
        sent(Destination(receiver.url, "Authorization", Secret("planted-value")), b"{}\n")
    assert type(caught.value) is kind
    assert "planted" not in str(caught.value)


def test_http_that_hangs_or_is_away_is_told() -> None:
    receiver = HttpReceiver()
    receiver.status = 0
    with closing(receiver), pytest.raises(TimeoutError):
        sent(Destination(receiver.url), b"{}\n", seconds=0.3)
    with pytest.raises(NotDelivered, match="Connection refused"):
        sent(Destination(receiver.url), b"{}\n")


def test_a_credential_that_would_be_two_headers_is_not_sent() -> None:
    receiver = HttpReceiver()
    with closing(receiver), pytest.raises(NotDelivered, match="one line"):
        sent(Destination(receiver.url, "X-Key", Secret("a\r\nX-Other: b")), b"{}\n")
    assert not receiver.requests


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "0.0.0.0"])
@pytest.mark.parametrize("scheme", ["http", "https", "syslog+tls", "syslog+tcp"])
def test_nothing_is_sent_to_this_machine_or_its_cloud(scheme: str, host: str) -> None:
    async def work() -> None:
        await RealSinks().open(Destination(f"{scheme}://{host}:1")).send(b"{}\n")

    with pytest.raises(NotDelivered, match="nothing is called at addresses of this machine alone"):
        asyncio.run(work())


def test_certificates_that_are_none_are_told() -> None:
    receiver = HttpReceiver()
    ca = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    with closing(receiver), pytest.raises(NotDelivered, match="cannot be read"):
        sent(Destination(receiver.url.replace("http:", "https:"), ca=ca), b"{}\n")
    with pytest.raises(ssl.SSLError):
        ssl.create_default_context(cadata=ca)


def test_a_file_that_is_full_makes_room_and_the_one_before_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "shop.log"
    for number in range(5):
        sent(Destination("file:", file=path, size=200), b"%d" % number * 60 + b"\n")
    assert path.read_bytes()[:1] == b"4"
    assert path.with_name("shop.log.1").read_bytes()[:1] == b"3"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["shop.log", "shop.log.1"]
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"precious")
    path = tmp_path / "shop.log"
    path.symlink_to(other)
    with pytest.raises(NotDelivered, match="cannot be written"):
        sent(Destination("file:", file=path, size=1000), b"{}\n")
    assert other.read_bytes() == b"precious"


def test_without_its_folder_a_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NotDelivered, match="No such file"):
        sent(Destination("file:", file=tmp_path / "away" / "shop.log", size=1000), b"{}\n")


def test_what_cannot_be_written_whole_is_not_there_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "shop.log"
    append(path, b"one\n", 1000)
    real, calls = os.write, []

    def full(file: int, data: bytes) -> int:
        calls.append(data)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return real(file, bytes(data)[:2])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        append(path, b"two\n", 1000)
    assert path.read_bytes() == b"one\n"
