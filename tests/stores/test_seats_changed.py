"""Seats of a class on every engine: changed with their event, counted by branch."""

import datetime
from dataclasses import dataclass, replace

import pytest
from chassis.storage.aggregates import mapping_of
from enrollment.domain.enrolment import SEATED, WAITING, Enrolment
from enrollment.domain.people import Membership, root_branch
from enrollment.domain.seat_book import JournalEntry, Quota, SeatBook
from enrollment.domain.seat_plan import SeatPlan
from enrollment.events.to_events import to_event
from enrollment.store import documents
from enrollment.store.branch_places import StoredBranchPlaces
from enrollment.store.branch_use import StoredMemberCounts
from enrollment.store.seats import BOOK_FORM, StoredBooks, StoredEnrolments
from enrollment.usecases.change_seats import ChangeSeats
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.finish_copying import FinishCopying

from tests.doubles.audit import MemoryAudit
from tests.engines import Kept
from tests.stores.rows import outbox
from tests.unit.enrollment.fakes import FakeBranches, FakeCatalog

NOW = datetime.datetime(2026, 11, 23, 4, tzinfo=datetime.UTC)
EAST, SCHOOL = ("bj", "dc"), ("bj", "dc", "dc-school")


@dataclass
class Seats:
    """The stores of seats on one engine, and what changes them."""

    books: StoredBooks
    enrolments: StoredEnrolments
    counts: StoredBranchPlaces
    change: ChangeSeats


@pytest.fixture
def seats(kept: Kept) -> Seats:
    books = StoredBooks(
        kept.aggregates("enrollment", documents.SeatBookDocument, BOOK_FORM, to_event)
    )
    enrolments = StoredEnrolments(
        kept.aggregates(
            "enrollment", documents.EnrolmentDocument, mapping_of(Enrolment), to_event
        )
    )
    members = kept.aggregates(
        "enrollment", documents.MembershipDocument, mapping_of(Membership), to_event
    )
    counts = StoredBranchPlaces(books, enrolments, StoredMemberCounts(members))
    branches = FakeBranches([root_branch("dc", "东城"), root_branch("xc", "西城")])
    decide = DecideSeats(books, enrolments, lambda: NOW)
    change = ChangeSeats(books, counts, branches, FakeCatalog(), decide, MemoryAudit())
    return Seats(books, enrolments, counts, change)


def one_of(ticket: int, line: tuple[str, ...], state: str) -> Enrolment:
    person = f"p{ticket}"
    return Enrolment("c1", "k1", person, 1, line, "k", ticket, state, state)


def fill(seats: Seats) -> None:
    """Two of a school and one of its district have seats, a third and another wait."""
    seats.books.create(SeatBook("c1", "k1", 3, {}, taken=3, waiting=2, next_ticket=6))
    seats.enrolments.create(
        [
            one_of(1, SCHOOL, SEATED),
            one_of(2, SCHOOL, SEATED),
            one_of(3, EAST, SEATED),
            one_of(4, SCHOOL, WAITING),
            one_of(5, ("bj", "xc"), WAITING),
        ]
    )


def test_seats_are_counted_by_branch_with_those_below_it(seats: Seats) -> None:
    fill(seats)
    asked = ["bj", "dc", "dc-school", "xc"]
    counted = seats.counts.count_seated("c1", asked, [])
    assert counted == {"bj": 3, "dc": 3, "dc-school": 2}
    fewer = seats.counts.count_seated("c1", ["dc", "dc-school"], ["c1.p1.1"])
    assert fewer == {"dc": 2, "dc-school": 1}
    assert seats.counts.count_seated("c9", asked, []) == {}


def test_a_change_is_written_with_its_event_and_promotes_at_once(seats: Seats) -> None:
    fill(seats)
    changed = seats.change("staff", "c1", SeatPlan(9, (("dc", 3), ("xc", 1))), 1)
    assert (changed.taken, changed.waiting, changed.journal) == (4, 1, ())
    assert changed.quotas == {"dc": Quota(3, 3), "xc": Quota(1, 1)}
    [event] = outbox(seats.books.rows, "c1")
    assert (event["type"], event["subject"]) == ("enrollment.seats.changed.v1", "c1")
    assert event["data"] == {
        "class_id": "c1",
        "capacity": 9,
        "quotas": [{"branch_id": "dc", "seats": 3}, {"branch_id": "xc", "seats": 1}],
        "revision": 2,
    }
    promoted = outbox(seats.enrolments.rows, "c1.p5.1")
    assert [one["type"] for one in promoted][1:] == ["enrollment.seat.promoted.v1"]
    assert outbox(seats.enrolments.rows, "c1.p4.1")[1:] == []


def test_a_book_from_before_seats_could_change_is_by_branch_and_the_first(
    seats: Seats,
) -> None:
    fill(seats)
    gone = {"admission": "", "revision": ""}
    seats.books.rows.collection.update_one({"_id": "c1"}, {"$unset": gone})
    book = seats.books.get("c1")
    assert book is not None
    assert book == replace(book, admission="branch", revision=1)


def test_what_a_decider_who_died_left_in_a_journal_is_copied_out(seats: Seats) -> None:
    waiting = Enrolment("c1", "k1", "wang", 1, ("dc",), "dc/r", 1, WAITING, WAITING)
    seats.enrolments.create([waiting])
    book = SeatBook("c1", "k1", 1, {}, taken=1, next_ticket=2, closed=True)
    promoted = JournalEntry("seats/2", promoted=(waiting.id,))
    seats.books.create(replace(book, journal=(promoted,)))
    seats.books.create(replace(book, class_id="c2"))
    assert [one.class_id for one in seats.books.find_uncopied(9)] == ["c1"]
    FinishCopying(
        seats.books, DecideSeats(seats.books, seats.enrolments, lambda: NOW)
    )()
    found = seats.enrolments.get(waiting.id)
    assert found is not None
    assert found.state == SEATED
    assert seats.books.find_uncopied(9) == []
