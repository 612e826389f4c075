"""Enrolments are kept as the seat book decided, on every engine."""

import datetime
from dataclasses import replace

import pytest
from chassis.storage.aggregates import NotFound, mapping_of
from enrollment.domain.enrolment import (
    SEATED,
    WAITING,
    WITHDRAWN,
    Enrolment,
    latest_attempts,
)
from enrollment.domain.waiting_ticket import WaitingTicket
from enrollment.events.to_events import to_event
from enrollment.store import documents
from enrollment.store.seats import PAGE, StoredEnrolments

from tests.engines import Kept
from tests.stores.rows import outbox, said, version

WANG = Enrolment(
    class_id="c1",
    course_id="course1",
    person_id="wang",
    attempt=1,
    line=("city", "east"),
    chunk_id="east/k1",
    ticket=1,
    first=SEATED,
    state=SEATED,
)
NOW = datetime.datetime(2026, 11, 23, 4, tzinfo=datetime.UTC)
LI = replace(WANG, person_id="li", ticket=2, first=WAITING, state=WAITING)


@pytest.fixture
def enrolments(kept: Kept) -> StoredEnrolments:
    rows = kept.aggregates(
        "enrollment", documents.EnrolmentDocument, mapping_of(Enrolment), to_event
    )
    return StoredEnrolments(rows)


def test_of_the_enrolments_asked_for_those_there_are_given(
    enrolments: StoredEnrolments,
) -> None:
    assert enrolments.create([WANG, LI]) == set()
    assert enrolments.get("c1.wang.1") == WANG
    assert enrolments.get("c1.wang.2") is None
    assert enrolments.find_by_ids(["c1.li.1", "c2.li.1"]) == {"c1.li.1": LI}


def test_new_ones_are_told_in_the_same_write(enrolments: StoredEnrolments) -> None:
    enrolments.create([WANG, LI])
    [taken] = outbox(enrolments.rows, WANG.id)
    [waits] = outbox(enrolments.rows, LI.id)
    assert (taken["id"], taken["type"]) == ("c1.wang.1.1.0", "enrollment.seat.taken.v1")
    assert waits["type"] == "enrollment.seat.waitlisted.v1"
    assert waits["data"]["ticket"] == 2


def test_those_there_already_are_named_and_stay(enrolments: StoredEnrolments) -> None:
    enrolments.create([LI])
    again = replace(LI, ticket=9, state=SEATED)
    late = replace(WANG, person_id="zhao", ticket=3)
    assert enrolments.create([WANG, again, late]) == {LI.id}
    assert enrolments.find_by_ids([WANG.id, LI.id, late.id]) == {
        WANG.id: WANG,
        LI.id: LI,
        late.id: late,
    }
    assert said(enrolments.rows, LI.id) == ["c1.li.1.1.0"]


def test_adding_nobody_is_no_fault(enrolments: StoredEnrolments) -> None:
    assert enrolments.create([]) == set()


def test_a_chunk_shows_what_it_brought_into_the_class(
    enrolments: StoredEnrolments,
) -> None:
    elsewhere = [replace(WANG, class_id="c2"), replace(LI, chunk_id="east/k2")]
    enrolments.create([WANG, *elsewhere])
    assert enrolments.find_by_chunk("c1", "east/k1") == [WANG]


def test_the_last_attempt_of_each_person_counts(enrolments: StoredEnrolments) -> None:
    tenth, second = replace(WANG, attempt=10), replace(WANG, attempt=2)
    in_other_class = replace(LI, class_id="c2")
    enrolments.create([tenth, WANG, second, in_other_class])
    attempts = enrolments.find_attempts("c1", "", ["wang", "li", "nobody"])
    assert latest_attempts(attempts) == {"wang": tenth}


def test_attempts_are_those_of_the_people_and_those_that_the_chunk_brought(
    enrolments: StoredEnrolments,
) -> None:
    of_chunk = replace(LI, chunk_id="east/k2")
    elsewhere = [replace(e, class_id="c2", ticket=9) for e in (WANG, of_chunk)]
    other = replace(WANG, person_id="chen", ticket=8)
    enrolments.create([WANG, of_chunk, other, *elsewhere])
    found = enrolments.find_attempts("c1", "east/k2", ["wang"])
    assert sorted(found, key=lambda attempt: attempt.ticket) == [WANG, of_chunk]


