"""The parts about people's data, about branches and their contacts, put together."""

from typing import Protocol

from chassis.http.auth import Scope
from chassis.http.routing import Routes
from chassis.service.kit import ServiceKit
from chassis.storage.aggregates import mapping_of

from enrollment.api.branch_contacts import BranchContactRoutes
from enrollment.api.branches import BranchRoutes
from enrollment.api.personal_data import PersonalDataRoutes
from enrollment.clients.learning import LearningCertificates
from enrollment.domain.branch_contact import BranchContact
from enrollment.domain.join_request import JoinRequest
from enrollment.settings import Settings
from enrollment.store import documents
from enrollment.store.branch_contacts import StoredBranchContacts
from enrollment.store.branch_use import StoredBranchUse, StoredMemberCounts
from enrollment.store.branches import StoredBranches
from enrollment.store.chunks import StoredChunks
from enrollment.store.dry_run_rows import DryRunRows
from enrollment.store.followed_chunks import FollowedChunks
from enrollment.store.people import StoredPeople
from enrollment.store.personal_records import StoredPersonalRecords
from enrollment.store.request_documents import JoinRequestDocument
from enrollment.store.rosters import StoredRosters
from enrollment.store.seats import StoredBooks, StoredEnrolments
from enrollment.usecases.change_branch import ChangeBranch
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.delete_person import DeletePerson
from enrollment.usecases.leave_class import LeaveClass
from enrollment.usecases.move_branch import MoveBranch
from enrollment.usecases.unmask_person import UnmaskPerson


class PersonalStores(Protocol):
    """The stores that these routes need."""

    @property
    def branches(self) -> StoredBranches:
        """The tree of branches."""

    @property
    def people(self) -> StoredPeople:
        """Persons and their memberships."""

    @property
    def enrolments(self) -> StoredEnrolments:
        """Enrolments."""

    @property
    def books(self) -> StoredBooks:
        """Seat books."""

    @property
    def followed(self) -> FollowedChunks:
        """Chunks."""


class BranchStores(Protocol):
    """The stores that tell who uses a branch."""

    @property
    def branches(self) -> StoredBranches:
        """The tree of branches."""

    @property
    def member_counts(self) -> StoredMemberCounts:
        """How many members a branch has."""

    @property
    def chunks(self) -> StoredChunks:
        """Chunks."""

    @property
    def rosters(self) -> StoredRosters:
        """Rosters."""


def build_branch_routes(stores: BranchStores, move: MoveBranch) -> BranchRoutes:
    """The routes for the tree of branches."""
    uses = StoredBranchUse(stores.chunks.rows, stores.rosters.rows)
    change = ChangeBranch(stores.branches, uses, Scope.below)
    return BranchRoutes(stores.branches, stores.member_counts, change, move)


def build_personal_routes(
    base: ServiceKit, stores: PersonalStores, settings: Settings
) -> list[Routes]:
    """The routes for people's data in full and for the contacts of branches."""
    audit, branches, people = base.audit_log, stores.branches, stores.people
    enrolments = stores.enrolments
    leave = LeaveClass(
        enrolments,
        LearningCertificates(base.create_client("learning")),
        DecideSeats(stores.books, enrolments, base.clock.now),
    )
    contacts = StoredBranchContacts(
        base.open_aggregates(documents.BranchContactDocument, mapping_of(BranchContact))
    )
    records = StoredPersonalRecords(
        people.people,
        people.memberships,
        stores.followed.rows,
        DryRunRows(base.database),
        people.id_numbers,
        base.open_aggregates(JoinRequestDocument, mapping_of(JoinRequest)),
    )
    roles = frozenset(settings.unmasking_roles.replace(",", " ").split())
    return [
        BranchContactRoutes(branches, people, contacts, audit),
        PersonalDataRoutes(
            people,
            enrolments,
            records,
            UnmaskPerson(branches, people, audit, roles),
            DeletePerson(people, enrolments, records, leave, audit),
        ),
    ]
