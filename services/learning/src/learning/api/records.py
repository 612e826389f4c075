"""/record, /hours and /certificates: what a person has earned, and whether it holds."""

import datetime
from typing import Annotated, Any

import msgspec
from chassis.http.auth import caller, needs
from chassis.http.body import Shape, answer, query
from flask import Blueprint, Response

from learning.domain.certificate import Certificate
from learning.domain.hours import YEARLY_TARGET_QUARTERS, ZONE
from learning.usecases.ports import Certificates, Copies, Ledger, Records, Seal
from learning.usecases.verify_certificate import verify_certificate

Year = Annotated[int, msgspec.Meta(ge=2000, le=2100)]


class YearIn(Shape):
    """Which year of hours; 0 for this one."""

    year: Year | None = None


def blueprint(
    copies: Copies,
    records: Records,
    ledger: Ledger,
    certificates: Certificates,
    seal: Seal,
) -> Blueprint:
    """Routes for the record."""
    bp = Blueprint("records", __name__)

    @bp.get("/record")
    @needs("trainee")
    def record() -> Response:
        person = caller().person
        return answer(
            {"courses": records.of_person(person), "watched": copies.watched(person)}
        )

    @bp.get("/hours")
    @needs("trainee")
    def hours() -> Response:
        year = query(YearIn).year or datetime.datetime.now(ZONE).year
        entries = ledger.of_person(caller().person, year)
        said = {
            "year": year,
            "target": YEARLY_TARGET_QUARTERS / 4,
            "hours": sum(entry.quarters for entry in entries) / 4,
            "entries": [
                {"title": e.title, "hours": e.quarters / 4, "reason": e.reason,
                 "at": e.at, "rule": e.rule}
                for e in entries
            ],
        }  # fmt: skip
        return answer(said)

    @bp.get("/certificates")
    @needs("trainee")
    def own() -> Response:
        found = certificates.of_person(caller().person)
        return answer([_printed(certificate) for certificate in found])

    @bp.get("/certificates/<number>")
    @needs("visitor", "trainee", "officer", "staff", "operator")
    def verify(number: str) -> Response:
        verdict = verify_certificate(certificates, seal, number)
        return answer({**_printed(verdict.certificate), "genuine": verdict.genuine})

    return bp


def _printed(certificate: Certificate) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(certificate)
    said.pop("person_id")
    return said