@pytest.mark.parametrize("many", [0, PAGE, PAGE + 1])
def test_the_waiting_list_comes_by_ticket_and_whole(
    enrolments: StoredEnrolments, many: int
) -> None:
    tickets = range(2, many + 2)
    waiting = [replace(LI, person_id=f"p{n}", ticket=n) for n in reversed(tickets)]
    in_other_class = replace(LI, class_id="c2", ticket=5)
    enrolments.create([*waiting, WANG, in_other_class])
    assert list(enrolments.find_waiting("c1")) == [
        WaitingTicket(f"c1.p{n}.1", n, ("city", "east")) for n in tickets
    ]


def test_the_waiting_list_is_read_as_it_is_used(enrolments: StoredEnrolments) -> None:
    tickets = range(1, PAGE + 2)
    enrolments.create([replace(LI, person_id=f"p{n}", ticket=n) for n in tickets])
    line = enrolments.find_waiting("c1")
    next(line)
    enrolments.withdraw(f"c1.p{PAGE + 1}.1", NOW)
    assert [place.ticket for place in line] == list(range(2, PAGE + 1))


def test_who_leaves_is_told_once(enrolments: StoredEnrolments) -> None:
    enrolments.create([WANG])
    for _ in range(2):
        enrolments.withdraw(WANG.id, NOW)
    left = replace(WANG, state=WITHDRAWN, seated_until=NOW)
    assert enrolments.get(WANG.id) == left
    assert said(enrolments.rows, WANG.id) == ["c1.wang.1.1.0", "c1.wang.1.2.0"]
    assert version(enrolments.rows, WANG.id) == 2


def test_who_is_promoted_is_told_once_and_waits_no_more(
    enrolments: StoredEnrolments,
) -> None:
    enrolments.create([LI])
    for _ in range(2):
        enrolments.promote(LI.id)
    assert enrolments.get(LI.id) == replace(LI, state=SEATED)
    assert said(enrolments.rows, LI.id) == ["c1.li.1.1.0", "c1.li.1.2.0"]
    assert version(enrolments.rows, LI.id) == 2
    assert list(enrolments.find_waiting("c1")) == []


def test_who_has_left_is_not_promoted(enrolments: StoredEnrolments) -> None:
    enrolments.create([LI])
    enrolments.withdraw(LI.id, NOW)
    enrolments.promote(LI.id)
    assert enrolments.get(LI.id) == replace(LI, state=WITHDRAWN)


def test_nobody_leaves_or_moves_up_who_is_not_there(
    enrolments: StoredEnrolments,
) -> None:
    with pytest.raises(NotFound):
        enrolments.withdraw(WANG.id, NOW)
    with pytest.raises(NotFound):
        enrolments.promote(WANG.id)


def test_all_of_a_persons_are_given_the_newest_ticket_last(
    enrolments: StoredEnrolments,
) -> None:
    mine = [
        replace(WANG, class_id=class_id, ticket=ticket)
        for class_id, ticket in (("c1", 7), ("c2", 3), ("c3", 5))
    ]
    enrolments.create([*mine, LI])
    assert [one.ticket for one in enrolments.find_by_person("wang")] == [3, 5, 7]


def test_who_waits_has_a_place_in_the_class_whatever_the_ticket(
    enrolments: StoredEnrolments,
) -> None:
    waiting = [replace(LI, person_id=f"p{n}", ticket=10 * n) for n in (1, 2, 3)]
    elsewhere = replace(LI, class_id="c2", person_id="zhao", ticket=1)
    enrolments.create([WANG, *waiting, elsewhere])
    assert [enrolments.get_waiting_place(one) for one in waiting] == [1, 2, 3]
    assert enrolments.get_waiting_place(WANG) == 0
    enrolments.withdraw(waiting[0].id, NOW)
    assert [enrolments.get_waiting_place(one) for one in waiting[1:]] == [1, 2]


def test_a_class_is_shown_within_a_scope_by_ticket_a_page_at_a_time(
    enrolments: StoredEnrolments,
) -> None:
    lines = (("city", "west"), ("city", "east", "street"), ("city", "east"), ("city",))
    enrolments.create(
        [
            replace(WANG, person_id=f"p{ticket}", ticket=ticket, line=line)
            for ticket, line in zip((12, 9, 10, 11), lines, strict=True)
        ]
    )
    enrolments.create([replace(WANG, class_id="c2", ticket=8)])

    def shown(branches: list[str] | None, after: int, limit: int) -> list[int]:
        found = enrolments.find_by_class("c1", branches, after, limit)
        return [one.ticket for one in found]

    assert shown(["east", "street"], 0, 10) == [9, 10]
    assert shown(None, 0, 3) == [9, 10, 11]
    assert shown(None, 11, 3) == [12]
    assert shown(["city"], 9, 1) == [10]
    assert shown(["nowhere"], 0, 10) == []
    assert shown([], 0, 10) == []
