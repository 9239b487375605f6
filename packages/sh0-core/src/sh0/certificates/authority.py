"""A certificate authority of one's own, for host names that no public one will sign."""

import threading
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sh0.errors import Corrupt
from sh0.ports.clock import Clock
from sh0.records.certificate import Certificate
from sh0.values import Secret

_AUTHORITY_DAYS = 3650
_LEAF_DAYS = 397  # the most that browsers accept from an authority of one's own as well
_PEM = serialization.Encoding.PEM


class LocalAuthority:
    """Signs certificates with a key of this home; the operator may add its root to the browsers they care for.

    Args:
        folder: Where key and root are kept: ``authority.key`` (0600) and ``authority.pem``.
        clock: Tells the time.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock
        self._lock = threading.Lock()

    def issue(self, host: str) -> Certificate:
        """A certificate for one host name.

        Raises:
            Corrupt: Key and root of the authority cannot be read, or do not belong together.
        """
        root, root_key = self._load()
        now = self._clock.now()
        key = ec.generate_private_key(ec.SECP256R1())
        expires = now + timedelta(days=_LEAF_DAYS)
        builder = (
            _builder(now, expires)
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])]))
            .issuer_name(root.subject)
            .public_key(key.public_key())
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        )
        signed = builder.sign(root_key, hashes.SHA256())
        chain = (signed.public_bytes(_PEM) + root.public_bytes(_PEM)).decode()
        return Certificate(host, "sh0 local authority", chain, Secret(_pem(key).decode()), expires, now)

    def root(self) -> str:
        """The root certificate, PEM."""
        return self._load()[0].public_bytes(_PEM).decode()

    def _load(self) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        key_file, root_file = self._folder / "authority.key", self._folder / "authority.pem"
        with self._lock:
            if not root_file.exists():
                self._create(key_file, root_file)
        unusable = Corrupt(
            f"{key_file} is not the key of this home's authority",
            hint="Restore it, or remove it together with authority.pem for a new authority.",
        )
        try:
            key = serialization.load_pem_private_key(key_file.read_bytes(), None)
            root = x509.load_pem_x509_certificate(root_file.read_bytes())
        except (OSError, ValueError):
            raise unusable from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or root.public_key() != key.public_key():
            raise unusable
        return root, key

    def _create(self, key_file: Path, root_file: Path) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        now = self._clock.now()
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"sh0 local authority {now:%Y-%m-%d}")])
        root = (
            _builder(now, now + timedelta(days=_AUTHORITY_DAYS))
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        key_file.unlink(missing_ok=True)
        key_file.touch(mode=0o600)
        key_file.write_bytes(_pem(key))
        draft = root_file.with_suffix(".tmp")
        draft.write_bytes(root.public_bytes(_PEM))
        draft.replace(root_file)  # last, and at once: where there is a root there is its key


def _builder(start: datetime, end: datetime) -> x509.CertificateBuilder:
    early = start - timedelta(minutes=5)  # clocks differ
    return (
        x509.CertificateBuilder()
        .serial_number(x509.random_serial_number())
        .not_valid_before(early)
        .not_valid_after(end)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    """What a key may do: an authority's signs certificates, a host's signs handshakes (RFC 5280, section 4.2.1.3)."""
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
