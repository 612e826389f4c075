"""Changes and the sandbox on every engine: kept, tried without effect, and done."""

import datetime
import time
from dataclasses import dataclass, replace
from typing import Any

import pytest
from chassis.storage.aggregates import FieldMapping, mapping_of
from enrollment.changes_wiring import ChangeStores
from enrollment.domain.change_row import ChangeRow
from enrollment.domain.changes import new_changes
from enrollment.domain.enrolment import Enrolment
from enrollment.domain.merging import Merge
from enrollment.domain.people import Membership, PersonChange, branch_below, root_branch
from enrollment.domain.roster import Chunk, Outcome, Row
from enrollment.domain.seat_book import Quota, SeatBook
from enrollment.events.to_events import to_event
from enrollment.store import documents
from enrollment.store.branch_places import StoredBranchPlaces
from enrollment.store.branch_use import StoredBranchUse, StoredMemberCounts
from enrollment.store.branches import StoredBranches, branch_form
from enrollment.store.chunks import ROWS_KEPT_SECONDS, StoredChunks, chunk_form
from enrollment.store.dry_run import DryRuns
from enrollment.store.dry_run_rows import DryRunRows
from enrollment.store.followed_chunks import FollowedChunks
from enrollment.store.id_numbers import IdNumbers
from enrollment.store.merges import StoredMerges
from enrollment.store.people import StoredPeople, person_form
from enrollment.store.seats import StoredBooks, StoredEnrolments
from enrollment.store.studies import StoredStudies
from enrollment.store.waiting_chunks import find_jobs
from enrollment.usecases.change_parts import ChangeParts
from enrollment.usecases.decide_changes import DecideChanges
from enrollment.usecases.decide_chunk import DecideAnyChunk, DecideChunk, Records
from enrollment.usecases.decide_sandbox import DecideSandbox
from enrollment.usecases.receive_message import new_chunk, tries_sandbox

from tests.doubles.audit import MemoryAudit
from tests.engines import Kept
from tests.stores.rows import let_lapse, outbox, version
from tests.unit.enrollment.changes_world import (
    ask,
    correct,
    transfer,
    withdraw,
)
from tests.unit.enrollment.changes_world import replace as replaces
from tests.unit.enrollment.fakes import FakeCatalog

IDS, NUMBER = IdNumbers(b"secret"), "11010519900307451X"
EAST = root_branch("dc", "东城")
SCHOOL = branch_below(EAST, "dc-school", "东城学校")
NOW = datetime.datetime.now(datetime.UTC)


@dataclass
class Platform:
    """Enrolment's stores on one engine, and what decides chunks on them."""

    kept: Kept

    def __post_init__(self) -> None:
        def rows(document: Any, form: FieldMapping[Any]) -> Any:
            return self.kept.aggregates("enrollment", document, form, to_event)

        self.branches = StoredBranches(rows(documents.BranchDocument, branch_form()))
        self.people = StoredPeople(
            rows(documents.PersonDocument, person_form(IDS)),
            rows(documents.MembershipDocument, mapping_of(Membership)),
            rows(documents.PersonChangeDocument, mapping_of(PersonChange)),
            IDS,
        )
        self.member_counts = StoredMemberCounts(self.people.memberships)
        books = rows(documents.SeatBookDocument, mapping_of(SeatBook))
        self.books = StoredBooks(books)
        enrolments = rows(documents.EnrolmentDocument, mapping_of(Enrolment))
        self.enrolments = StoredEnrolments(enrolments)
        chunks = rows(documents.ChunkDocument, chunk_form(IDS))
        self.chunks, self.followed = StoredChunks(chunks), FollowedChunks(chunks)
        self.merges = StoredMerges(rows(documents.MergeDocument, mapping_of(Merge)))
        self.kept.declare("enrollment", documents.FinishedClassDocument)
        self.studies = StoredStudies()
        self.audit = MemoryAudit()
        records = Records(self.people, self.books, self.enrolments, self.audit)
        run_rows = DryRunRows(self.kept.database("enrollment"))
        run_rows.declare_indexes()
        self.dry_runs = DryRuns(records, run_rows, IDS)
        self.decide_any = self._create_decide_any()
        for branch in (EAST, SCHOOL):
            self.branches.create(branch)
        self.books.create(SeatBook("c1", "k1", 2, {"dc-school": Quota(1)}))

    def _create_decide_any(self) -> DecideAnyChunk:
        catalog = FakeCatalog()
        roster = DecideChunk(
            self.chunks, self.branches, catalog, self.dry_runs.real,
            self.dry_runs.open_records, b"secret", lambda: NOW,
            find_groups=self.merges.find_groups,
        )  # fmt: skip

        def open_parts(chunk: Chunk) -> ChangeParts:
            runs = self.dry_runs
            records = runs.open_records(chunk) if chunk.dry_run else runs.real
            return ChangeParts(
                self.branches, records.people, records.books, records.enrolments,
                records.audit, self.merges, self.studies, lambda: NOW,
            )  # fmt: skip

        places = StoredBranchPlaces(self.books, self.enrolments, self.member_counts)
        changes = DecideChanges(self.chunks, open_parts, places, catalog, b"secret")
        return DecideAnyChunk(roster, changes, DecideSandbox(self.chunks))

    def send(self, chunk: Chunk) -> list[tuple[int, str, str]]:
        """Have a chunk claimed and decided: what became of its rows."""
        assert self.chunks.create(chunk)
        claimed = self.chunks.claim()
        assert claimed is not None
        assert claimed.id == chunk.id
        self.decide_any(claimed)
        return said(self.outcomes(chunk.id))

    def outcomes(self, id_: str) -> tuple[Outcome, ...]:
        chunk = self.chunks.get(id_)
        assert chunk is not None
        return chunk.outcomes

    def places(self) -> dict[str, str]:
        """How each member of the east stands in the class."""
        found = self.enrolments.rows.find({"class_id": "c1"})
        numbers = {m.person_id: m.member_no for m in self.people.memberships.find({})}
        return {numbers[one.person_id]: one.state for one in found}


