"""Enrolment's stores keep what the use cases ask of them, on every engine."""

import datetime
from dataclasses import replace

import pytest
from chassis.http.auth import Scope
from chassis.storage.aggregates import NotFound, mapping_of
from enrollment.domain.people import Branch, Membership, Person, PersonChange
from enrollment.domain.seat_book import (
    JournalEntry,
    Quota,
    SeatBook,
    SeatGrant,
    SeatRequest,
)
from enrollment.events.to_events import to_event
from enrollment.store import documents
from enrollment.store.branches import StoredBranches, branch_form
from enrollment.store.id_numbers import IdNumbers
from enrollment.store.people import StoredPeople, person_form
from enrollment.store.seats import StoredBooks
from enrollment.usecases.find_people import list_members

from tests.engines import Kept
from tests.stores.rows import outbox, overtaken, said, version

WANG = Person("wang", "王小明", "13800000001", "11010519491231002X", "w@example.com")
LI = Person("li", "李雷", "13800000002")
NOW = datetime.datetime(2026, 11, 23, 4, tzinfo=datetime.UTC)
ID_NUMBERS = IdNumbers(b"secret")
BOOK = SeatBook("c1", "course1", 30, {"east": Quota(10, 2)}, taken=2)


@pytest.fixture
def branches(kept: Kept) -> StoredBranches:
    rows = kept.aggregates(
        "enrollment", documents.BranchDocument, branch_form(), to_event
    )
    return StoredBranches(rows)


@pytest.fixture
def people(kept: Kept) -> StoredPeople:
    return StoredPeople(
        kept.aggregates(
            "enrollment", documents.PersonDocument, person_form(ID_NUMBERS), to_event
        ),
        kept.aggregates(
            "enrollment", documents.MembershipDocument, mapping_of(Membership), to_event
        ),
        kept.aggregates(
            "enrollment",
            documents.PersonChangeDocument,
            mapping_of(PersonChange),
            to_event,
        ),
        ID_NUMBERS,
    )


@pytest.fixture
def books(kept: Kept) -> StoredBooks:
    rows = kept.aggregates(
        "enrollment", documents.SeatBookDocument, mapping_of(SeatBook), to_event
    )
    return StoredBooks(rows)


def member(branch: str, number: str, person: str = "wang") -> Membership:
    return Membership(person, branch, number, "2024-03-01")


def one_more(book: SeatBook) -> SeatBook:
    return replace(book, taken=book.taken + 1)


def test_a_scope_shows_the_branch_and_all_below_it(branches: StoredBranches) -> None:
    for id_, line in (
        ("city", ("city",)),
        ("east", ("city", "east")),
        ("street", ("city", "east", "street")),
        ("west", ("city", "west")),
    ):
        assert branches.create(Branch(id_, f"{id_} 工会", line))
    assert [one.id for one in branches.find_within(Scope.below("east"))] == [
        "east",
        "street",
    ]
    assert len(list(branches.find_within(Scope.all()))) == 4
    assert list(branches.find_within(Scope.below("nowhere"))) == []


def test_a_branch_stands_before_those_below_it(branches: StoredBranches) -> None:
    for line in (("b", "a"), ("b", "a", "c"), ("d",), ("b",)):
        branches.create(Branch(line[-1], "工会", line))
    assert [one.id for one in branches.find_within(Scope.all())] == ["b", "a", "c", "d"]


@pytest.mark.parametrize("at_once", [1, 2, 3, 500])
def test_branches_are_read_on_behind_any_of_them(
    branches: StoredBranches, at_once: int
) -> None:
    lines = [("b",), ("b", "a"), ("b", "a", "c"), ("b", "a-1"), ("b", "ab"), ("d",)]
    for line in reversed(lines):
        branches.create(Branch(line[-1], "工会", line))
    for scope, seen in ((Scope.all(), lines), (Scope.below("b"), lines[:5])):
        for place in range(len(seen) + 1):
            behind = seen[place - 1] if place else ()
            found = branches.find_within(scope, behind, at_once)
            assert [one.line for one in found] == seen[place:]


def test_a_branch_from_before_there_were_places_gets_its_own(
    branches: StoredBranches,
) -> None:
    branches.create(Branch("a", "甲", ("b", "a")))
    branches.create(Branch("b", "乙", ("b",)))
    rows = branches.rows.collection
    rows.update_one({"_id": "a"}, {"$unset": {"place": 1}})
    branches.place_old()
    assert [one.id for one in branches.find_within(Scope.below("b"))] == ["b", "a"]


def test_a_branch_id_is_taken_once(branches: StoredBranches) -> None:
    assert branches.create(Branch("a", "甲", ("a",)))
    assert not branches.create(Branch("a", "乙", ("a",)))
    found = branches.get("a")
    assert found is not None
    assert found.name == "甲"


def test_a_branch_nobody_added_is_not_there(branches: StoredBranches) -> None:
    branches.create(Branch("a", "甲", ("a",)))
    assert branches.get("A") is None


def test_of_the_people_asked_for_the_known_ones_are_named(people: StoredPeople) -> None:
    people.create_people([(WANG, "east"), (LI, "east")])
    assert people.find_by_ids(["wang", "nobody"]) == {"wang": WANG}
    assert people.find_by_ids([]) == {}


def test_a_new_person_is_told_with_the_branch_in_the_same_write(
    people: StoredPeople,
) -> None:
    people.create_people([(WANG, "east")])
    [event] = outbox(people.people, "wang")
    assert event["id"] == "wang.1.0"
    assert event["data"] == {"person_id": "wang", "branch_id": "east"}


