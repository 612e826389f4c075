"""Wiring: the one place where enrolment's parts meet."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from chassis.broker.port import Transport
from chassis.http.routing import Routes
from chassis.inbox.retry_queue import RetryQueue
from chassis.projections.rebuild import ReadModel
from chassis.service.kit import ServiceKit
from chassis.service.process import Loop, Service
from chassis.settings import load_settings
from chassis.storage.aggregates import mapping_of
from flask import Flask

from enrollment.api.enrolments import EnrolmentRoutes
from enrollment.api.rosters import RosterRoutes
from enrollment.api.sent_rosters import SentRosterRoutes
from enrollment.api.statuses import STATUSES
from enrollment.clients.catalog import CatalogClient
from enrollment.clients.learning import LearningCertificates
from enrollment.domain.enrolment import Enrolment
from enrollment.domain.errors import Refusal
from enrollment.domain.people import Membership, PersonChange
from enrollment.domain.seat_book import SeatBook
from enrollment.domain.sent_roster import Roster
from enrollment.events import projected_rows
from enrollment.events.handlers import build_handlers
from enrollment.events.roster_consumer import RosterConsumer
from enrollment.events.to_events import SEATS, to_event
from enrollment.people_wiring import PeopleParts, note_moved_members, open_merges
from enrollment.personal_wiring import build_branch_routes, build_personal_routes
from enrollment.settings import Settings
from enrollment.store import documents
from enrollment.store.branch_use import StoredMemberCounts
from enrollment.store.branches import StoredBranches, branch_form
from enrollment.store.chunks import StoredChunks, chunk_form
from enrollment.store.digests import StoredDigests
from enrollment.store.dry_run import DryRuns
from enrollment.store.dry_run_rows import DryRunRows
from enrollment.store.followed_chunks import FollowedChunks
from enrollment.store.id_numbers import IdNumbers
from enrollment.store.merges import StoredMerges
from enrollment.store.parked_rosters import ParkedRosters
from enrollment.store.people import StoredPeople, person_form
from enrollment.store.rosters import StoredRosters
from enrollment.store.seats import StoredBooks, StoredEnrolments
from enrollment.store.studies import StoredStudies
from enrollment.store.waiting_chunks import find_jobs
from enrollment.usecases.claim_repairs import ClaimRepairs
from enrollment.usecases.count_leavers import CountLeavers
from enrollment.usecases.decide_chunk import (
    DecideChunk,
    DecideNextChunk,
    Records,
    wake_workers,
)
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.follow_chunks import FollowChunks
from enrollment.usecases.leave_class import LeaveClass
from enrollment.usecases.move_branch import MoveBranch
from enrollment.usecases.move_roster import MoveRoster
from enrollment.usecases.redo_chunk import RedoChunk
from enrollment.usecases.take_back_chunk import TakeBackChunk
from enrollment.usecases.turn_roster import TurnRoster

ELSEWHERE_SECONDS = 1.0
"""How often to look, in the end, for a chunk that came into another process: an officer
waits for it. In this process it wakes the workers."""
GATHER_SECONDS = 0.25
"""A chunk changes twice within this, as it comes in and as it is decided, and whoever
looks on does not see so little. It keeps counting out of the way of deciding."""
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
    following = _Following(base, stores)
    base.find_jobs.append(partial(find_jobs, stores.chunks.rows.collection))
    deciding = _Deciding(base, stores, catalog, secret, following)
    people = PeopleParts(base, stores, secret)
    personal = build_personal_routes(base, stores, settings)
    routes = (*people.create_routes(), *personal)
    app = _build_app(base, stores, deciding.wake, following, routes)
    event_handlers = build_handlers(stores.books, catalog, stores.studies)
    workers = deciding.worker_loops(base) | following.worker_loops(base)
    workers |= people.worker_loops()
    service = base.create_service(app, event_handlers, workers)

    def declare_storage() -> None:
        base.declare_indexes()
        for own in (stores.dry_runs.rows, stores.digests, stores.rosters):
            own.declare_indexes()
        stores.followed.note_old(time.time())
        stores.branches.place_old()
        people.declare_storage()

    service.declare = declare_storage
    return service


@dataclass(frozen=True)
class _Stores:
    """The stores of enrolment."""

    branches: StoredBranches
    people: StoredPeople
    member_counts: StoredMemberCounts
    books: StoredBooks
    enrolments: StoredEnrolments
    chunks: StoredChunks
    followed: FollowedChunks
    digests: StoredDigests
    rosters: StoredRosters
    studies: StoredStudies
    dry_runs: DryRuns
    merges: StoredMerges


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
    records = Records(people, books, enrolments, base.audit_log)
    chunks = base.open_aggregates(documents.ChunkDocument, chunk_form(id_numbers))
    rosters = base.open_aggregates(documents.RosterDocument, mapping_of(Roster))
    return _Stores(
        StoredBranches(base.open_aggregates(documents.BranchDocument, branch_form())),
        people,
        StoredMemberCounts(people.memberships),
        books,
        enrolments,
        StoredChunks(chunks),
        FollowedChunks(chunks),
        StoredDigests(base.database),
        StoredRosters(rosters, base.database),
        _build_studies(base),
        DryRuns(records, DryRunRows(base.database), id_numbers),
        open_merges(base),
    )


def _build_studies(base: ServiceKit) -> StoredStudies:
    studies = StoredStudies()
    base.rebuilding.add_model(
        ReadModel("courses", studies.courses, projected_rows.COURSES),
        ReadModel("watched", studies.watched, projected_rows.WATCHED),
        ReadModel("finished_classes", studies.finished, projected_rows.FINISHED),
    )
    return studies


class _Following:
    """The parts by which rosters follow their chunks and branches, chunks a roster."""

    def __init__(self, base: ServiceKit, stores: _Stores) -> None:
        chunks, enrolments = stores.followed, stores.enrolments
        seats = DecideSeats(stores.books, enrolments, base.clock.now)
        self.follow = FollowChunks(
            chunks, stores.digests, stores.rosters, stores.branches
        )
        self.claim_repairs = ClaimRepairs(self.follow, chunks, stores.digests)
        self.move = MoveRoster(
            stores.rosters,
            chunks,
            TakeBackChunk(chunks, enrolments, seats, stores.studies),
            RedoChunk(chunks, enrolments, seats),
            self.follow.waiting.set,
        )
        self.follow.moving = self.move.waiting
        moved = partial(note_moved_members, stores.branches, stores.people)
        self.move_branch = MoveBranch(stores.branches, stores.rosters, moved)
        self.turn = TurnRoster(stores.rosters, self.follow, base.clock.now)

    def worker_loops(self, base: ServiceKit) -> dict[str, Loop]:
        """The loops of a worker."""
        return {
            "following": base.work_loop(
                "following",
                self.follow,
                self.follow.waiting,
                ELSEWHERE_SECONDS,
                GATHER_SECONDS,
            ),
            "branches": base.work_loop(
                "branches", self.move_branch.write_out, self.move_branch.waiting
            ),
            "moving": base.work_loop(
                "moving", self.move, self.move.waiting, ELSEWHERE_SECONDS
            ),
        }


class _Deciding:
    """The parts between a chunk that comes in and its receipt."""

    def __init__(
        self,
        base: ServiceKit,
        stores: _Stores,
        catalog: CatalogClient,
        secret: bytes,
        following: _Following,
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
            following.claim_repairs,
            stores.merges.find_groups,
        )
        woken = following.follow.waiting.set
        at_end = base.wake.set_at_end
        self.any_chunk = DecideNextChunk(stores.chunks.claim, decide, woken, at_end)
        self.small = DecideNextChunk(stores.chunks.claim_small, decide, woken, at_end)
        self.wake = partial(
            wake_workers, (self.any_chunk, self.small, following.follow)
        )

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


def _build_app(
    base: ServiceKit,
    stores: _Stores,
    wake: Callable[[], None],
    following: _Following,
    people_routes: tuple[Routes, ...],
) -> Flask:
    branches, now = stores.branches, base.clock.now
    books, enrolments = stores.books, stores.enrolments
    certificates = LearningCertificates(base.create_client("learning"))
    leave = LeaveClass(enrolments, certificates, DecideSeats(books, enrolments, now))
    return base.create_app(
        [
            build_branch_routes(stores, following.move_branch),
            *people_routes,
            RosterRoutes(branches, stores.chunks, wake),
            SentRosterRoutes(
                branches,
                stores.rosters,
                stores.digests,
                following.turn,
                CountLeavers(stores.followed, enrolments, stores.studies),
                following.move.waiting.set,
            ),
            EnrolmentRoutes(branches, books, enrolments, leave, stores.merges),
        ],
        Refusal,
        STATUSES,
    )
