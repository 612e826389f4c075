"""Wiring of what is done about rosters: taken in, decided, followed, taken back."""

import time
from functools import partial
from typing import Protocol

from chassis.inbox.retry_queue import RetryQueue
from chassis.service.kit import ServiceKit
from chassis.service.process import Loop

from enrollment.changes_wiring import build_decide_changes
from enrollment.clients.catalog import CatalogClient
from enrollment.events.roster_consumer import RosterConsumer
from enrollment.people_wiring import note_moved_members
from enrollment.store import documents
from enrollment.store.branch_use import StoredMemberCounts
from enrollment.store.branches import StoredBranches
from enrollment.store.chunks import StoredChunks
from enrollment.store.digests import StoredDigests
from enrollment.store.dry_run import DryRuns
from enrollment.store.followed_chunks import FollowedChunks
from enrollment.store.merges import StoredMerges
from enrollment.store.parked_rosters import ParkedRosters
from enrollment.store.people import StoredPeople
from enrollment.store.refused_messages import RefusedMessages, refused_form
from enrollment.store.rosters import StoredRosters
from enrollment.store.seats import StoredBooks, StoredEnrolments
from enrollment.store.studies import StoredStudies
from enrollment.usecases.claim_repairs import ClaimRepairs
from enrollment.usecases.decide_chunk import (
    DecideAnyChunk,
    DecideChunk,
    DecideNextChunk,
    wake_workers,
)
from enrollment.usecases.decide_sandbox import DecideSandbox
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.follow_chunks import FollowChunks
from enrollment.usecases.move_branch import MoveBranch
from enrollment.usecases.move_roster import MoveRoster
from enrollment.usecases.receive_message import OpenBranches, ReadMessage
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


class RosterStores(Protocol):
    """The stores of enrolment that matter to rosters."""

    @property
    def member_counts(self) -> StoredMemberCounts:
        """How many members branches have."""

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
    def chunks(self) -> StoredChunks:
        """Chunks, in turns."""

    @property
    def followed(self) -> FollowedChunks:
        """The same, as their rosters follow them."""

    @property
    def digests(self) -> StoredDigests:
        """Their rows, to be counted and searched."""

    @property
    def rosters(self) -> StoredRosters:
        """Rosters."""

    @property
    def studies(self) -> StoredStudies:
        """Who has begun and finished."""

    @property
    def dry_runs(self) -> DryRuns:
        """Records to try on."""

    @property
    def merges(self) -> StoredMerges:
        """Which records count for which."""


class Following:
    """The parts by which rosters follow their chunks and branches, chunks a roster."""

    def __init__(self, base: ServiceKit, stores: RosterStores) -> None:
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


class Deciding:
    """The parts between a chunk that comes in and its receipt."""

    def __init__(
        self,
        base: ServiceKit,
        stores: RosterStores,
        catalog: CatalogClient,
        secret: bytes,
        following: Following,
    ) -> None:
        self.chunks = stores.chunks
        self.read = ReadMessage(OpenBranches(stores.branches), time.time)
        self.refused = RefusedMessages(
            base.open_aggregates(documents.RefusedMessageDocument, refused_form())
        )
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
        any_kind = DecideAnyChunk(
            decide,
            build_decide_changes(base, stores, catalog, secret),
            DecideSandbox(stores.chunks),
        )
        woken = following.follow.waiting.set
        at_end = base.wake.set_at_end
        self.any_chunk = DecideNextChunk(stores.chunks.claim, any_kind, woken, at_end)
        self.small = DecideNextChunk(stores.chunks.claim_small, any_kind, woken, at_end)
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
                self.read,
                chunks,
                self.wake,
                self.refused.answer,
                ParkedRosters(RetryQueue(base.collections)),
            ).run,
            "clearing": base.work_loop(
                "clearing",
                lambda: chunks.clear_old_rows(time.time()) > 0,
                idle_seconds=HOUR,
            ),
        }
