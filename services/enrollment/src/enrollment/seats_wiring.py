"""The routes by which seats are changed, seen and taken, put together."""

from chassis.http.routing import Routes
from chassis.service.kit import ServiceKit

from enrollment.api.class_seats import ClassSeatRoutes
from enrollment.clients.catalog import CatalogClient
from enrollment.joining_wiring import JoiningStores
from enrollment.store.branch_places import StoredBranchPlaces
from enrollment.store.branch_use import StoredMemberCounts
from enrollment.usecases.change_seats import ChangeSeats
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.enrol_oneself import EnrolOneself
from enrollment.usecases.own_branches import OwnBranches


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
