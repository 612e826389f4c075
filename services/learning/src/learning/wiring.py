"""Wiring: the one place where learning's parts meet."""

import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from chassis.broker.port import Transport
from chassis.people.forgotten import ForgottenPeople
from chassis.people.personal_data import PersonalData, PersonalRows
from chassis.projections.aliases import Aliases
from chassis.projections.rebuild import ReadModel
from chassis.service.kit import ServiceKit
from chassis.service.process import Loop, Service
from chassis.settings import load_settings
from chassis.storage.aggregates import mapping_of

from learning.api.holdings import HoldingsRoutes
from learning.api.hours import HoursRoutes
from learning.api.imports import ImportRoutes
from learning.api.issued import IssuedRoutes
from learning.api.records import RecordRoutes
from learning.api.reports import ReportRoutes
from learning.api.standings import StandingRoutes
from learning.clients.enrollment import EnrollmentNames
from learning.clients.names_of_forgotten import NamesOfForgotten
from learning.clients.seal import KeySeal
from learning.clients.terms import EnrollmentTerms
from learning.domain.certificate import Certificate
from learning.domain.errors import Refusal
from learning.domain.hours import HoursEntry
from learning.domain.record import Record
from learning.events import projected_rows
from learning.events.handlers import build_handlers
from learning.events.to_events import to_event
from learning.settings import Settings
from learning.store import documents
from learning.store import make_ups as make_ups_store
from learning.store import reports as reports_store
from learning.store.earned import StoredEarned
from learning.store.make_ups import StoredMakeUps
from learning.store.projections import StoredProjections
from learning.store.records import (
    StoredCertificates,
    StoredLedger,
    StoredRecords,
)
from learning.store.reports import StoredReports
from learning.usecases.complete_lecture import Certify, CompleteLecture
from learning.usecases.correct_hours import CorrectHours
from learning.usecases.find_cells import FindCells
from learning.usecases.find_standings import FindStandings
from learning.usecases.follow_merges import FollowMerges
from learning.usecases.import_records import ImportRecords
from learning.usecases.make_report import MakeReport
from learning.usecases.make_up_courses import make_up_courses
from learning.usecases.ports import NoteRevocation
from learning.usecases.read_earned import ReadEarned
from learning.usecases.reissue_certificates import ReissueCertificates
from learning.usecases.remove_names import remove_names

REVOKED = "certificate-revoked"
UNHURRIED_SECONDS = 10.0  # what waits for its time waits half a minute and more
REPORT_SECONDS = 10.0  # who has asked for one is woken for; this finds what was left
STATUSES = {
    "unknown-branch": 404,
    "unknown-certificate": 404,
    "unknown-hours-entry": 404,
    "unknown-person": 404,
}


PERSONAL_ROWS = (
    PersonalRows("records", documents.RecordDocument, "ledger"),
    PersonalRows("hours", documents.HoursDocument, "ledger"),
    PersonalRows("certificates", documents.CertificateDocument, "certificate"),
    PersonalRows("watched", documents.WatchedDocument),
    PersonalRows("seats", documents.SeatDocument, "seats"),
)
"""What learning stores about people, and for what reason some of it stays."""


def build_service(environ: Mapping[str, str], bus: Transport | None = None) -> Service:
    """Learning as a process, on the bus of its settings or one handed in.

    Raises SettingsError.
    """
    settings = load_settings(Settings, environ)
    base = ServiceKit("learning", settings, to_event, documents.ALL, bus=bus)
    projections = _build_projections(base)
    records, ledger = _open_records(base)
    aliases, certificates = _build_aliases(base), _open_certificates(base)
    forgotten = ForgottenPeople(base.database)
    certify = _build_certify(
        base, settings, projections, ledger, certificates, forgotten
    )
    remove = partial(remove_names, certificates, certify.seal)
    about_people = PersonalData(forgotten, PERSONAL_ROWS, remove)
    now = base.clock.now
    complete = CompleteLecture(projections, records, ledger, certify, aliases)
    make_ups, making_up = _build_make_ups(base, projections, complete)
    note = _note_revocations(base)
    routes = RecordRoutes(
        projections, records, ledger, certificates, certify.seal, note, now, aliases
    )
    standings = FindStandings(projections, records, ledger, certificates, aliases)
    for_staff = _build_staff_routes(base, certify, aliases)
    earned = StoredEarned(projections, records, ledger, certificates)
    reporting = _Reporting(base, earned, aliases)
    others = (HoldingsRoutes(about_people), StandingRoutes(standings), reporting.routes)
    api = [routes, *others, *for_staff, _build_imports(base, complete)]
    app = base.create_app(api, Refusal, STATUSES)
    event_handlers = build_handlers(
        projections,
        records,
        complete,
        make_ups,
        ReissueCertificates(certify, base.audit_log),
        aliases,
        FollowMerges(complete, certificates, now),
        about_people,
    )
    workers = {
        "making-up": making_up,
        "reporting": reporting.loop,
    }
    return base.create_service(app, event_handlers, workers)


