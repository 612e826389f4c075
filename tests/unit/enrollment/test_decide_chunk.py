"""A roster chunk decided: every row one outcome, whoever dies in between."""

from dataclasses import replace
from functools import partial

import pytest
from enrollment.domain import events
from enrollment.domain.errors import ChunkDiffers
from enrollment.domain.people import branch_below
from enrollment.domain.roster import WHAT_TO_DO, Outcome, Row
from enrollment.usecases.follow_classes import close_class
from enrollment.usecases.receive_message import new_chunk, receive_chunk
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.depth import rounds
from tests.unit.enrollment.fakes import Crash
from tests.unit.enrollment.world import (
    EAST,
    World,
    a_book,
    a_row,
    decide_until_done,
    require_agreement,
)


def said(outcomes: tuple[Outcome, ...]) -> list[tuple[int, str, str]]:
    return [(one.row, one.outcome, one.reason) for one in outcomes]


def test_every_row_gets_its_outcome_in_the_order_of_rows() -> None:
    world = World(a_book(1))
    outcomes = world.send("k1", a_row(1), a_row(2), a_row(3, name=" "))
    assert said(outcomes) == [
        (1, "enrolled", ""),
        (2, "waitlisted", ""),
        (3, "rejected", "name-missing"),
    ]
    require_agreement(world)


REASONS = [
    ("name-differs", {"phone": "13800000001", "name": "别人"}),
    ("member-number-invalid", {"member_no": "9" * 61}),
    ("member-number-changed", {"member_no": "1.10101E+11"}),
    ("name-unreadable", {"name": "王\ue000"}),
    ("name-invisible", {"name": "王\u200b"}),
    ("name-invalid", {"name": "<script>"}),
    ("name-too-long", {"name": "长" * 101}),
    ("phone-changed", {"phone": "1.38E+10"}),
    ("id-number-changed", {"id_number": "1.10101E+17"}),
    ("cell-broken", {"phone": "#N/A"}),
    ("class-invalid", {"class_id": "集体协商班"}),
    ("branch-invalid", {"branch_id": "东城"}),
    ("name-missing", {"name": "  "}),
    ("member-number-missing", {"member_no": ""}),
    ("phone-invalid", {"phone": "12345"}),
    ("id-number-invalid", {"id_number": "110105194912310021"}),
    ("class-missing", {"class_id": " "}),
    ("class-unknown", {"class_id": "nowhere"}),
    ("class-closed", {"class_id": "shut"}),
    ("branch-closed", {"branch_id": "dc-shut"}),
    ("not-your-branch", {"branch_id": "xc"}),
    ("not-your-branch", {"branch_id": "nobody"}),
    (
        "duplicate-row",
        {"phone": "13800000001", "member_no": "M1", "name": "张1"},
    ),
    ("member-number-taken", {"member_no": "M1"}),
]


@pytest.mark.parametrize(("reason", "changed"), REASONS)
def test_a_bad_row_is_rejected_with_its_reason_and_a_good_one_is_taken(
    reason: str, changed: dict[str, str]
) -> None:
    shut = replace(a_book(9, class_id="shut"), closed=True)
    world = World(a_book(9), shut)
    world.branches.create(replace(branch_below(EAST, "dc-shut", "已关"), closed=True))
    outcomes = world.send("k1", a_row(1), a_row(2, None, **changed))
    assert said(outcomes) == [(1, "enrolled", ""), (2, "rejected", reason)]
    assert "：" in outcomes[1].detail
    assert len(world.people.rows) == 1
    require_agreement(world)


def test_every_reason_that_can_be_given_is_tried_here() -> None:
    elsewhere = {"send-again", "id-number-differs", "two-records"}
    elsewhere |= {"taken-back", "roster-taken-back"}  # test_take_back.py
    elsewhere |= {"row-not-rejected", "repair-under-way"}  # test_repairs.py
    assert {reason for reason, _ in REASONS} == set(WHAT_TO_DO) - elsewhere


def test_a_duplicate_row_names_the_row_it_repeats() -> None:
    outcomes = World(a_book(9)).send("k1", a_row(7), a_row(8, person=7))
    assert "7" in outcomes[1].detail


def test_a_member_number_that_another_person_has_is_rejected_later_too() -> None:
    world = World(a_book(9))
    world.send("k1", a_row(1))
    outcomes = world.send("k2", a_row(2, member_no="M1"))
    assert said(outcomes) == [(2, "rejected", "member-number-taken")]


def test_a_row_may_name_a_branch_below_the_one_that_sends() -> None:
    world = World(a_book(9))
    world.send("k1", a_row(1, branch_id="dc-school"))
    (enrolment,) = world.enrolments.rows.values()
    assert enrolment.line == ("bj", "dc", "dc-school")


