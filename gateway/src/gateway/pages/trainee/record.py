"""The record: hours and certificates by year, what is under way, a file of it."""

import datetime
import hashlib

import msgspec
from chassis.clock import utc_now
from chassis.http.routing import Routes, get
from contracts.http.learning import CertificateOut, HoursQuery
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Part, Unavailable
from gateway.identity.account import TRAINEE
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.trainee.own_classes import (
    Now,
    ask_classes,
    college_today,
    read_classes,
)
from gateway.pages.trainee.record_view import (
    YearAnswers,
    find_certificates,
    poll_path,
    view_under_way,
    view_years,
)
from gateway.pages.trainee.record_workbook import write_record
from gateway.pages.years import read_year
from gateway.roster_files.roster_workbooks import WORKBOOK_TYPE
from gateway.texts.language import gettext


class RecordPages(Routes):
    """Hours and certificates of a trainee."""

    name = "record"

    def __init__(self, now: Now = utc_now) -> None:
        self.now = now

    @get("/record")
    @for_role(TRAINEE)
    def show_record(self) -> Response:
        """An open record asks for two things; all else only if one of them changed."""
        services, asked = page_services(), read_year(request.args)
        today = college_today(self.now)
        certificates = services.ask_part(services.learning.list_certificates)
        own = None
        if asked in (None, today.year) and not is_part():
            own = ask_classes(services, certificates)
        answers = _read_year(services, asked, certificates, today)
        if is_part() and isinstance(answers.hours, Unavailable):
            return Response(status=204)
        seen = _digest_of(answers)
        if is_part() and request.args.get("seen") == seen:
            return Response(status=204)
        if asked in (None, today.year):
            own = own or ask_classes(services, certificates)
        return render_page(
            "trainee/record/entries.html" if is_part() else "trainee/record/show.html",
            hours_record=answers.hours,
            certificates=find_certificates(answers),
            year=answers.year,
            years=view_years(answers),
            poll=poll_path(asked, seen),
            under_way=view_under_way(read_classes(services, own, today)) if own else [],
        )

    @get("/record.xlsx")
    @for_role(TRAINEE)
    def download_record(self) -> Response:
        """The hours of a year and the certificates issued in it, as a workbook."""
        services, asked = page_services(), read_year(request.args)
        certificates = services.ask_part(services.learning.list_certificates)
        hours = services.learning.show_hours(HoursQuery(year=asked))
        issued = certificates.require_answer()
        answers = YearAnswers(asked, hours.year, hours, issued)
        content = write_record(hours, list(find_certificates(answers)), gettext)
        answered = Response(content, content_type=WORKBOOK_TYPE)
        named = f'attachment; filename="record-{hours.year}.xlsx"'
        answered.headers["Content-Disposition"] = named
        return answered


def _read_year(
    services: PageServices,
    asked: int | None,
    certificates: Part[list[CertificateOut]],
    today: datetime.date,
) -> YearAnswers:
    hours = services.ask_part(services.learning.show_hours, HoursQuery(year=asked))
    return YearAnswers(asked, today.year, hours.get_answer(), certificates.get_answer())


def _digest_of(answers: YearAnswers) -> str:
    """The digest of a record's state: an open page asks with it.

    Only what has changed is put in its place, so that nobody loses what they had
    selected or what is read out to them.
    """
    shown = (answers.year, answers.hours, find_certificates(answers))
    return hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:16]
