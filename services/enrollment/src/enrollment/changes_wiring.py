"""Wiring of what decides changes: on the real records, or on those of a dry run."""

from typing import Protocol

from chassis.service.kit import ServiceKit

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
from enrollment.usecases.decide_changes import DecideChanges


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

    places = StoredBranchPlaces(stores.books, stores.enrolments, stores.member_counts)
    return DecideChanges(stores.chunks, open_parts, places, catalog, secret)