def test_a_class_not_heard_of_is_asked_for_at_catalog_first() -> None:
    world = World(at_catalog=[a_book(1)])
    assert said(world.send("k1", a_row(1))) == [(1, "enrolled", "")]
    assert world.catalog.asked == ["c1"]


def test_one_person_may_be_enrolled_in_two_classes_by_one_chunk() -> None:
    world = World(a_book(1), a_book(1, class_id="c2"))
    outcomes = world.send("k1", a_row(1), a_row(2, person=1, class_id="c2"))
    assert said(outcomes) == [(1, "enrolled", ""), (2, "enrolled", "")]
    assert len(world.people.rows) == 1
    require_agreement(world)


def test_who_has_a_seat_already_is_told_so_with_the_enrolment() -> None:
    world = World(a_book(2))
    (first,) = world.send("k1", a_row(1))
    (again,) = world.send("k2", a_row(5, person=1))
    assert (again.outcome, again.enrolment_id) == (
        "already-enrolled",
        first.enrolment_id,
    )
    assert world.books.now("c1").taken == 1


def test_deciding_again_changes_nothing() -> None:
    world = World(a_book(1))
    first = world.send("k1", a_row(1), a_row(2))
    before = (world.books.now("c1"), dict(world.enrolments.rows))
    world.decide("dc/k1")
    assert world.chunks.rows["dc/k1"].outcomes == first
    assert (world.books.now("c1"), world.enrolments.rows) == before
    assert len(world.chunks.told) == 1


def test_a_receipt_tells_every_row_and_no_name_or_phone() -> None:
    world = World(a_book(1))
    world.send("k1", a_row(1), a_row(2, phone="1"))
    (receipt,) = world.chunks.told
    assert isinstance(receipt, events.ReceiptIssued)
    assert [row["row"] for row in receipt.rows] == [1, 2]
    assert "张" not in str(receipt)
    assert "138" not in str(receipt)


def test_a_dry_run_says_what_would_be_and_changes_nothing() -> None:
    world = World(a_book(2))
    world.send("k1", a_row(1))
    before = (world.books.now("c1"), dict(world.enrolments.rows))
    known = (dict(world.people.rows), dict(world.people.memberships))
    rows = (a_row(1), a_row(2), a_row(3), a_row(4, phone=""))
    outcomes = world.send("try", *rows, dry_run=True)
    assert said(outcomes) == [
        (1, "already-enrolled", ""),
        (2, "enrolled", ""),
        (3, "waitlisted", ""),
        (4, "rejected", "phone-invalid"),
    ]
    assert (world.books.now("c1"), world.enrolments.rows) == before
    assert (world.people.rows, world.people.memberships) == known


def test_a_dry_run_over_many_chunks_and_classes_says_what_the_real_run_does() -> None:
    books = a_book(5, {"dc": 4}), a_book(3, class_id="c2")
    rows = [a_row(at, class_id="c2" if at % 3 else "c1") for at in range(1, 13)]
    chunks = [(*rows[:5], a_row(20, person=1)), (*rows[5:9], a_row(21, person=2))]
    chunks.append((*rows[9:], a_row(22, person=1, name="别人"), a_row(23, person=3)))
    world = World(*books)
    foreseen = [
        outcome
        for at, chunk in enumerate(chunks)
        for outcome in world.send(f"try{at}", *chunk, dry_run=True)
    ]
    assert world.people.rows == {}
    real = [
        outcome
        for at, chunk in enumerate(chunks)
        for outcome in world.send(f"k{at}", *chunk)
    ]
    assert [replace(one, enrolment_id="") for one in real] == foreseen
    assert {one.outcome for one in real} == {
        "enrolled", "waitlisted", "already-enrolled", "rejected",
    }  # fmt: skip


def test_a_class_that_is_over_takes_nobody_and_one_on_its_last_day_does() -> None:
    over = replace(a_book(9), ends_on="2026-11-22")
    last_day = replace(a_book(9, class_id="c2"), ends_on="2026-11-23")
    outcomes = World(over, last_day).send("k1", a_row(1), a_row(2, class_id="c2"))
    assert said(outcomes) == [(1, "rejected", "class-closed"), (2, "enrolled", "")]


def test_a_dry_run_foresees_though_the_journal_is_full() -> None:
    world = World(a_book(100))
    for at in range(45):
        with pytest.raises(Crash):
            world.die_after(5).enrol(f"k{at}", f"p{at}")
    world.repair()
    outcomes = world.send("try", a_row(1), dry_run=True)
    assert said(outcomes) == [(1, "enrolled", "")]


def test_the_same_chunk_sent_again_is_the_one_that_is_kept() -> None:
    world, rows = World(a_book(1)), [a_row(1)]
    new = partial(new_chunk, branch_id="dc", roster_id="r1", key="k1", dry_run=False)
    kept = receive_chunk(world.chunks, new(rows=rows, now=1.0))
    assert receive_chunk(world.chunks, new(rows=rows, now=2.0)) == kept
    with pytest.raises(ChunkDiffers):
        receive_chunk(world.chunks, new(rows=[a_row(2)], now=3.0))


