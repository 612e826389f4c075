"""The certificate by which programs of branches know the broker, and its authority.

The authority is made once: what branches were given stays good. The broker's own
certificate is made anew when another name is asked for, or when its end is near.
"""

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from biyong import keys

AUTHORITY, AUTHORITY_KEY = "branches_ca.pem", "branches_ca.key"
CERTIFICATE, KEY = "branches.pem", "branches.key"
AUTHORITY_DAYS = 3650
RENEWED_DAYS = 90
"""Before its end: whoever looks after a platform starts it anew once in a quarter."""
DAYS = 825
"""The longest that some clients, Apple's for one, believe in."""
INSIDE = ("rabbitmq", "localhost")
PEM = serialization.Encoding.PEM


def make_certificate(folder: Path, host: str) -> None:
    """The broker's certificate for the name or address by which branches reach it, and
    for those within, unless a good one is there; the authority too if there is none."""
    if _is_good(folder, host):
        return
    if not (folder / AUTHORITY).exists():
        _make_authority(folder)
    sign_certificate(folder, host)


def sign_certificate(folder: Path, host: str, days: int = DAYS) -> x509.Certificate:
    """A new certificate of the broker, by the authority that is there."""
    signer = serialization.load_pem_private_key(
        (folder / AUTHORITY_KEY).read_bytes(), None
    )
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{AUTHORITY_KEY} is no key that was made here")
    authority = x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes())
    own = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName(
        [_name_of(name) for name in dict.fromkeys((host, *INSIDE))]
    )
    built = (
        _begin(host, authority.subject, own, days)
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(names, critical=False)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .sign(signer, hashes.SHA256())
    )
    keys.write_file(folder / KEY, _text_of(own))
    keys.write_file(folder / CERTIFICATE, built.public_bytes(PEM).decode())
    return built


def _is_good(folder: Path, host: str) -> bool:
    """Whether the certificate is there, for this name, and not about to end."""
    if any(not (folder / name).exists() for name in (AUTHORITY, CERTIFICATE, KEY)):
        return False
    found = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=RENEWED_DAYS)
    return _name_of(host) in names.value and found.not_valid_after_utc > soon


def _make_authority(folder: Path) -> None:
    own = ec.generate_private_key(ec.SECP256R1())
    subject = _subject("Biyong broker authority")
    built = (
        _begin("Biyong broker authority", subject, own, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(True, 0), critical=True)
        .sign(own, hashes.SHA256())
    )
    keys.write_file(folder / AUTHORITY_KEY, _text_of(own))
    keys.write_file(folder / AUTHORITY, built.public_bytes(PEM).decode())


def _begin(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_subject(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))  # clocks that are behind
        .not_valid_after(now + datetime.timedelta(days=days))
    )


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _name_of(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _text_of(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