def test_a_known_person_stays_and_is_told_once(people: StoredPeople) -> None:
    people.create_people([(WANG, "east"), (WANG, "east")])
    people.create_people([(replace(WANG, name="王大明"), "west"), (LI, "west")])
    assert people.find_by_ids(["wang", "li"]) == {"wang": WANG, "li": LI}
    assert said(people.people, "wang") == ["wang.1.0"]
    assert version(people.people, "wang") == 1


def test_of_the_memberships_asked_for_those_there_are_given(
    people: StoredPeople,
) -> None:
    people.create_memberships([member("east", "1"), member("west", "1", "li")])
    assert people.find_memberships(["east:1", "east:2"]) == {
        "east:1": member("east", "1")
    }
    assert people.find_memberships([]) == {}


def test_a_membership_that_is_there_stays(people: StoredPeople) -> None:
    people.create_memberships([member("east", "1")])
    people.create_memberships([member("east", "1", "li"), member("east", "2", "li")])
    held = people.find_memberships(["east:1", "east:2"])
    assert {id_: one.person_id for id_, one in held.items()} == {
        "east:1": "wang",
        "east:2": "li",
    }


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_members_of_a_scope_come_by_branch_and_number_a_page_at_a_time(
    people: StoredPeople, branches: StoredBranches, limit: int
) -> None:
    for id_ in ("east", "east-1", "empty", "north", "west"):
        above = () if id_ == "north" else ("city",)
        branches.create(Branch(id_, "工会", (*above, id_)))
    people.create_people([(WANG, "east"), (LI, "east")])
    for branch, number, person in (
        ("west", "1", "li"),
        ("east", "甲", "li"),
        ("east", "2", "wang"),
        ("east", "10", "wang"),
        ("north", "1", "wang"),
        ("east-1", "1", "wang"),
    ):
        people.create_memberships([member(branch, number, person)])
    city, after = list[str](), ""
    while page := list_members(branches, people, Scope.below("city"), after, limit):
        assert len(page) <= limit
        city += [one.id for one, _ in page]
        after = city[-1]
    assert city == ["east:10", "east:2", "east:甲", "east-1:1", "west:1"]
    everybody = list_members(branches, people, Scope.all(), "", 10)
    assert [one.id for one, _ in everybody] == [*city[:4], "north:1", "west:1"]
    assert list_members(branches, people, Scope.below("empty"), "", 3) == []
    assert list_members(branches, people, Scope.below("west"), "east:2", 3) == [
        (member("west", "1", "li"), LI)
    ]


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_ids_of_branches_come_from_any_of_them_on(
    branches: StoredBranches, at_once: int
) -> None:
    for id_ in "dbcaefg":
        branches.create(Branch(id_, "工会", ("a", id_) if id_ != "a" else ("a",)))
    for scope in (Scope.all(), Scope.below("a")):
        found = list(branches.find_ids_within(scope, "b", at_once))
        assert [id_ for ids in found for id_ in ids] == list("bcdefg")
        assert len(found[0]) == at_once
    assert list(branches.find_ids_within(Scope.below("h"), "", at_once)) == []


def test_a_member_whose_person_is_not_written_yet_is_left_out(
    people: StoredPeople,
) -> None:
    people.create_people([(WANG, "east")])
    people.create_memberships([member("east", "1"), member("east", "2", "li")])
    listed = people.find_by_branches(["east"], "", 10)
    assert [one.id for one, _ in listed] == ["east:1"]


def test_a_book_comes_back_with_its_quotas_and_its_journal(books: StoredBooks) -> None:
    asking = SeatRequest("c1.wang.1", "wang", ("city", "east"))
    entries = (
        JournalEntry("east/k1", granted=(SeatGrant(asking, 1, seated=False),)),
        JournalEntry("leave", withdrawn="c1.li.1", at=NOW, promoted=("c1.wang.1",)),
    )
    book = replace(BOOK, waiting=1, next_ticket=4, journal=entries, closed=True)
    books.create(book)
    assert books.get("c1") == book
    assert books.get("c2") is None


def test_a_book_that_is_open_stays(books: StoredBooks) -> None:
    books.create(BOOK)
    books.create(replace(BOOK, capacity=99))
    assert books.get("c1") == BOOK


def test_a_book_that_moved_is_decided_on_again(books: StoredBooks) -> None:
    books.create(BOOK)
    by = overtaken(lambda: books.change("c1", one_more), one_more)
    assert books.change("c1", by).taken == 4
    assert books.get("c1") == replace(BOOK, taken=4)


def test_a_decision_for_nothing_leaves_the_book_as_it_was(books: StoredBooks) -> None:
    books.create(BOOK)
    assert books.change("c1", lambda _: None) == BOOK
    assert version(books.rows, "c1") == 1


def test_a_book_that_is_not_there_cannot_change(books: StoredBooks) -> None:
    with pytest.raises(NotFound):
        books.change("c1", one_more)
    assert books.get("c1") is None


def test_an_entry_is_cleared_alone_and_nothing_is_written_over_it(
    books: StoredBooks,
) -> None:
    entries = (JournalEntry("k1"), JournalEntry("k2"))
    books.create(replace(BOOK, journal=entries))
    cleared: list[SeatBook] = []

    def decide(book: SeatBook) -> SeatBook:
        if not cleared:
            cleared.append(books.clear_entry("c1", "k1"))
        return one_more(book)

    assert books.change("c1", decide).journal == entries[1:]
    assert [book.journal for book in cleared] == [entries[1:]]
    assert books.clear_entry("c1", "k1").journal == entries[1:]
    with pytest.raises(NotFound):
        books.clear_entry("c2", "k1")
