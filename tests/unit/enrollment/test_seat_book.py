"""The seat book: who gets a seat, who waits, and whom a freed seat goes to."""

import datetime

import pytest
from enrollment.domain.errors import JournalFull
from enrollment.domain.seat_book import (
    LONGEST_JOURNAL,
    JournalEntry,
    Quota,
    SeatBook,
    SeatGrant,
    SeatRequest,
)
from enrollment.domain.waiting_ticket import WaitingTicket
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.depth import rounds

LINES = (("bj",), ("bj", "dc"), ("bj", "dc", "dc-school"), ("bj", "xc"))
lines = st.sampled_from(LINES)
NOW = datetime.datetime(2026, 11, 23, 4, tzinfo=datetime.UTC)


def asking(name: str, line: tuple[str, ...] = ("bj",)) -> SeatRequest:
    return SeatRequest(f"c1.{name}.1", name, line)


def a_book(capacity: int, **quotas: int) -> SeatBook:
    return SeatBook("c1", "k1", capacity, {b: Quota(cap) for b, cap in quotas.items()})


def tickets(entry: JournalEntry) -> list[tuple[int, bool]]:
    return [(granted.ticket, granted.seated) for granted in entry.granted]


class Books(RuleBasedStateMachine):
    """A book and the enrolments it is copied out to."""

    def __init__(self) -> None:
        super().__init__()
        self.book = a_book(0)
        self.stored: dict[str, tuple[str, int, tuple[str, ...]]] = {}
        self.given: list[int] = []
        self.count = 0

    @initialize(
        capacity=st.integers(0, 6),
        quotas=st.dictionaries(st.sampled_from(["bj", "dc", "xc"]), st.integers(0, 4)),
    )
    def create(self, capacity: int, quotas: dict[str, int]) -> None:
        self.book = a_book(capacity, **quotas)

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def in_line(self) -> list[WaitingTicket]:
        held = [
            WaitingTicket(id_, ticket, line)
            for id_, (state, ticket, line) in self.stored.items()
            if state == "waiting"
        ]
        return list(
            self.book.waiting_list(sorted(held, key=lambda place: place.ticket))
        )

    def effective(self) -> dict[str, str]:
        states = {id_: held[0] for id_, held in self.stored.items()}
        for entry in self.book.journal:
            for granted in entry.granted:
                said = "seated" if granted.seated else "waiting"
                states[granted.asking.enrolment_id] = said
        return {id_: self.book.effective_state(id_, s) for id_, s in states.items()}

    @rule(asked=st.lists(lines, min_size=1, max_size=5))
    @precondition(lambda self: len(self.book.journal) < LONGEST_JOURNAL)
    def take(self, asked: list[tuple[str, ...]]) -> None:
        askings = [asking(self.name("p"), line) for line in asked]
        self.book, entry = self.book.grant_into_journal(self.name("chunk"), askings)
        self.given += [granted.ticket for granted in entry.granted]
        assert [granted.asking for granted in entry.granted] == askings

    @rule()
    @precondition(lambda self: self.book.journal)
    def copy_out(self) -> None:
        entry = self.book.journal[0]
        self.write(entry.withdrawn, "withdrawn")
        for promoted in entry.promoted:
            self.write(promoted, "seated")
        for granted in entry.granted:
            state = "seated" if granted.seated else "waiting"
            asked = granted.asking
            self.stored[asked.enrolment_id] = (state, granted.ticket, asked.line)
        self.book = self.book.without_entry(entry.key)

    def write(self, id_: str, state: str) -> None:
        if id_:
            _, ticket, line = self.stored[id_]
            self.stored[id_] = (state, ticket, line)

    @rule(data=st.data())
    @precondition(lambda self: self.stored and len(self.book.journal) < LONGEST_JOURNAL)
    def withdraw(self, data: st.DataObject) -> None:
        id_ = data.draw(st.sampled_from(sorted(self.stored)))
        state = self.effective()[id_]
        if state == "withdrawn":
            return
        before = self.in_line()
        seated, line = state == "seated", self.stored[id_][2]
        key = f"withdraw/{id_}"
        self.book, entry = self.book.withdraw(key, id_, line, seated, before, NOW)
        for promoted in entry.promoted:
            place = next(p for p in before if p.enrolment_id == promoted)
            ahead = [p for p in self.in_line() if p.ticket < place.ticket]
            assert not [p for p in ahead if set(p.line) <= set(place.line)]

    @invariant()
    def never_a_seat_too_many(self) -> None:
        assert 0 <= self.book.taken <= self.book.capacity

    @invariant()
    def every_quota_holds(self) -> None:
        for quota in self.book.quotas.values():
            assert 0 <= quota.taken <= quota.cap

    @invariant()
    def nobody_eligible_waits_while_a_seat_is_free(self) -> None:
        waiting = self.in_line()
        assert len(waiting) == self.book.waiting
        assert not [place for place in waiting if self.book.has_room(place.line)]

    @invariant()
    def tickets_have_no_gaps_and_keep_their_order(self) -> None:
        assert self.given == list(range(1, self.book.next_ticket))

    @invariant()
    def the_count_is_that_of_the_seated(self) -> None:
        seated = [id_ for id_, state in self.effective().items() if state == "seated"]
        assert len(seated) == self.book.taken

    @invariant()
    def no_two_decisions_have_one_key(self) -> None:
        keys = [entry.key for entry in self.book.journal]
        assert len(keys) == len(set(keys))


