"""People are found by phone, ID number or membership; dry runs write nothing real."""

import datetime
from collections.abc import Callable
from dataclasses import replace

import pytest
from chassis.storage.aggregates import mapping_of
from enrollment.domain.enrolment import SEATED, Enrolment
from enrollment.domain.people import Membership, Person, PersonChange
from enrollment.domain.seat_book import SeatBook, SeatRequest
from enrollment.events.to_events import to_event
from enrollment.store import documents
from enrollment.store.dry_run import DryBooks, DryEnrolments
from enrollment.store.dry_run_people import DryPeople
from enrollment.store.dry_run_rows import DryRunRows
from enrollment.store.id_numbers import IdNumbers
from enrollment.store.people import StoredPeople, person_form
from enrollment.store.seats import StoredBooks, StoredEnrolments
from enrollment.store.ways import StoredWays

from tests.engines import Kept
from tests.stores.rows import outbox

ID_NUMBERS = IdNumbers(b"secret")
NUMBER = "11010519491231002X"
WANG = Person("wang", "王小明", "13800000001", NUMBER, "w@example.com")
LI = Person("li", "李雷", "13800000001")
CHANGE = PersonChange("li", "east", "east/k1#2", ("email",), "2026-11-23T04:00:00")
BOOK = SeatBook("c1", "course1", 3, {})
NOW = datetime.datetime(2026, 11, 23, 4, tzinfo=datetime.UTC)


@pytest.fixture
def people(kept: Kept) -> StoredPeople:
    def rows(document: type, form: object) -> object:
        return kept.aggregates("enrollment", document, form, to_event)  # type: ignore[arg-type]

    return StoredPeople(
        rows(documents.PersonDocument, person_form(ID_NUMBERS)),  # type: ignore[arg-type]
        rows(documents.MembershipDocument, mapping_of(Membership)),  # type: ignore[arg-type]
        rows(documents.PersonChangeDocument, mapping_of(PersonChange)),  # type: ignore[arg-type]
        ID_NUMBERS,
    )


@pytest.fixture
def known(people: StoredPeople) -> StoredPeople:
    people.create_people([(WANG, "east"), (LI, "east")])
    people.create_memberships(
        [
            Membership("wang", "east", "1", "2026-01-01"),
            Membership("wang", "west", "9", "2026-02-01"),
            Membership("li", "east", "2", "2026-01-01"),
        ]
    )
    return people


@pytest.fixture
def dry(kept: Kept) -> Callable[[str, StoredPeople], DryPeople]:
    rows = DryRunRows(kept.database("enrollment"))
    rows.declare_indexes()

    def of(run: str, people: StoredPeople) -> DryPeople:
        return DryPeople(people, rows, run, ID_NUMBERS)

    return of


@pytest.mark.parametrize(
    ("phones", "numbers", "memberships", "found"),
    [
        (["13800000001"], [], [], {"wang", "li"}),
        ([], [NUMBER], [], {"wang"}),
        ([], [], ["west:9"], {"wang"}),
        (["13900000000"], ["440524188001010014"], ["east:7"], set()),
    ],
)
def test_people_are_found_with_all_their_memberships(
    known: StoredPeople,
    phones: list[str],
    numbers: list[str],
    memberships: list[str],
    found: set[str],
) -> None:
    people, held = known.find_known(phones, numbers, memberships)
    assert {person.id for person in people} == found
    expected = {"wang": {"east:1", "west:9"}, "li": {"east:2"}}
    assert {m.id for m in held} == {id_ for one in found for id_ in expected[one]}


def test_an_id_number_lies_sealed_and_comes_back(known: StoredPeople) -> None:
    row = known.people.collection.find_one({"_id": "wang"})
    assert row is not None
    assert NUMBER not in str(row)
    assert known.find_by_ids(["wang"])["wang"] == WANG


def test_a_change_is_told_and_noted_once(known: StoredPeople) -> None:
    for _ in range(2):
        known.change(CHANGE, {"email": "l@example.com"})
    assert known.find_by_ids(["li"])["li"].email == "l@example.com"
    assert known.find_changes("li") == [CHANGE]
    told = [e["type"] for e in outbox(known.people, "li")]
    assert told == ["enrollment.person.registered.v1", "enrollment.contacts.changed.v1"]


