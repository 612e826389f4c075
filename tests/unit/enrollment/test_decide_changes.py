"""Changes of a branch: each done once, whoever dies, and within its border."""

import json
import random
from dataclasses import replace as with_fields
from functools import partial

import pytest
from enrollment.domain import events
from enrollment.domain.change_row import ACTIONS, CHANGE_TEXTS, ChangeRow
from enrollment.domain.changes import WHAT_TO_DO
from enrollment.domain.errors import ChunkDiffers
from enrollment.domain.roster import RECEIVED, Outcome
from enrollment.domain.roster import WHAT_TO_DO as OF_ROWS
from enrollment.usecases.decide_changes import LATE_SECONDS
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.depth import rounds
from tests.unit.enrollment.changes_world import (
    ChangesWorld,
    ask,
    correct,
    replace,
    transfer,
    withdraw,
)
from tests.unit.enrollment.world import (
    ID_NUMBER,
    NOW,
    a_book,
    a_row,
    decide_until_done,
    require_agreement,
)


def said(outcomes: tuple[Outcome, ...]) -> list[tuple[int, str, str]]:
    return [(one.row, one.outcome, one.reason) for one in outcomes]


def a_world(capacity: int = 2, people: int = 3, **quotas: int) -> ChangesWorld:
    """Members M1, M2, … of the east asked for seats in this order; M9 is in no class,
    and X1 is the west's."""
    shut = with_fields(a_book(2, class_id="shut"))
    world = ChangesWorld(a_book(capacity, quotas), a_book(5, class_id="c2"), shut)
    world.send("k0", *(a_row(number) for number in range(1, people + 1)))
    world.send("k1", a_row(1, 9, class_id="c2"), a_row(2, 1, class_id="shut"))
    west = a_row(1, 50, class_id="c2", member_no="X1")
    world.send("k2", west, branch="xc")
    version, book = world.books.rows["shut"]
    world.books.rows["shut"] = (version, with_fields(book, closed=True))
    return world


def test_who_withdraws_leaves_the_seat_to_the_next_who_waits() -> None:
    world = a_world()
    assert world.state_of("M3") == "waiting"
    assert said(world.change("w", withdraw(1, 1))) == [(1, "done", "")]
    states = [world.state_of(f"M{n}") for n in (1, 2, 3)]
    assert states == ["withdrawn", "seated", "seated"]
    require_agreement(world)


def test_who_waits_leaves_the_waiting_list() -> None:
    world = a_world()
    assert said(world.change("w", withdraw(1, 3))) == [(1, "done", "")]
    assert world.state_of("M3") == "withdrawn"
    require_agreement(world)


def test_who_has_left_before_is_told_so() -> None:
    world = a_world()
    world.change("w", withdraw(1, 1))
    assert said(world.change("again", withdraw(1, 1))) == [(1, "already", "")]


def test_a_seat_passes_on_and_nobody_who_waits_gets_it() -> None:
    world = a_world()
    [outcome] = world.change("r", replace(1, 1, 20))
    assert (outcome.outcome, outcome.action) == ("done", "replace")
    states = [world.state_of(f"M{n}") for n in (1, 2, 3, 20)]
    assert states == ["withdrawn", "seated", "waiting", "seated"]
    assert world.enrolments.rows[outcome.enrolment_id].state == "seated"
    require_agreement(world)


def test_a_quota_that_a_replacement_frees_goes_to_who_waits_for_it() -> None:
    world = a_world(capacity=5, people=0, **{"dc-school": 1})
    school = {"branch_id": "dc-school"}
    world.send("q", a_row(1, **school), a_row(2, **school))
    assert world.state_of("M2", "dc-school") == "waiting"
    change = replace(1, 1, 20, branch_id="dc-school", to_branch="dc")
    assert said(world.change("r", change)) == [(1, "done", "")]
    assert world.state_of("M2", "dc-school") == "seated"
    assert world.state_of("M20") == "seated"
    require_agreement(world)