TestBooks = Books.TestCase
TestBooks.settings = settings(
    max_examples=rounds(40, 2_000), stateful_step_count=30, deadline=None
)


def test_first_come_are_seated_and_the_rest_wait() -> None:
    book, entry = a_book(2).grant_into_journal(
        "k", [asking("a"), asking("b"), asking("c")]
    )
    assert tickets(entry) == [(1, True), (2, True), (3, False)]
    assert (book.taken, book.waiting, book.next_ticket) == (2, 1, 4)


def test_a_quota_caps_a_branch_and_those_below_it() -> None:
    askings = [asking("a", LINES[1]), asking("b", LINES[2]), asking("c", LINES[3])]
    _, entry = a_book(9, dc=1).grant_into_journal("k", askings)
    assert tickets(entry) == [(1, True), (2, False), (3, True)]


def test_the_smallest_cap_on_the_way_to_the_root_decides() -> None:
    book, _ = a_book(9, bj=1, dc=5).grant_into_journal("k", [asking("a", LINES[3])])
    assert not book.has_room(LINES[1])


def test_a_freed_seat_goes_to_the_lowest_ticket_that_may_have_it() -> None:
    book, _ = a_book(2, dc=1).grant_into_journal(
        "k", [asking("a", LINES[1]), asking("b"), asking("c", LINES[1]), asking("d")]
    )
    waiting = list(book.waiting_list([]))
    after, entry = book.withdraw("w", "c1.b.1", ("bj",), True, waiting, NOW)
    assert entry.promoted == ("c1.d.1",)
    assert (after.taken, after.waiting) == (2, 1)


def test_who_leaves_the_waiting_list_frees_no_seat() -> None:
    book, _ = a_book(1).grant_into_journal("k", [asking("a"), asking("b"), asking("c")])
    after, entry = book.withdraw("w", "c1.b.1", ("bj",), False, [], NOW)
    assert entry.promoted == ()
    assert (after.taken, after.waiting) == (1, 1)
    assert [place.enrolment_id for place in after.waiting_list([])] == ["c1.c.1"]


def test_what_is_only_foreseen_is_not_noted() -> None:
    book = a_book(1)
    foreseen, granted = book.grant([asking("a"), asking("b")])
    assert [one.seated for one in granted] == [True, False]
    assert foreseen.journal == book.journal == ()
    assert (
        granted == book.grant_into_journal("k", [asking("a"), asking("b")])[1].granted
    )


def test_whom_the_journal_granted_something_is_pending_until_it_is_struck() -> None:
    book, _ = a_book(1).grant_into_journal("k", [asking("a"), asking("b")])
    assert book.pending_people() == {"a", "b"}
    assert book.without_entry("k").pending_people() == frozenset()


def test_a_decision_is_found_by_its_key_until_it_is_struck() -> None:
    book, entry = a_book(1).grant_into_journal("k", [asking("a")])
    assert book.get_entry("k") == entry
    struck = book.without_entry("k")
    assert struck.get_entry("k") is None
    assert struck.without_entry("k") == struck
    assert struck.taken == 1


def test_a_full_journal_is_copied_out_before_more_is_decided() -> None:
    book = a_book(100)
    for at in range(LONGEST_JOURNAL):
        book, _ = book.grant_into_journal(f"k{at}", [asking(f"p{at}")])
    with pytest.raises(JournalFull):
        book.grant_into_journal("one-more", [asking("late")])


def test_a_stored_state_is_read_together_with_the_journal() -> None:
    book, _ = a_book(1).grant_into_journal("k", [asking("a"), asking("b")])
    book, _ = book.withdraw("w", "c1.a.1", ("bj",), True, book.waiting_list([]), NOW)
    assert book.effective_state("c1.a.1", "seated") == "withdrawn"
    assert book.effective_state("c1.b.1", "waiting") == "seated"
    assert book.effective_state("c1.z.1", "waiting") == "waiting"


def test_one_enrolment_is_never_in_line_twice() -> None:
    granted = SeatGrant(asking("a"), 2, False)
    book = a_book(0)
    book = SeatBook(
        "c1", "k1", 0, book.quotas, 0, 2, 3, journal=(JournalEntry("k", (granted,)),)
    )
    stored = [WaitingTicket("c1.a.1", 1, ("bj",))]
    assert [(p.enrolment_id, p.ticket) for p in book.waiting_list(stored)] == [
        ("c1.a.1", 1)
    ]