def test_a_name_that_is_corrected_is_no_change_of_contacts(known: StoredPeople) -> None:
    known.change(replace(CHANGE, fields=("name",)), {"name": "李蕾"})
    told = [e["type"] for e in outbox(known.people, "li")]
    assert told == ["enrollment.person.registered.v1", "enrollment.name.changed.v1"]


def test_a_dry_run_finds_what_its_earlier_chunks_wrote_and_nobody_else_does(
    known: StoredPeople, dry: Callable[[str, StoredPeople], DryPeople]
) -> None:
    run, other = dry("east/r1", known), dry("east/r2", known)
    zhao = Person("zhao", "赵", "13700000007", "440524188001010014")
    run.create_memberships([Membership("zhao", "east", "7", "2026-11-23")])
    run.create_people([(zhao, "east")])
    run.change(CHANGE, {"email": "l@example.com"})
    for phones, numbers, ids in (
        (["13700000007"], [], []),
        ([], ["440524188001010014"], []),
        ([], [], ["east:7"]),
    ):
        people, held = run.find_known(phones, numbers, ids)
        assert (people, [m.id for m in held]) == ([zhao], ["east:7"])
        assert other.find_known(phones, numbers, ids) == ([], [])
        assert known.find_known(phones, numbers, ids) == ([], [])
    assert run.find_by_ids(["li"])["li"].email == "l@example.com"
    assert known.find_by_ids(["li"])["li"].email == ""
    assert known.find_changes("li") == []


def test_seats_of_a_dry_run_are_shared_by_its_chunks_and_taken_from_nobody(
    kept: Kept,
) -> None:
    rows = DryRunRows(kept.database("enrollment"))
    rows.declare_indexes()
    books = StoredBooks(
        kept.aggregates(
            "enrollment", documents.SeatBookDocument, mapping_of(SeatBook), to_event
        )
    )
    books.create(BOOK)
    runs = [DryBooks(books, rows, "r1") for _ in range(2)]
    for at, run in enumerate(runs):
        asking = [SeatRequest(f"c1.p{at}.1", f"p{at}", ("east",))]
        run.change("c1", lambda book, a=asking: book.grant_into_journal(f"k{a}", a)[0])
    assert runs[0].get("c1").taken == 2  # type: ignore[union-attr]
    assert books.get("c1") == BOOK


def test_enrolments_of_a_dry_run_lie_over_the_real_ones(kept: Kept) -> None:
    rows = DryRunRows(kept.database("enrollment"))
    rows.declare_indexes()
    real = StoredEnrolments(
        kept.aggregates(
            "enrollment", documents.EnrolmentDocument, mapping_of(Enrolment), to_event
        )
    )
    first = Enrolment("c1", "k", "p1", 1, ("east",), "east/a", 1, SEATED, SEATED)
    real.create([first])
    run = DryEnrolments(real, rows, "r1")
    second = replace(first, person_id="p2", ticket=2, chunk_id="east/b")
    assert run.create([first, second]) == {first.id}
    assert run.find_by_chunk("c1", "east/b") == [second]
    assert {a.person_id for a in run.find_attempts("c1", "", ["p1", "p2"])} == {
        "p1",
        "p2",
    }
    run.withdraw(first.id, NOW)
    [left] = run.find_attempts("c1", "", ["p1"])
    assert left.state == "withdrawn"
    assert run.find_attempts("c1", "east/b", ["p1"]) == [left, second]
    assert real.get(first.id) == first
    assert real.get(second.id) is None


def test_ways_are_ids_of_who_is_a_member_today_in_the_order_of_branches(
    known: StoredPeople,
) -> None:
    ways = StoredWays(known.people, known.memberships)
    left = Membership("li", "west", "8", "2026-01-01", until="2026-02-01")
    known.create_memberships([left])
    both = [("east:1", "wang"), ("east:2", "li"), ("west:9", "wang")]
    assert ways.find_members(["east", "west"], "", 9) == both
    assert ways.find_members(["east", "west"], "east:1", 1) == both[1:2]
    assert ways.find_members(["east", "west"], "east:1", 9) == both[1:]
    assert ways.find_members([], "", 9) == []
    contacts = ways.find_contacts(["wang", "li", "nobody"])
    assert contacts == {"wang": (True, True), "li": (False, True)}