def test_a_replacement_sent_again_under_another_key_stands_already() -> None:
    world = a_world()
    world.change("r", replace(1, 1, 20))
    assert said(world.change("r2", replace(1, 1, 20))) == [(1, "already", "")]
    require_agreement(world)


def test_a_member_goes_to_a_branch_below_under_the_same_number() -> None:
    world = a_world()
    assert said(world.change("t", transfer(1, 1))) == [(1, "done", "")]
    assert world.person_of("M1", "dc-school") == world.person_of("M1")
    assert world.people.memberships["dc:M1"].until == "2026-11-23"
    assert said(world.change("t2", transfer(1, 1))) == [(1, "already", "")]


def test_a_transfer_names_a_number_and_a_day() -> None:
    world = a_world()
    change = transfer(1, 1, new_member_no="S-7", day="2026-12-01")
    assert said(world.change("t", change)) == [(1, "done", "")]
    assert world.people.memberships["dc-school:S-7"].since == "2026-12-01"
    assert world.people.memberships["dc:M1"].until == "2026-12-01"


def test_a_correction_changes_what_it_names_and_nothing_else() -> None:
    world = a_world()
    change = correct(1, 1, phone="13912345678", email="w@example.com")
    assert said(world.change("c", change)) == [(1, "done", "")]
    person = world.people.find_by_ids([world.person_of("M1")])[world.person_of("M1")]
    assert (person.name, person.phone, person.email) == (
        "张1",
        "13912345678",
        "w@example.com",
    )
    assert said(world.change("c2", change)) == [(1, "already", "")]


def test_a_member_is_asked_for_by_number() -> None:
    world = a_world()
    world.change("w", withdraw(1, 1))
    [first, third] = world.change("a", ask(1, member_no="M1"), ask(2, member_no="M3"))
    places = {one["class_id"]: one["state"] for one in first.state["places"]}
    assert places == {"c1": "withdrawn", "shut": "seated"}
    assert [one["state"] for one in third.state["places"]] == ["seated"]


def test_a_branch_asks_for_its_people_and_seats() -> None:
    world = a_world(dc=2)
    [outcome] = world.change("a", ask(1))
    assert outcome.state == {
        "members": 4,
        "seats": [
            {"class_id": "c1", "capacity": 2, "taken": 2, "own_seated": 2,
             "own_waiting": 1, "quota": 2, "quota_taken": 2},
            {"class_id": "c2", "capacity": 5, "taken": 2, "own_seated": 1,
             "own_waiting": 0},
        ],
    }  # fmt: skip


def test_the_answers_of_a_chunk_stay_below_200_kib_and_say_where_they_are_cut() -> None:
    classes = [f"class-{n:03d}-{'x' * 60}" for n in range(90)]
    world = ChangesWorld(*(a_book(5, {"dc": 3}, class_id=id_) for id_ in classes))
    world.send("k", *(a_row(n, 1, class_id=id_) for n, id_ in enumerate(classes, 1)))
    asked = [ask(n, **({"member_no": "M1"} if n % 2 else {})) for n in range(1, 200)]
    outcomes = world.change("a", *asked, ask(200, class_id=classes[89]))
    receipt = [one.to_receipt_row() for one in outcomes]
    assert len(json.dumps(receipt, ensure_ascii=False).encode()) < 200 * 1024
    for one in outcomes[:-1]:
        assert one.notes == ("more-classes",)
        assert one.state.get("places") or one.state.get("seats")
    assert (outcomes[-1].notes, len(outcomes[-1].state["seats"])) == ((), 1)
    [whole] = world.change("b", ask(1))
    assert (whole.notes, len(whole.state["seats"])) == ((), 90)


def test_books_and_counts_are_read_once_until_a_row_changes_something() -> None:
    world = a_world()
    outcomes = world.change("a", *(ask(n) for n in range(1, 9)))
    assert world.places.readings == 2
    assert len({str(one.state) for one in outcomes}) == 1
    before, _, after = world.change("b", ask(1), withdraw(2, 2), ask(3))
    waiting = [one.state["seats"][0]["own_waiting"] for one in (before, after)]
    assert waiting == [1, 0]


