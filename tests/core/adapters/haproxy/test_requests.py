"""Which requests reach an app, and what they say by then."""

import json
import subprocess
from collections.abc import Iterator

import pytest

from tests.core.adapters.haproxy.parts import Rig, answer, apps, routes

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """One proxy for all of this file: nothing here changes it."""
    made = Rig(tmp_path_factory.mktemp("proxy") / "proxy")
    with apps() as make:
        made.proxy.start(routes(make("one")))
        yield made
    made.end()


def said(rig: Rig, head: str, path: str = "/headers") -> tuple[int, dict[str, str]]:
    """Status of a request that is sent as it stands, and the headers that the app received."""
    with rig.dial() as channel:
        channel.sendall(f"GET {path} HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode("latin-1"))
        status, body = answer(channel)
    return status, json.loads(body) if status == 200 else {}


def over_http2(rig: Rig, *arguments: str, path: str = "/headers") -> tuple[int, str]:
    """Status and body of a request over HTTP/2; the status is 0 if the connection ended without one."""
    done = subprocess.run(
        [
            *("curl", "-sk", "--http2", "--max-time", "10", "-w", "\n%{http_code} %{http_version}", *arguments),
            *("--connect-to", f"::127.0.0.1:{rig.settings.https_port}"),
            f"https://shop.test:{rig.settings.https_port}{path}",
        ],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    body, _, last = done.stdout.rpartition("\n")
    status, version = last.split()
    assert version in ("2", "0"), done.stderr
    return int(status), body


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("shop.test", "shop.test"),
        ("shop.test:80", "shop.test:80"),
        ("SHOP.Test:8080", "shop.test:8080"),
        ("shop.test.", "shop.test"),
        ("shop.test.:8080", "shop.test:8080"),
    ],
)
def test_an_app_is_told_the_name_that_was_looked_up(rig: Rig, host: str, told: str) -> None:
    status, headers = said(rig, f"Host: {host}\r\n")
    assert (status, headers["host"], headers["x-forwarded-host"]) == (200, told, told)


@pytest.mark.parametrize(
    "host",
    [
        "shop.test:99@evil",
        "evil.com,shop.test",
        "shop.test,evil.com",
        "shop.test evil.com",
        "shop.test\tevil",
        "user@shop.test",
        "user:pass@shop.test",
        "shop.test:",
        "shop.test:80:80",
        "shop.test:8o",
        "shop.test:+80",
        "shop.test:123456",
        "shop.test..",
        ".shop.test",
        "shop..test",
        "shop.test/path",
        "shop.test?x",
        "shop.test#x",
        "shop.test\\evil",
        "[::1]",
        "[::1]:80",
        "shop.test\xe4",
        "shop%2etest",
        "http://shop.test",
        "",
        ":80",
        f"{'a' * 64}.test",
        ".".join(["a" * 60] * 5),
    ],
)
def test_a_host_that_is_no_name_with_a_port_is_refused(rig: Rig, host: str) -> None:
    assert said(rig, f"Host: {host}\r\n")[0] == 400


def test_a_request_without_a_host_or_with_two_is_refused(rig: Rig) -> None:
    assert said(rig, "")[0] == 400
    assert said(rig, "Host: shop.test\r\nHost: evil.com\r\n")[0] == 400
    assert said(rig, "Host: shop.test\r\nHost: shop.test:99@evil\r\n")[0] == 400


@pytest.mark.parametrize(
    "target", ["http://evil.com/headers", "http://user@shop.test/headers", "http://shop.test:99@evil/headers"]
)
def test_a_target_that_disagrees_with_the_host_is_refused(rig: Rig, target: str) -> None:
    assert said(rig, "Host: shop.test\r\n", target)[0] == 400


def test_an_app_is_asked_for_a_path_whatever_the_target_was(rig: Rig) -> None:
    status, headers = said(rig, "Host: shop.test\r\n", "http://shop.test/headers")
    assert (status, headers["host"]) == (200, "shop.test")


