"""The parts by which people get into classes, and seats are changed, put together."""

import threading
from typing import Protocol

from chassis.http.routing import Routes
from chassis.service.kit import ServiceKit
from chassis.service.process import Loop
from chassis.storage.aggregates import mapping_of

from enrollment.api.cancellations import CancellationRoutes
from enrollment.api.class_seats import ClassSeatRoutes
from enrollment.api.join_requests import JoinRequestRoutes
from enrollment.clients.catalog import CatalogClient
from enrollment.domain.join_request import JoinRequest
from enrollment.store.branch_places import StoredBranchPlaces
from enrollment.store.branch_use import StoredMemberCounts
from enrollment.store.branches import StoredBranches
from enrollment.store.join_requests import StoredJoinRequests
from enrollment.store.merges import StoredMerges
from enrollment.store.people import StoredPeople
from enrollment.store.request_documents import JoinRequestDocument
from enrollment.store.seats import StoredBooks, StoredEnrolments
from enrollment.store.studies import StoredStudies
from enrollment.usecases.ask_to_join import AskToJoin
from enrollment.usecases.change_seats import ChangeSeats
from enrollment.usecases.decide_request import DecideRequest
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.empty_cancelled import EmptyCancelled, ShowCancellation
from enrollment.usecases.enrol_oneself import EnrolOneself
from enrollment.usecases.find_decidable import FindDecidable
from enrollment.usecases.find_requests import FindRequests
from enrollment.usecases.finish_copying import FinishCopying
from enrollment.usecases.own_branches import OwnBranches
from enrollment.usecases.settle_requests import (
    LapseRequests,
    SettleRequest,
    SettleRequests,
)
from enrollment.usecases.withdraw_request import WithdrawRequest

SETTLE_SECONDS = 60.0
"""How soon, at the latest, a seat is asked for that a process which died left."""
COPY_SECONDS = 60.0
"""How soon, at the latest, what a process that died decided is copied out."""
EMPTY_SECONDS = 60.0
"""How soon, at the latest, people leave a cancelled class that a process which died
left half emptied, or that another process was told of."""
LAPSE_SECONDS = 600.0
"""How soon, at the latest, people are told that nobody may decide what they asked."""


class JoiningStores(Protocol):
    """The stores of enrolment that asking needs."""

    @property
    def branches(self) -> StoredBranches:
        """The tree of branches."""

    @property
    def people(self) -> StoredPeople:
        """Persons and their memberships."""

    @property
    def merges(self) -> StoredMerges:
        """Which records count for which."""

    @property
    def books(self) -> StoredBooks:
        """Seat books."""

    @property
    def enrolments(self) -> StoredEnrolments:
        """Enrolments."""

    @property
    def studies(self) -> StoredStudies:
        """Who has finished."""


class JoiningParts:
    """The parts by which people ask and are answered."""

    def __init__(
        self, base: ServiceKit, stores: JoiningStores, catalog: CatalogClient
    ) -> None:
        self.base, self.stores, self.catalog = base, stores, catalog
        self.requests = StoredJoinRequests(
            base.open_aggregates(JoinRequestDocument, mapping_of(JoinRequest))
        )
        self.emptying = threading.Event()
        now, books = base.clock.now, stores.books
        self.find_decidable = FindDecidable(stores.branches, stores.people, books, now)
        self.settle = SettleRequest(
            self.requests,
            stores.enrolments,
            DecideSeats(books, stores.enrolments, now),
            stores.merges,
            self.find_decidable,
        )

    def create_routes(self) -> tuple[Routes, ...]:
        """The routes for requests to join, and for what a cancellation did."""
        stores, requests, now = self.stores, self.requests, self.base.clock.now
        branches, people, merges = stores.branches, stores.people, stores.merges
        enrolments = stores.enrolments
        decidable, audit = self.find_decidable, self.base.audit_log
        find = FindRequests(branches, people, merges, enrolments, requests, decidable)
        return (
            JoinRequestRoutes(
                branches,
                enrolments,
                self._create_ask(),
                find,
                DecideRequest(requests, decidable, self.settle, now, audit),
                WithdrawRequest(requests, merges, now),
            ),
            CancellationRoutes(ShowCancellation(stores.books, enrolments, requests)),
        )

    def _create_ask(self) -> AskToJoin:
        stores = self.stores
        return AskToJoin(
            stores.branches,
            stores.people,
            stores.merges,
            stores.books,
            stores.enrolments,
            self.requests,
            self.catalog,
            self.base.clock.now,
        )

    def worker_loops(self) -> dict[str, Loop]:
        """The loops of a worker."""
        now, work_loop = self.base.clock.now, self.base.work_loop
        settle = SettleRequests(self.requests, self.settle, now)
        lapse = LapseRequests(self.requests, self.find_decidable, now)
        stores = self.stores
        empty = EmptyCancelled(
            stores.books,
            stores.enrolments,
            self.requests,
            self.settle.seats,
            stores.merges,
            stores.studies,
            now,
        )
        copying = FinishCopying(stores.books, self.settle.seats)
        return {
            "copying-out": work_loop("copying-out", copying, idle_seconds=COPY_SECONDS),
            "emptying-cancelled": work_loop(
                "emptying-cancelled", empty, self.emptying, idle_seconds=EMPTY_SECONDS
            ),
            "settling-requests": work_loop(
                "settling-requests", settle, idle_seconds=SETTLE_SECONDS
            ),
            "lapsing-requests": work_loop(
                "lapsing-requests", lapse, idle_seconds=LAPSE_SECONDS
            ),
        }


def build_seat_routes(
    base: ServiceKit, stores: JoiningStores, catalog: CatalogClient
) -> Routes:
    """The routes for the seats of classes."""
    books, enrolments, branches = stores.books, stores.enrolments, stores.branches
    members = StoredMemberCounts(stores.people.memberships)
    counts = StoredBranchPlaces(books, enrolments, members)
    seats = DecideSeats(books, enrolments, base.clock.now)
    own_branches = OwnBranches(branches, stores.people)
    return ClassSeatRoutes(
        branches,
        books,
        enrolments,
        counts,
        ChangeSeats(books, counts, branches, catalog, seats, base.audit_log),
        EnrolOneself(books, enrolments, own_branches, stores.merges, catalog, seats),
    )
