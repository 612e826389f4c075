"""Wiring of what is done about people beside their rosters."""

from typing import Protocol

from chassis.http.auth import Scope
from chassis.http.routing import Routes
from chassis.service.kit import ServiceKit
from chassis.service.process import Loop
from chassis.storage.aggregates import mapping_of

from enrollment.api.merges import MergeRoutes
from enrollment.api.own_person import OwnPersonRoutes
from enrollment.api.participants import ParticipantRoutes
from enrollment.api.people import PeopleRoutes
from enrollment.api.people_search import PeopleSearchRoutes
from enrollment.api.registering import RegisteringRoutes
from enrollment.api.terms import TermRoutes
from enrollment.api.traces import TraceRoutes
from enrollment.api.transfers import TransferRoutes
from enrollment.api.unfinished import UnfinishedRoutes
from enrollment.domain.doubles import Double
from enrollment.domain.merging import Merge
from enrollment.domain.name_index import NameEntry
from enrollment.events.to_events import MERGES
from enrollment.store import documents
from enrollment.store.branches import StoredBranches
from enrollment.store.doubles import StoredDoubles
from enrollment.store.followed_chunks import FollowedChunks
from enrollment.store.merges import StoredMerges
from enrollment.store.name_index import DuePeople, StoredNameIndex
from enrollment.store.people import StoredPeople
from enrollment.store.rosters import StoredRosters
from enrollment.store.seats import StoredBooks, StoredEnrolments
from enrollment.store.studies import StoredStudies
from enrollment.store.ways import StoredWays
from enrollment.usecases.correct_person import CorrectPerson
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.find_doubles import FindDoubles
from enrollment.usecases.find_traces import FindTraces
from enrollment.usecases.find_unfinished import FindUnfinished
from enrollment.usecases.follow_people import FollowPeople
from enrollment.usecases.merge_people import (
    MergeParts,
    MergePeople,
    SettleMerges,
    UnmergePeople,
)
from enrollment.usecases.register_people import RegisterPeople
from enrollment.usecases.search_people import SearchPeople
from enrollment.usecases.transfer_member import TransferMember
from enrollment.usecases.withdraw_participants import (
    ReachParticipants,
    ReturnParticipants,
    WithdrawParticipants,
)

BRANCHES_AT_ONCE = 50
NAMES_SECONDS = 7.0
"""How soon, at the latest, people are found by a name that came or changed."""
MERGES_SECONDS = 60.0
"""How soon, at the latest, what a process that died left of a merge is done."""


class PeopleStores(Protocol):
    """The stores of enrolment that matter to people."""

    @property
    def branches(self) -> StoredBranches:
        """The tree of branches."""

    @property
    def people(self) -> StoredPeople:
        """Persons and their memberships."""

    @property
    def books(self) -> StoredBooks:
        """Seat books."""

    @property
    def enrolments(self) -> StoredEnrolments:
        """Enrolments."""

    @property
    def studies(self) -> StoredStudies:
        """Who has begun and finished."""

    @property
    def merges(self) -> StoredMerges:
        """Which records count for which."""

    @property
    def rosters(self) -> StoredRosters:
        """Rosters."""

    @property
    def followed(self) -> FollowedChunks:
        """Their chunks."""


def open_merges(base: ServiceKit) -> StoredMerges:
    """The merges, which tell their state to whoever rebuilds."""
    rows = base.open_aggregates(documents.MergeDocument, mapping_of(Merge))
    base.add_snapshots(rows, Merge.creation_events, *MERGES.values())
    return StoredMerges(rows)


def note_moved_members(
    branches: StoredBranches, people: StoredPeople, branch_id: str
) -> None:
    """Whoever is a member below a branch that was moved is looked at again."""
    for ids in branches.find_ids_within(Scope.below(branch_id), "", BRANCHES_AT_ONCE):
        for id_ in ids:
            people.mark_members(id_)


