"""/record, /hours and /certificates: what a person has earned, and whether it holds."""

from typing import Annotated, Any

import msgspec
from chassis.http.auth import current_caller, require_roles, require_services
from chassis.http.body import Name, Shape, json_response, read_body, read_query
from chassis.http.routing import Routes, get, post
from flask import Response

from learning.domain.certificate import Certificate
from learning.domain.hours import YEARLY_TARGET_QUARTERS, ZONE
from learning.usecases.ports import (
    Certificates,
    Ledger,
    NoteRevocation,
    Now,
    Projections,
    Records,
    Seal,
)
from learning.usecases.revoke_certificate import revoke_certificate
from learning.usecases.verify_certificate import verify_certificate

Year = Annotated[int, msgspec.Meta(ge=2000, le=2100)]
"""Years in which somebody may have learnt here."""


class YearIn(Shape):
    """Which year of hours; 0 for this one."""

    year: Year | None = None


class RevocationIn(Shape):
    """Why a certificate is revoked; whoever checks the certificate reads it."""

    reason: Name


class RecordRoutes(Routes):
    """Routes for the record."""

    name = "records"

    def __init__(
        self,
        projections: Projections,
        records: Records,
        ledger: Ledger,
        certificates: Certificates,
        seal: Seal,
        note: NoteRevocation,
        now: Now,
    ) -> None:
        self.projections = projections
        self.records = records
        self.ledger = ledger
        self.certificates = certificates
        self.seal = seal
        self.note = note
        self.now = now

    @get("/record")
    @require_roles("trainee")
    def show_record(self) -> Response:
        person = current_caller().person
        return json_response(
            {
                "courses": self.records.find_by_person(person),
                "watched": self.projections.find_watched_percents(person),
            }
        )

    @get("/hours")
    @require_roles("trainee")
    def show_hours(self) -> Response:
        year = read_query(YearIn).year or self.now().astimezone(ZONE).year
        entries = self.ledger.find_by_person(current_caller().person, year)
        hours = {
            "year": year,
            "target": YEARLY_TARGET_QUARTERS / 4,
            "hours": sum(entry.quarters for entry in entries) / 4,
            "entries": [
                {
                    "title": e.title,
                    "hours": e.quarters / 4,
                    "reason": e.reason,
                    "at": e.at,
                    "rule": e.rule,
                }
                for e in entries
            ],
        }
        return json_response(hours)

    @get("/certificates")
    @require_roles("trainee")
    def list_certificates(self) -> Response:
        issued = self.certificates.find_by_person(current_caller().person)
        return json_response([_dump_certificate(certificate) for certificate in issued])

    @get("/certificates/<number>")
    @require_roles("visitor", "trainee", "officer", "staff", "operator")
    def show_certificate(self, number: str) -> Response:
        verdict = verify_certificate(self.certificates, self.seal, number)
        return json_response(
            {**_dump_certificate(verdict.certificate), "genuine": verdict.genuine}
        )

    @post("/certificates/<number>/revocation")
    @require_roles("staff")
    def post_revocation(self, number: str) -> Response:
        reason, today = (
            read_body(RevocationIn).reason,
            self.now().astimezone(ZONE).date(),
        )
        revoked = revoke_certificate(
            self.certificates, self.note, number, reason, _who_asks(), today
        )
        return json_response(_dump_certificate(revoked))

    @get("/classes/<class_id>/certificates/<person_id>")
    @require_services("enrollment")
    def of_class(self, class_id: str, person_id: str) -> Response:
        certificate = self.certificates.get_by_class(person_id, class_id)
        return json_response({"is_issued": certificate is not None})


def _who_asks() -> str:
    """The account that an audit line names."""
    return current_caller().login or current_caller().account


def _dump_certificate(certificate: Certificate) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(certificate)
    fields.pop("person_id")
    return fields
