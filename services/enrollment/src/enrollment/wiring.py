"""Wiring: the one place where enrolment's parts meet."""

import datetime
import threading
import time
from collections.abc import Mapping

from chassis.broker.port import Transport
from chassis.inbox.retry_queue import RetryQueue
from chassis.service.kit import ServiceKit
from chassis.service.process import Service
from chassis.settings import load_settings
from chassis.storage.aggregates import mapping_of

from enrollment.api import branches as branches_api
from enrollment.api import enrolments as enrolments_api
from enrollment.api import people as people_api
from enrollment.api import rosters as rosters_api
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
    settings = load_settings(Settings, environ)
    base = ServiceKit("enrollment", settings, to_event, documents.ALL, bus=bus)
    branches = StoredBranches(
        base.open_aggregates(documents.BranchDocument, mapping_of(Branch))
    )
    secret = settings.person_secret.encode()
    id_numbers = IdNumbers(secret)
    people = StoredPeople(
        base.open_aggregates(documents.PersonDocument, person_form(id_numbers)),
        base.open_aggregates(documents.MembershipDocument, mapping_of(Membership)),
        base.open_aggregates(documents.PersonChangeDocument, mapping_of(PersonChange)),
        id_numbers,
    )
    books = StoredBooks(
        base.open_aggregates(documents.SeatBookDocument, mapping_of(SeatBook))
    )
    enrolments = StoredEnrolments(
        base.open_aggregates(documents.EnrolmentDocument, mapping_of(Enrolment))
    )
    base.add_snapshots(enrolments.rows, Enrolment.to_snapshot, *SEATS.values())
    chunks = chunk_store.StoredChunks(
        base.open_aggregates(
            documents.ChunkDocument, chunk_store.chunk_form(id_numbers)
        )
    )
    catalog = CatalogClient(base.create_client("catalog"))
    certificates = LearningCertificates(base.create_client("learning"))
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

    held = RetryQueue(base.collections)

    def park_roster(body: bytes, why: str, sender: str, key: str) -> bool:
        term = datetime.timedelta(seconds=chunk_store.ROWS_KEPT_SECONDS)
        until = datetime.datetime.now(datetime.UTC) + term
        return held.park_from_outside(body, why, sender, key, until)

    deciding, deciding_small = threading.Event(), threading.Event()

    def wake_deciding() -> None:
        deciding.set()
        deciding_small.set()

    app = base.create_app(
        [
            branches_api.create_blueprint(branches),
            people_api.create_blueprint(
                branches, people, CorrectPerson(branches, people, base.clock.now)
            ),
            rosters_api.create_blueprint(branches, chunks, wake_deciding),
            enrolments_api.create_blueprint(
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
            base.transport, branches, chunks, wake_deciding, park_roster
        ).run,
        "clearing": base.work_loop("clearing", clear_old_rows, idle_seconds=HOUR),
    }
    service = base.create_service(app, build_handlers(books, catalog), workers)

    def declare_storage() -> None:
        base.declare_indexes()
        dry_runs.declare_indexes()

    service.declare = declare_storage
    return service
