"""Certificates without the name of their person, who asked for that."""

from collections.abc import Sequence
from dataclasses import replace

from learning.domain.certificate import Certificate
from learning.usecases.ports import Certificates, Seal


def remove_names(certificates: Certificates, seal: Seal, person_id: str) -> None:
    """Every certificate of the person, also a replaced one, without a name, signed anew
    under its number.

    What was printed with the name stands on paper; whoever checks it is told that the
    number is genuine and that the name was removed. Repeating it changes nothing.
    """

    def decide_removal(
        issued: Certificate,
    ) -> tuple[Certificate, Sequence[object]] | None:
        return (seal.sign(replace(issued, name="")), ()) if issued.name else None

    for certificate in certificates.find_issued(person_id):
        certificates.change(certificate.number, decide_removal)