@pytest.mark.parametrize("host", ["shop.test:99@evil", "evil.com,shop.test", "user@shop.test", "[::1]", "shop.test:x"])
def test_the_authority_of_http2_is_held_to_the_same(rig: Rig, host: str) -> None:
    assert over_http2(rig, "-H", f"Host: {host}")[0] == 400


def test_the_authority_of_http2_arrives_as_it_was_looked_up(rig: Rig) -> None:
    status, body = over_http2(rig, "-H", "Host: SHOP.test.:8443")
    assert (status, json.loads(body)["host"]) == (200, "shop.test:8443")


CLAIMS = (
    "Forwarded",
    "X-Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-Prefix",
    "X-Forwarded-Ssl",
    "X-Forwarded-Server",
    "X-Forwarded-By",
    "X-Forwarded-Proto-Version",
    "X-ForwardedFor",
    "Forwarded-For",
    "X-Original-Forwarded-For",
    "X-Forwarded-Client-Cert",
    "X-Real-Port",
    "X-Real-Proto",
    "True-Client-IP",
    "X-Client-IP",
    "Client-IP",
    "X-Cluster-Client-IP",
    "CF-Connecting-IP",
    "CF-Connecting-IPv6",
    "Fastly-Client-IP",
    "Fly-Client-IP",
    "DO-Connecting-IP",
    "X-Remote-IP",
    "X-Remote-Addr",
    "X-Originating-IP",
    "X-ProxyUser-Ip",
    "Proxy-Client-IP",
    "WL-Proxy-Client-IP",
    "X-Azure-ClientIP",
    "X-Azure-SocketIP",
    "X-Envoy-External-Address",
    "CloudFront-Viewer-Address",
    "X-Original-URL",
    "X-Original-URI",
    "X-Original-Host",
    "X-Original-Method",
    "X-Rewrite-URL",
    "X-Host",
    "X-HTTP-Host-Override",
    "X-Script-Name",
    "Script-Name",
    "Path-Info",
    "Front-End-Https",
    "X-Url-Scheme",
    "X-Scheme",
    "X-Proto",
    "HTTPS",
    "CF-Visitor",
    "Proxy",
    "SSL-Client-Verify",
    "X-SSL-Client-Cert",
    "X-Client-Cert",
    "Client-Cert",
    "X-Trusted-IP",
    "X-ProxyMesh-IP",
    "X-Coming-From",
    "X-Orig-Host",
    "X-WebAuth-User",
    "X_WEBAUTH_USER",
    "X-Auth-Request-Email",
    "X-Authenticated-UserId",
    "X-authentik-username",
    "X-Pomerium-Claim-Email",
    "X-Vouch-User",
    "X-Consumer-Username",
    "X-Goog-Authenticated-User-Email",
    "X-MS-Client-Principal",
    "X-MS-CLIENT-PRINCIPAL-NAME",
    "Cf-Access-Authenticated-User-Email",
    "Tailscale-User-Login",
    "OIDC_CLAIM_sub",
    "X-Userinfo",
    "Remote-User",
    "X-Sendfile-Type",
    "X-Accel-Mapping",
    "X-TrueClientIP",
    "True-Client-IP-Address",
    "CF-Pseudo-IPv4",
    "X-IP",
    "CF-IPCountry",
    "X-Vercel-IP-Country",
    "CloudFront-Viewer-Country",
    "X-Forward-For",
    "X-Forward-Host",
    "X-Real-Host",
    "X-Proxy-Host",
    "Original-Host",
    "Host-Override",
    "X-Client-Hostname",
    "Server-Name",
    "X-Server-Port",
    "X-Origin-Proto",
    "X-Edge-Proto",
    "X-Proxy-Scheme",
    "X-Is-Secure",
    "X-Use-SSL",
    "X-Override-URL",
    "X-HTTP-DestinationURL",
    "X-Proxy-URL",
    "X-Real-Path",
)
OWN = {"x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto", "x-real-ip", "host"}


