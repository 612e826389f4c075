"""Wiring: the one place where enrolment's parts meet."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from chassis.broker.port import Transport
from chassis.inbox.retry_queue import RetryQueue
from chassis.service.kit import ServiceKit
from chassis.service.process import Loop, Service
from chassis.settings import load_settings
from chassis.storage.aggregates import mapping_of
from flask import Flask

from enrollment.api.branches import BranchRoutes
from enrollment.api.enrolments import EnrolmentRoutes
from enrollment.api.people import PeopleRoutes
from enrollment.api.rosters import RosterRoutes
from enrollment.clients.catalog import CatalogClient
from enrollment.clients.learning import LearningCertificates
from enrollment.domain.enrolment import Enrolment
from enrollment.domain.errors import Refusal
from enrollment.domain.people import Branch, Membership, PersonChange
from enrollment.domain.seat_book import SeatBook
from enrollment.events.handlers import build_handlers
from enrollment.events.roster_consumer import RosterConsumer
from enrollment.events.to_events import SEATS, to_event
from enrollment.settings import Settings
from enrollment.store import documents
from enrollment.store.chunks import StoredChunks, chunk_form
from enrollment.store.dry_run import DryRuns
from enrollment.store.dry_run_rows import DryRunRows
from enrollment.store.id_numbers import IdNumbers
from enrollment.store.parked_rosters import ParkedRosters
from enrollment.store.people import StoredBranches, StoredPeople, person_form
from enrollment.store.seats import StoredBooks, StoredEnrolments
from enrollment.usecases.correct_person import CorrectPerson
from enrollment.usecases.decide_chunk import (
    DecideChunk,
    DecideNextChunk,
    Records,
    wake_workers,
)
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
ELSEWHERE_SECONDS = 1.0
"""How often to look, in the end, for a chunk that came into another process: an officer
waits for it. In this process it wakes the workers."""
HOUR = 3600.0  # rows stay for a month: to clear them an hour late is soon enough


def build_service(environ: Mapping[str, str], bus: Transport | None = None) -> Service:
    """Enrolment as a process, on the bus of its settings or one handed in.

    Raises SettingsError.
    """
    settings = load_settings(Settings, environ)
    base = ServiceKit("enrollment", settings, to_event, documents.ALL, bus=bus)
    secret = settings.person_secret.encode()
    stores = _build_stores(base, IdNumbers(secret))
    catalog = CatalogClient(base.create_client("catalog"))
    deciding = _Deciding(base, stores, catalog, secret)
    app = _build_app(base, stores, deciding.wake)
    event_handlers = build_handlers(stores.books, catalog)
    service = base.create_service(app, event_handlers, deciding.worker_loops(base))

    def declare_storage() -> None:
        base.declare_indexes()
        stores.dry_runs.rows.declare_indexes()

    service.declare = declare_storage
    return service


@dataclass(frozen=True)
class _Stores:
    """The stores of enrolment."""

    branches: StoredBranches
    people: StoredPeople
    books: StoredBooks
    enrolments: StoredEnrolments
    chunks: StoredChunks
    dry_runs: DryRuns


def _build_stores(base: ServiceKit, id_numbers: IdNumbers) -> _Stores:
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
    records = Records(people, books, enrolments)
    return _Stores(
        StoredBranches(
            base.open_aggregates(documents.BranchDocument, mapping_of(Branch))
        ),
        people,
        books,
        enrolments,
        StoredChunks(
            base.open_aggregates(documents.ChunkDocument, chunk_form(id_numbers))
        ),
        DryRuns(records, DryRunRows(base.database), id_numbers),
    )


class _Deciding:
    """The parts between a chunk that comes in and its receipt."""

    def __init__(
        self, base: ServiceKit, stores: _Stores, catalog: CatalogClient, secret: bytes
    ) -> None:
        self.branches, self.chunks = stores.branches, stores.chunks
        decide = DecideChunk(
            stores.chunks,
            stores.branches,
            catalog,
            stores.dry_runs.real,
            stores.dry_runs.open_records,
            secret,
            base.clock.now,
        )
        self.any_chunk = DecideNextChunk(stores.chunks.claim, decide)
        self.small = DecideNextChunk(stores.chunks.claim_small, decide)
        self.wake = partial(wake_workers, (self.any_chunk, self.small))

    def worker_loops(self, base: ServiceKit) -> dict[str, Loop]:
        """The loops of a worker."""
        chunks, any_chunk, small = self.chunks, self.any_chunk, self.small
        return {
            "deciding": base.work_loop(
                "deciding", any_chunk, any_chunk.waiting, ELSEWHERE_SECONDS
            ),
            "deciding-small": base.work_loop(
                "deciding-small", small, small.waiting, ELSEWHERE_SECONDS
            ),
            "rosters": RosterConsumer(
                base.transport,
                self.branches,
                chunks,
                self.wake,
                ParkedRosters(RetryQueue(base.collections)),
            ).run,
            "clearing": base.work_loop(
                "clearing",
                lambda: chunks.clear_old_rows(time.time()) > 0,
                idle_seconds=HOUR,
            ),
        }


def _build_app(base: ServiceKit, stores: _Stores, wake: Callable[[], None]) -> Flask:
    branches, people, now = stores.branches, stores.people, base.clock.now
    books, enrolments = stores.books, stores.enrolments
    certificates = LearningCertificates(base.create_client("learning"))
    leave = LeaveClass(enrolments, certificates, DecideSeats(books, enrolments, now))
    return base.create_app(
        [
            BranchRoutes(branches),
            PeopleRoutes(branches, people, CorrectPerson(branches, people, now)),
            RosterRoutes(branches, stores.chunks, wake),
            EnrolmentRoutes(books, enrolments, leave),
        ],
        Refusal,
        STATUSES,
    )
