"""Wiring: the one place where enrolment's parts meet."""

import datetime
import threading
import time
from collections.abc import Mapping

from chassis.broker.port import Transport
from chassis.inbox.retry_queue import Held
from chassis.service.kit import Plumbing
from chassis.service.process import Service
from chassis.settings import read
from chassis.storage.aggregates import form_of

from enrollment.api.branches import BranchRoutes
from enrollment.api.enrolments import EnrolmentRoutes
from enrollment.api.people import PeopleRoutes
from enrollment.api.rosters import RosterRoutes
from enrollment.clients.catalog import CatalogClient
from enrollment.clients.learning import LearningCertificates
from enrollment.domain.branch import Branch
from enrollment.domain.enrolment import Enrolment
from enrollment.domain.errors import Refusal
from enrollment.domain.person import Membership, PersonChange
from enrollment.domain.roster import Chunk
from enrollment.domain.seat_book import SeatBook
from enrollment.events.handlers import build_handlers
from enrollment.events.roster_consumer import RosterConsumer
from enrollment.events.to_events import SEATS, to_event
from enrollment.settings import Settings
from enrollment.store import chunks as chunk_store
from enrollment.store import documents
from enrollment.store.dry_run import DryBooks, DryEnrolments, DryPeople
from enrollment.store.dry_run_rows import DryRunRows
from enrollment.store.id_numbers import IdNumbers
from enrollment.store.people import StoredBranches, StoredPeople, person_form
from enrollment.store.seats import StoredBooks, StoredEnrolments
from enrollment.usecases.correct_person import CorrectPerson
from enrollment.usecases.decide_chunk import DecideChunk, Records
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.leave_class import LeaveClass

STATUSES = {
    "unknown-branch": 404,
    "unknown-class": 404,
    "unknown-chunk": 404,
    "unknown-enrolment": 404,
    "unknown-person": 404,
    "not-your-branch": 403,
    "not-your-person": 403,
    "field-illegal": 422,
    "rows-refused": 422,
    "too-many-undecided": 429,
}
HOUR = 3600.0  # rows stay for a month: to clear them an hour late is soon enough


def build_service(environ: Mapping[str, str], bus: Transport | None = None) -> Service:
    """Enrolment as a process, on the bus of its settings or one handed in.

    Raises SettingsError.
    """
    settings = read(Settings, environ)
    base = Plumbing("enrollment", settings, to_event, documents.ALL, bus=bus)
    branches = StoredBranches(
        base.aggregates(documents.BranchDocument, form_of(Branch))
    )
    secret = settings.person_secret.encode()
    id_numbers = IdNumbers(secret)
    people = StoredPeople(
        base.aggregates(documents.PersonDocument, person_form(id_numbers)),
        base.aggregates(documents.MembershipDocument, form_of(Membership)),
        base.aggregates(documents.PersonChangeDocument, form_of(PersonChange)),
        id_numbers,
    )
    books = StoredBooks(base.aggregates(documents.SeatBookDocument, form_of(SeatBook)))
    enrolments = StoredEnrolments(
        base.aggregates(documents.EnrolmentDocument, form_of(Enrolment))
    )
    base.add_snapshots(enrolments.rows, Enrolment.to_snapshot, *SEATS.values())
    chunks = chunk_store.StoredChunks(
        base.aggregates(documents.ChunkDocument, chunk_store.chunk_form(id_numbers))
    )
    catalog = CatalogClient(base.client("catalog"))
    certificates = LearningCertificates(base.client("learning"))
    seats = DecideSeats(books, enrolments, base.clock.now)
    dry_runs = DryRunRows(base.database)

    def dry_records(chunk: Chunk) -> Records:
        run = f"{chunk.branch_id}/{chunk.roster_id}"
        return Records(
            DryPeople(people, dry_runs, run, id_numbers),
            DryBooks(books, dry_runs, run),
            DryEnrolments(enrolments, dry_runs, run),
        )

    decide = DecideChunk(
        chunks,
        branches,
        catalog,
        Records(people, books, enrolments),
        dry_records,
        secret,
        base.clock.now,
    )

    def decide_next(*, small: bool = False) -> bool:
        claimed = chunks.claim_small() if small else chunks.claim()
        if claimed is not None:
            decide(claimed)
        return claimed is not None

    def decide_next_small() -> bool:
        return decide_next(small=True)

    def clear_old_rows() -> bool:
        return chunks.clear_old_rows(time.time()) > 0

    held = Held(base.tables)

    def keep_roster(body: bytes, why: str, sender: str, key: str) -> bool:
        term = datetime.timedelta(seconds=chunk_store.ROWS_KEPT_SECONDS)
        until = datetime.datetime.now(datetime.UTC) + term
        return held.park_from_outside(body, why, sender, key, until)

    deciding, deciding_small = threading.Event(), threading.Event()

    def wake_deciding() -> None:
        deciding.set()
        deciding_small.set()

    app = base.app(
        [
            BranchRoutes(branches),
            PeopleRoutes(
                branches, people, CorrectPerson(branches, people, base.clock.now)
            ),
            RosterRoutes(branches, chunks, wake_deciding),
            EnrolmentRoutes(
                books, enrolments, LeaveClass(enrolments, certificates, seats)
            ),
        ],
        Refusal,
        STATUSES,
    )
    workers = {
        "deciding": base.work_loop("deciding", decide_next, deciding),
        "deciding-small": base.work_loop(
            "deciding-small", decide_next_small, deciding_small
        ),
        "rosters": RosterConsumer(
            base.transport, branches, chunks, wake_deciding, keep_roster
        ).run,
        "clearing": base.work_loop("clearing", clear_old_rows, idle_seconds=HOUR),
    }
    service = base.service(app, build_handlers(books, catalog), workers)

    def declare_storage() -> None:
        base.declare()
        dry_runs.declare_indexes()

    service.declare = declare_storage
    return service