def die_seated(world: World, id_: str) -> None:
    """Decide until the seats are taken, then die before the receipt."""
    for steps in range(1, 200):
        try:
            world.die_after(steps).decide(id_)
        except Crash:
            if world.enrolments.rows:
                break
    world.repair()
    assert not world.chunks.told


def test_seats_taken_before_a_crash_are_told_though_the_class_closed_since() -> None:
    world = World(a_book(2))
    id_ = world.put("k1", a_row(1))
    die_seated(world, id_)
    close_class(world.books, world.catalog, "c1", 2)
    world.decide(id_)
    assert said(world.chunks.rows[id_].outcomes) == [(1, "enrolled", "")]


def test_a_chunk_gets_its_receipt_though_more_rows_are_good_after_a_crash() -> None:
    world = World(a_book(2))
    school = world.branches.rows.pop("dc-school")
    id_ = world.put("k1", a_row(1), a_row(2, branch_id="dc-school"))
    die_seated(world, id_)
    world.branches.create(school)
    world.decide(id_)
    assert [one.row for one in world.chunks.rows[id_].outcomes] == [1, 2]
    require_agreement(world)


def test_a_class_closed_while_a_chunk_is_read_takes_nobody_in() -> None:
    world = World(a_book(2))
    id_ = world.put("k1", a_row(1))
    world.people.meanwhile.append(
        partial(close_class, world.books, world.catalog, "c1", 2)
    )
    world.decide(id_)
    assert said(world.chunks.rows[id_].outcomes) == [(1, "rejected", "class-closed")]
    assert world.books.now("c1").taken == 0


def test_a_member_number_claimed_by_two_chunks_at_once_goes_to_one_person() -> None:
    world = World(a_book(9))
    ids = [world.put("k1", a_row(1)), world.put("k2", a_row(2, member_no="M1"))]
    world.people.meanwhile.append(partial(world.decide, ids[1]))
    world.decide(ids[0])
    outcomes = [world.chunks.rows[id_].outcomes[0] for id_ in ids]
    assert sorted((one.outcome, one.reason) for one in outcomes) == [
        ("enrolled", ""),
        ("rejected", "member-number-taken"),
    ]
    (enrolment,) = world.enrolments.rows.values()
    assert world.people.memberships["dc:M1"].person_id == enrolment.person_id


@pytest.mark.parametrize("steps", range(1, 60))
def test_dying_at_any_step_ends_with_the_same_receipt(steps: int) -> None:
    world = World(a_book(1), a_book(1, class_id="c2"))
    rows = (a_row(1), a_row(2), a_row(3, class_id="c2"), a_row(4, phone=""))
    id_ = world.put("k1", *rows)
    decide_until_done(world.die_after(steps), id_)
    assert [one.outcome for one in world.chunks.rows[id_].outcomes] == [
        "enrolled",
        "waitlisted",
        "enrolled",
        "rejected",
    ]
    assert len(world.chunks.told) == 1
    require_agreement(world)


row_lists = st.lists(st.tuples(st.integers(1, 8), st.sampled_from(["c1", "c2"])),
                     min_size=1, max_size=5, unique=True)  # fmt: skip


def rows_of(drawn: list[tuple[int, str]]) -> list[Row]:
    return [
        a_row(at + 1, person=who, class_id=class_id)
        for at, (who, class_id) in enumerate(drawn)
    ]


@settings(max_examples=rounds(60, 3_000), deadline=None)
@given(
    chunks=st.lists(row_lists, min_size=1, max_size=5),
    capacity=st.integers(0, 5),
    seed=st.integers(0, 2**16),
    dying=st.sampled_from([0.0, 0.05, 0.2]),
)
def test_chunks_decided_at_once_and_dying_give_every_row_exactly_one_outcome(
    chunks: list[list[tuple[int, str]]], capacity: int, seed: int, dying: float
) -> None:
    books = a_book(capacity, {"dc": 3}), a_book(capacity, class_id="c2")
    world = World(*books, seed=seed, dying=dying, switching=0.3)
    ids = [world.put(f"k{at}", *rows_of(drawn)) for at, drawn in enumerate(chunks)]
    world.steps.run_all([partial(world.decide, id_) for id_ in ids])
    assert len(world.chunks.told) == len(chunks)
    granted = []
    for id_ in ids:
        chunk = world.chunks.rows[id_]
        assert [one.row for one in chunk.outcomes] == [row.number for row in chunk.rows]
        granted += [
            one.enrolment_id
            for one in chunk.outcomes
            if one.outcome in ("enrolled", "waitlisted")
        ]
    assert sorted(granted) == sorted(world.enrolments.rows)
    require_agreement(world)
