"""Wiring: the one place where enrolment's parts meet."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from chassis.broker.port import Transport
from chassis.http.routing import Routes
from chassis.projections.rebuild import ReadModel
from chassis.service.kit import ServiceKit
from chassis.service.process import Service
from chassis.settings import load_settings
from chassis.storage.aggregates import mapping_of
from flask import Flask

from enrollment.api.branch_events import BranchEventRoutes
from enrollment.api.enrolments import EnrolmentRoutes
from enrollment.api.rosters import RosterRoutes
from enrollment.api.sent_rosters import SentRosterRoutes
from enrollment.api.statuses import STATUSES
from enrollment.changes_wiring import build_replacements
from enrollment.clients.catalog import CatalogClient
from enrollment.clients.learning import LearningCertificates
from enrollment.domain.enrolment import Enrolment
from enrollment.domain.errors import Refusal
from enrollment.domain.people import Membership, PersonChange
from enrollment.domain.sent_roster import Roster
from enrollment.events import projected_rows
from enrollment.events.handlers import build_handlers
from enrollment.events.to_events import SEATS, to_event
from enrollment.feed_wiring import FeedParts
from enrollment.joining_wiring import JoiningParts, build_seat_routes
from enrollment.people_wiring import PeopleParts, open_merges
from enrollment.personal_wiring import build_branch_routes, build_personal_routes
from enrollment.roster_wiring import Deciding, Following
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
from enrollment.store.people import StoredPeople, person_form
from enrollment.store.rosters import StoredRosters
from enrollment.store.seats import BOOK_FORM, StoredBooks, StoredEnrolments
from enrollment.store.studies import StoredStudies
from enrollment.store.waiting_chunks import find_jobs
from enrollment.usecases.count_leavers import CountLeavers
from enrollment.usecases.decide_chunk import (
    Records,
)
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.find_row_states import FindRowStates
from enrollment.usecases.leave_class import LeaveClass


def build_service(environ: Mapping[str, str], bus: Transport | None = None) -> Service:
    """Enrolment as a process, on the bus of its settings or one handed in.

    Raises SettingsError.
    """
    settings = load_settings(Settings, environ)
    base = ServiceKit("enrollment", settings, to_event, documents.ALL, bus=bus)
    secret = settings.person_secret.encode()
    stores = _build_stores(base, IdNumbers(secret))
    catalog = CatalogClient(base.create_client("catalog"))
    following = Following(base, stores)
    base.find_jobs.append(partial(find_jobs, stores.chunks.rows.collection))
    deciding = Deciding(base, stores, catalog, secret, following)
    people = PeopleParts(base, stores, secret)
    personal = build_personal_routes(base, stores, settings)
    feed = FeedParts(base, stores, settings)
    joining = JoiningParts(base, stores, catalog)
    routes = (*people.create_routes(), *personal, *feed.create_routes())
    routes = (
        *routes,
        *joining.create_routes(),
        build_replacements(base, stores, catalog, secret),
        build_seat_routes(base, stores, catalog),
    )
    app = _build_app(base, stores, deciding, following, routes)
    event_handlers = build_handlers(
        stores.books, catalog, stores.studies, feed.append, joining.emptying
    )
    workers = deciding.worker_loops(base) | following.worker_loops(base)
    workers |= people.worker_loops() | feed.worker_loops() | joining.worker_loops()
    service = base.create_service(app, event_handlers, workers)

    def declare_storage() -> None:
        base.declare_indexes()
        for own in (stores.dry_runs.rows, stores.digests, stores.rosters):
            own.declare_indexes()
        stores.followed.note_old(time.time())
        stores.branches.place_old()
        people.declare_storage()
        feed.declare_storage()

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
    books = StoredBooks(base.open_aggregates(documents.SeatBookDocument, BOOK_FORM))
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


def _build_app(
    base: ServiceKit,
    stores: _Stores,
    deciding: Deciding,
    following: Following,
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
            RosterRoutes(branches, stores.chunks, deciding.wake),
            BranchEventRoutes(branches, stores.chunks, deciding.read, deciding.wake),
            SentRosterRoutes(
                branches,
                stores.rosters,
                stores.digests,
                following.turn,
                CountLeavers(stores.followed, enrolments, stores.studies),
                FindRowStates(
                    branches, stores.people, stores.merges, enrolments, stores.studies
                ),
                following.move.waiting.set,
            ),
            EnrolmentRoutes(branches, books, enrolments, leave, stores.merges),
        ],
        Refusal,
        STATUSES,
    )