class PeopleParts:
    """The parts by which people are found and mended."""

    def __init__(self, base: ServiceKit, stores: PeopleStores, secret: bytes) -> None:
        self.secret = secret
        self.base, self.branches, self.people = base, stores.branches, stores.people
        self.enrolments, self.merges = stores.enrolments, stores.merges
        self.rosters, self.followed = stores.rosters, stores.followed
        self.doubles = StoredDoubles(
            base.open_aggregates(documents.DoubleDocument, mapping_of(Double))
        )
        now = base.clock.now
        seats = DecideSeats(stores.books, self.enrolments, now)
        self.merging = MergeParts(
            self.people,
            self.merges,
            self.enrolments,
            seats,
            stores.studies,
            now,
            base.audit_log,
        )
        self.names = StoredNameIndex(
            base.open_aggregates(documents.NameEntryDocument, mapping_of(NameEntry))
        )
        self.due = DuePeople(self.people.people)

    def create_routes(self) -> tuple[Routes, ...]:
        """The routes about people."""
        branches, people = self.branches, self.people
        now, audit = self.base.clock.now, self.base.audit_log
        correct = CorrectPerson(branches, people, self.merges, now, audit)
        find_groups = self.merges.find_groups
        register = RegisterPeople(
            branches, people, self.secret, now, audit, find_groups
        )
        search = SearchPeople(branches, people, self.names)
        return (
            PeopleRoutes(
                branches,
                people,
                correct,
                self.merges,
                StoredWays(people.people, people.memberships),
            ),
            OwnPersonRoutes(people, correct),
            RegisteringRoutes(branches, register),
            TransferRoutes(
                branches,
                people,
                TransferMember(branches, people, now, audit),
            ),
            PeopleSearchRoutes(branches, people, self.enrolments, self.merges, search),
            TermRoutes(branches, people),
            TraceRoutes(self._create_find_traces(search)),
            self._create_participant_routes(),
            UnfinishedRoutes(self._create_find_unfinished()),
            MergeRoutes(
                self.merges,
                MergePeople(self.merging),
                UnmergePeople(self.merging),
                self.doubles,
                FindDoubles(people, self.merges, self.doubles),
            ),
        )

    def _create_find_traces(self, search: SearchPeople) -> FindTraces:
        """What leads operators from people and rosters to traces."""
        return FindTraces(
            self.branches,
            search,
            self.enrolments,
            self.merges,
            self.rosters,
            self.followed,
            self.base.audit_log,
        )

    def _create_participant_routes(self) -> ParticipantRoutes:
        """What officers and staff do about the people of a class."""
        branches, people = self.branches, self.people
        enrolments, seats = self.enrolments, self.merging.seats
        audit = self.base.audit_log
        reach = ReachParticipants(branches, people, self.merges, enrolments)
        return ParticipantRoutes(
            branches,
            people,
            self.merges,
            WithdrawParticipants(
                reach, enrolments, self.merging.finished, seats, audit
            ),
            ReturnParticipants(reach, enrolments, seats, audit),
        )

    def _create_find_unfinished(self) -> FindUnfinished:
        """Whom one may remind of a class."""
        return FindUnfinished(
            self.branches,
            self.people,
            self.enrolments,
            self.merging.finished,
            self.merges,
        )

    def worker_loops(self) -> dict[str, Loop]:
        """The loops of a worker."""
        follow = FollowPeople(
            self.due, self.people, self.branches, self.names, self.doubles
        )
        settle, work_loop = SettleMerges(self.merging), self.base.work_loop
        return {
            "following-people": work_loop(
                "following-people", follow, idle_seconds=NAMES_SECONDS
            ),
            "settling-merges": work_loop(
                "settling-merges", settle, idle_seconds=MERGES_SECONDS
            ),
        }

    def declare_storage(self) -> None:
        """People who were put by an earlier release get into the name index."""
        self.due.mark_old()