def _spellings(name: str) -> list[str]:
    return [name, name.lower(), name.upper(), *(name.replace("-", other) for other in "_.~")]


def test_no_claim_of_a_client_reaches_an_app_in_any_spelling(rig: Rig) -> None:
    names = sorted({spelling for claim in CLAIMS for spelling in _spellings(claim)} | {"X_Forwarded-For", "x.real_ip"})
    passed = set[str]()
    for start in range(0, len(names), 50):
        head = "Host: shop.test\r\n" + "".join(f"{name}: lie\r\n" for name in names[start : start + 50])
        status, headers = said(rig, head)
        assert status == 200
        passed |= {name for name, value in headers.items() if name not in OWN or "lie" in value}
    assert passed == set()


def test_no_claim_reaches_an_app_over_http2(rig: Rig) -> None:
    given = [part for claim in CLAIMS for name in (claim, claim.replace("-", "_")) for part in ("-H", f"{name}: lie")]
    status, body = over_http2(rig, *given)
    headers = json.loads(body)
    assert status == 200
    assert [name for name, value in headers.items() if "lie" in value] == []
    assert headers["x-forwarded-proto"] == "https"


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "Cookie",
        "X-Request-Id",
        "X-Requested-With",
        "X-CSRF-Token",
        "X-HTTP-Method-Override",
        "X-API-Key",
        "X-Auth-Token",
        "X-Auth-User",
        "X-User-Id",
        "X-Consumer",
        "X-Authentication-Method",
        "Traceparent",
        "Accept",
        "Origin",
        "Referer",
        "User-Agent",
        "Via",
        "X-Client-Version",
        "X-GitHub-Event",
        "X-Hub-Signature-256",
        "Stripe-Signature",
        "Range",
        "If-None-Match",
        "X-Custom_Name",
        "Upgrade-Insecure-Requests",
        "Sec-Fetch-User",
        "X-Import",
        "X-Transport",
        "Idempotency-Key",
        "X-Originator",
        "X-Real-Estate",
        "X-Remote-Control",
        "X-Shop-Country",
        "X-Color-Scheme",
        "Sec-WebSocket-Protocol-Version",
        "MCP-Protocol-Version",
        "X-RapidAPI-Host",
        "X-Upload-Path",
        "X-Download-URL",
        "X-Server-Timing",
        "Destination",
        "X-Zip",
        "X-Ship-Country",
    ],
)
def test_other_headers_pass(rig: Rig, name: str) -> None:
    assert said(rig, f"Host: shop.test\r\n{name}: value\r\n")[1][name.lower()] == "value"


def test_a_client_has_no_header_of_the_proxy_taken_away(rig: Rig) -> None:
    _, headers = said(rig, "Host: shop.test\r\nConnection: X-Real-IP, X-Forwarded-For\r\n")
    assert headers["x-real-ip"] == headers["x-forwarded-for"] == "127.0.0.1"
    assert "x-real-ip" not in headers.get("connection", "").lower()


def head_over_http2(rig: Rig, *headers: tuple[str, str]) -> bytes:
    """What comes back for a request whose head is sent by hand: curl sends no more than 64 KiB."""

    def number(value: int, bits: int) -> bytes:  # RFC 7541, section 5.1
        most = (1 << bits) - 1
        if value < most:
            return bytes([value])
        found, value = bytes([most]), value - most
        while value >= 128:
            found, value = found + bytes([value % 128 + 128]), value >> 7
        return found + bytes([value])

    def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
        return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload

    pseudo = ((":method", "GET"), (":scheme", "https"), (":path", "/"), (":authority", "shop.test"))
    block = b"".join(
        b"\0" + number(len(name), 7) + name.encode() + number(len(value), 7) + value.encode()
        for name, value in (*pseudo, *headers)
    )
    pieces = [block[at : at + 16384] for at in range(0, len(block), 16384)]
    sent = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"")
    for at, piece in enumerate(pieces):
        last = 4 if at == len(pieces) - 1 else 0
        sent += frame(9, last, 1, piece) if at else frame(1, 1 | last, 1, piece)
    with rig.handshake("shop.test", "h2") as channel:
        channel.settimeout(10)
        channel.sendall(sent)
        received = b""
        while b"\n" not in received and (data := channel.recv(65536)):
            received += data
        return received