def said(outcomes: tuple[Outcome, ...]) -> list[tuple[int, str, str]]:
    return [(one.row, one.outcome, one.reason) for one in outcomes]


def changes(
    key: str, *rows: ChangeRow, dry_run: bool = False, roster: str = ""
) -> Chunk:
    return new_changes(
        branch_id="dc", roster_id=roster, key=key, dry_run=dry_run, changes=rows,
        now=time.time(), sent_by="broker",
        is_sandbox=tries_sandbox(key, [one.class_id for one in rows]),
    )  # fmt: skip


def roster(key: str, *rows: Row, dry_run: bool = False, id_: str = "r1") -> Chunk:
    return new_chunk(
        branch_id="dc", roster_id=id_, key=key, dry_run=dry_run, rows=rows,
        now=time.time(), name="名册",
    )  # fmt: skip


def row(number: int, **cells: str) -> Row:
    named = {
        "name": f"张{number}", "member_no": f"M{number}",
        "phone": f"138{number:08d}", "class_id": "c1",
    }  # fmt: skip
    return Row(number, **(named | cells))


@pytest.fixture(name="platform")
def _platform(kept: Kept) -> Platform:
    return Platform(kept)


def test_changes_come_back_as_they_were_put_their_id_numbers_sealed(
    platform: Platform,
) -> None:
    chunk = changes("k1", replaces(1, 1, 2, id_number=NUMBER), ask(2))
    assert platform.chunks.create(chunk)
    assert platform.chunks.get("dc/k1") == chunk
    stored = platform.chunks.rows.collection.find_one({"_id": "dc/k1"})
    assert NUMBER not in str(stored)


def test_each_action_is_done_and_told_in_one_event(platform: Platform) -> None:
    platform.send(roster("k0", row(1), row(2), row(3)))
    chunk = changes(
        "c1", withdraw(1, 1), replaces(2, 2, 20), transfer(3, 3),
        correct(4, 3, email="z@example.com"), ask(5, member_no="M3"), ask(6),
    )  # fmt: skip
    assert {one[1] for one in platform.send(chunk)} == {"done"}
    assert platform.places() == {
        "M1": "withdrawn", "M2": "withdrawn", "M3": "seated", "M20": "seated",
    }  # fmt: skip
    [event] = outbox(platform.chunks.rows, "dc/c1")
    assert event["type"] == "enrollment.changes.decided.v1"
    assert outbox_types(platform, "M2") == [
        "enrollment.seat.taken.v1", "enrollment.seat.withdrawn.v1",
    ]  # fmt: skip
    state = platform.outcomes("dc/c1")[5].state
    assert state["members"] == 4
    [seats] = state["seats"]
    assert (seats["own_seated"], seats["own_waiting"]) == (2, 0)
    assert "quota" not in seats


def outbox_types(platform: Platform, member_no: str) -> list[str]:
    membership = platform.people.find_memberships([f"dc:{member_no}"])
    person = membership[f"dc:{member_no}"].person_id
    return [e["type"] for e in outbox(platform.enrolments.rows, f"c1.{person}.1")]