def test_a_class_that_is_over_is_not_in_the_answer() -> None:
    world = a_world()
    version, book = world.books.rows["c2"]
    over = with_fields(book, ends_on="2026-11-22")
    world.books.rows["c2"] = (version, over)
    [outcome] = world.change("a", ask(1))
    assert [one["class_id"] for one in outcome.state["seats"]] == ["c1"]


def test_an_answer_names_nobody() -> None:
    world = a_world()
    [receipt] = [*world.chunks.told[-1:]] if world.change("a", ask(1), ask(2)) else []
    world.change("b", ask(1, member_no="M1"), correct(2, 1, phone="13912345678"))
    for told in (receipt, world.chunks.told[-1]):
        assert isinstance(told, events.ChangesDecided)
        for secret in ("张1", "13800000001", "13912345678", "M1"):
            assert secret not in str(told)


def test_rows_are_done_in_their_order() -> None:
    world = a_world(capacity=1, people=2)
    outcomes = world.change(
        "m", withdraw(1, 1), replace(2, 2, 30), ask(3, class_id="c1")
    )
    assert said(outcomes) == [(1, "done", ""), (2, "done", ""), (3, "done", "")]
    assert outcomes[2].state["seats"][0]["own_waiting"] == 0
    require_agreement(world)


REFUSED: dict[str, tuple[str, ChangeRow]] = {
    "no action": ("action-unknown", ChangeRow(1)),
    "another action": ("action-unknown", ChangeRow(1, "delete")),
    "no number": ("member-number-missing", withdraw(1, member_no=" ")),
    "nobody's number": ("member-unknown", withdraw(1, 77)),
    "another branch's member": ("not-your-branch", withdraw(1, branch_id="xc")),
    "no branch": ("not-your-branch", withdraw(1, branch_id="nowhere")),
    "a branch that is none": ("branch-invalid", withdraw(1, branch_id="东城")),
    "no class": ("class-missing", withdraw(1, class_id="")),
    "a class that is none": ("class-invalid", withdraw(1, class_id="集体协商班")),
    "an unknown class": ("not-enrolled", withdraw(1, class_id="nowhere")),
    "not in the class": ("not-enrolled", withdraw(1, 9)),
    "finished": ("finished", withdraw(1, 2)),
    "replace who finished": ("finished", replace(1, 2, 20)),
    "replace who waits": ("no-seat-to-pass", replace(1, 3, 20)),
    "replace who is not there": ("not-enrolled", replace(1, 9, 20)),
    "by who is there": ("newcomer-enrolled", replace(1, 1, 2)),
    "by oneself": ("replaces-itself", replace(1, 1, 1)),
    "in a closed class": ("class-closed", replace(1, 1, 20, class_id="shut")),
    "by nobody": ("name-missing", replace(1, 1, 20, name="")),
    "by another branch's": ("not-your-branch", replace(1, 1, 20, to_branch="xc")),
    "by a closed branch's": ("branch-closed", replace(1, 1, 20, to_branch="dc-shut")),
    "by a number in use": (
        "member-number-taken", replace(1, 1, 20, new_member_no="M9")
    ),
    "by a full quota": ("quota-full", replace(1, 1, 20, to_branch="dc-school")),
    "to nowhere": ("to-branch-missing", transfer(1, to_branch="")),
    "to the same": ("same-branch", transfer(1, to_branch="dc")),
    "to another's branch": ("unknown-branch", transfer(1, to_branch="xc")),
    "upwards": ("unknown-branch", transfer(1, to_branch="bj")),
    "to a closed branch": ("branch-closed", transfer(1, to_branch="dc-shut")),
    "on no day": ("day-invalid", transfer(1, day="tomorrow")),
    "to a number in use": ("member-number-taken", transfer(1, new_member_no="S1")),
    "nothing": ("nothing-to-correct", correct(1)),
    "no phone": ("phone-invalid", correct(1, phone="12345")),
    "no address": ("email-invalid", correct(1, email="nobody")),
    "another name": ("not-your-person", correct(1, name="李四")),
    "an ID number": ("not-your-person", correct(1, id_number=ID_NUMBER)),
    "who is the west's too": ("not-your-person", correct(1, 4, phone="13912345678")),
    "who left us": ("member-unknown", correct(1, 5, phone="13912345678")),
    "to ask for nobody": ("member-unknown", ask(1, member_no="M77")),
    "to ask of others": ("not-your-branch", ask(1, branch_id="xc")),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_the_branchs_to_do_is_rejected_and_changes_nothing(
    what: str,
) -> None:
    reason, change = REFUSED[what]
    world = ChangesWorld(
        a_book(4, {"dc-school": 1}), a_book(5, class_id="c2"),
        a_book(5, class_id="shut"),
    )  # fmt: skip
    school = {"branch_id": "dc-school", "member_no": "S1"}
    world.send("k0", a_row(1, 60, **school), a_row(2, 1), a_row(3, 2), a_row(4, 70))
    world.send("k1", a_row(1, 3), a_row(2, 1, class_id="shut"))
    world.send("k2", *(a_row(n, n, class_id="c2") for n in (4, 5, 9)))
    world.send("x", a_row(1, 4, class_id="c2", member_no="X4"), branch="xc")
    who = world.person_of("M4")
    west = world.people.memberships["xc:X4"]
    world.people.memberships["xc:X4"] = with_fields(west, person_id=who)
    gone = world.people.memberships["dc:M5"]
    world.people.memberships["dc:M5"] = gone.end_term("2026-11-20")
    version, book = world.books.rows["shut"]
    world.books.rows["shut"] = (version, with_fields(book, closed=True))
    world.finished.rows.add((world.person_of("M2"), "c1"))
    before = (
        dict(world.people.rows), dict(world.people.memberships),
        dict(world.books.rows), dict(world.enrolments.rows), list(world.audit.lines),
    )  # fmt: skip
    outcomes = world.change("c", change)
    assert said(outcomes) == [(1, "rejected", reason)]
    assert outcomes[0].detail == WHAT_TO_DO[reason]
    after = (
        world.people.rows, world.people.memberships, world.books.rows,
        world.enrolments.rows, world.audit.lines,
    )  # fmt: skip
    assert before == after


def test_every_reason_of_changes_is_tried_and_says_what_to_do() -> None:
    own = set(WHAT_TO_DO) - set(OF_ROWS)
    assert own <= {reason for reason, _ in REFUSED.values()}
    assert all("：" in WHAT_TO_DO[reason] for reason in own)


def test_a_person_of_ours_whom_another_branch_enrolled_is_not_ours_to_withdraw() -> (
    None
):
    world = a_world(capacity=9)
    world.send("x", a_row(1, 80, class_id="c2", member_no="X80"), branch="xc")
    theirs = world.people.memberships["xc:X80"]
    world.people.memberships["dc:M80"] = with_fields(
        theirs, branch_id="dc", member_no="M80"
    )
    change = withdraw(1, 80, class_id="c2")
    assert said(world.change("w", change)) == [(1, "rejected", "not-enrolled")]


def test_the_same_chunk_again_is_the_same_and_other_rows_are_refused() -> None:
    world = a_world()
    world.change("w", withdraw(1, 1))
    told = len(world.chunks.told)
    world.decide(world.put_changes("w", withdraw(1, 1)))
    assert len(world.chunks.told) == told
    with pytest.raises(ChunkDiffers):
        world.put_changes("w", withdraw(1, 2))
    with pytest.raises(ChunkDiffers):
        world.put_changes("k0", withdraw(1, 2))


MIXED = (
    withdraw(1, 1),
    replace(2, 2, 20),
    transfer(3, 3),
    correct(4, 9, phone="13912345678"),
    withdraw(5, 77),
    ask(6, member_no="M1"),
)
WANTED = [
    (1, "done", ""), (2, "done", ""), (3, "done", ""), (4, "done", ""),
    (5, "rejected", "member-unknown"), (6, "done", ""),
]  # fmt: skip


def dies_after(steps: int) -> bool:
    """Whether deciding MIXED has so many steps; what it comes to if it dies there."""
    world = a_world()
    id_ = world.put_changes("m", *MIXED)
    world.die_after(steps)
    died = decide_until_done(world, id_) > 0
    assert said(world.chunks.rows[id_].outcomes) == WANTED
    told = [one for one in world.chunks.told if isinstance(one, events.ChangesDecided)]
    assert len(told) == 1
    states = [world.state_of(f"M{n}") for n in (1, 2, 3, 20)]
    assert states == ["withdrawn", "withdrawn", "seated", "seated"]
    withdrawn = [
        e for e in world.enrolments.told if isinstance(e, events.SeatWithdrawn)
    ]
    assert len(withdrawn) == 2
    require_agreement(world)
    return died


def test_wherever_it_dies_the_outcomes_are_the_same() -> None:
    steps = 1
    while dies_after(steps):
        steps += 1
    assert steps > 45


def is_redone(world: ChangesWorld, key: str) -> list[tuple[int, str, str]]:
    """Its worker died before the receipt: the chunk is begun anew."""
    chunk = world.chunks.rows[f"dc/{key}"]
    world.chunks.rows[chunk.id] = with_fields(chunk, state=RECEIVED, outcomes=())
    world.decide(chunk.id)
    return said(world.chunks.rows[chunk.id].outcomes)


def test_who_is_enrolled_again_before_a_withdrawal_is_redone_stays() -> None:
    world = a_world(capacity=5)
    world.change("w", withdraw(1, 1))
    world.send("k9", a_row(1, 1))
    assert world.state_of("M1") == "seated"
    assert is_redone(world, "w") == [(1, "done", "")]
    assert world.state_of("M1") == "seated"


def test_who_comes_back_by_a_later_row_stays_when_the_chunk_is_redone() -> None:
    world = a_world(capacity=5)
    back = replace(2, 2, 1)
    assert said(world.change("m", withdraw(1, 1), back)) == [
        (1, "done", ""), (2, "done", ""),
    ]  # fmt: skip
    assert is_redone(world, "m") == [(1, "done", ""), (2, "done", "")]
    assert [world.state_of(f"M{n}") for n in (1, 2)] == ["seated", "withdrawn"]
    require_agreement(world)


def test_who_was_replaced_and_enrolled_again_stays_when_it_is_redone() -> None:
    world = a_world(capacity=5)
    world.change("r", replace(1, 1, 20))
    world.send("k9", a_row(1, 1))
    assert is_redone(world, "r") == [(1, "done", "")]
    assert [world.state_of(f"M{n}") for n in (1, 20)] == ["seated", "seated"]


def test_a_correction_that_another_overtook_is_not_made_again() -> None:
    world = a_world()
    world.change("c", correct(1, 1, phone="13900000001"))
    world.change("d", correct(1, 1, phone="13900000002"))
    assert is_redone(world, "c") == [(1, "done", "")]
    who = world.person_of("M1")
    assert world.people.find_by_ids([who])[who].phone == "13900000002"


def test_a_transfer_that_another_undid_is_not_made_again() -> None:
    world = a_world()
    back = transfer(2, 1, branch_id="dc-school", to_branch="dc")
    assert said(world.change("t", transfer(1, 1), back)) == [
        (1, "done", ""), (2, "done", ""),
    ]  # fmt: skip
    before = dict(world.people.memberships)
    assert is_redone(world, "t") == [(1, "done", ""), (2, "done", "")]
    assert world.people.memberships == before
    world.change("u", transfer(1, 1))
    assert is_redone(world, "t") == [(1, "done", ""), (2, "done", "")]
    assert world.people.memberships["dc:M1"].until


@pytest.mark.parametrize("seed", range(rounds(10, 200)))
def test_changes_and_rosters_at_once_leave_the_seats_right(seed: int) -> None:
    rng = random.Random(seed)
    world = a_world(capacity=6, people=12, **{"dc-school": 2})
    ids = [
        world.put_changes(
            f"m{n}",
            withdraw(1, rng.randint(1, 12)),
            replace(2, rng.randint(1, 12), rng.randint(20, 24)),
            replace(3, rng.randint(1, 12), rng.randint(25, 29), to_branch="dc-school"),
            transfer(4, rng.randint(1, 12)),
        )
        for n in range(6)
    ]
    people = [rng.randint(1, 30) for _ in range(6)]
    ids += [world.put(f"r{n}", a_row(1, person)) for n, person in enumerate(people)]
    world.steps.chance = rng
    world.steps.dying, world.steps.switching = 0.03, 0.3
    world.steps.run_all([partial(world.decide, id_) for id_ in ids])
    world.repair()
    world.seats.copy_out("c1")
    for id_ in ids:
        assert all(one.outcome for one in world.chunks.rows[id_].outcomes)
        receipts = [
            one
            for one in world.chunks.told
            if isinstance(one, events.ChangesDecided | events.ReceiptIssued)
            and one.chunk_id == world.chunks.rows[id_].key
        ]
        assert len(receipts) == 1
    require_agreement(world)


def test_a_dry_run_says_what_would_happen_and_changes_nothing() -> None:
    world = a_world()
    before = (
        dict(world.people.rows), dict(world.people.memberships),
        dict(world.books.rows), dict(world.enrolments.rows), list(world.audit.lines),
    )  # fmt: skip
    outcomes = world.change("m", *MIXED, dry_run=True)
    assert said(outcomes) == WANTED
    assert {one.enrolment_id for one in outcomes} == {""}
    after = (
        world.people.rows, world.people.memberships, world.books.rows,
        world.enrolments.rows, world.audit.lines,
    )  # fmt: skip
    assert before == after


def test_changes_are_put_off_while_another_worker_has_what_came_before() -> None:
    world = a_world(people=0, capacity=2)
    before = world.put("k5", a_row(1))
    id_ = world.put_changes("w", withdraw(1, 1))
    world.chunks.earlier = [before]
    world.decide(id_)
    assert world.chunks.rows[id_].outcomes == ()
    assert world.chunks.postponed == [id_]
    world.decide(before)
    world.decide(id_)
    assert said(world.chunks.rows[id_].outcomes) == [(1, "done", "")]


def test_changes_are_not_put_off_for_ever() -> None:
    world = a_world()
    world.chunks.earlier = [world.put("stuck", a_row(1))]
    now = NOW.timestamp()
    fresh = world.put_changes("new", withdraw(1, 1), received=now)
    old = world.put_changes("old", withdraw(1, 2), received=now - LATE_SECONDS - 1)
    for id_ in (fresh, old):
        world.decide(id_)
    assert world.chunks.rows[fresh].outcomes == ()
    assert said(world.chunks.rows[old].outcomes) == [(1, "done", "")]


CELLS = st.sampled_from(
    ["", " ", "M1", "M2", "M9", "c1", "c2", "shut", "nowhere", "dc", "dc-school", "xc",
     "东城", "张1", "李四", "13800000001", "13912345678", "2026-12-01", "w@example.com",
     ID_NUMBER, "#N/A", "1.38E+10", "\ufffd", "\x00", "{}", "长" * 255, "王\u200b"]
)  # fmt: skip


@settings(max_examples=rounds(150, 3000), deadline=None)
@given(
    st.lists(
        st.builds(
            ChangeRow,
            number=st.just(1),
            action=st.sampled_from([*ACTIONS, "delete", ""]),
            **dict.fromkeys(CHANGE_TEXTS[1:], CELLS),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_is_written_each_row_has_an_outcome(changes: list[ChangeRow]) -> None:
    world = a_world()
    numbered = [with_fields(one, number=at) for at, one in enumerate(changes, 1)]
    outcomes = world.change("m", *numbered)
    assert [one.row for one in outcomes] == [one.number for one in numbered]
    for one in outcomes:
        assert one.outcome in ("done", "already", "rejected")
        assert (one.outcome == "rejected") == (one.reason in WHAT_TO_DO)
    require_agreement(world)


def test_a_worker_with_many_changes_keeps_the_chunk() -> None:
    world = a_world()
    world.change("m", *(ask(number, member_no="M1") for number in range(1, 32)))
    assert world.chunks.renewed == ["dc/m"] * 3
