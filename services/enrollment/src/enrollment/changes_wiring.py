"""Wiring of what decides changes: on the real records, or on those of a dry run."""

from typing import Protocol

from chassis.http.routing import Routes
from chassis.service.kit import ServiceKit

from enrollment.api.replacements import ReplacementRoutes
from enrollment.clients.catalog import CatalogClient
from enrollment.domain.roster import Chunk
from enrollment.store.branch_places import StoredBranchPlaces
from enrollment.store.branch_use import StoredMemberCounts
from enrollment.store.branches import StoredBranches
from enrollment.store.chunks import StoredChunks
from enrollment.store.dry_run import DryRuns
from enrollment.store.merges import StoredMerges
from enrollment.store.seats import StoredBooks, StoredEnrolments
from enrollment.store.studies import StoredStudies
from enrollment.usecases.change_parts import ChangeParts
from enrollment.usecases.decide_changes import DecideChanges, build_validate
from enrollment.usecases.decide_chunk import Records
from enrollment.usecases.name_people import WritePeople
from enrollment.usecases.replace_member import ReplaceMember
from enrollment.usecases.replace_participant import ReplaceParticipant
from enrollment.usecases.withdraw_participants import ReachParticipants


class ChangeStores(Protocol):
    """The stores of enrolment that matter to changes."""

    @property
    def branches(self) -> StoredBranches:
        """The tree of branches."""

    @property
    def member_counts(self) -> StoredMemberCounts:
        """How many members branches have."""

    @property
    def books(self) -> StoredBooks:
        """Seat books."""

    @property
    def enrolments(self) -> StoredEnrolments:
        """Enrolments."""

    @property
    def chunks(self) -> StoredChunks:
        """Chunks, in turns."""

    @property
    def studies(self) -> StoredStudies:
        """Who has begun and finished."""

    @property
    def dry_runs(self) -> DryRuns:
        """Records to try on."""

    @property
    def merges(self) -> StoredMerges:
        """Which records count for which."""


def build_decide_changes(
    base: ServiceKit, stores: ChangeStores, catalog: CatalogClient, secret: bytes
) -> DecideChanges:
    """What decides the chunks of changes."""

    def open_parts(chunk: Chunk) -> ChangeParts:
        runs = stores.dry_runs
        records = runs.open_records(chunk) if chunk.dry_run else runs.real
        return _build_parts(base, stores, records)

    places = StoredBranchPlaces(stores.books, stores.enrolments, stores.member_counts)
    return DecideChanges(stores.chunks, open_parts, places, catalog, secret)


def build_replacements(
    base: ServiceKit, stores: ChangeStores, catalog: CatalogClient, secret: bytes
) -> Routes:
    """The route by which officers and staff replace a participant."""
    records = stores.dry_runs.real
    parts = _build_parts(base, stores, records)
    replace = ReplaceMember(
        parts,
        build_validate(parts, catalog, secret),
        WritePeople(parts.people, parts.now, parts.audit),
    )
    reach = ReachParticipants(
        stores.branches, parts.people, stores.merges, parts.enrolments
    )
    return ReplacementRoutes(ReplaceParticipant(reach, parts, replace, base.audit_log))


def _build_parts(
    base: ServiceKit, stores: ChangeStores, records: Records
) -> ChangeParts:
    return ChangeParts(
        stores.branches,
        records.people,
        records.books,
        records.enrolments,
        records.audit,
        stores.merges,
        stores.studies,
        base.clock.now,
    )