def test_a_dry_run_of_changes_and_rosters_says_what_the_real_one_does(
    platform: Platform,
) -> None:
    platform.send(roster("k0", row(1), row(2), row(3), row(4)))
    before = stored(platform)

    def send_both(run: str, *, dry_run: bool) -> list[list[tuple[int, str, str]]]:
        first = changes(
            f"c{run}", withdraw(1, 1), withdraw(2, 2), replaces(3, 3, 20),
            transfer(4, 20), withdraw(5, 1), withdraw(6, 77),
            ask(7, member_no="M4"), dry_run=dry_run, roster="r9",
        )  # fmt: skip
        rows = (row(1), row(5), row(6, branch_id="dc-school", member_no="M20"))
        second = roster(f"k{run}", *rows, dry_run=dry_run, id_="r9")
        third = changes(f"d{run}", withdraw(1, 4), dry_run=dry_run, roster="r9")
        last = roster(f"l{run}", row(1), row(5), dry_run=dry_run, id_="r9")
        return [platform.send(chunk) for chunk in (first, second, third, last)]

    tried = send_both("try", dry_run=True)
    assert stored(platform) == before
    assert tried[0] == [
        (1, "done", ""), (2, "done", ""), (3, "done", ""), (4, "done", ""),
        (5, "already", ""), (6, "rejected", "member-unknown"), (7, "done", ""),
    ]  # fmt: skip
    assert send_both("real", dry_run=False) == tried


def stored(platform: Platform) -> list[Any]:
    """All that is real but the chunks."""
    kinds = (
        platform.people.people, platform.people.memberships, platform.books.rows,
        platform.people.changes, platform.enrolments.rows,
    )  # fmt: skip
    real = [list(kind.collection.find({}, sort=[("_id", 1)])) for kind in kinds]
    return [*real, list(platform.audit.lines)]


def test_changes_that_name_no_roster_are_tried_alone(platform: Platform) -> None:
    platform.send(roster("k0", row(1)))
    for key in ("t1", "t2"):
        assert platform.send(changes(key, withdraw(1, 1), dry_run=True)) == [
            (1, "done", "")
        ]


def test_what_no_roster_counts_is_shown_by_none_and_forgotten_in_time(
    platform: Platform,
) -> None:
    sandbox = row(1, class_id="sandbox-open")
    platform.send(roster("s1", sandbox))
    platform.send(changes("c1", withdraw(1, 77), roster="r1"))
    platform.send(changes("c2", withdraw(1, class_id="sandbox-open")))
    assert platform.followed.find_due_rosters(9) == []
    assert platform.followed.find_places("dc", "r1") == []
    assert platform.places() == {}
    after = time.time() + ROWS_KEPT_SECONDS + 1
    versions = [version(platform.chunks.rows, f"dc/{key}") for key in ("s1", "c1")]
    assert platform.chunks.clear_old_rows(after) == 3
    for key in ("s1", "c1", "c2"):
        chunk = platform.chunks.get(f"dc/{key}")
        assert chunk is not None
        assert (chunk.rows, chunk.changes) == ((), ())
        assert chunk.outcomes
    assert platform.followed.find_due_rosters(9) == []
    again = [version(platform.chunks.rows, f"dc/{key}") for key in ("s1", "c1")]
    assert again == [one + 1 for one in versions]
    platform.chunks.reissue_receipt("dc/c2")
    told = [e["type"] for e in outbox(platform.chunks.rows, "dc/c2")]
    assert told == ["enrollment.changes.decided.v1"] * 2


def test_a_slow_chunk_of_the_sandbox_lies_there_and_keeps_nobody_waiting(
    platform: Platform,
) -> None:
    slow = roster("s1", row(1, class_id="sandbox-slow-30"))
    platform.chunks.create(slow)
    platform.send(roster("k0", row(1)))
    assert platform.chunks.claim() is None
    platform.chunks.rows.collection.update_one(
        {"_id": "dc/s1"}, {"$inc": {"work_due": -31.0}}
    )
    claimed = platform.chunks.claim()
    assert claimed == slow
    platform.decide_any(slow)
    assert said(platform.outcomes("dc/s1")) == [(1, "enrolled", "")]


def test_a_branch_counts_its_own_and_those_below(platform: Platform) -> None:
    school = {"branch_id": "dc-school"}
    platform.books.create(SeatBook("c2", "k1", 9, {}))
    platform.books.create(SeatBook("c3", "k1", 9, {}, closed=True))
    platform.send(roster("k0", row(1), row(2, **school), row(3, class_id="c2")))
    places = StoredBranchPlaces(
        platform.books, platform.enrolments, platform.member_counts
    )
    platform.books.create(SeatBook("c4", "k1", 9, {}, ends_on="2026-11-22"))
    platform.books.create(SeatBook("c5", "k1", 9, {}, ends_on="2026-11-23"))
    found = places.find_open_books("2026-11-23")
    assert [book.class_id for book in found] == ["c1", "c2", "c5"]
    shown = [(found[0].capacity, found[0].taken, found[0].quotas)]
    assert shown == [(2, 2, {"dc-school": Quota(1, 1)})]
    assert places.count_places("dc", ["c1", "c2"]) == {
        "c1": {"seated": 2}, "c2": {"seated": 1},
    }  # fmt: skip
    assert places.count_places("dc-school", ["c1", "c2"]) == {"c1": {"seated": 1}}
    assert places.count_places("dc", []) == {}


