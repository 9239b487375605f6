"""The certificate authority of a home."""

import socket
import ssl
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from sh0.certificates.authority import LocalAuthority
from sh0.errors import Corrupt
from sh0.ports.clock import SystemClock
from sh0.testing.clock import FakeClock


@pytest.fixture
def authority(tmp_path: Path) -> LocalAuthority:
    return LocalAuthority(tmp_path / "authority", SystemClock())


def leaf(chain: str) -> x509.Certificate:
    return x509.load_pem_x509_certificates(chain.encode())[0]


def test_who_trusts_the_root_trusts_the_host_and_no_other(authority: LocalAuthority, tmp_path: Path) -> None:
    """A real handshake, once with the right name and once with another."""
    issued = authority.issue("shop.example.org")
    (tmp_path / "host.pem").write_text(issued.chain + issued.key.reveal())
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "host.pem")
    client = ssl.create_default_context(cadata=authority.root())

    def shake(name: str) -> None:
        near, far = socket.socketpair()

        def serve() -> None:
            try:
                server.wrap_socket(far, server_side=True).close()
            except OSError:
                far.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            client.wrap_socket(near, server_hostname=name).close()
        finally:
            near.close()
            thread.join(5)

    shake("shop.example.org")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake("other.example.org")


def test_a_certificate_is_valid_from_a_little_ago_and_as_long_as_browsers_accept(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2026, 1, 1, tzinfo=UTC))
    issued = LocalAuthority(tmp_path / "authority", clock).issue("shop.example.org")
    certificate = leaf(issued.chain)
    assert certificate.not_valid_before_utc < clock.now()
    assert certificate.not_valid_after_utc == issued.expires
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days <= 398
    assert issued.created == clock.now()


def test_a_host_name_of_any_length_gets_a_certificate(authority: LocalAuthority) -> None:
    host = ".".join(["a" * 60] * 4)
    names = leaf(authority.issue(host).chain).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.value.get_values_for_type(x509.DNSName) == [host]


def test_the_authority_stays_the_same(authority: LocalAuthority, tmp_path: Path) -> None:
    assert authority.root() == LocalAuthority(tmp_path / "authority", SystemClock()).root() == authority.root()


def test_its_key_is_its_owners_only(authority: LocalAuthority, tmp_path: Path) -> None:
    authority.root()
    assert (tmp_path / "authority").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "authority" / "authority.key").stat().st_mode & 0o777 == 0o600


def test_two_threads_make_one_authority(authority: LocalAuthority) -> None:
    roots: list[str] = []
    threads = [threading.Thread(target=lambda: roots.append(authority.root())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(set(roots)) == 1
    authority.issue("shop.example.org")


def test_an_authority_that_was_cut_off_while_it_was_made_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "authority"
    folder.mkdir()
    (folder / "authority.key").write_text("half a k")
    LocalAuthority(folder, SystemClock()).issue("shop.example.org")


@pytest.mark.parametrize("lost", ["key", "nonsense", "of another"])
def test_a_root_without_its_key_is_corrupt_and_not_replaced(tmp_path: Path, lost: str) -> None:
    """People trust that root already; a new one would silently make them distrust every host."""
    authority, key = LocalAuthority(tmp_path / "a", SystemClock()), tmp_path / "a" / "authority.key"
    root = authority.root()
    if lost == "key":
        key.unlink()
    elif lost == "nonsense":
        key.write_text("nonsense")
    else:
        LocalAuthority(tmp_path / "b", SystemClock()).root()
        key.write_bytes((tmp_path / "b" / "authority.key").read_bytes())
    with pytest.raises(Corrupt, match="not the key of this home's authority"):
        authority.issue("shop.example.org")
    assert (tmp_path / "a" / "authority.pem").read_text() == root