def lines(count: int) -> str:
    return "".join(f"X-N{number}: 1\r\n" for number in range(count))


@pytest.mark.parametrize("size", [15_400, 20_000, 30_000])
def test_a_large_cookie_reaches_the_app(rig: Rig, size: int) -> None:
    cookie = "a=" + "x" * size
    assert said(rig, f"Host: shop.test\r\nCookie: {cookie}\r\n")[1]["cookie"] == cookie
    status, body = over_http2(rig, "-H", f"Cookie: {cookie}")
    assert (status, json.loads(body)["cookie"]) == (200, cookie)


@pytest.mark.parametrize("size", [33_000, 66_000, 120_000])
def test_headers_beyond_the_limit_are_answered_with_it(rig: Rig, size: int) -> None:
    head = f"Cookie: a={'x' * size}"
    with rig.dial() as channel:
        channel.sendall(f"GET / HTTP/1.1\r\nHost: shop.test\r\n{head}\r\n\r\n".encode())
        status, text = answer(channel)
    assert (status, "32 KiB" in text) == (431, True)
    received = head_over_http2(rig, ("cookie", f"a={'x' * size}"))
    assert b"431" in received
    assert b"32 KiB" in received


def test_a_url_beyond_the_limit_is_answered_with_it(rig: Rig) -> None:
    with rig.dial() as channel:
        channel.sendall(f"GET /{'x' * 40_000} HTTP/1.1\r\nHost: shop.test\r\n\r\n".encode())
        status, text = answer(channel)
    assert (status, "32 KiB" in text) == (414, True)
    assert said(rig, "Host: shop.test\r\n", "/headers?" + "x" * 17_000)[0] == 200


def test_a_request_has_a_bounded_number_of_headers(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("http.client._MAXHEADERS", 1000)
    assert said(rig, "Host: shop.test\r\n" + lines(250))[0] == 200
    for count in (300, 1000):
        with rig.dial() as channel:
            channel.sendall(f"GET / HTTP/1.1\r\nHost: shop.test\r\n{lines(count)}\r\n".encode())
            status, text = answer(channel)
        assert (status, "more than 256 headers" in text) == (431, True)
    received = head_over_http2(rig, *((f"x-n{number}", "1") for number in range(300)))
    assert b"431" in received
    assert b"more than 256 headers" in received


def test_what_exceeds_even_the_buffer_is_answered(rig: Rig) -> None:
    with rig.dial() as channel:
        channel.sendall(f"GET / HTTP/1.1\r\nHost: shop.test\r\nCookie: a={'x' * 300_000}\r\n\r\n".encode())
        assert answer(channel)[0] == 400


def test_an_answer_has_large_headers(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("http.client._MAXHEADERS", 1000)
    for size, count in ((1000, 60), (10, 300)):
        with rig.dial() as channel:
            channel.sendall(f"GET /large?{size},{count} HTTP/1.1\r\nHost: shop.test\r\n\r\n".encode())
            assert answer(channel) == (200, "one")


def test_an_answer_whose_headers_are_too_large_is_told_apart_from_one_that_broke_off(rig: Rig) -> None:
    with rig.dial() as channel:
        channel.sendall(b"GET /large?1000,400 HTTP/1.1\r\nHost: shop.test\r\n\r\n")
        status, text = answer(channel)
    assert status == 502
    assert "headers of more than 127 KiB" in text
    assert "broke off" not in text