def is_wired(stores: Platform) -> ChangeStores:
    """The wiring of changes takes these stores: mypy says so."""
    return stores


def test_a_chunk_from_before_there_were_changes_is_a_roster(
    platform: Platform,
) -> None:
    platform.chunks.create(roster("k0", row(1)))
    gone = {"kind": "", "changes": "", "is_sandbox": ""}
    platform.chunks.rows.collection.update_one({"_id": "dc/k0"}, {"$unset": gone})
    chunk = platform.chunks.get("dc/k0")
    assert chunk is not None
    assert chunk == replace(chunk, kind="roster", changes=(), is_sandbox=False)
    assert [place.id for place in platform.followed.find_places("dc", "r1")] == [
        "dc/k0"
    ]
    assert platform.followed.find_due_rosters(9) == [("dc", "r1")]


def test_what_a_branch_sent_before_is_known_while_it_is_undecided(
    platform: Platform,
) -> None:
    chunks = platform.chunks
    chunks.create(roster("s1", row(1, class_id="sandbox-open")))
    chunks.create(changes("c0", withdraw(1, 1)))
    chunks.create(roster("k1", row(1)))
    chunks.create(changes("c1", withdraw(1, 1)))
    assert not chunks.has_earlier("dc/c0")
    assert chunks.has_earlier("dc/c1")
    chunks.decide("dc/c0", [])
    assert chunks.has_earlier("dc/c1")
    chunks.decide("dc/k1", [])
    assert not chunks.has_earlier("dc/c1")
    assert not chunks.has_earlier("dc/none")


def test_a_lease_begins_anew_while_the_chunk_is_undecided(platform: Platform) -> None:
    platform.chunks.create(changes("c1", withdraw(1, 1)))
    platform.chunks.claim()
    let_lapse(platform.chunks.rows, "dc/c1")
    platform.chunks.renew("dc/c1")
    assert platform.chunks.claim() is None
    platform.chunks.decide("dc/c1", [])
    platform.chunks.renew("dc/c1")
    stored = platform.chunks.rows.collection.find_one({"_id": "dc/c1"})
    assert stored is not None
    assert stored["work_due"] is None


def test_a_worker_of_the_release_before_claims_no_changes_nor_what_is_tried(
    platform: Platform,
) -> None:
    chunks, rows = platform.chunks, platform.chunks.rows.collection
    apart = [changes("c1", ask(1)), roster("s1", row(1, class_id="sandbox-open"))]
    for chunk in apart:
        chunks.create(chunk)
    assert rows.find_one({"state": "received"}) is None
    assert [chunks.get(chunk.id) for chunk in apart] == apart
    assert StoredBranchUse(chunks.rows, chunks.rows).count_undecided("dc") == 2
    assert chunks.turns.find_turn("dc").has_undecided
    [status] = find_jobs(rows)
    assert status.waiting == 2
    assert [chunks.claim(), chunks.claim()] == apart
    for chunk in apart:
        chunks.decide(chunk.id, [], chunk)
    assert not chunks.turns.find_turn("dc").has_undecided
    assert rows.count_documents({"state": "decided"}) == 2


def test_changes_that_lie_there_since_before_the_upgrade_are_claimed(
    platform: Platform,
) -> None:
    chunk = changes("c1", ask(1))
    platform.chunks.create(chunk)
    kept = platform.chunks.rows.collection
    kept.update_one({"_id": "dc/c1"}, {"$set": {"state": "received"}})
    assert platform.chunks.claim_small() == chunk


def test_a_chunk_that_is_put_off_lets_the_next_be_claimed(platform: Platform) -> None:
    first, second = changes("c1", ask(1)), changes("c2", ask(1))
    for chunk in (first, second):
        platform.chunks.create(chunk)
    assert platform.chunks.claim() == first
    platform.chunks.put_off("dc/c1", 30.0)
    assert [platform.chunks.claim(), platform.chunks.claim()] == [second, None]
    platform.chunks.put_off("dc/c1", -1.0)
    assert platform.chunks.claim() == first


def test_rosters_and_changes_are_claimed_in_one_order(platform: Platform) -> None:
    sent = [
        roster("k1", row(1)), changes("c1", ask(1)), roster("k2", row(2)),
        changes("c2", ask(1)),
    ]  # fmt: skip
    for chunk in sent:
        platform.chunks.create(chunk)
    assert [platform.chunks.claim() for _ in range(5)] == [*sent, None]
