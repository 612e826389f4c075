"""Anyone may ask whether a certificate is genuine."""

from dataclasses import dataclass

from fields import Illegal
from fields.codes import plain_certificate_number

from learning.domain.certificate import Certificate
from learning.domain.errors import UnknownCertificate
from learning.usecases.ports import Certificates, Seal


@dataclass(frozen=True)
class Verdict:
    """The certificate as issued, and whether its signature holds."""

    certificate: Certificate
    genuine: bool


def verify_certificate(certificates: Certificates, seal: Seal, number: str) -> Verdict:
    """Look it up and check every printed field. Raises UnknownCertificate."""
    certificate = require_certificate(certificates, number)
    return Verdict(certificate, seal.has_valid_signature(certificate))


def require_certificate(certificates: Certificates, number: str) -> Certificate:
    """The certificate of a number, in any writing of it. Raises UnknownCertificate."""
    try:
        certificate = certificates.get(plain_certificate_number(number))
    except Illegal:
        certificate = None
    if certificate is None:
        raise UnknownCertificate(f"没有编号为 {number} 的证书：请核对编号")
    return certificate