def _build_make_ups(
    base: ServiceKit, projections: StoredProjections, complete: CompleteLecture
) -> tuple[StoredMakeUps, Loop]:
    """The make-ups, and the loop that does them."""
    watched_before = threading.Event()
    make_ups = StoredMakeUps(
        base.open_aggregates(documents.MakeUpDocument, make_ups_store.FORM),
        watched_before.set,
    )
    make_up_next = partial(make_up_courses, projections, make_ups, complete)
    loop = base.work_loop("making-up", make_up_next, watched_before, UNHURRIED_SECONDS)
    return make_ups, loop


class _Reporting:
    """The parts by which reports are made."""

    def __init__(self, base: ServiceKit, earned: StoredEarned, groups: Aliases) -> None:
        asked = threading.Event()
        reports = StoredReports(
            base.open_aggregates(documents.ReportDocument, reports_store.FORM),
            asked.set,
        )
        terms = EnrollmentTerms(base.create_client("enrollment"))
        read = ReadEarned(earned, earned.ledger, groups)
        make_report = MakeReport(terms, read, reports, base.clock.now)
        self.routes = ReportRoutes(
            make_report, FindCells(terms, earned, groups, base.clock.now)
        )
        self.loop = base.work_loop(
            "reporting", make_report.make_next, asked, REPORT_SECONDS
        )


def _build_imports(base: ServiceKit, complete: CompleteLecture) -> ImportRoutes:
    people = EnrollmentNames(base.create_client("enrollment"))
    return ImportRoutes(ImportRecords(complete, people, base.audit_log, base.clock.now))


def _build_certify(
    base: ServiceKit,
    settings: Settings,
    projections: StoredProjections,
    ledger: StoredLedger,
    certificates: StoredCertificates,
    forgotten: ForgottenPeople,
) -> Certify:
    names = EnrollmentNames(base.create_client("enrollment"))
    return Certify(
        projections,
        ledger,
        certificates,
        KeySeal(Path(settings.certificate_keys_file)),
        NamesOfForgotten(names, forgotten),
        names if settings.certificate_details else None,
        base.clock.now,
        settings.issuer_name,
        settings.certificate_secret.encode(),
    )


def _build_staff_routes(
    base: ServiceKit, certify: Certify, aliases: Aliases
) -> tuple[HoursRoutes, IssuedRoutes]:
    """The routes by which staff correct hours and look for certificates."""
    correct = CorrectHours(
        certify.ledger,
        certify.projections,
        aliases,
        certify.names,
        base.audit_log,
        base.clock.now,
    )
    issued = IssuedRoutes(certify.certificates, aliases, certify.seal)
    return HoursRoutes(correct), issued


def _open_records(base: ServiceKit) -> tuple[StoredRecords, StoredLedger]:
    records = base.open_aggregates(documents.RecordDocument, mapping_of(Record))
    ledger = base.open_aggregates(documents.HoursDocument, mapping_of(HoursEntry))
    return StoredRecords(records), StoredLedger(ledger)


def _open_certificates(base: ServiceKit) -> StoredCertificates:
    rows = base.open_aggregates(documents.CertificateDocument, mapping_of(Certificate))
    issued = "learning.certificate.issued.v1"
    base.add_snapshots(rows, Certificate.creation_events, issued)
    return StoredCertificates(rows)


def _build_aliases(base: ServiceKit) -> Aliases:
    aliases = Aliases(documents.AliasDocument)
    base.rebuilding.add_model(
        ReadModel("aliases", aliases.rows, projected_rows.ALIASES)
    )
    return aliases


def _build_projections(base: ServiceKit) -> StoredProjections:
    projections = StoredProjections()
    base.rebuilding.add_model(
        ReadModel("courses", projections.courses, projected_rows.COURSES),
        ReadModel("classes", projections.classes, projected_rows.CLASSES),
        ReadModel("seats", projections.seats, projected_rows.SEATS),
        ReadModel("watched", projections.watched_rows, projected_rows.WATCHED),
    )
    return projections


def _note_revocations(base: ServiceKit) -> NoteRevocation:
    def note_revocation(who: str, number: str, why: str) -> None:
        base.audit_log.add(who, REVOKED, number, reason=why, key=f"revocation-{number}")

    return note_revocation
